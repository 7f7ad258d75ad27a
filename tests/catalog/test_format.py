"""A bad catalog file is refused with file, line, field and what to do."""

import pytest

from annexa.catalog import format
from annexa.catalog.errors import BadCatalogFile

GOOD = """\
format: annexa/framework/1
id: house-rules
title: House rules
attributes:
  area: {title: Area, values: [kitchen, garden]}
requirements:
  - id: "1"
    title: Kitchen
    kind: section
    children:
      - id: "1.1"
        title: Close the door
        kind: control
        attributes: {area: [kitchen]}
"""


def _problems(text):
    with pytest.raises(BadCatalogFile) as caught:
        format.parse_framework(text, "rules.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_a_good_file_becomes_a_tree_in_reading_order():
    framework = format.parse_framework(GOOD, "rules.yaml")
    assert [node.id for node in framework.nodes] == ["1", "1.1"]
    assert framework.by_id["1.1"].section.title == "Kitchen"


def test_a_missing_field_is_named_with_its_line():
    text = GOOD.replace("        title: Close the door\n", "")
    assert _problems(text) == ["rules.yaml:11: requirements[0].children[0]: needs title"]


def test_a_field_nobody_knows_is_named():
    assert _problems(GOOD + "owner: me\n") == ["rules.yaml:1: file: has unknown fields: owner"]


def test_a_value_outside_the_list_is_named():
    text = GOOD.replace("kind: control", "kind: rule")
    assert _problems(text) == [
        "rules.yaml:13: requirements[0].children[0].kind: 'rule' is not one of section, requirement, control, item"
    ]


def test_an_id_used_twice_names_both_lines():
    text = GOOD.replace('id: "1.1"', 'id: "1"')
    assert _problems(text) == ["rules.yaml:11: requirements[0].children[0].id: 1 is used already in line 7"]


def test_an_attribute_value_must_be_declared():
    [problem] = _problems(GOOD.replace("[kitchen]}\n", "[cellar]}\n"))
    assert "'cellar' is not a value of area; they are garden, kitchen" in problem


def test_a_document_must_point_at_a_requirement():
    text = GOOD + "documents:\n  - {id: plan, title: Plan, requirement: '9'}\n"
    assert _problems(text) == ["rules.yaml:16: documents[0].requirement: there is no requirement 9"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a: [", "rules.yaml:1: file: is not YAML"),
        ("a: &x [1]\nb: *x\n", "aliases are not allowed"),
        ("", "file"),
        ("- just\n- a list\n", "not of type 'object'"),
        ("!!python/object/apply:os.system ['true']", "file"),
        ("[" * 3000, "is not YAML"),
    ],
)
def test_hostile_and_broken_files_are_refused_in_a_sentence(text, part):
    assert part in "\n".join(_problems(text))


def test_a_file_too_large_is_refused_before_it_is_read():
    assert "is larger than 5 MB" in _problems("x" * (format.LARGEST + 1))[0]


def test_a_crosswalk_refuses_a_pair_that_stands_twice():
    pair = "  - {source: A, target: B, relation: equal-to}\n"
    text = f"format: annexa/crosswalk/1\nid: x\nsource: a\ntarget: b\nprovenance: mine\npairs:\n{pair}{pair}"
    with pytest.raises(BadCatalogFile, match=r"crosswalk.yaml:8.*stands here twice"):
        format.parse_crosswalk(text, "crosswalk.yaml")
