"""The catalog that ships: counts, coverage, and guidance in words of its own."""

import itertools
import json
import re
from pathlib import Path

import pytest

from annexa.catalog import library

ISO = library.frameworks()[library.ISO_27001]
OLD = library.frameworks()[library.ISO_27001_2013]
REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "annex_a.json"
LISTS = {"do": (4, 5), "evidence": (3, 4), "mistakes": (2, 3)}


def _controls(framework=ISO):
    return [node for node in framework.nodes if node.kind == "control"]


def test_the_standard_has_thirty_requirements_and_ninety_three_controls():
    assert sum(node.kind == "requirement" for node in ISO.nodes) == 30
    themes = [node.theme for node in _controls()]
    assert {theme: themes.count(theme) for theme in set(themes)} == {
        "organizational": 37,
        "people": 8,
        "physical": 14,
        "technological": 34,
    }


def test_eleven_controls_are_new_twenty_four_merged_and_fifty_eight_updated():
    changes = [node.change for node in _controls()]
    assert (changes.count("new"), changes.count("merged"), changes.count("updated")) == (11, 24, 58)


def test_clauses_go_down_to_lettered_items():
    ids = set(ISO.by_id)
    assert {"4.2c", "6.1.3f", "9.3.2d4", "10.2g"} <= ids
    assert all(node.parent is not None for node in ISO.nodes if node.kind == "item")


def test_sixteen_documents_are_mandatory_and_eight_more_with_their_controls():
    assert len(ISO.documents) == 16
    assert len(ISO.annex_documents) == 8
    assert {d.requirement for d in ISO.annex_documents} == {
        "A.5.9", "A.5.10", "A.5.26", "A.5.31", "A.5.37", "A.6.6", "A.8.9", "A.8.27",
    }  # fmt: skip


def test_every_control_has_the_five_attributes():
    for node in _controls():
        assert set(node.attributes) == {"control_type", "properties", "concepts", "capabilities", "domains"}
        assert all(node.attributes.values())


def test_the_bridge_covers_both_editions():
    forward, back = library.bridge()
    assert set(forward) == {node.id for node in _controls(OLD)}
    assert len(forward) == 114
    assert set(back) == {node.id for node in _controls() if node.change != "new"}
    assert {pair.target for pair in forward["A.18.2.3"]} == {"A.5.36", "A.8.8"}


def test_the_reference_list_agrees():
    if not REFERENCE.exists():
        pytest.skip("the reference list is not on this machine")
    for entry in json.loads(REFERENCE.read_text()):
        node = ISO.by_id[entry["id"]]
        assert node.title == entry["title"]
        assert {p.source for p in library.bridge()[1].get(node.id, ())} == set(entry["iso27001_2013"])


@pytest.mark.parametrize("node", _controls(), ids=lambda node: node.id)
def test_each_control_has_guidance_of_every_kind(node):
    entry = library.guidance(library.ISO_27001)[node.id]
    for name, (low, high) in LISTS.items():
        assert low <= len(entry[name]) <= high
    for name in ("small", "large"):
        assert 40 <= len(entry[name].split()) <= 90
    assert entry["purpose"]


def test_each_clause_requirement_has_guidance():
    known = library.guidance(library.ISO_27001)
    for node in ISO.nodes:
        if node.kind == "requirement":
            assert {"purpose", "do", "evidence", "mistakes"} <= set(known[node.id])


def _texts():
    for ref, entry in library.guidance(library.ISO_27001).items():
        for name, value in entry.items():
            yield f"{ref} {name}", " ".join(value) if isinstance(value, list) else value


def test_no_sentence_of_guidance_recurs():
    seen: dict[str, str] = {}
    for where, text in _texts():
        for sentence in re.split(r"(?<=[.!?])\s+", text):
            words = tuple(re.findall(r"\w+", sentence.lower()))
            if len(words) >= 5:
                key = " ".join(words)
                assert key not in seen, f"{where} repeats {seen[key]}: {sentence}"
                seen[key] = where


@pytest.mark.slow
def test_no_two_texts_of_guidance_are_alike():
    shingles = {}
    for where, text in _texts():
        words = re.findall(r"\w+", text.lower())
        shingles[where] = {tuple(words[i : i + 3]) for i in range(len(words) - 2)}
    for (one, a), (two, b) in itertools.combinations(shingles.items(), 2):
        assert len(a & b) < 0.3 * len(a | b), f"{one} and {two} are too much alike"
