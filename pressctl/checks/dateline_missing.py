"""The release does not say where the news is from.

Why: a dateline tells a desk at once whose news it is. Source: BSB directory's press-release guide; headsupenglish.com on
AP datelines. In a plain text, a dateline typed before the first paragraph counts.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR002"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("dateline:\n---\nThe council meets.", "RAW\nResidents ask for the night bus\nThe council meets.")
GOOD = ("The council meets.", "RAW\nResidents ask for the night bus\nKEY WEST, Fla. — The council meets.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.absent("dateline") and not (text.raw and text.typed_dateline):
        yield Found(*text.span("dateline"), "the release has no dateline", "write `dateline: Key West, Fla.`: the place the news is from")
