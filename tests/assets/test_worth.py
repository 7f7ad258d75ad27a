"""What an asset is worth with what depends on it."""

from hypothesis import given
from hypothesis import strategies as some

from annexa.assets.worth import Edge, cycle, path, sources, worths

VALUE = some.none() | some.integers(1, 5)
VALUES = some.dictionaries(some.integers(0, 9), some.tuples(VALUE, VALUE, VALUE), max_size=10)
FLOWS = some.tuples(some.booleans(), some.booleans(), some.booleans())
# An edge always leads from a smaller to a larger number, so there is no cycle.
EDGES = some.lists(
    some.tuples(some.integers(0, 8), some.integers(1, 9), FLOWS).filter(lambda e: e[0] < e[1]), max_size=20
).map(lambda found: [Edge(*each) for each in found])


def test_a_database_is_worth_what_the_page_that_reads_it_is_worth():
    values = {"page": (4, 3, 5), "database": (2, 5, None), "disk": (None, None, None)}
    edges = [Edge("page", "database"), Edge("database", "disk", (False, True, True))]
    assert worths(values, edges) == {"page": (4, 3, 5), "database": (4, 5, 5), "disk": (None, 5, 5)}
    assert sources(values, edges)["disk"] == ("disk", "database", "page")


def test_a_way_and_a_circle_are_found():
    edges = [Edge("a", "b"), Edge("b", "c"), Edge("c", "d")]
    assert path(edges, "a", "d") == ["a", "b", "c", "d"]
    assert path(edges, "d", "a") == []
    assert cycle(edges) == []
    assert cycle([*edges, Edge("d", "b")]) == ["b", "c", "d", "b"]
    assert cycle([Edge("a", "b"), Edge("x", "b"), Edge("b", "y"), Edge("x", "y")]) == []


@given(VALUES, EDGES)
def test_nothing_is_worth_less_than_its_own_value_or_than_what_flows_to_it(values, edges):
    found = worths(values, edges)
    for key, own in values.items():
        assert all((worth or 0) >= (said or 0) for worth, said in zip(found[key], own, strict=True))
    for edge in edges:
        for passes, above, below in zip(edge.flows, found[edge.asset], found[edge.needed], strict=True):
            assert not passes or (below or 0) >= (above or 0)


@given(VALUES, EDGES)
def test_every_worth_is_somebodys_own_value(values, edges):
    found, whose = worths(values, edges), sources(values, edges)
    for key, worth in found.items():
        for dimension in range(3):
            assert worth[dimension] == values.get(whose[key][dimension], (None, None, None))[dimension]


@given(EDGES)
def test_numbers_that_only_rise_make_no_circle_and_one_edge_back_does(edges):
    assert cycle(edges) == []
    for edge in edges[:1]:
        circle = cycle([*edges, Edge(edge.needed, edge.asset)])
        assert circle[0] == circle[-1]
        assert {edge.asset, edge.needed} & set(circle)
