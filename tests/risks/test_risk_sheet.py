"""Other people's registers, read cell by cell and brought in."""

import datetime

import pytest

from annexa.assets.services import assets
from annexa.catalog import library
from annexa.catalog import services as catalog
from annexa.lib import headings
from annexa.lib.cells import Problem
from annexa.lib.errors import UserError
from annexa.organizations import queries as organizations
from annexa.risks.importers import risk_sheet
from annexa.risks.importers.risk_sheet import Known
from annexa.risks.models import Reading, RegisterTerms, Risk
from annexa.risks.queries import sheet
from annexa.risks.services import risks
from annexa.treatment.services import risk_import, statements
from tests.factories import risks as some

HEAD = ["Risk ID", "Risk", "Risk owner", "Affected assets", "Inherent likelihood", "Inherent impact", "Likelihood",
        "Impact", "Residual likelihood", "Residual impact", "Treatment option", "Rationale", "Existing controls",
        "Planned controls", "Next review", "Category"]  # fmt: skip
MARA, LAPTOP, CRYPTO, POLICY = object(), object(), object(), object()
STEPS = {"rare": 1, "possible": 2, "likely": 3}
KNOWN = Known(
    own_ids={"r-1": 1}, references={"risk-7": 7}, titles={"flood": 3, "theft": None}, members={"mara lindqvist": MARA},
    assets={"laptops": LAPTOP, "asset-1": LAPTOP}, controls={"a.8.24": CRYPTO, "a.5.1": POLICY},
    likelihood=STEPS, impact={"low": 1, "medium": 2, "high": 3}, risks={3: risk_sheet.Risk(has_controls=True)},
)  # fmt: skip


def read(*rows, head=HEAD, known=KNOWN):
    return risk_sheet.read([head, *rows], headings.guess(head, risk_sheet.HEADINGS), known)


def row(**cells):
    columns = headings.guess(HEAD, risk_sheet.HEADINGS)
    found = [None] * len(HEAD)
    for name, value in cells.items():
        found[columns[name]] = value
    return found


def test_the_usual_headings_are_recognised():
    assert list(headings.guess(HEAD, risk_sheet.HEADINGS)) == [
        "own_id", "title", "owner", "assets", "inherent_likelihood", "inherent_impact", "current_likelihood",
        "current_impact", "target_likelihood", "target_impact", "decision", "decision_note", "existing", "treating",
        "review_due", "category",
    ]  # fmt: skip


def test_a_row_is_read_whole():
    outcome = read([
        "R-2", " Lost  laptop ", "Mara Lindqvist", "Laptops; ASSET-1", 3.0, "high", "2 - possible", "2", "Rare", 1,
        "Reduce", "", "A.5.1", "A.8.24 Use of cryptography", datetime.datetime(2027, 1, 31), "Devices",
    ])  # fmt: skip
    assert outcome.problems == []
    (line,) = outcome.lines
    assert line.key is None
    assert line.values == {"own_id": "R-2", "title": "Lost laptop", "owner": MARA, "assets": [LAPTOP],
                           "review_due": datetime.date(2027, 1, 31), "category": "Devices"}  # fmt: skip
    assert line.decision == {"decision": "mitigate", "existing": [POLICY], "treating": [CRYPTO]}
    assert line.readings == {"inherent": (3, 3), "current": (2, 2), "target": (1, 1)}


@pytest.mark.parametrize(
    ("cells", "key"),
    [({"own_id": "r-1"}, 1), ({"own_id": "RISK-7"}, 7), ({"title": "Flood"}, 3), ({"title": "New"}, None),
     ({"own_id": "R-9", "title": "Flood"}, None)],
)  # fmt: skip
def test_rows_find_their_risk(cells, key):
    assert read(row(**cells)).lines[0].key == key


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"category": "x"}, Problem("B2", "title", "")),
        ({"current_likelihood": "often", "current_impact": 1}, Problem("G2", "step", "often")),
        ({"current_likelihood": 4, "current_impact": 1}, Problem("G2", "step", "4")),
        ({"current_likelihood": 3}, Problem("H2", "half", "")),
        ({"decision": "perhaps"}, Problem("K2", "decision", "perhaps")),
        ({"decision": "reduce"}, Problem("K2", "no_control", "reduce")),
        ({"decision": "accept"}, Problem("K2", "no_grounds", "accept")),
        ({"treating": "A.9.99"}, Problem("N2", "control", "A.9.99")),
        ({"assets": "Moon"}, Problem("D2", "asset", "Moon")),
        ({"review_due": "01/02/2027"}, Problem("O2", "day", "01/02/2027")),
        ({"title": "x" * 201}, Problem("B2", "long", "x" * 80, detail="200")),
    ],
)
def test_every_problem_names_its_cell(cells, problem):
    found = read(row(**{"title": "" if problem.kind == "title" else "New", **cells})).problems
    assert problem in found
    assert problem.stops


def test_a_known_risk_keeps_its_controls_when_the_sheet_has_none():
    assert read(row(title="Flood", decision="reduce")).problems == []


def test_a_hyphen_is_no_id():
    lines = read(row(own_id="-", title="Flood"), row(own_id="-", title="New")).lines
    assert [line.key for line in lines] == [3, None]
    assert "own_id" not in lines[1].values


def test_a_title_that_several_have_is_refused():
    (problem,) = read(row(title="Theft")).problems
    assert (problem.cell, problem.kind) == ("B2", "ambiguous")


def test_nobody_by_that_name_only_warns():
    (problem,) = read(row(title="New", owner="Nobody")).problems
    assert (problem.kind, problem.stops) == ("person", False)


def test_a_risk_twice_and_an_empty_sheet_are_refused():
    assert [each.kind for each in read(row(title="New"), row(title="new")).problems] == ["twice"]
    assert [each.kind for each in read(row(title="Flood"), row(own_id="RISK-7"), row(own_id="risk-7")).problems] == [
        "twice"
    ]
    assert [each.kind for each in read([None] * 16).problems] == ["nothing"]


@pytest.mark.django_db
class TestBringingIn:
    @pytest.fixture
    def scope(self, acme):
        catalog.adopt_framework(actor=acme, framework_id=library.ISO_27001)
        assets.add_asset(actor=acme, name="Laptops", kind="hardware")
        some.method(acme)
        return organizations.scope_for(acme)

    def bring_in(self, actor, scope, *rows):
        opened = sheet.open_sheet(sheet.terms_of(actor), {"S": [HEAD, *rows]})
        found = sheet.read(actor, scope, opened)
        return risk_import.import_risks(actor=actor, scope=scope, outcome=found.outcome, columns=opened.remembered)

    def line(self, **more):
        return row(**{"own_id": "R-1", "title": "Lost laptop", "assets": "Laptops", "inherent_likelihood": 4,
                      "inherent_impact": 4, "current_likelihood": "Possible", "current_impact": "4",
                      "decision": "Reduce", "treating": "A.8.24", **more})  # fmt: skip

    def test_a_second_import_changes_and_doubles_nothing(self, acme, scope):
        statement = statements.start_statement(actor=acme, scope=scope)
        assert self.bring_in(acme, scope, self.line()) == {"new": 1, "changed": 0}
        risk = Risk.objects.get()
        assert (risk.inherent_score, risk.current_score, risk.decision) == (16, 12, "mitigate")
        assert risk.review_due is not None
        assert statement.rows.get(requirement__ref="A.8.24").reasons == ["risk"]
        assert self.bring_in(acme, scope, self.line()) == {"new": 0, "changed": 0}
        assert self.bring_in(acme, scope, self.line(current_impact=3, title="Stolen laptop")) == {
            "new": 0,
            "changed": 1,
        }
        risk.refresh_from_db()
        assert (risk.title, risk.current_score) == ("Stolen laptop", 9)
        assert list(Reading.objects.values_list("stage", "score")) == [
            ("inherent", 16),
            ("current", 12),
            ("current", 9),
        ]

    def test_one_column_of_controls_takes_none_out_of_the_treatment(self, acme, scope):
        self.bring_in(acme, scope, self.line())
        again = row(own_id="R-1", existing="A.8.24, A.5.1")
        assert self.bring_in(acme, scope, again)["changed"] == 1
        roles = dict(Risk.objects.get().controls.values_list("requirement__ref", "role"))
        assert roles == {"A.8.24": "treating", "A.5.1": "existing"}
        assert self.bring_in(acme, scope, again)["changed"] == 0

    def test_what_is_missing_in_the_sheet_stays(self, acme, scope):
        self.bring_in(acme, scope, self.line())
        assert self.bring_in(acme, scope, row(own_id="RISK-1", category="Devices"))["changed"] == 1
        risk = Risk.objects.get()
        assert (risk.category, risk.own_id, risk.decision) == ("Devices", "R-1", "mitigate")
        assert risk.assets.count() == risk.controls.count() == 1

    def test_a_closed_risk_is_found_by_its_id_and_changed(self, acme, scope):
        self.bring_in(acme, scope, self.line())
        risks.close_risk(actor=acme, risk=Risk.objects.get(), reason="Sold")
        for own_id in ("R-1", "RISK-1"):
            self.bring_in(acme, scope, row(own_id=own_id, category=f"Old {own_id}"))
        assert Risk.objects.get().category == "Old RISK-1"

    def test_all_rows_come_in_or_none(self, acme, scope):
        with pytest.raises(UserError, match="Nothing was imported"):
            self.bring_in(acme, scope, self.line(), row(title="Bad", current_likelihood=9, current_impact=1))
        assert not Risk.objects.exists()

    def test_columns_that_somebody_chose_are_remembered(self, acme, scope):
        book = {"S": [["Gefahr", "Wie oft"], ["Brand", "x"]]}
        opened = sheet.open_sheet(sheet.terms_of(acme), book).with_columns({"title": 0})
        found = sheet.read(acme, scope, opened)
        risk_import.import_risks(actor=acme, scope=scope, outcome=found.outcome, columns=opened.remembered)
        assert RegisterTerms.objects.get().columns == {"gefahr": "title", "wie oft": ""}
        assert sheet.open_sheet(sheet.terms_of(acme), book).columns == {"title": 0}

    def test_without_a_method_nothing_is_read(self, acme):
        scope = organizations.scope_for(acme)
        opened = sheet.open_sheet(sheet.terms_of(acme), {"S": [HEAD, self.line(assets="", treating="", decision="")]})
        found = sheet.read(acme, scope, opened)
        assert {each.kind for each in found.outcome.problems} == {"method"}
        assert "no method is approved" in sheet.sentence(found.outcome.problems[0])

    def test_two_thousand_rows_take_a_bounded_number_of_statements(self, acme, scope, django_assert_max_num_queries):
        rows = [self.line(own_id=f"R-{n}", title=f"Risk {n}") for n in range(2000)]
        opened = sheet.open_sheet(sheet.terms_of(acme), {"S": [HEAD, *rows]})
        found = sheet.read(acme, scope, opened)
        with django_assert_max_num_queries(40):
            risk_import.import_risks(actor=acme, scope=scope, outcome=found.outcome)
        assert Risk.objects.count() == 2000

    def test_numbers_go_on_after_an_import(self, acme, scope):
        self.bring_in(acme, scope, self.line(), row(title="Flood"))
        assert risks.add_risk(actor=acme, scope=scope, title="Fire").reference == "RISK-3"
