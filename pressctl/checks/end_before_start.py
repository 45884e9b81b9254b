"""An event ends before it begins.

Why: one of the two times is wrong, and calendars refuse it. Source: RFC 5545, section 3.8.2.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "DAT115"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("events:\n- {title: Meeting, start: 2025-07-08T17:00-04:00, end: ⟦2025-07-08T07:00-04:00⟧}\n---\nThe council meets.",)
GOOD = ("events:\n- {title: Meeting, start: 2025-07-08T17:00-04:00, end: 2025-07-08T19:00-04:00}\n---\nThe council meets.",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for number, event in enumerate(text.release.events):
        if event.end is not None and event.end < event.start:
            yield Found(*text.span(f"events[{number}].end"), f"`{event.title}` ends before it begins", "check day and time")
