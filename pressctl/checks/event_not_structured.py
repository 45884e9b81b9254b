"""The text announces an event, and the front matter has no `events` entry for it.

One sentence must hold a day, a time and a place, in the future as seen from the day of issue. Why: without the entry
there is no calendar file, no check of the time, and no event block. Source: desk practice.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "STR025"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("The council meets ⟦Tuesday, July 8, at 5 p.m.⟧ at Key West City Hall.",)
GOOD = (
    "events:\n- {title: Meeting, start: 2025-07-08T17:00-04:00}\n---\nThe council meets Tuesday, July 8, at 5 p.m. at City Hall.",
    "The council met Tuesday, July 1, at 5 p.m. at City Hall.",
    "The council meets Tuesday, July 8, at 5 p.m.",
    "Answers are due no later than 5 p.m. Tuesday, July 8, at Key West City Hall.",
)
_DEADLINE = pattern(
    r"\b(?:no later than|deadline|rsvp|register by|a más tardar|até o dia)\b", 2, near="later than|deadline|rsvp|register|tardar|até"
)
_PLACE = pattern(r"\b(?:at|in|en|nan|no|na|em)\s+(?:the\s+|el\s+|la\s+)?[A-ZÀ-Ý1-9][\w’'.-]*(?:\s+[A-ZÀ-Ý][\w’'-]*)+")


def check(text: Copy, options: Options) -> Iterator[Found]:
    known = {(event.start.month, event.start.day) for event in text.release.events}
    for sentence, days, clocks in text.dated:
        if not days or not clocks or any((day.month, day.day) in known for day in days):
            continue
        if _DEADLINE.search(text.prose, sentence.start, min(days[0].start, clocks[0].start)):
            continue
        value = text.meant(days[0])
        if value is not None and value < text.sent_on:
            continue
        if _PLACE.search(text.prose, min(days[0].end, clocks[0].end), sentence.end) or _PLACE.search(
            text.prose, sentence.start, days[0].start
        ):
            start, end = min(days[0].start, clocks[0].start), max(days[0].end, clocks[0].end)
            yield Found(start, end, "this event is not in the front matter", "write it as `events:` with title, start and place")
            return
