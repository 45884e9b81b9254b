"""An event's day stands before its time: "Tuesday, July 8, at 5 p.m. at City Hall".

The order is time, day and date, place. Speaks only of a sentence with all three. Source: widely taught in AP courses.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "STY310"
LEVEL: Level = "advice"
FIX = "manual"
GUIDE = "ap"
BAD = ("The council meets ⟦Tuesday, July 8, at 5 p.m.⟧ at Key West City Hall.",)
GOOD = ("The council meets at 5 p.m. Tuesday, July 8, at Key West City Hall.", "The council meets Tuesday, July 8, at 5 p.m. It is late.")
_PLACE = pattern(r"\s*,?\s*(?:(?:E|C|M|P)[DS]?T,?\s)?(?:at|in|on|outside|inside)\s(?:the\s)?[A-Z]")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.language != "en":
        return
    for sentence, days, clocks in text.dated:
        for day in days:
            clock = next((c for c in clocks if 0 < c.start - day.end <= 12), None)
            quoted = text.quoted(day.start)
            if clock is not None and not quoted and _PLACE.match(text.prose, clock.end, sentence.end) and clock.end <= sentence.end:
                yield Found(day.start, clock.end, "the day stands before the time", "write time, day and date, then the place")
