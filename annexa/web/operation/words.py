from django.utils.translation import gettext_lazy as _

STATES = {
    "todo": _("Waiting"),
    "doing": _("Running"),
    "failed": _("Failed"),
    "succeeded": _("Done"),
    "cancelled": _("Cancelled"),
    "aborted": _("Stopped"),
}
