"""Frameworks, controls, a control's page, the bridge, own controls, imports."""

import csv
import io

import pytest

from annexa.catalog import queries
from annexa.catalog.models import Framework, Mapping
from annexa.organizations import queries as organizations
from annexa.organizations.roles import Role
from annexa.treatment.queries import statements as soa
from annexa.treatment.services import statements
from annexa.web.catalog.bridge import crossings
from tests.factories import catalog as make_catalog
from tests.factories import everything
from tests.factories import organizations as make
from tests.web.bounds import FEW

DRAWER = {"HX-Request": "true"}
PAGES = [
    "catalog/",
    "catalog/controls/",
    "catalog/controls/?theme=people&change=new&applicable=open&status=planned&control_type=Preventive",
    "catalog/iso27001-2022/",
    "catalog/iso27001-2022/A.5.1/",
    "catalog/iso27001-2022/6.1.3/",
    "catalog/house-rules/1.1/",
    "catalog/bridge/",
    "catalog/bridge/?edition=2022&kind=new",
    "catalog/import/",
    "catalog/controls/add/",
]


@pytest.fixture
def harbour(db):
    return everything.organization("Harbour")


@pytest.fixture
def page(client, harbour):
    """Fetch a page of the organisation as its owner and return its text."""
    make.signed_in(client, harbour)

    def fetch(path, status=200, **options):
        answer = client.get(make.url(harbour, f"catalog/{path}"), **options)
        assert answer.status_code == status
        return answer.content.decode()

    return fetch


def as_role(client, actor, role):
    with make.inside(actor):
        return make.signed_in(client, make.member(actor, role))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_with_few_queries(client, harbour, path, django_assert_max_num_queries):
    make.signed_in(client, harbour).get(make.url(harbour, path))
    with django_assert_max_num_queries(FEW):
        assert client.get(make.url(harbour, path)).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_another_organisation_finds_nothing(client, harbour, path):
    stranger = make.organization("Stranger")
    assert make.signed_in(client, stranger).get(make.url(harbour, path)).status_code == 404


def test_who_may_not_read_the_catalog_is_told_so(client, harbour):
    assert as_role(client, harbour, Role.EMPLOYEE).get(make.url(harbour, "catalog/")).status_code == 403


class TestIndex:
    def test_shows_clauses_down_to_items_with_the_documents_they_ask_for(self, page):
        text = page("")
        assert "Understanding the organization and its context" in text
        assert "6.1.3d" in text
        assert "Mandatory documented information" in text
        assert "Risk treatment plan with the risk owners" in text

    def test_lists_what_is_built_in_and_what_was_imported(self, page):
        text = page("")
        assert "30 requirements · 93 controls" in text
        assert "House rules" in text

    def test_a_framework_is_shown_whole(self, page):
        text = page("iso27001-2022/")
        assert text.count("cat-control") == 93

    def test_own_controls_are_shown_as_a_table(self, client, harbour):
        with make.inside(harbour):
            make_catalog.own_control(harbour)
        answer = make.signed_in(client, harbour).get(make.url(harbour, "catalog/own/"))
        assert answer["Location"].endswith("catalog/controls/?framework=own")

    def test_an_unknown_framework_is_not_there(self, page):
        page("nothing/", 404)


class TestControls:
    def rows(self, text):
        return text.count("data-row")

    def test_counts_by_edition_and_origin(self, page):
        text = page("controls/")
        assert '<span class="k">New in 2022</span><span class="v">11</span>' in text
        assert '<span class="k">Merged in 2022</span><span class="v">24</span>' in text

    @pytest.mark.parametrize(
        ("query", "rows"),
        [
            ("theme=people", 8),
            ("change=new", 11),
            ("framework=iso27001-2022&theme=physical", 14),
            ("framework=house-rules", 1),
            ("q=cryptography", 1),
            ("concepts=Recover&theme=physical", 0),
            ("applicable=no", 0),
            ("status=implemented", 0),
        ],
    )
    def test_filters(self, page, query, rows):
        assert self.rows(page(f"controls/?{query}")) == rows

    def test_any_value_of_an_attribute_will_do(self, page):
        one, two = (
            self.rows(page(f"controls/?theme=people&control_type={value}")) for value in ("Detective", "Corrective")
        )
        both = self.rows(page("controls/?theme=people&control_type=Detective&control_type=Corrective"))
        assert max(one, two) <= both <= one + two

    def test_an_unknown_value_is_named_and_left_out(self, page):
        text = page("controls/?theme=magic")
        assert "is no choice of Theme" in text
        assert self.rows(text) == 50

    def test_status_and_applicability_are_those_of_the_current_statement(self, client, harbour, page):
        with make.inside(harbour):
            scope = organizations.scope_for(harbour)
            rows = soa.rows(soa.current(harbour, scope))
            statements.decide_control(
                actor=harbour,
                row=rows.get(requirement__ref="A.5.1"),
                values={"applicable": True, "status": "implemented"},
            )
            out = {"applicable": False, "reasons": [], "justification": "No cabling.", "status": "implemented"}
            statements.decide_control(actor=harbour, row=rows.get(requirement__ref="A.7.12"), values=out)
        assert self.rows(page("controls/?applicable=yes&q=A.7.12")) == 0
        assert self.rows(page("controls/?applicable=no")) == 1
        assert "A.5.1" in page("controls/?status=implemented")
        assert self.rows(page("controls/?status=implemented")) == 1

    def test_a_control_that_no_statement_has_is_not_decided(self, page, harbour):
        before = self.rows(page("controls/?framework=own&applicable=open"))
        with make.inside(harbour):
            make_catalog.own_control(harbour)
        assert self.rows(page("controls/?framework=own&applicable=open")) == before + 1

    def test_works_without_any_statement(self, client, acme):
        make_catalog.own_control(acme)
        answer = make.signed_in(client, acme).get(make.url(acme, "catalog/controls/?status=planned"))
        assert answer.status_code == 200

    def test_the_spreadsheet_holds_all_that_matches_with_ids_of_their_own(self, client, harbour):
        answer = make.signed_in(client, harbour).get(make.url(harbour, "catalog/controls/?theme=people&format=csv"))
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=","))
        assert answer["Content-Disposition"].startswith("attachment")
        head = next(row for row in rows if row[:2] == ["Id", "Title"])
        assert len(rows) - rows.index(head) - 1 == 8

    def test_a_file_of_another_kind_is_refused(self, page):
        page("controls/?format=pdf", 400)

    def test_ten_thousand_own_controls_cost_no_more_queries(self, client, harbour, django_assert_max_num_queries):
        with make.inside(harbour):
            make_catalog.many_own_controls(harbour, 2_000)
        make.signed_in(client, harbour)
        with django_assert_max_num_queries(FEW):
            text = client.get(make.url(harbour, "catalog/controls/?page=20")).content.decode()
        assert self.rows(text) == 50
        assert "of 2095" in text  # 93 of Annex A, one imported, one of the sample's own


class TestControl:
    def test_gathers_everything_about_a_control(self, page):
        text = page("iso27001-2022/A.8.28/")
        for heading in ("Why", "What to do", "What evidence shows it", "Common mistakes", "A small organisation",
                        "A large organisation", "Attributes", "Where you stand", "History"):  # fmt: skip
            assert heading in text
        assert "It has no predecessor" in text

    def test_names_the_2013_predecessors(self, page):
        assert "A.5.1.2" in page("iso27001-2022/A.5.1/")

    def test_shows_items_and_both_audit_stages_of_a_requirement(self, page):
        text = page("iso27001-2022/6.1.3/")
        assert "Stage 1, on paper" in text
        assert "6.1.3d" in text

    def test_leads_to_the_row_of_the_statement_and_to_the_rating(self, page):
        text = page("iso27001-2022/A.5.1/")
        assert "/soa/1/" in text
        assert "/gap/rows/" in text

    def test_lists_obligations_and_crosswalks_that_name_it(self, page):
        assert "EU General Data Protection Regulation" in page("iso27001-2022/A.5.34/")
        assert "house-rules 1.1" in page("iso27001-2022/A.7.1/")

    def test_leads_to_its_neighbours_past_headings(self, page):
        text = page("iso27001-2022/A.6.1/")
        assert "A.5.37" in text
        assert "A.6.2" in text

    def test_opens_as_a_drawer(self, page):
        text = page("iso27001-2022/A.8.28/", headers=DRAWER)
        assert 'id="drawer"' in text
        assert "<html" not in text

    def test_the_back_button_gets_the_whole_page(self, page):
        assert "<html" in page("iso27001-2022/A.8.28/", headers={**DRAWER, "HX-History-Restore-Request": "true"})

    def test_who_may_not_read_activity_sees_no_history(self, client, harbour):
        answer = as_role(client, harbour, Role.READER).get(make.url(harbour, "catalog/iso27001-2022/A.5.1/"))
        assert "<h2>History" not in answer.content.decode()

    @pytest.mark.parametrize("path", ["iso27001-2022/A.9.9/", "nothing/A.5.1/", "own/OWN-1/"])
    def test_what_does_not_exist_is_not_there(self, page, path):
        page(path, 404)


class TestBridge:
    def test_every_control_of_both_editions_is_on_it(self):
        assert len(crossings("2013")) == 114
        assert len(crossings("2022")) == 93

    def test_only_2022_has_new_controls(self):
        kinds = [crossing.kind for crossing in crossings("2022")]
        assert kinds.count("new") == 11
        assert "new" not in [crossing.kind for crossing in crossings("2013")]

    def test_a_search_looks_at_both_sides(self, page):
        assert page("bridge/?q=teleworking").count("data-row") == 1
        assert page("bridge/?edition=2022&q=teleworking").count("data-row") == 1

    def test_sorts_ids_as_numbers(self, page):
        text = page("bridge/?edition=2022&sort=control")
        assert text.index(">A.5.2<") < text.index(">A.5.10<")

    def test_comes_as_a_spreadsheet(self, client, harbour):
        make.signed_in(client, harbour)
        text = client.get(make.url(harbour, "catalog/bridge/?format=csv&kind=split")).content.decode()
        assert "A.18.2.3" in text or "Split" in text
        assert client.get(make.url(harbour, "catalog/bridge/?format=xlsx")).content[:2] == b"PK"


class TestOwnControls:
    DATA = {"ref": "OWN-7", "title": "Laptops are locked", "theme": "physical", "summary": "Always."}

    def test_is_added_changed_retired_and_brought_back(self, client, harbour):
        make.signed_in(client, harbour)
        answer = client.post(make.url(harbour, "catalog/controls/add/"), self.DATA)
        assert answer["Location"] == make.url(harbour, "catalog/own/OWN-7/")
        client.post(make.url(harbour, "catalog/own/OWN-7/edit/"), {**self.DATA, "title": "Laptops are always locked"})
        client.post(make.url(harbour, "catalog/own/OWN-7/retire/"))
        with make.inside(harbour):
            control = queries.requirement_for(harbour, "own", "OWN-7")
        assert (control.title, bool(control.retired_at)) == ("Laptops are always locked", True)
        client.get(make.url(harbour, "catalog/"))  # shows the messages so far
        assert "OWN-7" not in client.get(make.url(harbour, "catalog/controls/?framework=own")).content.decode()
        assert "OWN-7" in client.get(make.url(harbour, "catalog/controls/?retired=yes")).content.decode()
        client.post(make.url(harbour, "catalog/own/OWN-7/restore/"))
        with make.inside(harbour):
            assert queries.requirement_for(harbour, "own", "OWN-7").retired_at is None

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"title": ""}, "This field is required"),
            ({"ref": "A.5.1"}, "There is a control A.5.1 already"),
            ({"ref": "a/b"}, "An id begins with a letter or digit"),
            ({"ref": "-"}, "An id begins with a letter or digit"),
            ({"theme": "magic"}, "Select a valid choice"),
        ],
    )
    def test_bad_input_is_explained_and_stays(self, client, harbour, change, sentence):
        answer = make.signed_in(client, harbour).post(make.url(harbour, "catalog/controls/add/"), self.DATA | change)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert "Always." in answer.content.decode()

    def test_carries_the_five_attributes_like_a_built_in_one(self, client, harbour):
        make.signed_in(client, harbour)
        given = {"control_type": ["Detective", "Preventive"], "domains": ["Defence"], "properties": []}
        client.post(make.url(harbour, "catalog/controls/add/"), self.DATA | given)
        address = make.url(harbour, f"catalog/own/{self.DATA['ref']}/")
        shown = client.get(address).content.decode()
        assert "Control type" in shown
        assert "Preventive, Detective" in shown
        assert "Cybersecurity concepts" not in shown
        found = client.get(make.url(harbour, "catalog/controls/?domains=Defence&control_type=Detective&framework=own"))
        assert [row.ref for row in found.context["table"].rows] == [self.DATA["ref"]]
        form = client.get(f"{address}edit/").content.decode()
        assert form.count(" checked") == 3
        client.post(f"{address}edit/", self.DATA | {"control_type": ["Corrective"]})
        with make.inside(harbour):
            control = queries.requirement_for(harbour, "own", self.DATA["ref"])
        assert control.attributes == {"control_type": ["Corrective"]}

    def test_an_unknown_attribute_value_is_refused(self, client, harbour):
        make.signed_in(client, harbour)
        given = self.DATA | {"control_type": ["Magical"]}
        assert client.post(make.url(harbour, "catalog/controls/add/"), given).status_code == 422

    def test_nobody_changes_a_built_in_control(self, client, harbour):
        make.signed_in(client, harbour)
        assert client.post(make.url(harbour, "catalog/own/A.5.1/retire/")).status_code == 404

    @pytest.mark.parametrize("path", ["controls/add/", "own/OWN-1/edit/", "own/OWN-1/retire/", "import/"])
    def test_who_only_reads_changes_nothing(self, client, harbour, path):
        with make.inside(harbour):
            make_catalog.own_control(harbour)
        answer = as_role(client, harbour, Role.CONTRIBUTOR).post(make.url(harbour, f"catalog/{path}"), self.DATA)
        assert answer.status_code == 403

    def test_looking_changes_nothing(self, client, harbour):
        with make.inside(harbour):
            make_catalog.own_control(harbour)
        make.signed_in(client, harbour)
        assert client.get(make.url(harbour, "catalog/own/OWN-1/retire/")).status_code == 405


class TestImport:
    def send(self, client, actor, text, name="rules.yaml"):
        make.signed_in(client, actor)
        return client.post(make.url(actor, "catalog/import/"), {"file": make_catalog.upload(text, name)})

    def test_a_framework_comes_in_and_again_as_its_next_version(self, client, harbour):
        answer = self.send(client, harbour, make_catalog.GOOD)
        assert answer["Location"] == make.url(harbour, "catalog/house-rules/")
        with make.inside(harbour):
            assert Framework.objects.get(slug="house-rules").version == 2

    def test_imported_controls_may_carry_the_five_attributes_without_declaring_them(self, client, harbour):
        text = make_catalog.GOOD.replace("{area: [kitchen]}", "{area: [kitchen], domains: [Defence]}")
        assert self.send(client, harbour, text).status_code == 302
        found = client.get(make.url(harbour, "catalog/controls/?domains=Defence&framework=house-rules"))
        assert found.context["table"].total == 1

    def test_a_crosswalk_comes_in(self, client, harbour):
        answer = self.send(client, harbour, everything.CROSSWALK.replace("id: mine", "id: second"))
        assert answer.status_code == 302
        with make.inside(harbour):
            assert Mapping.objects.filter(crosswalk="second").count() == 1

    def test_what_is_wrong_is_listed_by_line_and_field(self, client, harbour):
        bad = make_catalog.GOOD.replace("kind: control", "kind: thing", 1)
        answer = self.send(client, harbour, bad, "bad.yaml")
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "is not one of section, requirement, control, item" in text.replace("&#x27;", "'")
        assert "bad.yaml" in text

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            (b"\xff\xfe\x00", "not text in UTF-8"),
            ("", "empty"),
            ("{", "is not YAML"),
            ("format: annexa/framework/1\nid: bridge\ntitle: X\nrequirements:\n  - {id: '1', title: A, kind: item}\n",
             "belongs to a built-in framework"),
            (everything.CROSSWALK.replace("house-rules", "unknown"), "There is no framework unknown"),
        ],
    )  # fmt: skip
    def test_a_bad_file_changes_nothing(self, client, harbour, text, sentence):
        with make.inside(harbour):
            before = (Framework.objects.count(), Mapping.objects.count())
        answer = self.send(client, harbour, text)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        with make.inside(harbour):
            assert (Framework.objects.count(), Mapping.objects.count()) == before

    def test_a_file_is_asked_for(self, client, harbour):
        assert make.signed_in(client, harbour).post(make.url(harbour, "catalog/import/")).status_code == 422
