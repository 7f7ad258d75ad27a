"""Browser files under names with their hash."""

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class Storage(CompressedManifestStaticFilesStorage):
    """Serve every static file under a name with its hash, so that browsers may keep it for ever."""

    manifest_strict = True
    support_js_module_import_aggregation = True
