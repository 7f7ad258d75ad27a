"""What a method makes of readings, and what makes no method."""

import contextlib
import copy

import pytest
from hypothesis import given
from hypothesis import strategies as some

from annexa.risks import terms
from annexa.risks.queries import methods

SHIPPED = sorted(methods.templates())


def shipped(name="five", **changes):
    return terms.read({**methods.templates()[name], **changes})


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_can_be_applied_and_stored(name):
    found = shipped(name)
    assert terms.read(terms.plain(found)) == found
    assert all(step.wording.endswith(".") for step in (*found.likelihood, *found.impact))
    assert found.level_of(found.highest) == len(found.levels) - 1
    assert found.is_within(min(map(min, found.grid)))
    assert not found.is_within(found.highest)


def test_a_worked_example():
    five = shipped()
    assert five.impact_of((4, 2, None)) == 4
    assert five.score_of(3, 4) == 12
    assert five.levels[five.level_of(12)].name == "High"
    assert not five.is_within(12)
    assert shipped(combine="mean").impact_of((4, 1, 2)) == 2
    assert shipped(combine="mean").impact_of((4, 1, None)) == 3  # half a step counts as one
    levels = methods.templates()["five"]["levels"][:2]
    assert shipped(rule="sum", levels=levels, appetite=5).score_of(3, 4) == 7
    assert shipped("three").score_of(2, 3) == 6
    assert five.impact_of((None, None, None)) is None


@pytest.mark.parametrize(
    ("changes", "place", "kind"),
    [
        ({"likelihood": [{"name": "One"}, {"name": "Two"}]}, "likelihood", "steps"),
        ({"impact": "five"}, "impact", "steps"),
        ({"impact": [{"name": "A"}, {"name": ""}, {"name": "C"}]}, "impact.1", "name"),
        ({"combine": "worse"}, "combine", "choice"),
        ({"rule": "guess"}, "rule", "choice"),
        ({"rule": "matrix", "matrix": [[1, 2], [3, 4]]}, "matrix", "shape"),
        ({"rule": "matrix"}, "matrix", "shape"),
        ({"appetite": "9"}, "appetite", "number"),
        ({"appetite": True}, "appetite", "number"),
        ({"levels": []}, "levels", "levels"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(changes, place, kind):
    with pytest.raises(terms.TermsWrong) as error:
        shipped(**changes)
    assert error.value.problems[place] == kind


@pytest.mark.parametrize(
    ("lowest", "place", "kind"),
    [((1, 5, 5, 15), "levels", "order"), ((2, 5, 10, 15), "levels.0.lowest", "gap"),
     ((1, 5, 10, 26), "levels.3.lowest", "unreachable")],
)  # fmt: skip
def test_levels_rise_and_leave_no_gap(lowest, place, kind):
    levels = copy.deepcopy(methods.templates()["five"]["levels"])
    for level, score in zip(levels, lowest, strict=True):
        level["lowest"] = score
    with pytest.raises(terms.TermsWrong) as error:
        shipped(levels=levels)
    assert error.value.problems == {place: kind}


def test_a_matrix_never_falls():
    with pytest.raises(terms.TermsWrong) as error:
        shipped("three", matrix=[[1, 2, 3], [2, 1, 6], [3, 6, 9]])
    assert error.value.problems == {"matrix": "falls"}


@pytest.mark.parametrize(
    ("step", "before", "after", "found"), [(1, 5, 3, 1), (3, 5, 3, 2), (5, 5, 3, 3), (2, 3, 5, 3), (4, 5, 5, 4)]
)
def test_steps_are_carried_to_where_they_lay(step, before, after, found):
    assert terms.carried(step, before, after) == found


@given(some.sampled_from(SHIPPED), some.data())
def test_more_likelihood_or_impact_never_lowers_score_or_level(name, data):
    method = shipped(name)
    across, up = (data.draw(some.integers(1, len(scale))) for scale in (method.likelihood, method.impact))
    more_across, more_up = (
        data.draw(some.integers(across, len(method.likelihood))),
        data.draw(some.integers(up, len(method.impact))),
    )
    low, high = method.score_of(across, up), method.score_of(more_across, more_up)
    assert low <= high
    assert method.level_of(low) <= method.level_of(high)


@given(
    some.dictionaries(
        some.sampled_from(["likelihood", "impact", "combine", "rule", "matrix", "levels", "appetite"]),
        some.recursive(
            some.none() | some.booleans() | some.integers() | some.text(max_size=3),
            lambda inner: (
                some.lists(inner, max_size=4) | some.dictionaries(some.sampled_from(["name", "lowest"]), inner)
            ),
            max_leaves=8,
        ),
    )
)
def test_whatever_is_given_is_read_or_refused(given_terms):
    with contextlib.suppress(terms.TermsWrong):
        assert terms.read(given_terms).levels
