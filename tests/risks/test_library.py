"""The scenarios that ship are whole, refer to what exists, and become risks once."""

import pytest

from annexa.assets.models import Kind
from annexa.catalog import library as catalog
from annexa.isms import profiles
from annexa.lib.errors import UserError
from annexa.organizations import queries as organizations
from annexa.risks import library
from annexa.risks.models import Risk
from annexa.risks.services import library as services
from annexa.risks.services import risks

ALL = library.scenarios()
ANNEX_A = set(catalog.frameworks()[catalog.ISO_27001].by_id)


def test_there_are_enough_for_every_industry():
    assert len(ALL) >= 120
    for profile in profiles.PROFILES:
        assert sum(profile in each.profiles for each in ALL.values()) >= 12
        assert len(library.narrowed(profile=profile)) >= 60


def test_what_the_field_asks_for_is_among_them():
    wanted = {"payment-file", "legacy-system", "break-glass", "unpatchable-device", "ransomware", "supplier-breach"}
    assert wanted <= set(ALL)


@pytest.mark.parametrize("scenario", ALL.values(), ids=lambda each: each.key)
def test_each_is_whole_and_refers_to_what_exists(scenario):
    texts = (scenario.title, scenario.cause, scenario.event, scenario.consequence, scenario.category, scenario.threat)
    assert all(texts)
    assert len(scenario.title) <= 200
    assert scenario.harms
    assert set(scenario.harms) <= set(library.HARMS)
    assert scenario.assets
    assert set(scenario.assets) <= set(Kind.values)
    assert scenario.controls
    assert set(scenario.controls) <= ANNEX_A
    assert set(scenario.attack) <= set(library.techniques())
    assert set(scenario.profiles) <= set(profiles.PROFILES)
    assert len(scenario.key) <= 60


def test_titles_differ_and_every_technique_is_used():
    assert len({each.title for each in ALL.values()}) == len(ALL)
    assert {each for scenario in ALL.values() for each in scenario.attack} == set(library.techniques())


class TestTake:
    def take(self, actor, *keys, **given):
        return services.take_scenarios(actor=actor, scope=organizations.scope_for(actor), keys=keys, **given)

    def test_each_becomes_a_risk_in_the_words_of_the_library(self, acme):
        made = self.take(acme, "lost-laptop", "ransomware", owner=acme.membership)
        assert [each.reference for each in made] == ["RISK-1", "RISK-2"]
        assert (made[0].title, made[0].scenario, made[0].owner) == (
            ALL["lost-laptop"].title, "lost-laptop", acme.membership,
        )  # fmt: skip

    def test_none_is_taken_twice_unless_it_was_closed(self, acme):
        first = self.take(acme, "lost-laptop")[0]
        assert self.take(acme, "lost-laptop", "lost-laptop") == []
        risks.close_risk(actor=acme, risk=first, reason="No laptops any more")
        assert len(self.take(acme, "lost-laptop")) == 1

    def test_an_unknown_one_stops_all(self, acme):
        with pytest.raises(UserError, match="no dragons"):
            self.take(acme, "lost-laptop", "dragons")
        assert not Risk.objects.exists()
