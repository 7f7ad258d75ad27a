"""Risks are put in numbers, simulated by a job, and shown with what the treatment returns."""

import pytest

from annexa.jobs.models import Progress
from annexa.lib.errors import NotAllowed, UserError
from annexa.organizations import queries as organizations
from annexa.organizations.roles import Role
from annexa.risks import jobs, simulation
from annexa.risks.models import Estimate, Simulation
from annexa.risks.queries import numbers as queries
from annexa.risks.ranges import expected
from annexa.risks.services import numbers, risks
from tests.factories import organizations as make

RANGES = {
    "frequency": {"kind": "pert", "low": 0.1, "likely": 0.5, "high": 2},
    "loss": {"kind": "lognormal", "low": 10_000, "high": 200_000},
    "prevented": {"kind": "fixed", "low": 0.5},
}


@pytest.fixture
def scope(acme):
    return organizations.scope_for(acme)


@pytest.fixture
def risk(acme, scope):
    return risks.add_risk(actor=acme, scope=scope, title="Lost laptop")


def estimate(actor, risk, **changes):
    return numbers.estimate_risk(actor=actor, risk=risk, ranges={**RANGES, **changes})


def test_an_estimate_is_kept_and_replaced(acme, risk):
    first = estimate(acme, risk)
    again = estimate(acme, risk, prevented=None)
    assert (first.pk, again.prevented, Estimate.objects.count()) == (again.pk, None, 1)
    assert expected(again.exposure()) > 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"frequency": None}, "frequency"),
        ({"loss": {"kind": "normal", "low": 1}}, "loss"),
        ({"loss": {"kind": "pert", "low": 5, "likely": 2, "high": 9}}, "loss"),
        ({"loss": {"kind": "fixed"}}, "loss"),
        ({"loss": {"kind": "fixed", "low": "much"}}, "loss"),
        ({"prevented": {"kind": "fixed", "low": 1.5}}, "prevented"),
        ({"frequency": {"kind": "fixed", "low": 1e9}}, "frequency"),
    ],
)
def test_what_is_no_range_names_its_field(acme, risk, changes, field):
    with pytest.raises(UserError) as error:
        estimate(acme, risk, **changes)
    assert field in error.value.fields
    assert not Estimate.objects.exists()


def test_an_owner_says_their_own_and_nobody_elses(acme, risk):
    jonas = make.member(acme, Role.CONTRIBUTOR)
    with pytest.raises(NotAllowed):
        estimate(jonas, risk)
    risks.change_risk(actor=acme, risk=risk, owner=jonas.membership)
    assert estimate(jonas, risk).changed_by == jonas.membership


def test_without_numbers_nothing_is_simulated(acme, scope):
    with pytest.raises(UserError, match="No open risk has numbers"):
        numbers.ask_for_simulation(actor=acme, scope=scope)


@pytest.mark.django_db(transaction=True)
def test_a_job_simulates_and_the_same_seed_gives_the_same_figures():
    actor = make.organization("Acme")
    with make.inside(actor):
        scope = organizations.scope_for(actor)
        risk = risks.add_risk(actor=actor, scope=scope, title="Lost laptop")
        estimate(actor, risk)
        runs = [numbers.ask_for_simulation(actor=actor, scope=scope, trials=20_000, seed=5) for _time in range(2)]
    for run in runs:
        jobs.simulate_losses(str(actor.organization_id), str(run.pk))
    with make.inside(actor):
        one, two = Simulation.objects.order_by("asked_at")
        assert one.figures == two.figures
        assert one.progress.state == Progress.State.DONE
        before, after = one.figures["risks"][str(risk.pk)]
        wanted = expected(queries.estimate_of(risk).exposure())
        assert before == pytest.approx(wanted, rel=0.1)
        assert after == pytest.approx(wanted / 2, rel=0.12)
        assert one.figures["before"]["curve"][-1][1] == 0
    jobs.simulate_losses(str(actor.organization_id), str(runs[0].pk))  # once more changes nothing
    with make.inside(actor):
        assert Simulation.objects.get(pk=runs[0].pk).made_at == one.made_at


@pytest.mark.django_db(transaction=True)
def test_a_simulation_that_fails_says_so(monkeypatch):
    actor = make.organization("Acme")
    with make.inside(actor):
        scope = organizations.scope_for(actor)
        estimate(actor, risks.add_risk(actor=actor, scope=scope, title="Lost laptop"))
        run = numbers.ask_for_simulation(actor=actor, scope=scope)

    monkeypatch.setattr(jobs.sys, "executable", "/bin/false")
    with pytest.raises((RuntimeError, BrokenPipeError)):
        jobs.simulate_losses(str(actor.organization_id), str(run.pk))
    with make.inside(actor):
        assert Simulation.objects.get().progress.state == Progress.State.FAILED


class TestPages:
    @pytest.fixture
    def get(self, client, acme):
        return lambda path, actor=acme: make.signed_in(client, actor).get(make.url(acme, f"risks/{path}"))

    @pytest.fixture
    def post(self, client, acme):
        return lambda path, actor=acme, **data: make.signed_in(client, actor).post(
            make.url(acme, f"risks/{path}"), data
        )

    def test_ranges_are_typed_simulated_and_shown(self, get, post, acme, scope, risk):
        assert "No risk has numbers yet" in get("numbers/").content.decode()
        typed = {"frequency-kind": "fixed", "frequency-low": "2", "loss-kind": "pert", "loss-low": "1000",
                 "loss-likely": "2000", "loss-high": "9000", "prevented-kind": "fixed", "prevented-low": "50",
                 "cost": "500"}  # fmt: skip
        assert post(f"{risk.pk}/numbers/", **typed).status_code == 302
        assert Estimate.objects.get().prevented["low"] == 0.5
        assert 'value="50.0"' in get(f"{risk.pk}/numbers/").content.decode()
        assert "≈ 6,000" in get("numbers/").content.decode()
        post("numbers/", trials="1000", seed="1")
        assert "Waiting" in get("numbers/").content.decode()
        run = Simulation.objects.get()
        outcome = simulation.figures(simulation.simulate([Estimate.objects.get().exposure()], trials=1000, seed=1))
        numbers.keep_simulation(actor=acme, simulation=run, figures=outcome)
        page = get("numbers/").content.decode()
        assert "Chance of a year that costs more" in page
        assert "ax-curve" in page
        assert get("numbers/progress/")["HX-Redirect"].endswith("risks/numbers/")

    def test_a_range_that_falls_comes_back_with_a_sentence(self, post, acme, risk):
        typed = {"frequency-kind": "fixed", "frequency-low": "2", "loss-kind": "pert", "loss-low": "9",
                 "loss-high": "1",
                 "loss-likely": "2"}  # fmt: skip
        refused = post(f"{risk.pk}/numbers/", **typed)
        assert refused.status_code == 422
        assert "Low, likely and high rise" in refused.content.decode()

    def test_a_reader_changes_nothing(self, get, post, acme, risk):
        reader = make.member(acme, Role.READER)
        assert get("numbers/", reader).status_code == 200
        assert post(f"{risk.pk}/numbers/", reader, **{"frequency-kind": "fixed"}).status_code in (403, 422)
        assert post("numbers/", reader, trials="1000").status_code == 403
        assert not Estimate.objects.exists()
