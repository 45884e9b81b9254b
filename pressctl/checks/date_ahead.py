"""The day of issue lies ahead, and there is no embargo.

Why: a desk reads a future date as an embargo, and asks. Source: BSB directory's press-release guide.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "DAT114"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("date: ⟦2025-07-05⟧\n---\nThe council meets.",)
GOOD = ("date: 2025-07-03\n---\nThe council meets.", "date: 2025-07-05\nembargo: 2025-07-05T06:00-04:00\n---\nThe council meets.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    today = text.now.astimezone(text.release.timezone).date()
    if text.issued is not None and text.issued > today and text.release.embargo is None:
        yield Found(*text.span("date"), f"the day of issue lies ahead: today is {today}", "correct it, or set `embargo:`")
