"""The register, the library and the method, as people with different roles see and use them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annexa.assets.services import assets
from annexa.catalog import library as catalog_library
from annexa.catalog import services as catalog
from annexa.catalog.models import Requirement
from annexa.organizations import queries as organizations
from annexa.organizations.roles import Role
from annexa.risks.models import Method, Reading, Risk, RiskControl
from annexa.risks.queries import methods as method_queries
from annexa.risks.services import methods, risks
from annexa.tasks.models import Task
from annexa.treatment.models import StatementRow
from annexa.treatment.services import statements
from annexa.treatment.services.risks import treat_risk
from tests.factories import organizations as make
from tests.factories import risks as some


@pytest.fixture
def scope(acme):
    return organizations.scope_for(acme)


@pytest.fixture
def get(client, acme):
    def ask(path="", actor=acme, **query):
        return make.signed_in(client, actor).get(make.url(acme, f"risks/{path}"), query)

    return ask


@pytest.fixture
def post(client, acme):
    def ask(path, actor=acme, **data):
        return make.signed_in(client, actor).post(make.url(acme, f"risks/{path}"), data)

    return ask


def add(actor, scope, title="Lost laptop", **values):
    return risks.add_risk(actor=actor, scope=scope, title=title, **values)


def read(actor, risk, stage="current", likelihood=3, **impacts):
    risks.assess_risk(actor=actor, risk=risk, stage=stage, likelihood=likelihood, impacts=impacts or {"integrity": 4})


class TestRegister:
    def test_before_a_method_it_says_what_comes_first(self, get, acme, scope):
        add(acme, scope)
        page = get().content.decode()
        assert "no method is approved" in page
        assert "Lost laptop" in page

    def test_the_map_counts_cells_and_a_cell_narrows_the_table(self, get, acme, scope):
        some.method(acme)
        high, low = add(acme, scope, "Ransomware"), add(acme, scope, "Coffee")
        read(acme, high, "inherent", 5, availability=5)
        read(acme, high, "current", 4, availability=5)
        read(acme, low, "current", 1, availability=1)
        page = get().content.decode()
        assert "Severe, Likely: 1 risk" in page
        assert "RISK-1 from Severe, Frequent to Severe, Likely" in page
        assert "Severe, Frequent: 1 risk" in get(stage="inherent").content.decode()
        narrowed = _table(get(cell="4-5"))
        assert "Ransomware" in narrowed
        assert "Coffee" not in narrowed
        assert "Coffee" not in _table(get(above="yes"))

    def test_what_is_asked_and_unknown_is_left_out_with_a_sentence(self, get, acme, scope):
        some.method(acme)
        add(acme, scope)
        assert "is no choice of Cell" in get(cell="9-9").content.decode()
        assert get(stage="later").status_code == 200

    def test_owners_of_ticked_risks_are_asked_by_one_task_each(self, post, acme, scope):
        jonas = make.member(acme, Role.CONTRIBUTOR)
        mine = [add(acme, scope, title, owner=jonas.membership) for title in ("One", "Two")]
        add(acme, scope, "Nobody's")
        post("", everything="1", action="ask")
        task = Task.objects.get()
        assert (task.owner, task.title) == (jonas.membership, "Read 2 risks anew")
        assert mine[0].reference in task.note
        assert post("", jonas, everything="1").status_code == 403

    def test_it_is_exported_with_figures_and_names(self, get, acme, scope):
        some.method(acme)
        disk = assets.add_asset(actor=acme, name="Disk", kind="hardware")
        read(acme, add(acme, scope, assets=[disk]))
        text = get(format="csv").content.decode("utf-8-sig")
        assert "Lost laptop" in text
        assert "Disk" in text
        assert ",12," in text


class TestRisk:
    def test_it_is_added_changed_and_read_by_its_owner(self, get, post, acme, scope):
        some.method(acme)
        jonas = make.member(acme, Role.CONTRIBUTOR)
        post("add/", title="Lost laptop", nature="threat", knowledge="fair", owner=str(jonas.membership.pk))
        risk = Risk.objects.get()
        page = get(f"{risk.pk}/", jonas).content.decode()
        assert "Add the reading" in page
        assert post(f"{risk.pk}/read/", jonas, stage="current", likelihood="3", confidentiality="4").status_code == 302
        assert Reading.objects.get().score == 12
        assert "High" in get(f"{risk.pk}/", jonas).content.decode()
        assert post(f"{risk.pk}/edit/", jonas, title="x").status_code == 403
        cara = make.member(acme, Role.CONTRIBUTOR, "Cara Colleague")
        assert "Add the reading" not in get(f"{risk.pk}/", cara).content.decode()
        assert post(f"{risk.pk}/read/", cara, stage="current", likelihood="3", integrity="1").status_code == 403

    def test_a_reading_without_an_impact_is_explained(self, post, acme, scope):
        some.method(acme)
        risk = add(acme, scope)
        refused = post(f"{risk.pk}/read/", stage="current", likelihood="3")
        assert refused.status_code == 422
        assert "what a loss of confidentiality, integrity or availability would do" in refused.content.decode()

    def test_closing_needs_a_reason_and_can_be_undone(self, get, post, acme, scope):
        risk = add(acme, scope)
        assert post(f"{risk.pk}/close/", reason="").status_code == 422
        post(f"{risk.pk}/close/", reason="Site sold")
        assert "Site sold" in get(f"{risk.pk}/").content.decode()
        assert "Lost laptop" not in _table(get())
        post(f"{risk.pk}/reopen/")
        risk.refresh_from_db()
        assert risk.is_open

    def test_hostile_words_are_shown_as_text(self, get, acme, scope):
        risk = add(acme, scope, "<script>alert(1)</script>", event="<img src=x>")
        for page in (get(f"{risk.pk}/"), get()):
            assert "<script>alert(1)" not in page.content.decode()


class TestDecision:
    @pytest.fixture
    def draft(self, acme, scope):
        catalog.adopt_framework(actor=acme, framework_id=catalog_library.ISO_27001)
        return statements.start_statement(actor=acme, scope=scope)

    def row(self, draft, ref):
        return StatementRow.objects.get(statement=draft, requirement__ref=ref)

    def test_a_control_that_treats_a_risk_becomes_necessary_in_the_draft(self, get, post, acme, scope, draft):
        risk = add(acme, scope)
        control = Requirement.objects.get(ref="A.8.24")
        post(f"{risk.pk}/decide/", decision="mitigate", treating=[str(control.pk)])
        row = self.row(draft, "A.8.24")
        assert (row.applicable, row.reasons) == (True, ["risk"])
        assert "A.8.24" in get(f"{risk.pk}/").content.decode()

    def test_a_control_that_a_risk_needs_cannot_be_left_out(self, acme, scope, draft, client):
        risk = add(acme, scope)
        control = Requirement.objects.get(ref="A.8.24")
        treat_risk(actor=acme, risk=risk, decision="mitigate", treating=[control])
        values = {"applicable": False, "reasons": [], "justification": "We need no keys."}
        statements.decide_control(actor=acme, row=self.row(draft, "A.8.24"), values=values)
        page = make.signed_in(client, acme).get(make.url(acme, "soa/1/problems/")).content.decode()
        assert "the treatment of a risk needs it" in page

    def test_a_reason_that_no_risk_gives_any_more_is_told(self, acme, scope, draft, client):
        risk, control = add(acme, scope), Requirement.objects.get(ref="A.8.24")
        treat_risk(actor=acme, risk=risk, decision="mitigate", treating=[control])
        other = Requirement.objects.get(ref="A.8.1")
        treat_risk(actor=acme, risk=risk, decision="mitigate", treating=[other])
        page = make.signed_in(client, acme).get(make.url(acme, "soa/1/problems/")).content.decode()
        assert "no risk to be mitigated needs it" in page
        assert self.row(draft, "A.8.24").applicable  # left to a person

    def test_the_approved_version_stays_as_it_is(self, acme, scope, draft):
        statements_row = self.row(draft, "A.8.24")
        treat_risk(
            actor=acme, risk=add(acme, scope), decision="accept", note="Within appetite", treating=[]
        )  # fmt: skip
        statements_row.refresh_from_db()
        assert statements_row.applicable is None  # only mitigation makes a control necessary

    def test_what_the_library_suggests_is_chosen_to_begin_with(self, get, post, acme, scope, draft):
        post("library/", selected=["lost-laptop"], action="take")
        risk = Risk.objects.get()
        page = get(f"{risk.pk}/").content.decode()
        control = Requirement.objects.get(ref="A.8.24")
        assert f'value="{control.pk}" selected' in page
        assert not RiskControl.objects.exists()

    def test_a_decision_without_its_reason_comes_back(self, post, acme, scope):
        refused = post(f"{add(acme, scope).pk}/decide/", decision="transfer")
        assert refused.status_code == 422
        assert "Name the contract or the insurance." in refused.content.decode()


class TestLibrary:
    def test_scenarios_are_found_taken_and_marked(self, get, post, acme, scope):
        assert "A laptop with confidential data is lost or stolen" in get("library/", q="laptop").content.decode()
        owner = str(acme.membership.pk)
        asset = assets.add_asset(actor=acme, name="Laptops", kind="hardware")
        post("library/", selected=["lost-laptop", "ransomware"], owner=owner, asset=str(asset.pk))
        assert [risk.assets.get().asset for risk in Risk.objects.all()] == [asset, asset]
        assert Risk.objects.get(scenario="lost-laptop").reference in get("library/", q="laptop").content.decode()
        assert "A laptop with confidential data" not in get("library/", open="yes", q="laptop").content.decode()

    def test_a_reader_looks_and_takes_nothing(self, get, post, acme):
        reader = make.member(acme, Role.READER)
        assert get("library/", reader).status_code == 200
        assert post("library/", reader, selected=["lost-laptop"]).status_code == 403


class TestTrend:
    def test_levels_owners_and_assets_are_counted(self, get, acme, scope):
        assert "No method is approved yet." in get("trend/").content.decode()
        some.method(acme)
        disk = assets.add_asset(actor=acme, name="Disk", kind="hardware")
        read(acme, add(acme, scope, owner=acme.membership, assets=[disk]), likelihood=5, integrity=5)
        page = get("trend/").content.decode()
        assert "Low 0, Medium 0, High 0, Very high 1" in page
        assert "Olga Owner" in page
        assert "Disk" in page

    def test_an_asset_and_a_control_name_their_risks(self, client, acme, scope):
        catalog.adopt_framework(actor=acme, framework_id=catalog_library.ISO_27001)
        disk = assets.add_asset(actor=acme, name="Disk", kind="hardware")
        risk = add(acme, scope, assets=[disk])
        control = Requirement.objects.get(ref="A.8.24")
        treat_risk(actor=acme, risk=risk, decision="mitigate", treating=[control])
        make.signed_in(client, acme)
        shown = [f"assets/{disk.pk}/", "risks/against/iso27001-2022/A.8.24/"]
        assert all("RISK-1" in client.get(make.url(acme, path)).content.decode() for path in shown)
        assert shown[1] in client.get(make.url(acme, "catalog/iso27001-2022/A.8.24/")).content.decode()


class TestMethod:
    def test_one_that_ships_is_chosen_changed_and_approved_by_somebody_else(self, get, post, acme):
        assert "Five by five" in get("method/").content.decode()
        post("method/start/", template="five")
        form = get("method/edit/").content.decode()
        assert "Less than once in ten years" in form
        draft = Method.objects.get()
        assert post("method/edit/", **_filled(draft, appetite="4")).status_code == 302
        draft.refresh_from_db()
        assert draft.plain["appetite"] == 4
        seen = method_queries.hash_of(draft)
        post("method/approve/", seen=seen)
        assert method_queries.in_force(acme) is None  # who changed it does not approve it
        ruth = make.member(acme, Role.TOP_MANAGEMENT, "Ruth Calder")
        post("method/approve/", ruth, seen=seen)
        assert "Ruth Calder" in get("method/").content.decode()

    def test_a_method_that_cannot_be_applied_names_what_is_wrong(self, post, acme):
        draft = methods.start_method(actor=acme)
        refused = post("method/edit/", **_filled(draft, likelihood="One\nTwo"))
        assert refused.status_code == 422
        assert "Give 3 to 7 steps." in refused.content.decode()
        assert post("method/edit/", **_filled(draft, matrix="1 2 x")).status_code == 422

    def test_a_contributor_changes_nothing(self, get, post, acme):
        jonas = make.member(acme, Role.CONTRIBUTOR)
        assert get("method/", jonas).status_code == 200
        assert post("method/start/", jonas, template="five").status_code == 403

    def test_without_a_draft_there_is_nothing_to_change(self, get, acme):
        some.method(acme)
        assert get("method/edit/").status_code == 302


def _filled(draft, **changes):
    lines = {
        scale: "\n".join(f"{step['name']}: {step['wording']}" for step in draft.plain[scale])
        for scale in ("likelihood", "impact")
    }
    plain = {name: draft.plain[name] for name in ("combine", "rule", "appetite", "triggers")}
    levels = {"level-TOTAL_FORMS": len(draft.plain["levels"]), "level-INITIAL_FORMS": len(draft.plain["levels"])}
    for number, level in enumerate(draft.plain["levels"]):
        levels |= {f"level-{number}-{name}": value for name, value in level.items() if value is not False}
    return {**lines, **plain, "matrix": "", **levels, **changes}


def _table(answer):
    return answer.content.decode().split('id="table-risks"')[1]


class TestImport:
    SHEET = b"Risk ID;Risk;Likelihood;Impact;Owner\nR-1;Flood;3;4;Olga Owner\nR-2;Fire;9;4;Nobody\n"

    def upload(self, client, acme, content):
        file = SimpleUploadedFile("register.csv", content, "text/csv")
        return client.post(make.url(acme, "risks/import/"), {"file": file})

    def test_a_bad_cell_is_named_and_a_good_sheet_comes_in(self, client, acme, scope):
        some.method(acme)
        make.signed_in(client, acme)
        where = self.upload(client, acme, self.SHEET)["Location"]
        shown = client.get(where).content.decode()
        assert "C: Likelihood" in shown
        columns = {"own_id": 0, "title": 1, "current_likelihood": 2, "current_impact": 3, "owner": 4}
        looked = client.post(where, columns | {"step": "look"}).content.decode()
        assert "C3: “9” is no step of the method." in looked
        assert "E3: nobody here is called “Nobody”" in looked
        assert client.post(where, columns | {"step": "apply"}).status_code == 422
        where = self.upload(client, acme, self.SHEET.replace(b";9;", b";2;"))["Location"]
        assert "Imported: 2 new, 0 changed." in client.post(
            where, columns | {"step": "apply"}, follow=True
        ).content.decode()  # fmt: skip
        assert Risk.objects.get(own_id="R-1").current_score == 12

    def test_an_expired_upload_leads_back(self, client, acme):
        make.signed_in(client, acme)
        assert client.get(make.url(acme, "risks/import/gone/"))["Location"].startswith(make.url(acme, "risks/import/"))
