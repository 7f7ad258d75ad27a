"""Mail as files that nobody but Annexa's own account can read: they hold links that let people in."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends import filebased


class EmailBackend(filebased.EmailBackend):
    """Django's backend with a private folder and private files."""

    def __init__(self, *args: Any, **kwargs: Any):
        folder = Path(str(kwargs.get("file_path") or getattr(settings, "EMAIL_FILE_PATH", "")))
        ours = not folder.exists() or folder.parent == settings.ENVIRONMENT.home
        super().__init__(*args, **kwargs)
        if ours:  # a folder that was there before may belong to others too
            folder.chmod(0o700)

    def open(self) -> bool:
        if self.stream is not None:
            return False
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        self.stream = os.fdopen(os.open(self._get_filename(), flags, 0o600), "ab")
        return True
