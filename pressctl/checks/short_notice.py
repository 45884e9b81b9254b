"""An advisory comes too late, or far too early.

Why: desks plan the next day in the afternoon, and forget what is a month away. Source: lionbridgepr.com, press release or
media advisory.

Options: `least`, hours (24), and `most`, days (30), before the event.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "DAT119"
LEVEL: Level = "advice"
FIX = "manual"
OPTIONS = {"least": 24, "most": 30}
BAD = (
    "type: advisory\nevents:\n- {title: Meeting, start: ⟦2025-07-03T17:00-04:00⟧, place: City Hall}\n---\nThe council meets.",
    "type: advisory\nevents:\n- {title: Meeting, start: 2025-09-03T17:00-04:00, place: City Hall}\n---\nThe council meets.",
)
GOOD = ("type: advisory\nevents:\n- {title: Meeting, start: 2025-07-08T17:00-04:00, place: City Hall}\n---\nThe council meets.",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.kind != "advisory" or text.key("status") in ("sent", "withdrawn"):
        return
    for number, event in enumerate(text.release.events):
        hours = (event.start - text.now).total_seconds() / 3600
        span = text.span(f"events[{number}].start")
        if 0 <= hours < options["least"]:
            yield Found(*span, f"`{event.title}` begins in {hours:.0f} hours", "call the desks, too")
        elif hours > options["most"] * 24:
            yield Found(*span, f"`{event.title}` is {hours / 24:.0f} days away", "send it again, nearer to the day")
