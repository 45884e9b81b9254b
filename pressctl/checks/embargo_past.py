"""The embargo has lifted already.

Before the day of issue it was never one: an error. Else it is told only: the release is free now. Silent once it is sent.
Why: a line EMBARGOED UNTIL with a past time makes a desk doubt the rest. Source: myprwire.com, embargo policy.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "DAT109"
LEVEL: Level = "error"
FIX = "proposed"
BAD = ("embargo: ⟦2025-07-01T06:00-04:00⟧\n---\nThe council meets.", "embargo: ⟦2025-07-03T06:00-04:00⟧\n---\nThe council meets.")
GOOD = (
    "embargo: 2025-07-07T06:00-04:00\n---\nThe council meets.",
    "status: sent\nembargo: 2025-07-01T06:00-04:00\n---\nThe council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    embargo = text.release.embargo
    if embargo is None or embargo >= text.now or text.key("status") in ("sent", "withdrawn"):
        return
    span = text.span("embargo.until" if "embargo.until" in text.values else "embargo")
    if text.issued is not None and embargo.astimezone(text.release.timezone).date() < text.issued:
        yield Found(*span, "the embargo lifted before the day of issue", "correct one of the two")
    else:
        yield Found(
            *span, "the embargo has lifted: the release is free now", "delete the key for a release that was not sent yet", level="advice"
        )
