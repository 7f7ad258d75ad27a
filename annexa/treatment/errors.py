"""What can go wrong with gap assessments and statements."""

from collections.abc import Sequence

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


class NotYourAction(NotAllowed):
    def __init__(self) -> None:
        super().__init__(_("Of actions you own you may say how far they are, and show it; the rest is not yours."))


class NotYoursToSign(NotAllowed):
    def __init__(self, owner: str) -> None:
        if owner:
            words = _("%(owner)s owns this risk and signs for it; you do not.") % {"owner": owner}
        else:
            words = _("Nobody owns this risk yet; its owner signs for it.")
        super().__init__(words)


class NotReady(UserError):
    """Something is missing before a risk can be signed for."""

    def __init__(self, lacking: Sequence[str]) -> None:
        super().__init__(" ".join(lacks(each) for each in lacking))


class ChangedWhileRead(UserError):
    def __init__(self) -> None:
        super().__init__(_("The risk or its plan changed while this page was open; read it again, then sign."))


def lacks(name: str) -> str:
    """Say what is missing before a risk can be signed for."""
    return {
        "method": _("No method is approved yet."),
        "owner": _("Nobody owns the risk yet."),
        "current": _("Nobody has read where it stands."),
        "decision": _("Nobody has decided what is done about it."),
        "target": _("Nobody has read what will remain once it is treated."),
        "level": _("The method lets nobody accept what would remain; treat it further."),
    }[name]
