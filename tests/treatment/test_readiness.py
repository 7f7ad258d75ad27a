from datetime import date

import pytest

from annexa.treatment import readiness
from annexa.treatment.readiness import Readiness, gain, plan_key


def worth(**changes):
    values = {"mandatory": True, "conformity": "nonconforming", "maturity": 1, "target": 3, "effort": 2.0}
    return gain(**values | changes)


def test_readiness_is_what_conforms_out_of_what_applies():
    found = readiness.count(["conforming"] * 3 + ["partial", "nonconforming", "not_assessed"] + ["not_applicable"] * 4)
    assert found == Readiness(met=3, partly=1, unmet=1, unassessed=1, not_applicable=4)
    assert (found.total, found.percent, found.open) == (6, 50, 2)


def test_partly_met_does_not_count():
    assert readiness.count(["partial", "partial"]).percent == 0


def test_nothing_to_assess_is_zero_percent():
    assert readiness.count(["not_applicable"]).percent == 0


def test_hundred_percent_only_when_nothing_is_open():
    assert Readiness(met=999, unmet=1).percent == 99
    assert Readiness(met=1000).percent == 100


@pytest.mark.parametrize(
    ("conformity", "expected"),
    [("nonconforming", 1.2), ("not_assessed", 1.2), ("partial", 0.7), ("conforming", 0.2), ("not_applicable", 0.0)],
)
def test_gain_is_missing_conformity_and_missing_maturity(conformity, expected):
    assert worth(conformity=conformity).gain == pytest.approx(expected)


def test_gain_ignores_maturity_above_target():
    assert worth(conformity="conforming", maturity=5).gain == 0


def test_unknown_maturity_counts_as_zero():
    assert worth(conformity="conforming", maturity=None).gain == pytest.approx(0.3)


def test_effort_is_one_day_when_nobody_said_and_says_so():
    unknown, known = worth(effort=None), worth(effort=4.0)
    assert (unknown.effort, unknown.effort_assumed, unknown.ratio) == (1.0, True, pytest.approx(1.2))
    assert (known.effort_assumed, known.ratio) == (False, pytest.approx(0.3))


def test_plan_order_is_mandatory_then_ratio_then_due_then_standard():
    soon, late = date(2026, 3, 1), date(2026, 9, 1)
    lines = {
        "control, quick": plan_key(worth(mandatory=False, effort=0.5), soon, "1"),
        "clause, slow": plan_key(worth(effort=9.0), soon, "2"),
        "clause, quick, no date": plan_key(worth(effort=1.0), None, "3"),
        "clause, quick, late": plan_key(worth(effort=1.0), late, "4"),
        "clause, quick, soon": plan_key(worth(effort=1.0), soon, "6"),
        "clause, quick, soon, first in the standard": plan_key(worth(effort=1.0), soon, "5"),
    }
    assert sorted(lines, key=lines.__getitem__) == [
        "clause, quick, soon, first in the standard",
        "clause, quick, soon",
        "clause, quick, late",
        "clause, quick, no date",
        "clause, slow",
        "control, quick",
    ]
