"""The headline ends with a full stop.

Not after an abbreviation (Inc., U.S.) and not an ellipsis. Why: headlines carry none. Source: apostrophecatastrophe.com on
headline style.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, words

CODE = "STR010"
LEVEL: Level = "advice"
FIX = "safe"
BAD = ("headline: Residents ask city to keep the night bus⟦.⟧\n---\nThe council meets.",)
GOOD = (
    "headline: Residents sue Night Bus Inc.\n---\nThe council meets.",
    "headline: Residents appeal to the U.S.\n---\nThe council meets.",
    "headline: And still they wait...\n---\nThe council meets.",
)
_SHORT = words("inc co corp ltd jr sr st no etc llc dept")


def check(text: Copy, options: Options) -> Iterator[Found]:
    headline, end = text.release.headline, text.headline.end
    last = headline.rstrip(".").rpartition(" ")[2]
    if not headline.endswith(".") or headline.endswith("..") or "." in last or last.lower() in _SHORT:
        return
    if text.source[end - 1 : end] == ".":
        yield Found(end - 1, end, "the headline ends with a full stop", "delete it", "")
