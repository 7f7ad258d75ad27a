"""Everything that can be done can be done on a page, by a program and from the command line, or it says why not."""

import ast
import inspect
import re

import pytest

import annexa.config.urls  # noqa: F401  loads every command
from annexa.api.application import api
from annexa.cli import declared
from annexa.organizations.access import COMMANDS
from tests.house.source import functions, modules

PERSON = "a person decides this on its page, just signed in"
MACHINE = "whoever runs the machine does it there"
SSO = "the provider is set up by an owner on its page, or by whoever runs the machine"
JOB = "a job does it"
INSIDE = "part of another command"
ONE_OF_MANY = "the command for many rows does it"
EXCEPTIONS = {
    "web": {
        "catalog.adopt_framework": "a founded organisation has adopted it; the operator brings it up to date",
        "catalog.import_crosswalk": INSIDE,
        "catalog.import_framework": INSIDE,
        "evidence.ask_for_checks": JOB,
        "evidence.follow_contradictions": JOB,
        "evidence.reopen_accepted": JOB,
        "evidence.report_result": "a program reports",
        "organizations.deactivate_membership": INSIDE,
        "organizations.restore_owner": MACHINE,
        "records.destroy_record": JOB,
        "records.finish_disposal": JOB,
        "records.keep_export": JOB,
        "records.note_export": MACHINE,
        "risks.change_risks": "a page asks owners; programs change many",
        "risks.decide_risk": INSIDE,
        "risks.keep_simulation": JOB,
        "risks.raise_risk": INSIDE,
        "tasks.move_sources": INSIDE,
        "webhooks.switch_off": JOB,
        "treatment.change_actions": "a person changes one after the other; programs change many",
        "treatment.decide_each": INSIDE,
        "treatment.end_acceptances": JOB,
        "treatment.rate_each": INSIDE,
    },
    "api": {
        "catalog.import_crosswalk": INSIDE,
        "catalog.import_framework": INSIDE,
        "evidence.ask_for_checks": JOB,
        "evidence.follow_contradictions": JOB,
        "evidence.reopen_accepted": JOB,
        "organizations.claim_domains": SSO,
        "organizations.connect_single_sign_on": SSO,
        "organizations.disconnect_single_sign_on": SSO,
        "organizations.invite_people": "a program invites one by one",
        "organizations.relax_four_eyes": PERSON,
        "organizations.require_second_factor": PERSON,
        "organizations.require_single_sign_on": PERSON,
        "organizations.restore_owner": MACHINE,
        "records.approve_disposal": PERSON,
        "records.destroy_record": JOB,
        "records.finish_disposal": JOB,
        "records.keep_export": JOB,
        "records.refuse_disposal": PERSON,
        "records.note_export": MACHINE,
        "risks.approve_method": PERSON,
        "risks.decide_risk": INSIDE,
        "risks.keep_simulation": JOB,
        "risks.raise_risk": INSIDE,
        "tasks.move_sources": INSIDE,
        "webhooks.switch_off": JOB,
        "treatment.approve_statement": PERSON,
        "treatment.decide_controls": ONE_OF_MANY,
        "treatment.end_acceptances": JOB,
        "treatment.end_access": "a person chooses who takes over; a program ends access and hands nothing over",
        "treatment.rate_requirements": ONE_OF_MANY,
    },
    "cli": {
        "catalog.import_file": "`annexa catalog import` calls the command of the file's kind",
        "evidence.ask_for_checks": JOB,
        "evidence.follow_contradictions": JOB,
        "evidence.reopen_accepted": JOB,
        "organizations.connect_single_sign_on": SSO,
        "organizations.disconnect_single_sign_on": SSO,
        "organizations.invite_people": "a program invites one by one",
        "organizations.relax_four_eyes": PERSON,
        "organizations.require_second_factor": PERSON,
        "organizations.require_single_sign_on": PERSON,
        "records.approve_disposal": PERSON,
        "records.destroy_record": JOB,
        "records.finish_disposal": JOB,
        "records.keep_export": JOB,
        "records.refuse_disposal": PERSON,
        "risks.approve_method": PERSON,
        "risks.decide_risk": INSIDE,
        "risks.keep_simulation": JOB,
        "risks.raise_risk": INSIDE,
        "tasks.move_sources": INSIDE,
        "webhooks.switch_off": JOB,
        "treatment.approve_statement": PERSON,
        "treatment.decide_controls": ONE_OF_MANY,
        "treatment.end_acceptances": JOB,
        "treatment.end_access": "a person chooses who takes over; a program ends access and hands nothing over",
        "treatment.rate_requirements": ONE_OF_MANY,
    },
}


def _called(surface):
    """Return the services that the modules of a surface call, as `part.function`, by reading their source."""
    found = set()
    for path, tree in modules():
        if path.parts[0] != surface or "demo" in path.parts:
            continue
        services = _services(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in services:
                found.add(f"{services[node.value.id]}.{node.attr}")
    return found


def _services(tree):
    """Return the part of each name by which a module knows some services."""
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("annexa."):
            for each in node.names:
                whole = f"{node.module}.{each.name}"
                if "services" in whole.split("."):
                    known[each.asname or each.name] = whole.split(".")[1]
    return known


def _verbs_call():
    """Return the services behind the operations that the declared verbs ask for."""
    wanted = {(verb.method, _shape(verb.path)) for verb in declared.VERBS}
    found, known = set(), set()
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                keys = {(method, _shape(f"{prefix}{path}")) for method in operation.methods} & wanted
                known |= keys
                if keys:
                    found |= _behind(inspect.unwrap(operation.view_func))
    assert known == wanted  # no verb asks for what is not there
    return found


def _shape(path):
    return re.sub(r"{[^}]*}", "{}", path).replace("//", "/").strip("/")


def _behind(function):
    """Return the services that an operation calls, itself or by helpers of its module."""
    tree = ast.parse(inspect.getsource(inspect.getmodule(function)))
    services, bodies = _services(tree), {node.name: node for node in functions(tree)}
    found, waiting, seen = set(), [function.__name__], set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in bodies:
            continue
        seen.add(name)
        for node in ast.walk(bodies[name]):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in services:
                found.add(f"{services[node.value.id]}.{node.attr}")
            elif isinstance(node, ast.Name):
                waiting.append(node.id)
    return found


@pytest.mark.parametrize("surface", sorted(EXCEPTIONS))
def test_every_command_is_on_every_surface_or_says_why_not(surface):
    called = _called(surface) | (_verbs_call() if surface == "cli" else set())
    without = {name for name in COMMANDS if name not in called}
    assert without == set(EXCEPTIONS[surface])
