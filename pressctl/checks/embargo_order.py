"""The embargo lifts after the event that the release announces.

Why: nobody can invite to what is over. Source: desk practice.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "DAT110"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("embargo: ⟦2025-07-09T06:00-04:00⟧\nevents:\n- {title: Meeting, start: 2025-07-08T17:00-04:00}\n---\nThe council meets.",)
GOOD = ("embargo: 2025-07-07T06:00-04:00\nevents:\n- {title: Meeting, start: 2025-07-08T17:00-04:00}\n---\nThe council meets.",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    embargo = text.release.embargo
    for event in text.release.events if embargo is not None else ():
        if embargo is not None and embargo > event.start and not event.details.get("past"):
            span = text.span("embargo.until" if "embargo.until" in text.values else "embargo")
            yield Found(*span, f"the embargo lifts after `{event.title}` has begun", "correct one of the two")
