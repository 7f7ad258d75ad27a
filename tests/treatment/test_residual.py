"""Which changes make a signature worthless, and how far the work is."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annexa.treatment import residual

SIGNED = {
    "reference": "RISK-1", "title": "Flood", "owner": "m1", "decision": "mitigate", "note": "", "method": 1,
    "current": {"likelihood": 4, "impact": 4, "score": 16, "rank": 3, "level": "Very high", "above": True},
    "residual": {
        "stage": "target", "likelihood": 2, "impact": 4, "score": 8, "rank": 1, "level": "Medium", "above": False,
    },
    "controls": ["A.7.5", "A.8.14"],
    "actions": [
        {"reference": "ACTION-1", "title": "Move it up", "due": "2026-06-01", "state": "planned", "owner": "Jo"},
        {"reference": "ACTION-2", "title": "Buy pumps", "due": None, "state": "in_progress", "owner": "Jo"},
    ],
}  # fmt: skip


def after(**changed):
    now = copy.deepcopy(SIGNED)
    for path, value in changed.items():
        place, *rest = path.split("__")
        if rest:
            now[place] |= {rest[0]: value}
        else:
            now[place] = value
    return now


def kinds(now):
    return [kind for kind, _facts in residual.changes(SIGNED, now)]


def test_nothing_changed():
    assert kinds(after()) == []


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"owner": "m2"}, "owner"),
        ({"decision": "accept"}, "decision"),
        ({"note": "another contract"}, "grounds"),
        ({"current__score": 20}, "current"),
        ({"residual__score": 9}, "residual"),
        ({"controls": ["A.7.5"]}, "controls"),
        ({"actions": SIGNED["actions"][:1]}, "dropped"),
        ({"actions": [SIGNED["actions"][0], SIGNED["actions"][1] | {"state": "dropped"}]}, "dropped"),
        ({"actions": [SIGNED["actions"][0] | {"due": "2026-06-02"}, SIGNED["actions"][1]]}, "later"),
        ({"actions": [SIGNED["actions"][0] | {"due": None}, SIGNED["actions"][1]]}, "later"),
    ],
)
def test_what_got_worse_reopens(changed, kind):
    assert kinds(after(**changed)) == [kind]


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Flood in the cellar"},
        {"current__score": 12},
        {"residual__score": 4},
        {"controls": ["A.5.29", "A.7.5", "A.8.14"]},
        {"actions": [SIGNED["actions"][0] | {"due": "2026-05-01", "state": "done"}, SIGNED["actions"][1]]},
        {"actions": [SIGNED["actions"][0], SIGNED["actions"][1] | {"due": "2027-01-01"}]},
        {"actions": [SIGNED["actions"][0] | {"due": "2027-01-01", "state": "done"}, SIGNED["actions"][1]]},
        {"actions": [*SIGNED["actions"], {"reference": "ACTION-3", "title": "x", "due": None, "state": "planned"}]},
    ],
)
def test_what_only_helps_does_not(changed):
    assert kinds(after(**changed)) == []


def test_scores_of_two_methods_are_not_compared():
    same = after(method=2, residual__score=40, current__score=90)
    assert kinds(same) == []
    assert kinds(after(method=2, residual__level="High")) == ["residual"]
    assert kinds(after(method=2, residual__above=True)) == ["residual"]


def test_a_hash_knows_every_figure():
    assert residual.digest(SIGNED) == residual.digest(copy.deepcopy(SIGNED))
    assert len({residual.digest(after(**changed)) for changed in ({}, {"title": "x"}, {"residual__impact": 3})}) == 3


STATES = st.sampled_from(["planned", "in_progress", "done", "dropped"])


@given(st.lists(st.tuples(STATES, st.one_of(st.none(), st.floats(0.5, 500)))))
def test_progress_is_a_share_and_work_never_sets_it_back(states):
    share = residual.progress(states)
    counted = [each for each in states if each[0] != "dropped"]
    assert (share is None) == (not counted)
    if share is None:
        return
    assert 0 <= share <= 1
    assert (share == 1) == all(state == "done" for state, _effort in counted)
    begun = [("in_progress" if state == "planned" else state, effort) for state, effort in states]
    assert residual.progress(begun) >= share


def test_efforts_weigh_when_all_are_known():
    assert residual.progress([("done", 9.0), ("planned", 1.0)]) == 0.9
    assert residual.progress([("done", 9.0), ("planned", None)]) == 0.5


@given(st.integers(1, 25), st.integers(1, 25), st.floats(0, 1))
def test_the_expected_score_lies_between_the_readings(current, target, share):
    found = residual.expected(current, target, share)
    if target >= current:
        assert found is None
    else:
        assert target <= found <= current


def test_nothing_is_expected_without_readings():
    assert residual.expected(None, 4, 0.5) is None
    assert residual.expected(12, None, 0.5) is None
