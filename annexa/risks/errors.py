"""What can go wrong with risks."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from annexa.lib.errors import NotAllowed, UserError


class NoMethod(UserError):
    def __init__(self) -> None:
        super().__init__(_("There is no approved method yet. Choose one and have it approved; then risks can be read."))


class MethodFrozen(UserError):
    def __init__(self) -> None:
        super().__init__(_("This method is approved and stays as it is. Start the next version to change it."))


class MethodWrong(UserError):
    """A method that cannot be applied; fields are places such as `levels.2.lowest`."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        words = {
            "steps": _("Give 3 to 7 steps."),
            "levels": _("Give 2 to 6 levels."),
            "name": _("Give a name of at most 40 characters."),
            "number": _("Give a whole number that makes sense here."),
            "choice": _("Choose one of those offered."),
            "shape": _("Give a number for every impact and likelihood."),
            "order": _("Each level begins at a higher score than the one before."),
            "gap": _("The lowest level begins at the lowest score there is."),
            "unreachable": _("No cell reaches this score."),
            "tolerance": _("Give at most 12 points: a higher loss each, and a chance from 0 to 1 that never rises."),
            "falls": _("A cell may not be worth less than one with lower likelihood or impact."),
        }
        fields = {place: words[kind] for place, kind in problems.items()}
        super().__init__(" ".join(f"{place}: {sentence}" for place, sentence in fields.items()), fields)


class SamePerson(NotAllowed):
    def __init__(self) -> None:
        super().__init__(_("You changed this method, so somebody else approves it (four eyes)."))


class MethodChanged(UserError):
    def __init__(self) -> None:
        super().__init__(_("The method changed while this page was open; read it again."))


class RiskClosed(UserError):
    def __init__(self) -> None:
        super().__init__(_("This risk is closed. Open it again first."))


class NotYours(NotAllowed):
    def __init__(self) -> None:
        super().__init__(_("You can read and decide only the risks you own."))
