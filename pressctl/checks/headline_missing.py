"""The release has no headline.

Why: it is the subject of the mail and the first thing an editor reads. Source: parts of a press release in the guides of
the Montana Nonprofit Association and the BSB directory.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR001"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("headline:\n---\nThe council meets.",)
GOOD = ("The council meets.",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.absent("headline"):
        yield Found(*text.span("headline"), "the release has no headline", "write `headline:` in one line: who does what")
