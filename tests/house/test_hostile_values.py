"""Whatever somebody writes into an address, a form or a header, the answer is a page and never an error of ours."""

from html.parser import HTMLParser
from urllib.parse import quote, quote_plus

import pytest
from django.db import transaction
from django.http import QueryDict
from django.urls import get_resolver, reverse
from django.utils.datastructures import MultiValueDict

from tests.factories import organizations as make
from tests.house.test_shape import _patterns
from tests.house.test_urls import _address

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

DIGITS = "9" * 5000
VALUES = [
    DIGITS, "9" * 19, "-1", "0", "NaN", "²", "a\x00b", "%00", "'", "\\", "[]", "%", "a " * 4000, "\U0010ffff" * 900,
    "\u202e", "\ud800", "0001-01-01", "10000-01-01", "\r\nX: y", "00000000-0000-0000-0000-000000000000",
]  # fmt: skip
ALONE = ["²", DIGITS, "a " * 4000]
SHORT = [DIGITS, "9" * 19, "\x00", "%00", "\U0010ffff" * 60, "\ud800", "..", "'"]
REFUSED = {"scope", "format", "from", "to"}  # an odd one ends a view before it reads the others
LEAVE = {"account_logout"}  # it ends the session that the walk needs


def _quoted(value):
    return quote_plus(value, errors="surrogatepass")


def _pages():
    """Return every page; programs have a walk of their own in test_hostile_api."""
    found = {(name, path) for path, name, _view in _patterns(get_resolver()) if name not in LEAVE}
    return sorted((name, path) for name, path in found if not path.startswith("api/"))


def _plain(name, path, actor):
    if "(?P" in path:
        return reverse(name, kwargs={"uidb36": "3", "key": "abc-def"})
    return _address(name, path, actor)


@pytest.fixture
def read(monkeypatch):
    """Return the names that views have read from a query or a form since it was cleared."""
    names = set()

    def watched(method):
        def watching(self, key, *more, **options):
            if isinstance(self, QueryDict) and isinstance(key, str):
                names.add(key)
            return method(self, key, *more, **options)

        return watching

    for method in ("__getitem__", "_getlist"):
        monkeypatch.setattr(MultiValueDict, method, watched(getattr(MultiValueDict, method)))
    monkeypatch.setattr(QueryDict, "__contains__", watched(dict.__contains__), raising=False)
    return names


@pytest.fixture
def visitor(client, two_organisations):
    """An owner's browser that does not raise what the server would log, and undoes what it does."""
    ours, _theirs = two_organisations
    make.signed_in(client, ours)
    client.raise_request_exception = False
    cookies = client.cookies.output()

    def visit(method, address, *arguments, **options):
        with transaction.atomic():
            answer = getattr(client, method)(address, *arguments, **options)
            transaction.set_rollback(True)
        if client.cookies.output() != cookies:
            client.cookies.load(cookies)
        return answer

    return visit, ours


def test_no_page_breaks_over_its_query(visitor, read):
    visit, ours = visitor
    broken, tried = set(), 0
    for name, path in _pages():
        address = _plain(name, path, ours)
        read.clear()
        visit("get", address)
        names = sorted(read)
        for value in VALUES:
            together = [each for each in names if each not in REFUSED]
            queries = ["&".join(f"{each}=&{each}[]=1&{each}={_quoted(value)}" for each in together)] if together else []
            queries += [f"{each}={_quoted(value)}" for each in names if each in REFUSED or value == DIGITS]
            for query in queries:
                tried += 1
                answer = visit("get", f"{address}?{query[:60_000]}")
                if answer.status_code >= 500:
                    broken.add((name, query[:60]))
    assert tried > 1000
    assert broken == set()


def test_no_page_breaks_over_its_path(visitor):
    visit, ours = visitor
    broken = set()
    for name, path in _pages():
        address = _plain(name, path, ours)
        parts = [part for part in address.split("/") if part]
        for place in range(len(parts)):
            for value in SHORT:
                hostile = "/".join([*parts[:place], quote(value, errors="surrogatepass"), *parts[place + 1 :]])
                for method in ("get", "post"):
                    if visit(method, f"/{hostile}{'/' if address.endswith('/') else ''}").status_code >= 500:
                        broken.add((method, name, place, value[:20]))
    assert broken == set()


class _Form(HTMLParser):
    """The fields of a page's forms with the values they come with."""

    def __init__(self):
        super().__init__()
        self.fields, self.select = {}, ""

    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        name = has.get("name")
        if tag == "select":
            self.select = name
            self.fields[name] = ""
        elif tag == "option" and self.select and (not self.fields[self.select] or "selected" in has):
            self.fields[self.select] = has.get("value") or ""
        elif tag == "textarea" and name:
            self.fields[name] = "x"
        elif tag == "input" and name:
            kind = has.get("type", "text")
            if kind not in ("radio", "checkbox") or "checked" in has or name not in self.fields:
                plain = {"email": "somebody@example.com", "date": "2026-03-02", "number": "1"}.get(kind, "x")
                self.fields[name] = has.get("value") or plain

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = ""


def test_no_form_breaks_over_its_fields(visitor, read):
    """Every field in turn is hostile among plain ones, then all of them are."""
    visit, ours = visitor
    broken, tried, accepted = set(), 0, 0
    for name, path in _pages():
        address = _plain(name, path, ours)
        form = _Form()
        form.feed(visit("get", address).content.decode(errors="replace"))
        read.clear()
        accepted += visit("post", address, form.fields).status_code in (200, 204, 302)
        visit("post", address, {})
        fields = {field: form.fields.get(field, "x") for field in read if field}
        for value in VALUES:
            each_alone = [{field: value} for field in fields] if value in ALONE or len(fields) < 4 else []
            for hostile in [dict.fromkeys(fields, value), *each_alone]:
                data = "&".join(f"{_quoted(k)}={_quoted(v)}" for k, v in (fields | hostile).items())
                answer = visit("post", address, data, content_type="application/x-www-form-urlencoded")
                tried += 1
                if answer.status_code >= 500:
                    broken.add((name, str(sorted(hostile))[:80], value[:20]))
    assert tried > 1000
    assert accepted > 20  # the plain values reach what a form is for
    assert broken == set()


HEADERS = ("HX-Current-URL", "HX-Target", "HX-Trigger", "Referer", "Accept-Language", "Accept-Encoding", "Range")


def test_no_page_breaks_over_its_headers(visitor, client):
    visit, ours = visitor
    session = f"sessionid={client.cookies['sessionid'].value}"
    broken = set()
    for name, path in _pages():
        for value in ("http://[", DIGITS, "/%00", f"http://localhost/%ff?page={DIGITS}", "\x7f", "é"):
            cookie = f"{session}; csrftoken={value}; messages={value}; ax-columns-rows={value}; annexa_language={value}"
            headers = dict.fromkeys(HEADERS, value) | {"Cookie": cookie, "HX-Request": "true"}
            if visit("get", _plain(name, path, ours), headers=headers).status_code >= 500:
                broken.add((name, value[:20]))
    assert broken == set()
