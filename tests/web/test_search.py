"""Search finds what the person may see, and nothing else."""

import pytest

from annexa.organizations.roles import Role
from annexa.tasks import services as tasks
from tests.factories import everything
from tests.factories import organizations as make
from tests.web.bounds import FEW

PALETTE = {"HX-Request": "true"}


@pytest.fixture
def harbour(db):
    return everything.organization("Harbour")


@pytest.fixture
def find(client, harbour):
    """Ask the palette and return its answer; by default as the owner."""

    def ask(text, actor=harbour):
        return (
            make.signed_in(client, actor)
            .get(make.url(harbour, "search/"), {"q": text}, headers=PALETTE)
            .content.decode()
        )

    return ask


@pytest.mark.parametrize(
    ("text", "title", "path"),
    [
        ("settings", "Settings", "settings/"),
        ("2013", "From 2013 to 2022", "catalog/bridge/"),
        ("A.8.28", "A.8.28 Secure coding", "catalog/iso27001-2022/A.8.28/"),
        ("secure coding", "A.8.28 Secure coding", "catalog/iso27001-2022/A.8.28/"),
        ("6.1.3d", "6.1.3d", "catalog/iso27001-2022/6.1.3/"),
        ("olga", "Olga Owner", "people/"),
        ("begin", "Begin", "tasks/"),
        ("applicability draft", "Statement of Applicability (SoA) Draft 1", "soa/1/"),
        ("gap 1", "Gap analysis", "gap/1/"),
    ],
)
def test_finds_things_by_their_words(find, harbour, text, title, path):
    answer = find(text)
    assert title in answer
    assert make.url(harbour, path) in answer


def test_the_exact_id_comes_first(find):
    answer = find("A.5.1")
    assert answer.index("A.5.1 ") < answer.index("A.5.10 ")


def test_answers_the_palette_with_options_only(find):
    answer = find("access")
    assert "<html" not in answer
    assert 'role="option"' in answer


def test_answers_with_a_page_when_asked_by_address(client, harbour):
    text = make.signed_in(client, harbour).get(make.url(harbour, "search/"), {"q": "access"}).content.decode()
    assert "<html" in text
    assert "A.5.15 Access control" in text


def test_says_so_when_there_is_nothing(client, harbour):
    text = make.signed_in(client, harbour).get(make.url(harbour, "search/"), {"q": "zebra"}).content.decode()
    assert "Nothing found" in text


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "'", "<script>alert(1)</script>", "\\", "x" * 5000])
def test_odd_questions_do_no_harm(client, harbour, text):
    answer = make.signed_in(client, harbour).get(make.url(harbour, "search/"), {"q": text})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_an_employee_finds_own_tasks_only(find, harbour):
    with make.inside(harbour):
        employee = make.member(harbour, Role.EMPLOYEE)
        tasks.create_task(actor=employee, title="Begin my training")
    assert "Begin my training" in find("begin", employee)
    assert find("begin", employee).count('role="option"') == 1
    for text in ("access", "olga", "settings", "applicability", "gap 1"):
        assert 'role="option"' not in find(text, employee), text


def test_who_may_not_change_members_is_led_to_the_list(find, harbour):
    with make.inside(harbour):
        contributor = make.member(harbour, Role.CONTRIBUTOR)
    assert "people/?q=Olga" in find("olga", contributor)


def test_an_auditor_of_one_scope_finds_nothing_of_another(find, harbour):
    with make.inside(harbour):
        other = everything.people.create_scope(actor=harbour, name="Lisbon office")
        auditor = make.member(harbour, Role.EXTERNAL_AUDITOR, scope=other)
    assert 'role="option"' not in find("applicability draft", auditor)
    assert 'role="option"' not in find("gap 1", auditor)


def test_another_organisation_is_not_there(client, harbour):
    stranger = make.organization("Stranger")
    assert make.signed_in(client, stranger).get(make.url(harbour, "search/"), {"q": "a"}).status_code == 404
    assert "A.8.28 Secure coding" not in client.get(make.url(stranger, "search/"), {"q": "A.8.28"}).content.decode()


@pytest.mark.parametrize("headers", [{}, PALETTE])
def test_takes_few_queries(client, harbour, headers, django_assert_max_num_queries):
    make.signed_in(client, harbour)
    with django_assert_max_num_queries(FEW + 5):  # each kind is asked for by one
        client.get(make.url(harbour, "search/"), {"q": "a"}, headers=headers)
