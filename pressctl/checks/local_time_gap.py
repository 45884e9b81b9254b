"""A time that the clocks skip, or show twice, on the night they change.

2:30 a.m. does not exist on the day clocks go forward (error); 1:30 a.m. comes twice when they go back (warning, unless
EDT or EST says which). Judged in the release's time zone by the date in the same sentence. Source: the IANA time zone
database.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from pressctl.checks import Copy, Found, Level, Options

CODE = "DAT107"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("The bus stops on March 9, 2025, at ⟦2:30 a.m.⟧ for good.", "The bus stops on Nov. 2, 2025, at ⟦1:30 a.m.⟧ for good.")
GOOD = ("The bus stops on March 9, 2025, at 3:30 a.m.", "The bus stops on Nov. 2, 2025, at 1:30 a.m. EST for good.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    zone = text.release.timezone
    for _, days, clocks in text.dated:
        value = next((value for day in days if (value := text.meant(day))), None)
        for clock in clocks if value is not None else ():
            moment = datetime.combine(value or text.sent_on, time(clock.hour, clock.minute), zone)
            if moment.utcoffset() == moment.replace(fold=1).utcoffset():
                continue
            there = moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == moment.replace(tzinfo=None)
            if there and clock.zone[-2:] in ("ST", "DT"):
                continue
            what = "comes twice" if there else "does not exist"
            level: Level = "warning" if there else "error"
            yield Found(
                clock.start, clock.end, f"the clocks change that night: this time {what}", "name another time, or the zone", level=level
            )
