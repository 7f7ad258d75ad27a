"""Simulated loss against closed forms, and what must hold whatever the figures are."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from annexa.risks import ranges, simulation
from annexa.risks.ranges import Effect, Exposure, Range, expected
from annexa.risks.simulation import simulate, summary, years

TRIALS = 200_000
LOSS = Range("lognormal", 10_000, high=500_000)
ONCE = Range("fixed", 0.5)


def within(found, wanted, deviation, number, times=5):
    """Whether a mean of draws lies within some standard errors of what it should be."""
    return abs(found - wanted) <= times * deviation / math.sqrt(number)


class TestRanges:
    @pytest.mark.parametrize(
        "drawn", [Range("pert", 0, 2, 12), Range("pert", 5, 5, 5.5), Range("lognormal", 1, high=30), Range("fixed", 7)]
    )
    def test_draws_have_the_moments_of_the_closed_form(self, drawn):
        draws = simulation._draw(drawn, np.random.default_rng(1), TRIALS)
        deviation = math.sqrt(max(drawn.second_moment - drawn.mean**2, 0))
        assert within(draws.mean(), drawn.mean, deviation, TRIALS)
        assert (draws**2).mean() == pytest.approx(drawn.second_moment, rel=0.05)

    def test_pert_has_known_moments(self):
        known = Range("pert", 2, 5, 14)
        assert known.mean == pytest.approx((2 + 4 * 5 + 14) / 6)
        variance = (known.mean - 2) * (14 - known.mean) / 7
        assert known.second_moment - known.mean**2 == pytest.approx(variance)

    def test_ninety_of_a_hundred_lie_within_a_lognormal_interval(self):
        draws = simulation._draw(LOSS, np.random.default_rng(2), TRIALS)
        inside = ((draws >= 10_000) & (draws <= 500_000)).mean()
        assert inside == pytest.approx(0.9, abs=0.005)

    @pytest.mark.parametrize(
        ("given_range", "problem"),
        [(("normal", 1), "kind"), (("fixed", -1), "number"), (("fixed", math.nan), "number"),
         (("fixed", math.inf), "number"),
         (("pert", 1, 5, 3), "order"), (("pert", 1), "order"), (("lognormal", 0, None, 5), "order"),
         (("lognormal", 5, None, 5), "order")],
    )  # fmt: skip
    def test_what_is_no_range_is_refused(self, given_range, problem):
        with pytest.raises(ValueError, match=problem):
            Range(*given_range)


class TestOneRisk:
    def test_mean_and_variance_are_those_of_a_poisson_sum(self):
        exposure = Exposure("a", Range("fixed", 2.0), LOSS)
        losses, _same = years(exposure, TRIALS, 7)
        variance = 2.0 * LOSS.second_moment
        assert within(losses.mean(), 2.0 * LOSS.mean, math.sqrt(variance), TRIALS)
        assert expected(exposure) == pytest.approx(2.0 * LOSS.mean)
        assert losses.var() == pytest.approx(variance, rel=0.15)

    def test_years_without_an_event_are_as_frequent_as_they_should_be(self):
        losses, _same = years(Exposure("a", Range("fixed", 0.7), LOSS), TRIALS, 7)
        assert (losses == 0).mean() == pytest.approx(math.exp(-0.7), abs=0.005)

    def test_a_secondary_loss_adds_its_mean(self):
        exposure = Exposure("a", ONCE, Range("fixed", 100.0), Range("pert", 0, 20, 100))
        losses, _same = years(exposure, TRIALS, 7)
        assert losses.mean() == pytest.approx(expected(exposure), rel=0.02)

    def test_a_treatment_prevents_events_and_makes_the_rest_cheaper(self):
        effect = Effect(frequency=Range("fixed", 0.6), loss=Range("fixed", 0.5))
        before, after = years(Exposure("a", Range("fixed", 3.0), LOSS, effect=effect), TRIALS, 7)
        assert after.mean() / before.mean() == pytest.approx(0.4 * 0.5, rel=0.05)
        assert (after <= before + 1e-6).all()

    def test_pieces_do_not_change_the_figures(self, monkeypatch):
        exposure = Exposure("a", Range("fixed", 4.0), Range("fixed", 1.0))
        whole, _same = years(exposure, 5_000, 7)
        monkeypatch.setattr(simulation, "AT_ONCE", 100)
        pieces, _same = years(exposure, 5_000, 7)
        assert (whole == pieces).all()


class TestSeeds:
    def test_the_same_seed_gives_the_same_figures_whatever_stands_beside(self):
        one, two = Exposure("one", ONCE, LOSS), Exposure("two", ONCE, LOSS)
        alone = simulate([one], trials=1_000, seed=3)
        beside = simulate([two, one], trials=1_000, seed=3)
        assert alone.before["one"] == beside.before["one"]
        assert beside.before["one"] != beside.before["two"]
        assert simulate([one], trials=1_000, seed=4).before != alone.before

    def test_the_figures_are_those_of_any_machine(self):
        found = simulate([Exposure("a", Range("fixed", 1.0), Range("pert", 10, 20, 60))], trials=1_000, seed=1)
        assert found.before["a"] == pytest.approx(KNOWN, rel=1e-9)

    def test_progress_is_told(self):
        heard = []
        simulate([Exposure(str(n), ONCE, LOSS) for n in range(3)], trials=100, seed=1, progress=heard.append)
        assert heard == [1, 2, 3]


def test_web_and_worker_do_without_numpy():
    """It would cost each process some 25 MB that only a simulation needs."""
    code = "import annexa.config.urls, annexa.risks.jobs, sys; sys.exit('numpy' in sys.modules)"
    program = f"import django; django.setup(); {code}"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


class TestSummary:
    def test_the_curve_falls_from_all_to_none(self):
        found = summary(np.arange(1000.0))
        chances = [chance for _loss, chance in found.curve]
        assert chances == sorted(chances, reverse=True)
        assert chances[-1] == 0
        assert found.percentiles[50] == pytest.approx(499.5)
        assert found.chance_above(899) == pytest.approx(0.1, abs=0.002)

    def test_money_returned_is_loss_avoided_by_cost(self):
        assert ranges.returns(100.0, 40.0, 20.0) == 3.0
        assert ranges.returns(100.0, 40.0, 0.0) is None


AMOUNT = some.floats(0.01, 1e6)
RANGES = some.one_of(
    AMOUNT.map(lambda low: Range("fixed", low)),
    some.tuples(AMOUNT, AMOUNT, AMOUNT).map(sorted).map(lambda three: Range("pert", *three)),
    some.tuples(AMOUNT, some.floats(1.1, 100)).map(lambda two: Range("lognormal", two[0], None, two[0] * two[1])),
)
SHARES = some.floats(0, 1).map(lambda share: Range("fixed", share))


@settings(max_examples=60, deadline=None)
@given(some.floats(0, 5), RANGES, RANGES, SHARES, SHARES)
def test_no_year_costs_less_than_nothing_and_treatment_never_costs_more(rate, loss, secondary, fewer, smaller):
    effect = Effect(fewer, smaller)
    before, after = years(Exposure("x", Range("fixed", rate), loss, secondary, effect), 300, 1)
    assert (before >= 0).all()
    assert (after >= 0).all()
    assert (after <= before * (1 + 1e-9) + 1e-9).all()


KNOWN = 25.690737298355064
