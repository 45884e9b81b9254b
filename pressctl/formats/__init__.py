"""The forms in which other programs take a release, found by file name: `ics.py` is what `--as ics` prints.

A form is a module without I/O and without a clock. Its docstring is its manual: whose format it is, its version, what is
put where. Adding one = one file here and its test, and no other edit. It offers

    SUFFIX      of the file's name, "ics"
    MEDIA_TYPE  as registered with IANA
    make(release, config) → bytes     the same input gives the same bytes; raises ReleaseError where the release has nothing
                                      for this form, ConfigError where a package is missing

Nothing private is in any of them: of the front matter only what is printed on the release, of people only those whom the
text names, of contacts only the desk's own.
"""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType


def names() -> list[str]:
    """The forms that are there, by name."""
    return sorted(name.removesuffix(".py") for name in os.listdir(__path__[0]) if name.endswith(".py") and not name.startswith("_"))


def module(name: str) -> ModuleType:
    """The module of a form that is there."""
    return import_module(f"pressctl.formats.{name}")
