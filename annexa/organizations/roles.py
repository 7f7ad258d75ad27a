"""Who may do what: one table to read."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annexa.organizations.permissions import Permission as P  # noqa: N817  a table wants a narrow name


class Role(StrEnum):
    """A person's role in one organisation."""

    OWNER = "owner"
    TOP_MANAGEMENT = "top_management"
    ISMS_MANAGER = "isms_manager"
    CONTRIBUTOR = "contributor"
    SUPPLIER_MANAGER = "supplier_manager"
    PRIVACY_OFFICER = "privacy_officer"
    INTERNAL_AUDITOR = "internal_auditor"
    EXTERNAL_AUDITOR = "external_auditor"
    READER = "reader"
    EMPLOYEE = "employee"


OWN_WORK = {P.TASK_WORK, P.TOKEN_USE}
OWN_PART = {P.ASSET_EDIT_OWN, P.EVIDENCE_ADD, P.GAP_RATE_OWN, P.RISK_ASSESS_OWN, P.SOA_EDIT_OWN}
READ = {
    P.ASSET_READ,
    P.CATALOG_READ,
    P.CONTEXT_READ,
    P.EVIDENCE_READ,
    P.FINDING_READ,
    P.GAP_READ,
    P.RISK_READ,
    P.SOA_READ,
}
READ_ALL = READ | {P.ACTIVITY_READ, P.MEMBERS_READ}
RUN_ISMS = OWN_PART | {
    P.ASSET_EDIT,
    P.CATALOG_EDIT,
    P.CONTEXT_EDIT,
    P.EVIDENCE_EDIT,
    P.FINDING_EDIT,
    P.FINDING_IMPORT,
    P.GAP_EDIT,
    P.RISK_EDIT,
    P.SOA_EDIT,
    P.TASK_EDIT,
}
GOVERN = {P.CONTEXT_APPROVE, P.RECORDS_APPROVE, P.RISK_APPROVE, P.SOA_APPROVE}
ADMINISTER = {P.MEMBERS_EDIT, P.ORGANIZATION_EDIT, P.RECORDS_EXPORT, P.RECORDS_KEEP, P.WEBHOOK_EDIT}

PERMISSIONS: dict[Role, frozenset[P]] = {
    Role.OWNER: frozenset(OWN_WORK | READ_ALL | RUN_ISMS | GOVERN | ADMINISTER),
    Role.TOP_MANAGEMENT: frozenset(OWN_WORK | READ_ALL | GOVERN | {P.RISK_ASSESS_OWN}),
    Role.ISMS_MANAGER: frozenset(OWN_WORK | READ_ALL | RUN_ISMS | {P.SOA_APPROVE, P.MEMBERS_EDIT, P.RECORDS_KEEP}),
    Role.CONTRIBUTOR: frozenset(OWN_WORK | READ | {P.MEMBERS_READ} | OWN_PART),
    Role.SUPPLIER_MANAGER: frozenset(OWN_WORK | READ | {P.MEMBERS_READ} | OWN_PART),
    Role.PRIVACY_OFFICER: frozenset(OWN_WORK | READ_ALL | OWN_PART | {P.RECORDS_KEEP}),
    Role.INTERNAL_AUDITOR: frozenset(OWN_WORK | READ_ALL),
    Role.EXTERNAL_AUDITOR: frozenset(READ),
    Role.READER: frozenset(OWN_WORK | READ),
    Role.EMPLOYEE: frozenset(OWN_WORK),
}

NAMES: dict[Role, Promise] = {
    Role.OWNER: _("Owner"),
    Role.TOP_MANAGEMENT: _("Top management"),
    Role.ISMS_MANAGER: _("ISMS manager"),
    Role.CONTRIBUTOR: _("Contributor"),
    Role.SUPPLIER_MANAGER: _("Supplier manager"),
    Role.PRIVACY_OFFICER: _("Privacy officer"),
    Role.INTERNAL_AUDITOR: _("Internal auditor"),
    Role.EXTERNAL_AUDITOR: _("External auditor"),
    Role.READER: _("Reader"),
    Role.EMPLOYEE: _("Employee"),
}

SUMMARIES: dict[Role, Promise] = {
    Role.OWNER: _("Everything, including people, settings and the rules for approval"),
    Role.TOP_MANAGEMENT: _("Reads all; approves scope, policy and the Statement of Applicability"),
    Role.ISMS_MANAGER: _("Runs the ISMS: scope, gap analysis, applicability, people"),
    Role.CONTRIBUTOR: _("Owns controls, risks or assets and keeps them up to date"),
    Role.SUPPLIER_MANAGER: _("Looks after suppliers; owns the controls about them"),
    Role.PRIVACY_OFFICER: _("Reads all; keeps the controls about personal data"),
    Role.INTERNAL_AUDITOR: _("Reads all; may be a guest whose access ends on a date"),
    Role.EXTERNAL_AUDITOR: _("Reads one scope until a date; changes nothing"),
    Role.READER: _("Reads the ISMS"),
    Role.EMPLOYEE: _("Own tasks only"),
}

# A membership with one of these roles must carry an end date, or one scope, or both.
MUST_EXPIRE = {Role.EXTERNAL_AUDITOR}
ONE_SCOPE = {Role.EXTERNAL_AUDITOR}
