"""Standard time is written where daylight time holds, or the other way round: "5 p.m. EST" in July.

Judged by the date in the same sentence, else by that of the only event. A place that never changes its clocks (Arizona,
Hawaii, Puerto Rico) is told by the release's `timezone`. Why: it is an hour's difference, and the commonest error that
wire editors fix. Source: Business Wire, "Straight from the newsroom".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from pressctl.checks import Copy, Found, Level, Options

CODE = "DAT106"
LEVEL: Level = "error"
FIX = "safe"
BAD = ("The council meets on Tuesday, July 8, at 5 p.m. ⟦EST⟧.", "The council met on Jan. 8, 2025, at 5 p.m. ⟦PDT⟧.")
GOOD = (
    "The council meets on Tuesday, July 8, at 5 p.m. EDT.",
    "The council meets on Tuesday, July 8, at 5 p.m. ET.",
    "timezone: America/Phoenix\n---\nThe council meets on Tuesday, July 8, at 5 p.m. MST.",
    "The council met on Jan. 8, 2025, at 5 p.m. EST.",
)
_ZONES = {"E": "America/New_York", "C": "America/Chicago", "M": "America/Denver", "P": "America/Los_Angeles", "AK": "America/Anchorage"}


def check(text: Copy, options: Options) -> Iterator[Found]:
    for _, days, clocks in text.dated:
        for clock in clocks:
            name = clock.zone
            if name[-2:] not in ("ST", "DT") or name[:-2] not in _ZONES:
                continue
            day = next((value for day in days if (value := text.meant(day))), None)
            if day is None and len(text.release.events) == 1:
                day = text.release.events[0].start.date()
            if day is None:
                continue
            moment = datetime.combine(day, time(clock.hour, clock.minute))
            if moment.replace(tzinfo=text.release.timezone).tzname() == name:
                continue
            right = moment.replace(tzinfo=ZoneInfo(_ZONES[name[:-2]])).tzname() or name
            if right != name:
                yield Found(clock.zone_start, clock.zone_start + len(name), f"on {day} it is {right}, not {name}", f"write {right}", right)
