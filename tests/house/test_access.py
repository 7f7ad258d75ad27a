"""Permissions, roles and commands."""

import ast
import inspect

from annexa.organizations import access, permissions, roles
from annexa.organizations.permissions import Permission
from annexa.organizations.roles import PERMISSIONS, Role
from tests.house.source import functions, modules

# Ways in that no member calls, or that are called inside a command.
NO_COMMAND = {
    "accept_invitation", "cancel_job", "change_profile", "check_password_rules", "create_administrator",
    "create_link", "create_organization", "create_person", "find_invitation", "find_link", "follow_source",
    "found_organization", "join_editors", "measure_gap", "measure_statement", "own_framework", "retry_job",
    "scope_wording", "spend_link", "arrive",
}  # fmt: skip


def test_every_permission_is_in_a_role_and_every_role_is_described():
    assert set().union(*PERMISSIONS.values()) == set(Permission)
    assert set(roles.NAMES) == set(roles.SUMMARIES) == set(PERMISSIONS) == set(Role)


def test_the_permissions_are_alphabetised_and_named_alike():
    values = [permission.value for permission in Permission]
    assert values == sorted(values)
    assert all(p.name == p.value.upper().replace(":", "_").replace("-", "_") for p in Permission)
    assert inspect.getsource(permissions).count(" = ") == len(Permission)


def test_an_auditor_changes_nothing():
    for role in (Role.EXTERNAL_AUDITOR, Role.INTERNAL_AUDITOR, Role.READER, Role.EMPLOYEE):
        assert {p for p in PERMISSIONS[role] if p.endswith((":edit", ":approve", "-own"))} == set()


def test_only_owners_administer_the_organisation():
    assert [role for role in Role if Permission.ORGANIZATION_EDIT in PERMISSIONS[role]] == [Role.OWNER]


def test_every_public_service_is_a_command():
    missing = []
    for path, tree in modules():
        if ("services" not in path.parts and path.name != "services.py") or path.parts[0] == "activity":
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name not in NO_COMMAND:
                decorators = " ".join(map(ast.unparse, node.decorator_list))
                missing += [] if "command" in decorators else [f"{path}:{node.name}"]
    assert missing == []


def test_every_command_takes_keywords_only_and_the_actor_first():
    odd = []
    for path, tree in modules():
        for node in functions(tree):
            if any("access.command" in ast.unparse(d) for d in node.decorator_list):
                names = [argument.arg for argument in node.args.kwonlyargs]
                if node.args.args or names[:1] != ["actor"]:
                    odd.append(f"{path}:{node.name}")
    assert odd == []


def test_commands_are_registered_with_their_permission():
    assert access.COMMANDS["treatment.approve_statement"] is Permission.SOA_APPROVE
    assert set(access.COMMANDS.values()) <= set(Permission)
