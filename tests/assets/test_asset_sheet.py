"""Other people's inventories, read cell by cell."""

import datetime

import pytest

from annexa.assets.importers import asset_sheet
from annexa.assets.importers.asset_sheet import Known
from annexa.lib import headings
from annexa.lib.cells import Problem

HEAD = ["Asset ID", "Asset name", "Type", "Owner", "Classification", "C", "I", "A", "RTO", "Personal data",
        "Depends on", "Tags", "Next review", "Status"]  # fmt: skip
MARA = object()
KNOWN = Known(
    own_ids={"srv-1": 1},
    references={"asset-7": 7},
    names={"old laptop": 3, "printer": None},
    members={"mara lindqvist": MARA},
    classifications={"internal": "internal"},
)


def read(*rows, head=HEAD, known=KNOWN):
    return asset_sheet.read([head, *rows], headings.guess(head, asset_sheet.HEADINGS), known)


def test_the_usual_headings_are_recognised():
    found = headings.guess(HEAD, asset_sheet.HEADINGS)
    assert list(found) == [
        "own_id", "name", "kind", "owner", "classification", "confidentiality", "integrity", "availability",
        "recovery_time", "personal_data", "needs", "tags", "review_due", "state",
    ]  # fmt: skip


def test_a_row_is_read_whole():
    row = ["SRV-2", " Build  server ", "Server", "Mara Lindqvist", "Internal", 3.0, "high", "5 - critical", "2 days",
           "no", "srv-1, ASSET-7; Old laptop", "ci, Linux;ci", datetime.date(2027, 1, 31), "active"]  # fmt: skip
    outcome = read(row)
    assert outcome.problems == []
    (line,) = outcome.lines
    assert (line.key, line.number) == (None, 2)
    assert line.values == {
        "own_id": "SRV-2", "name": "Build server", "kind": "hardware", "owner": MARA, "classification": "internal",
        "confidentiality": 3, "integrity": 4, "availability": 5, "recovery_time": 48, "personal_data": False,
        "tags": ["ci", "Linux"], "review_due": datetime.date(2027, 1, 31), "state": "in_use",
    }  # fmt: skip
    assert line.needs == [("asset", 1), ("asset", 7), ("asset", 3)]


@pytest.mark.parametrize(
    ("row", "key"),
    [
        (["srv-1", "Renamed"], 1),
        (["ASSET-7", "Renamed"], 7),
        (["", "Old laptop"], 3),
        (["", "Printer"], None),  # two have the name, so neither is meant
        (["NEW-1", "Old laptop"], None),  # an id of its own says that it is another one
    ],
)
def test_rows_are_matched_by_id_then_reference_then_name(row, key):
    assert read(row).lines[0].key == key


def test_our_own_reference_does_not_become_an_id():
    assert "own_id" not in read(["ASSET-7", "Renamed"]).lines[0].values


def test_an_empty_cell_leaves_and_a_hyphen_empties():
    (line,) = read(["srv-1", "", "", "-", "-", "-", "", "", "–", "", "", "-", "—"]).lines
    assert line.values == {
        "owner": None, "classification": "", "confidentiality": None, "recovery_time": None, "tags": [],
        "review_due": None,
    }  # fmt: skip


def test_every_problem_names_its_cell():
    rows = (
        ["", "", "gizmo", "Nobody", "Secret", 6, "x", "", "soon", "maybe", "Ghost", "", "31/12/2026", "lost"],
        ["A-1", "First"],
        ["a-1", "Second"],
    )
    found = {problem.cell: (problem.kind, problem.stops) for problem in read(*rows).problems}
    assert found == {
        "B2": ("name", True),
        "C2": ("kind", True),
        "D2": ("person", False),
        "E2": ("classification", True),
        "F2": ("value", True),
        "G2": ("value", True),
        "I2": ("recovery_time", True),
        "J2": ("personal_data", True),
        "K2": ("needs", True),
        "M2": ("day", True),
        "N2": ("state", True),
        "A4": ("twice", True),
    }


def test_rows_may_need_each_other_by_id_or_name_in_any_order():
    outcome = read(["A-1", "Shop", "", "", "", "", "", "", "", "", "Database"], ["A-2", "Database"])
    assert outcome.lines[0].needs == [("line", 1)]


def test_own_fields_are_read_by_what_the_organisation_says_of_them():
    def choice(text):
        if text not in ("red", "blue"):
            raise ValueError("Choose red or blue.")
        return text

    known = Known(extra={"colour": choice})
    columns = {"name": 0, "extra.colour": 1}
    outcome = asset_sheet.read([["Name", "Colour"], ["One", "red"], ["Two", "green"]], columns, known)
    assert outcome.lines[0].values["extra"] == {"colour": "red"}
    assert outcome.problems == [Problem("B3", "extra", "green", True, "Choose red or blue.")]


def test_an_empty_sheet_says_so():
    assert [problem.kind for problem in read().problems] == ["nothing"]


@pytest.mark.parametrize(("text", "hours"), [("4", 4), ("30 min", 1), ("1,5 d", 36), ("1 week", 168), ("9000", None)])
def test_times_become_whole_hours(text, hours):
    outcome = read(["X", "Thing", "", "", "", "", "", "", text])
    assert outcome.lines[0].values.get("recovery_time") == hours
    assert outcome.stops is (hours is None)


@pytest.mark.parametrize(
    "cell", ["=1+1", "<script>", "\u202e", "x" * 5000, float("nan"), True, datetime.date.max, 10**30, -1]
)
def test_nothing_in_a_cell_makes_the_reader_fail(cell):
    assert read([cell] * len(HEAD)).lines is not None
