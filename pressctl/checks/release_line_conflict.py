"""The body says FOR IMMEDIATE RELEASE while an embargo is set.

Only a whole line counts. Why: whoever reads the line publishes at once. Source: the two lines exclude each other in every
guide (thedocumenthd.web.app, press-release format).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Edit, Found, Level, Options
from pressctl.checks.typed_furniture import IMMEDIATE

CODE = "STR007"
LEVEL: Level = "error"
FIX = "safe"
BAD = ("embargo: 2025-07-04T06:00-04:00\n---\n⟦FOR IMMEDIATE RELEASE⟧\n\nThe council meets.",)
GOOD = (
    "FOR IMMEDIATE RELEASE\n\nThe council meets.",
    "embargo: 2025-07-04T06:00-04:00\n---\nThe council asked whether it is for immediate release.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.release.embargo is None:
        return
    for block in text.body_blocks:
        if block.end - block.start < 60 and IMMEDIATE.fullmatch(text.prose, block.start, block.end):
            message = "this says to publish at once, and the release is under embargo"
            yield Found(block.start, block.end, message, "delete the line", (Edit(*text.rows(block.start, block.end), ""),))
