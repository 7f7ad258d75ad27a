"""The product with every translated string wrapped in ⟦ ⟧, to see which strings are not translated at all."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annexa.config.settings")

from django.utils.translation import trans_real


class _Pseudo(trans_real.DjangoTranslation):
    def gettext(self, message):
        return _wrap(super().gettext(message))

    def ngettext(self, msgid1, msgid2, n):
        return _wrap(super().ngettext(msgid1, msgid2, n))

    def pgettext(self, context, message):
        return _wrap(super().pgettext(context, message))


def _wrap(text):
    return text if not text.strip() or text.startswith("⟦") else f"⟦{text}⟧"


trans_real.DjangoTranslation = _Pseudo

from annexa.config.asgi import application  # noqa: E402

__all__ = ["application"]
