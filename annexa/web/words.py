"""The permissions in words, for the page that explains the roles."""

from django.utils.translation import gettext_lazy as _

from annexa.organizations.permissions import Permission

MAY = {
    Permission.ACTIVITY_READ: _("Read who did what"),
    Permission.ASSET_EDIT: _("Keep the inventory of assets"),
    Permission.ASSET_EDIT_OWN: _("Keep the assets they own up to date"),
    Permission.ASSET_READ: _("Read the inventory of assets"),
    Permission.CATALOG_EDIT: _("Import frameworks, write own controls"),
    Permission.CATALOG_READ: _("Read the catalog"),
    Permission.CONTEXT_APPROVE: _("Approve scope and policy"),
    Permission.CONTEXT_EDIT: _("Change scope and context"),
    Permission.CONTEXT_READ: _("Read scope and context"),
    Permission.GAP_EDIT: _("Run gap assessments"),
    Permission.GAP_RATE_OWN: _("Rate what they own"),
    Permission.GAP_READ: _("Read gap assessments"),
    Permission.MEMBERS_EDIT: _("Invite people and change roles"),
    Permission.MEMBERS_READ: _("See who is a member"),
    Permission.ORGANIZATION_EDIT: _("Change settings, add scopes"),
    Permission.EVIDENCE_ADD: _("Put in evidence, and keep one’s own"),
    Permission.EVIDENCE_EDIT: _("Keep all evidence, ask people for it"),
    Permission.EVIDENCE_READ: _("Read evidence"),
    Permission.FINDING_EDIT: _("Decide about findings, give them to people"),
    Permission.FINDING_IMPORT: _("Bring in what scanners found"),
    Permission.FINDING_READ: _("Read findings"),
    Permission.RECORDS_APPROVE: _("Approve that records are destroyed"),
    Permission.RECORDS_KEEP: _("Say how long records are kept, hold them, put them forward"),
    Permission.RECORDS_EXPORT: _("Take everything along as one file"),
    Permission.RISK_APPROVE: _("Approve the risk method"),
    Permission.RISK_ASSESS_OWN: _("Read and treat the risks they own"),
    Permission.RISK_EDIT: _("Keep the register of risks and its method"),
    Permission.RISK_READ: _("Read the register of risks"),
    Permission.SOA_APPROVE: _("Approve the Statement of Applicability"),
    Permission.SOA_EDIT: _("Write the Statement of Applicability"),
    Permission.SOA_EDIT_OWN: _("Keep the controls they own up to date"),
    Permission.SOA_READ: _("Read the Statement of Applicability"),
    Permission.TASK_EDIT: _("See all tasks and hand them over"),
    Permission.TASK_WORK: _("Work on their own tasks"),
    Permission.TOKEN_USE: _("Let a program act for them"),
    Permission.WEBHOOK_EDIT: _("Have other systems told what happens"),
}
