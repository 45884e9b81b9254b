"""The release as data, in this project's own keys; times are RFC 3339 in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.release import Release

SUFFIX = "json"
MEDIA_TYPE = "application/json"


def make(release: Release, config: Config) -> bytes:
    """The release as `anatomy.data` has it."""
    import orjson

    from pressctl.anatomy import data

    return orjson.dumps(data(release, config), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
