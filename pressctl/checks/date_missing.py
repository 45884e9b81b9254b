"""The release has no day of issue.

Why: nobody can tell how old undated news is, and weekdays cannot be checked. Source: Montana Nonprofit Association, media
toolkit.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR003"
LEVEL: Level = "error"
FIX = "proposed"
BAD = ("date:\n---\nThe council meets.",)
GOOD = ("The council meets.",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.absent("date"):
        today = text.now.astimezone(text.release.timezone).date()
        yield Found(*text.span("date"), "the release has no date of issue", f"write `date: {today}` if it goes out today")
