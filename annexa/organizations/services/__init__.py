"""What can be done with organisations, their members and their keys, a module a noun."""

from annexa.organizations.services.accounts import (
    change_profile,
    check_password_rules,
    create_administrator,
    create_link,
    create_person,
    find_link,
    spend_link,
)
from annexa.organizations.services.delegations import delegate, end_delegation
from annexa.organizations.services.members import (
    accept_invitation,
    change_membership,
    deactivate_membership,
    find_invitation,
    invite_people,
    invite_person,
    reactivate_membership,
    restore_owner,
    withdraw_invitation,
)
from annexa.organizations.services.organizations import (
    create_organization,
    create_scope,
    relax_four_eyes,
    require_second_factor,
    update_organization,
)

__all__ = [
    "accept_invitation",
    "change_membership",
    "change_profile",
    "check_password_rules",
    "create_administrator",
    "create_link",
    "create_organization",
    "create_person",
    "create_scope",
    "deactivate_membership",
    "delegate",
    "end_delegation",
    "find_invitation",
    "find_link",
    "invite_people",
    "invite_person",
    "reactivate_membership",
    "relax_four_eyes",
    "require_second_factor",
    "restore_owner",
    "spend_link",
    "update_organization",
    "withdraw_invitation",
]
