"""A table keeps its whole state in the URL and never falls over what it finds there."""

from types import SimpleNamespace

import pytest
from django.template import engines
from django.test import RequestFactory

from annexa.ui.tables import Action, Column, Filter, Table


class FruitTable(Table):
    name = "fruit"
    label = "Fruit"
    search = ("name", "maker__name")
    page_size = 2
    export_formats = ("csv",)
    columns = [
        Column("name", "Name", sort="name"),
        Column("kind", "Kind", sort="kind", export=lambda row: row.kind.upper()),
        Column("maker", "Maker", value=lambda row: row.maker.name),
        Column("secret", "Secret", shown=False),
    ]
    filters = [
        Filter("kind", "Kind", choices=[("stone", "Stone fruit"), ("pome", "Pome fruit")]),
        Filter("short", "Short", choices=[("1", "Short name")], apply=lambda rows, _values: rows[:1]),
    ]
    actions = [Action("eat", "Eat", confirm="Eat them?")]

    def row_url(self, row):
        return f"/fruit/{row.pk}/"


def fruit(pk, name, kind, maker="Ada"):
    return SimpleNamespace(pk=pk, name=name, kind=kind, maker=SimpleNamespace(name=maker), secret="x")


ROWS = [
    fruit(1, "Plum", "stone"),
    fruit(2, "Apple", "pome"),
    fruit(3, "Cherry", "stone", "Bo"),
    fruit(4, "Pear", "pome"),
    fruit(5, "<b>Quince</b>", "pome"),
]


def table(query="", *, cookies=None, post=None, cls=FruitTable, rows=ROWS, **options):
    factory = RequestFactory()
    request = factory.post(f"/{query}", post) if post is not None else factory.get(f"/{query}")
    request.COOKIES.update(cookies or {})
    return cls(rows, request, **options)


def names(found):
    return [row.name for row in found]


def test_first_page_in_usual_order():
    shown = table()
    assert names(shown.rows) == ["Plum", "Apple"]
    assert (shown.total, shown.pages, shown.first, shown.last) == (5, 3, 1, 2)
    assert shown.notices == []


def test_last_page_ends_with_the_last_row():
    shown = table("?page=3")
    assert (shown.first, shown.last, len(shown.rows)) == (5, 5, 1)
    assert shown.next_url == ""
    assert shown.previous_url == "?page=2"


@pytest.mark.parametrize("page", ["0", "4", "-1", "two", "²", "99999999999999999999"])
def test_unknown_page_falls_back_and_says_so(page):
    shown = table(f"?page={page}")
    assert names(shown.rows) == ["Plum", "Apple"]
    assert len(shown.notices) == 1


@pytest.mark.parametrize("query", ["?sort=colour", "?sort=maker", "?sort=-", "?kind=citrus"])
def test_unknown_sort_or_filter_falls_back_and_says_so(query):
    shown = table(query)
    assert shown.total == 5
    assert len(shown.notices) == 1


def test_sort_goes_up_then_down_then_back():
    assert table().heads[0].url == "?sort=name"
    up = table("?sort=name&page=2")
    assert (up.heads[0].direction, up.heads[0].url) == ("ascending", "?sort=-name")
    down = table("?sort=-name")
    assert names(down.rows) == ["Plum", "Pear"]
    assert (down.heads[0].direction, down.heads[0].url) == ("descending", "?")


def test_column_without_sort_has_no_link():
    assert table().heads[2].url == ""


def test_search_needs_every_word_and_follows_relations():
    assert names(table("?q=bo+cher").matching) == ["Cherry"]
    assert table("?q=bo+plum").total == 0


def test_filter_takes_several_values():
    assert table("?kind=stone&kind=pome").total == 5
    assert names(table("?kind=stone").matching) == ["Plum", "Cherry"]


def test_filter_with_its_own_rule():
    assert names(table("?short=1").matching) == ["Plum"]


def test_chips_remove_one_value_each_and_keep_the_rest():
    chips = table("?q=p&kind=stone&kind=pome&page=2").chips
    assert [(chip.label, chip.value) for chip in chips] == [
        ("Search", "p"),
        ("Kind", "Stone fruit"),
        ("Kind", "Pome fruit"),
    ]
    assert chips[0].url == "?kind=stone&kind=pome"
    assert chips[1].url == "?q=p&kind=pome"


def test_single_choice_is_a_toggle():
    assert table().filter_views[1].toggle.url == "?short=1"
    assert table("?short=1").filter_views[1].toggle.url == "?"


def test_unknown_parameters_are_kept():
    assert table("?scope=lisbon").heads[0].url == "?scope=lisbon&sort=name"


def test_page_links_leave_gaps():
    many = table("?page=10", rows=[fruit(number, "x", "pome") for number in range(40)])
    assert [link.number for link in many.page_links] == [1, None, 8, 9, 10, 11, 12, None, 20]


def test_columns_come_from_the_cookie_and_the_url_wins():
    assert [column.name for column in table().shown] == ["name", "kind", "maker"]
    cookies = {"ax-columns-fruit": "secret.nonsense"}
    assert [column.name for column in table(cookies=cookies).shown] == ["name", "secret"]
    assert [column.name for column in table("?columns=kind", cookies=cookies).shown] == ["name", "kind"]


def test_nonsense_in_the_cookie_is_ignored():
    assert len(table(cookies={"ax-columns-fruit": "nonsense"}).shown) == 3


def test_export_has_all_rows_of_the_filter():
    rows = list(table("?kind=stone&page=1").export_rows())
    assert rows == [["Name", "Kind", "Maker"], ["Plum", "STONE", "Ada"], ["Cherry", "STONE", "Bo"]]


def test_given_count_saves_counting_until_narrowed():
    assert table(count=500).total == 500
    assert table("?kind=stone", count=500).total == 2


def test_selected_rows():
    assert names(table(post={"selected": ["2", "4"]}).selected()) == ["Apple", "Pear"]
    assert len(table(post={"everything": "1"}).selected()) == 5


def test_groups_only_in_the_usual_order():
    class Grouped(FruitTable):
        group_by = "kind"
        page_size = 5

    rows = sorted(ROWS, key=lambda row: row.kind)
    assert [len(members) for _, members in table(cls=Grouped, rows=rows).groups] == [3, 2]
    assert [label for label, _ in table("?sort=name", cls=Grouped, rows=rows).groups] == [""]


def test_empty_table():
    shown = table(rows=[])
    assert (shown.first, shown.last, shown.total, shown.pages) == (0, 0, 0, 1)
    assert not shown.is_narrowed


def draw(shown):
    template = engines["django"].from_string('{% include "ui/table.html" %}')
    return template.render({"table": shown}, shown.request)


def test_drawn_table_escapes_and_links_rows():
    html = draw(table("?page=3"))
    assert "&lt;b&gt;Quince" in html
    assert "<b>Quince" not in html
    assert 'hx-get="/fruit/5/"' in html
    assert "style=" not in html


def test_drawn_table_says_when_nothing_matches():
    assert "No rows match" in draw(table("?q=zzz"))
    assert "Nothing here yet" in draw(table(rows=[]))
