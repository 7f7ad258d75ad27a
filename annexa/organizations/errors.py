"""What can go wrong with people and organisations."""

from django.utils.translation import gettext as _

from annexa.lib.errors import NotAllowed, UserError


class SlugTaken(UserError):
    def __init__(self, slug: str):
        super().__init__(_("The name %(slug)s is taken; choose another.") % {"slug": slug}, {"slug": _("Taken")})


class LinkSpent(UserError):
    def __init__(self) -> None:
        super().__init__(_("This link was used, withdrawn or has expired. Ask for a new one."))


class LastOwner(UserError):
    def __init__(self) -> None:
        super().__init__(_("An organisation needs at least one active owner."))


class ForSomebodyElse(NotAllowed):
    def __init__(self, email: str):
        text = _("This invitation is for %(email)s. Sign in with that address, or ask for an invitation to your own.")
        super().__init__(text % {"email": email})
