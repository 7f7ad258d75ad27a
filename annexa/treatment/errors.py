"""What can go wrong with gap assessments and statements."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annexa.lib.errors import NotAllowed, UserError


class AssessmentClosed(UserError):
    def __init__(self) -> None:
        super().__init__(_("This assessment is closed. Start a new one; it can copy this one."))


class StatementFrozen(UserError):
    def __init__(self) -> None:
        super().__init__(_("This statement is not a draft. Take it back to draft, or start a new draft, to change it."))


class StopsApproval(UserError):
    def __init__(self, count: int):
        text = ngettext(
            "%(count)s thing stops approval; it is listed with a link to mend it.",
            "%(count)s things stop approval; each is listed with a link to mend it.",
            count,
        )
        super().__init__(text % {"count": count})


class ChangedInReview(UserError):
    def __init__(self) -> None:
        super().__init__(
            _("The scope or a control's words changed since review was asked for. Take it back to draft and ask again.")
        )


class ResubmittedMeanwhile(UserError):
    def __init__(self) -> None:
        super().__init__(_("It was changed and sent for review again while this page was open; read it again."))


class SamePerson(NotAllowed):
    def __init__(self) -> None:
        super().__init__(
            _("You changed this statement since the last approved version, so somebody else approves it (four eyes).")
        )
