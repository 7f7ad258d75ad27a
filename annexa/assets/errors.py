"""What can go wrong with assets."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from annexa.lib.errors import UserError


class GoesInACircle(UserError):
    def __init__(self, names: Sequence[str]) -> None:
        sentence = _("These assets would need each other in a circle: %(path)s. Take one of the links away.")
        super().__init__(sentence % {"path": " → ".join(names)}, {"needed": _("Makes a circle")})


class AssetRetired(UserError):
    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s is retired. Put it back in use first.") % {"name": name})
