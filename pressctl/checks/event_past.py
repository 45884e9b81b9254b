"""An event in the front matter has begun already.

Silent for a release that is sent or withdrawn, an event with `past: true`, and a cancelled one. Why: nobody can follow an
invitation to yesterday. Source: desk practice.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "DAT103"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("events:\n- {title: Meeting, start: ⟦2025-07-02T17:00-04:00⟧}\n---\nThe council meets.",)
GOOD = (
    "events:\n- {title: Meeting, start: 2025-07-08T17:00-04:00}\n---\nThe council meets.",
    "events:\n- {title: Meeting, start: 2025-07-02T17:00-04:00, past: true}\n---\nThe council met.",
    "status: sent\nevents:\n- {title: Meeting, start: 2025-07-02T17:00-04:00}\n---\nThe council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.key("status") in ("sent", "withdrawn"):
        return
    for number, event in enumerate(text.release.events):
        whole_day = event.details.get("all_day") or len(text.values[f"events[{number}].start"].text.strip()) == 10
        over = event.start.date() < text.now.astimezone(event.start.tzinfo).date() if whole_day else event.start < text.now
        if over and not event.details.get("past") and event.details.get("status") != "cancelled":
            hint = "correct the day; or write `past: true` if it is only told about"
            yield Found(*text.span(f"events[{number}].start"), f"`{event.title}` has begun already", hint)
