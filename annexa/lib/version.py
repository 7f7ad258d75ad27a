"""The version of this program, as its package says."""

from importlib import metadata

VERSION = metadata.version("annexa")
