"""The text gives another time or day for an event than the front matter.

A sentence with an event's day whose times are none of that day's events; or one with an event's weekday or time and two
words of its title, whose day is no event's. Why: it is the commonest correction there is, and the calendar file goes out
with the wrong one. Source: desk practice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pressctl.checks import Copy, Found, Level, Options
from pressctl.dates import Day
from pressctl.release import Event

CODE = "DAT116"
LEVEL: Level = "warning"
FIX = "proposed"
BAD = (
    "events:\n- {title: Meeting, start: 2025-07-08T18:00-04:00}\n---\nThe council meets on Tuesday, July 8, at ⟦5 p.m.⟧ as ever.",
    "events:\n- {title: Council bus meeting, start: 2025-07-08T17:00-04:00}\n---\nThe council’s bus meeting is on ⟦July 9⟧ at 5 p.m.",
)
GOOD = (
    "events:\n- {title: Meeting, start: 2025-07-08T17:00-04:00}\n---\nThe council meets on Tuesday, July 8, at 5 p.m.",
    "events:\n- {title: Bus meeting, start: 2025-07-08T17:00-04:00}\n---\nThe council voted on July 1, and the bus meeting is late.",
    "events:\n- {title: Bus, start: 2025-07-08T17:00-04:00, end: 2025-07-08T19:00-04:00}\n---\nIt is July 8, 5 to 7 p.m.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    events = [event for event in text.release.events if not event.details.get("past")]
    known: dict[date, list[Event]] = {}
    for event in events:
        known.setdefault(event.start.date(), []).append(event)
    for sentence, days, clocks in text.dated if events else ():
        if sentence.start < text.body_start:
            continue
        dated = [(day, text.meant(day)) for day in days]
        there = [event for _, value in dated for event in known.get(value or date.min, ())]
        times = {(moment.hour, moment.minute) for event in there for moment in (event.start, event.end) if moment}
        if there and clocks and not any((clock.hour, clock.minute) in times for clock in clocks):
            event = there[0]
            message = f"the front matter has {event.start:%H:%M} for `{event.title}`"
            yield Found(clocks[0].start, clocks[0].end, message, "correct one of the two")
        elif dated and not there:
            yield from _other_day(text, sentence.start, sentence.end, dated[0], events, {(c.hour, c.minute) for c in clocks})


def _other_day(
    text: Copy, start: int, end: int, dated: tuple[Day, date | None], events: list[Event], times: set[tuple[int, int]]
) -> Iterator[Found]:
    day, _ = dated
    said = {word.lower().strip(".,;:’'s") for word in text.prose[start:end].split()}
    for event in events:
        shared = {word.lower().strip(".,;:’'s") for word in event.title.split() if len(word) > 2} & said
        same = (event.start.hour, event.start.minute) in times or day.weekday == event.start.weekday()
        if len(shared) >= 2 and same:
            message = f"the front matter has {event.start:%Y-%m-%d} for `{event.title}`"
            yield Found(day.start, day.end, message, "correct one of the two")
            return
