"""A long headline has no second line to share its load.

Why: a subhead can carry half of it, and editors use both. Source: thedocumenthd.web.app, press-release format.

Options: `headline`, characters from which one is missed (70).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR020"
LEVEL: Level = "advice"
FIX = "manual"
OPTIONS = {"headline": 70}
BAD = ("headline: ⟦Residents of the whole island and the keys ask the city to keep the night bus⟧\n---\nThe council meets.",)
GOOD = (
    "headline: Residents of the whole island and the keys ask the city to keep the night bus\nsubhead: It meets Tuesday\n---\nIt meets.",
    "The council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if len(text.release.headline) > options["headline"] and not text.release.subhead and text.kind in ("release", "update", "correction"):
        yield Found(text.headline.start, text.headline.end, "the long headline has no subhead", "move a part of it into `subhead:`")
