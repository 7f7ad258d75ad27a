"""Which column of somebody's sheet holds what."""

from annexa.lib import headings

PATTERNS = (("name", r"^name|title"), ("id", r"^id$|number"))


def test_the_row_with_most_known_words_is_the_heading():
    assert headings.find([["Acme"], [], ["Id", "Name", "Else"], ["1", "x", "y"]], PATTERNS) == 2
    assert headings.find([], PATTERNS) == 0


def test_a_remembered_heading_counts_before_the_words_and_an_ignored_one_not_at_all():
    row = ["Title", "Name", "Bezeichnung"]
    assert headings.guess(row, PATTERNS) == {"name": 0}
    assert headings.guess(row, PATTERNS, {"bezeichnung": "name"}) == {"name": 2}
    assert headings.guess(row, PATTERNS, {"title": ""}) == {"name": 1}


def test_prose_is_no_heading():
    assert headings.guess(["Name " + "x" * 90], PATTERNS) == {}


def test_cells_are_named_as_spreadsheets_do():
    names = [headings.cell_name(3, column) for column in (0, 25, 26, 701, 702)]
    assert names == ["A3", "Z3", "AA3", "ZZ3", "AAA3"]


def test_cells_are_read_as_text():
    assert [headings.plain(each) for each in (None, True, False, 4.0, 4.5, " x ")] == ["", "yes", "no", "4", "4.5", "x"]
