"""What the six industry profiles put first, and that no two differ by name only."""

import itertools

import pytest

from annexa.catalog import library
from annexa.isms import profiles
from annexa.isms.profiles import Answers

GOLDEN = {
    "saas": (["A.8.28", "A.5.16", "A.5.23"], ["Cloud infrastructure", "Code repositories", "Production"]),
    "hospital": (["A.7.1", "A.8.20", "A.5.12"], ["Buildings", "Medical devices", "All staff"]),
    "ecommerce": (["A.5.31", "A.8.7", "A.5.19"], ["Payment data", "Transactions", "Supply chain"]),
    "finance": (["A.5.30"], ["Legacy systems", "Cloud and AI services"]),
    "manufacturer": ([], []),
    "consultancy": ([], []),
}


def _all_answers(profile_id):
    return Answers(profile_id, "large", tuple(thing["id"] for thing in profiles.questions()["protects"]))


@pytest.mark.parametrize("profile_id", GOLDEN)
def test_priorities_and_scope_are_the_expected_ones(profile_id):
    first, includes = GOLDEN[profile_id]
    data = profiles.profile(profile_id)
    assert [entry["control"] for entry in profiles.priorities(profile_id)][: len(first)] == first
    scope = " ".join(data["scope"]["includes"])
    assert all(part.lower() in scope.lower() for part in includes)


@pytest.mark.parametrize("profile_id", GOLDEN)
def test_every_id_a_profile_names_exists(profile_id):
    known = library.frameworks()[library.ISO_27001].by_id
    data = profiles.profile(profile_id)
    named = [entry["control"] for entry in data["priorities"] + data["exclusions"]]
    named += [*data["maturity"].get("controls", {}), *data["maturity"].get("clauses", {})]
    named += [ref for entry in profiles.obligations(_all_answers(profile_id)) for ref in entry["controls"]]
    assert [ref for ref in named if ref not in known] == []


@pytest.mark.parametrize("profile_id", GOLDEN)
def test_no_priority_is_proposed_for_exclusion(profile_id):
    priorities = {entry["control"] for entry in profiles.priorities(profile_id)}
    assert priorities.isdisjoint(profiles.exclusions(profile_id))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (Answers("finance", "micro", ()), {"dora"}),
        (Answers("ecommerce", "small", ("card_data",)), {"pci-dss"}),
        (Answers("hospital", "medium", ("health_data", "personal_data_eu")), {"hipaa", "gdpr", "nis2"}),
        (Answers("saas", "small", ("personal_data_eu",)), {"gdpr"}),
    ],
)
def test_obligations_bite_by_the_answers(answers, expected):
    assert expected <= {entry["id"] for entry in profiles.obligations(answers)}


def test_what_is_not_protected_brings_no_obligation():
    bitten = {entry["id"] for entry in profiles.obligations(Answers("saas", "small", ()))}
    assert bitten.isdisjoint({"gdpr", "pci-dss", "hipaa"})


def test_no_two_profiles_differ_by_name_only():
    for one, two in itertools.combinations(map(profiles.profile, GOLDEN), 2):
        for part in ("scope", "parties", "issues", "priorities", "exclusions", "maturity"):
            assert one[part] != two[part]


def test_target_maturity_stays_between_one_and_five():
    for profile_id in GOLDEN:
        targets = profiles.target_maturity(_all_answers(profile_id), ["A.5.1", "4.3"])
        assert all(1 <= level <= 5 for level in targets.values())
