"""The release is out, and its text, templates, attachments or organization have changed since.

The receipt SLUG.sent.json beside it names the edition that was sent. Why: an error is never repaired in silence, and half of the desks
would have another text than the rest. Source: Reuters' handling of corrected, refiled and withdrawn stories.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import sent_before
from pressctl.checks import Copy, Found, Level, Options

CODE = "STR018"
LEVEL: Level = "error"
FIX = "manual"
BAD = ('FILE releases/example.sent.json: {"run": 1, "edition": "9f2c5d1e", "at": "2025-07-03T16:00:00+00:00"}\nThe council meets.',)
GOOD = ("The council meets.",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if sent := text.of(sent_before.changed):
        message = f"this release is out as edition {sent[:8]}, and something that its readers see has changed since"
        yield Found(*text.top_line, message, "undo the change, or make it a release of its own, of `type: correction` or `type: update`")
