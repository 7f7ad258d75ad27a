import datetime
from decimal import Decimal

import pytest

from annexa.treatment.importers import gap_sheet

HEAD = [
    "Id",
    "Title",
    "Conformity",
    "Maturity now",
    "Target",
    "Note",
    "Next action",
    "Owner e-mail",
    "Effort (days)",
    "Due",
]
KNOWN = gap_sheet.Known(
    headings={label.casefold(): name for name, label in gap_sheet.COLUMNS.items()},
    conformities={"conforms": "conforming", "partly": "partial", "not applicable": "not_applicable"},
    kinds={"4.1": "requirement", "10.1": "requirement", "A.5.1": "control"},
    owners={"mara@example.com": "Mara"},
)


def parse(*rows, head=HEAD, sheet="Clauses"):
    return gap_sheet.parse({"Read me": [["Hello"]], sheet: [head, *rows]}, KNOWN)


def row(**cells):
    names = list(gap_sheet.COLUMNS)
    return [cells.get(name) for name in names]


def test_every_column_is_read():
    found = parse(
        row(
            ref="4.1",
            conformity="PARTLY",
            maturity=2,
            target="4",
            note=" Some ",
            action="Do",
            owner="Mara@example.com",
            effort="2,5",
            due="2026-03-31",
        )
    )
    assert found.problems == []
    assert found.lines == [
        gap_sheet.Line(
            "4.1",
            "Clauses",
            2,
            {
                "conformity": "partial",
                "maturity": 2,
                "target": 4,
                "note": "Some",
                "action": "Do",
                "owner": "Mara",
                "effort": Decimal("2.5"),
                "due": datetime.date(2026, 3, 31),
            },
        )
    ]


def test_empty_cells_leave_what_is_there_and_a_hyphen_empties():
    found = parse(
        row(ref="4.1", maturity="-", note="–", owner="-", effort="-", due="-", conformity="-"), row(ref="10.1")
    )
    assert [line.values for line in found.lines] == [
        {"maturity": None, "note": "", "owner": None, "effort": None, "due": None, "conformity": "not_assessed"}
    ]


def test_numbers_stand_for_ids_and_dates_come_as_dates():
    found = parse(row(ref=10.1, due=datetime.date(2026, 1, 2)))
    assert found.lines[0].ref == "10.1"
    assert found.lines[0].values == {"due": datetime.date(2026, 1, 2)}


def test_columns_may_stand_anywhere_and_more_may_be_added():
    found = parse(["mine", "partly", "4.1"], head=["My own", "conformity", "ID"])
    assert found.lines[0].values == {"conformity": "partial"}
    assert found.ignored == ["My own"]


def test_headings_need_not_be_in_the_first_row():
    found = gap_sheet.parse({"CSV": [["Our company"], [], ["Id", "Target"], ["A.5.1", 5]]}, KNOWN)
    assert (found.lines[0].row, found.lines[0].values) == (4, {"target": 5})


@pytest.mark.parametrize(
    ("cells", "cell", "words"),
    [
        ({"ref": "9.9", "target": 1}, "A2", "9.9"),
        ({"target": 1}, "A2", "no id"),
        ({"ref": "4.1", "conformity": "green"}, "C2", "green"),
        ({"ref": "4.1", "conformity": "Not applicable"}, "C2", "left out"),
        ({"ref": "4.1", "maturity": 6}, "D2", "maturity"),
        ({"ref": "4.1", "maturity": 2.5}, "D2", "2.5"),
        ({"ref": "4.1", "target": "-"}, "E2", "maturity"),
        ({"ref": "4.1", "action": "x" * 301}, "G2", "301"),
        ({"ref": "4.1", "owner": "nobody@example.com"}, "H2", "nobody@example.com"),
        ({"ref": "4.1", "effort": "soon"}, "I2", "soon"),
        ({"ref": "4.1", "effort": 0}, "I2", "days"),
        ({"ref": "4.1", "effort": "1e99"}, "I2", "days"),
        ({"ref": "4.1", "due": "03/04/2026"}, "J2", "03/04/2026"),
    ],
)
def test_a_problem_names_sheet_cell_and_remedy(cells, cell, words):
    (problem,) = parse(row(**cells)).problems
    assert (problem.sheet, problem.cell) == ("Clauses", cell)
    assert words in problem.problem % problem.values
    assert problem.remedy % problem.values


def test_a_requirement_twice_is_a_problem():
    (problem,) = parse(row(ref="4.1", target=1), row(ref="4.1", target=2)).problems
    assert problem.problem % problem.values == "4.1 stands at Clauses!A2 already."


def test_a_heading_twice_is_a_problem():
    (problem,) = parse(head=["Id", "Due", "Due"]).problems
    assert problem.cell == "C1"


def test_a_book_without_headings_is_a_problem():
    (problem,) = gap_sheet.parse({"Sheet1": [["a", "b"]]}, KNOWN).problems
    assert "Id" in problem.problem


def test_cells_are_named_as_spreadsheets_do():
    assert [gap_sheet.cell_name(0, column) for column in (0, 25, 26, 701, 702)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]
