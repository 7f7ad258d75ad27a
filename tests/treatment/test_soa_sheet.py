"""An existing statement is understood whatever its headings; ids of 2013 go over the bridge."""

import pytest

from annexa.treatment.importers import soa_sheet
from annexa.treatment.importers.soa_sheet import Known, Problem

KNOWN = Known(
    frozenset({"A.5.1", "A.5.2", "A.5.16", "A.5.18", "A.8.24", "A.9.9", "H.1"}),
    {"A.9.2.1": ["A.5.16"], "A.9.2.2": ["A.5.18"], "A.9.2.5": ["A.5.18"], "A.18.2.3": ["A.5.1", "A.5.2"]},
    {"mara lindqvist": "M"},
)
HEAD = ["Id", "Control", "Applicable", "Reasons", "Justification", "Status", "How implemented", "Owner"]


def read(*rows, head=HEAD, known=KNOWN):
    table = [head, *rows]
    return soa_sheet.read(table, soa_sheet.guess_columns(head), known)


def test_our_own_export_is_understood():
    assert soa_sheet.guess_columns(HEAD) == {
        "ref": 0, "applicable": 2, "reasons": 3, "justification": 4, "status": 5, "implementation": 6, "owner": 7,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        (["Annex A ref", "Title", "In scope?", "Rationale"], {"ref": 0, "applicable": 2, "justification": 3}),
        (["Control No.", "LR", "CO", "BR/BP", "RRA"], {"ref": 0, "legal": 1, "contract": 2, "baseline": 3, "risk": 4}),
        (["Clause", "Implemented?", "Responsible"], {"ref": 0, "status": 1, "owner": 2}),
        (["", None, 7], {}),
    ],
)
def test_columns_are_guessed_by_the_words_of_their_headings(head, columns):
    assert soa_sheet.guess_columns(head) == columns


def test_the_heading_may_stand_lower():
    assert soa_sheet.find_heading([["Acme Ltd"], [], ["Version 3"], HEAD, ["A.5.1"]]) == 3


def test_a_row_becomes_a_change():
    row = ["A.5.1", "Policies", "Yes", "Risk, legal", "Because.", "Implemented", "So.", "Mara Lindqvist"]
    assert read(row).changes == [
        soa_sheet.Change(
            "A.5.1",
            {
                "applicable": True, "status": "implemented", "justification": "Because.", "implementation": "So.",
                "reasons": ["legal", "risk"], "owner": "M",
            },
        )
    ]  # fmt: skip


def test_empty_cells_change_nothing():
    assert read(["A.5.1", "", None, "", "", "n/a", "", "-"]).changes == [soa_sheet.Change("A.5.1", {})]


@pytest.mark.parametrize("text", ["A.5.1", "5.1", "A 5.1", "a5.1", "A.5.01", "A.5.1 Policies", "Annex A 5.1"])
def test_ids_are_known_however_they_are_written(text):
    assert soa_sheet.normal_ref(text) == "A.5.1"


@pytest.mark.parametrize("text", ["", "Policies", "5", "A.5", "A.5.1.2.3", "2022"])
def test_what_is_no_id_is_none(text):
    assert soa_sheet.normal_ref(text) == ""


def test_an_own_control_is_found_by_its_id():
    assert read(["h.1", "", "yes"]).changes[0].ref == "H.1"


def test_reasons_may_have_a_column_each():
    outcome = read(["A.5.1", "x", "", "no"], head=["Id", "LR", "CO", "RRA"])
    assert outcome.changes[0].values == {"reasons": ["legal"]}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (["A.5.99", "", "yes"], Problem("A2", "unknown", "A.5.99")),
        (["Nonsense", "", "yes"], Problem("A2", "unknown", "Nonsense")),
        ([5.1, "", "yes"], Problem("A2", "number", "5.1")),
        (["A.5.1", "", "perhaps"], Problem("C2", "applicable", "perhaps")),
        (["A.5.1", "", "", "risk; whim"], Problem("D2", "reasons", "whim")),
        (["A.5.1", "", "", "", "", "soonish"], Problem("F2", "status", "soonish")),
        (["A.5.1", "", "", "", "", "", "", "Nobody"], Problem("H2", "owner", "Nobody", stops=False)),
    ],
)
def test_a_problem_names_its_cell(row, problem):
    outcome = read(row)
    assert outcome.problems == [problem]
    assert outcome.stops is problem.stops


def test_the_same_id_twice_is_a_problem():
    assert read(["A.5.1"], ["5.1"]).problems == [Problem("A3", "twice", "A.5.1")]


def test_a_sheet_without_controls_is_a_problem():
    assert read(["", "Notes"]).problems == [Problem("", "nothing", "")]


class TestEdition2013:
    def test_a_single_predecessor_is_carried_over(self):
        (change,) = read(["A.9.2.1", "", "yes", "risk", "Because."]).changes
        assert (change.ref, change.values["applicable"], change.disagree) == ("A.5.16", True, False)
        assert [said.ref for said in change.carried] == ["A.9.2.1"]

    def test_merged_predecessors_that_agree_speak_together(self):
        outcome = read(["A.9.2.2", "", "yes", "risk", "One."], ["A.9.2.5", "", "yes", "legal", "Two."])
        assert outcome.changes[0].values == {
            "applicable": True, "reasons": ["legal", "risk"], "justification": "One.\nTwo."
        }  # fmt: skip

    def test_merged_predecessors_that_disagree_decide_nothing(self):
        (change,) = read(["A.9.2.2", "", "yes"], ["A.9.2.5", "", "no", "", "None here."]).changes
        assert change.disagree
        assert "applicable" not in change.values

    def test_a_control_that_was_split_reaches_both(self):
        assert [change.ref for change in read(["A.18.2.3", "", "yes"]).changes] == ["A.5.1", "A.5.2"]

    def test_section_headings_are_not_taken_for_controls_of_2022(self):
        outcome = read(["A.5.1", "Management direction"], ["A.9.2.1", "", "yes"], ["A.9.2.2", "", "yes"])
        assert [change.ref for change in outcome.changes] == ["A.5.16", "A.5.18"]
        assert outcome.carried == 2

    def test_a_wrong_id_among_them_is_a_problem(self):
        outcome = read(["A.9.2.1", "", "yes"], ["A.9.2.2", "", "yes"], ["A.99.1", "", "yes"])
        assert outcome.problems == [Problem("A4", "unknown", "A.99.1")]
