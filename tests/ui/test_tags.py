"""Marks, dates and charts are escaped, accessible, free of inline style, and fast."""

import re
import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django import forms
from django.template import engines

from annexa.lib import clock
from annexa.ui import charts

NOW = datetime(2026, 11, 16, 14, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday():
    with clock.at(NOW):
        yield


def show(code, **context):
    return engines["django"].from_string(code).render(context)


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("kind", ["ok", "part", "idle", "none", "warn", "bad"])
def test_status_is_icon_and_word(kind):
    html = show("{% status kind label %}", kind=kind, label="Done & dusted")
    assert "Done &amp; dusted" in html
    assert "<use href=" in html


HOSTILE = '"><script>alert(1)</script>'


@pytest.mark.parametrize(
    "code",
    [
        '{% status "ok" text %}',
        "{% avatar text %}",
        "{% who text %}",
        "{% chip text %}",
        '{% severity "low" text %}',
        '{% count 1 "file" text text %}',
        "{% meter text 1 1 3 %}",
        "{% ring text 1 1 3 text=text caption=text %}",
        "{% sparkline values text %}",
        "{% line_chart series text target=2 target_label=text %}",
        "{% bar_chart series text %}",
        "{% bars rows %}",
    ],
)
def test_everything_is_escaped(code):
    rows = [{"label": HOSTILE, "ok": 1, "part": 0, "total": 2, "url": HOSTILE}]
    html = show(code, text=HOSTILE, values=[1, 2], series=[(HOSTILE, 1), (HOSTILE, 2)], rows=rows)
    assert "<script" not in html
    assert "style=" not in html


def test_unknown_icon_says_what_to_do():
    with pytest.raises(LookupError, match=r"icons\.txt"):
        show('{% icon "no-such-icon" %}')


def test_nobody_is_a_dash():
    assert words(show("{% who None %}")) == "—"
    assert words(show("{% who person %}", person=type("Person", (), {"name": "Mara Lindqvist"}))) == "ML Mara Lindqvist"


def test_maturity_says_its_numbers():
    html = show("{% maturity 3 4 %}")
    assert "Maturity 3 of 5, target 4" in html
    assert words(html).endswith("3 → 4")
    assert [html.count(f'class="{kind}"') for kind in ("on", "goal", "off")] == [3, 1, 1]
    assert words(show("{% maturity None 4 %}")) == "—"


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=40), "40 min ago"),
        (timedelta(hours=2), "2 h ago"),
        (timedelta(hours=20), "Yesterday"),
        (timedelta(days=3), "Fri 13 Nov"),
        (timedelta(days=400), "12 Oct 2025"),
        (timedelta(days=-3), "Thu 19 Nov"),
    ],
)
def test_ago(passed, said):
    html = show("{% ago moment %}", moment=NOW - passed)
    assert words(html) == said
    assert 'title="' in html


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 10), "6 days late"),
        (date(2026, 11, 15), "1 day late"),
        (date(2026, 11, 16), "Today"),
        (date(2026, 11, 17), "Tomorrow"),
        (date(2026, 11, 20), "Fri 20 Nov"),
        (date(2027, 11, 20), "20 Nov 2027"),
    ],
)
def test_due(day, said):
    html = show("{% due day %}", day=day)
    assert words(html) == said
    assert ("ax-late" in html) == ("late" in said)


def test_done_is_never_late():
    assert words(show("{% due day done=True %}", day=date(2026, 1, 2))) == "2 Jan 2026"
    assert words(show("{% due None %}")) == "—"


def test_charts_of_nothing_do_not_fail():
    assert show('{% sparkline none "a" %}{% line_chart none "a" %}{% bar_chart none "a" %}', none=[]) == ""
    assert show('{% ring "a" 0 0 0 %}{% meter "a" 0 0 0 %}')
    assert show('{% line_chart one "a" %}{% sparkline flat "a" %}', one=[("x", 0)], flat=[5, 5])


@pytest.mark.parametrize("values", [[742, 812], [0, 0], [0.001, 0.002], [-5, 5], [7], [1, 1_000_000]])
def test_scale_encloses_the_values_with_few_round_steps(values):
    ticks = charts.scale(values)
    assert ticks[0] <= min(values)
    assert ticks[-1] >= max(values)
    assert 2 <= len(ticks) <= 6
    assert all(before < after for before, after in pairwise(ticks))


class Plan(forms.Form):
    title = forms.CharField(help_text="Short.")
    day = forms.DateField(required=False, initial=date(2026, 11, 16))
    way = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    sure = forms.BooleanField(required=False)


def test_form_ties_label_help_and_error_to_the_control():
    html = str(Plan({"title": "", "way": "x"}))
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_error"' in html
    assert html.count('aria-invalid="true"') >= 2
    assert "2 things need another look" in html
    assert 'href="#id_title"' in html


def test_form_without_errors_has_native_dates_and_no_summary():
    html = str(Plan())
    assert 'type="date"' in html
    assert 'value="2026-11-16"' in html
    assert "another look" not in html
    assert html.count('type="radio"') == 2


def test_six_hundred_marks_are_quick():
    template = engines["django"].from_string(
        '{% for n in numbers %}{% status "ok" "Implemented" %}{% status "idle" "No evidence" %}{% chip "Risk" %}'
        '{% who "Samir Benali" %}{% maturity 3 4 %}{% count 3 "file-text" "3 documents" %}{% endfor %}'
    )
    template.render({"numbers": range(100)})
    start = time.perf_counter()
    template.render({"numbers": range(100)})
    assert time.perf_counter() - start < 0.04
