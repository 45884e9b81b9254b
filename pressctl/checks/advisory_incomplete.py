"""A media advisory lacks when, where, or whom to call there.

Why: an advisory is an invitation; without these nobody comes. Source: ereleases.com and lionbridgepr.com on advisories.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR016"
LEVEL: Level = "error"
FIX = "manual"
BAD = (
    "type: advisory\n---\nThe council meets.",
    "type: advisory\nevents:\n- {title: Meeting, start: 2025-07-08T17:00-04:00}\n---\nThe council meets.",
)
GOOD = (
    "The council meets.",
    "type: advisory\nevents:\n- {title: Meeting, start: 2025-07-08T17:00-04:00, place: City Hall}\n---\nThe council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.kind != "advisory":
        return
    if not text.release.events:
        yield Found(*text.span("type"), "the advisory announces no event", "write it as `events:` with title, start and place")
    for number, event in enumerate(text.release.events):
        if event.place is None:
            yield Found(*text.span(f"events[{number}].title"), f"`{event.title}` has no place", "write `place:`, with the street")
    if not any(contact.phone for contact in text.release.contacts):
        yield Found(*text.span("contact"), "nobody can be called at the event", "give a contact with a telephone, and `on_site: true`")
