"""Every permission there is. Keep the list alphabetised: `<resource>:<action>`."""

from enum import StrEnum


class Permission(StrEnum):
    """What a person may do in one organisation."""

    ACTIVITY_READ = "activity:read"
    ASSET_EDIT = "asset:edit"
    ASSET_EDIT_OWN = "asset:edit-own"
    ASSET_READ = "asset:read"
    CATALOG_EDIT = "catalog:edit"
    CATALOG_READ = "catalog:read"
    CONTEXT_APPROVE = "context:approve"
    CONTEXT_EDIT = "context:edit"
    CONTEXT_READ = "context:read"
    GAP_EDIT = "gap:edit"
    GAP_RATE_OWN = "gap:rate-own"
    GAP_READ = "gap:read"
    MEMBERS_EDIT = "members:edit"
    MEMBERS_READ = "members:read"
    ORGANIZATION_EDIT = "organization:edit"
    RECORDS_APPROVE = "records:approve"
    RECORDS_EXPORT = "records:export"
    RECORDS_KEEP = "records:keep"
    RISK_APPROVE = "risk:approve"
    RISK_ASSESS_OWN = "risk:assess-own"
    RISK_EDIT = "risk:edit"
    RISK_READ = "risk:read"
    SOA_APPROVE = "soa:approve"
    SOA_EDIT = "soa:edit"
    SOA_EDIT_OWN = "soa:edit-own"
    SOA_READ = "soa:read"
    TASK_EDIT = "task:edit"
    TASK_WORK = "task:work"
    TOKEN_USE = "token:use"  # noqa: S105
    WEBHOOK_EDIT = "webhook:edit"
