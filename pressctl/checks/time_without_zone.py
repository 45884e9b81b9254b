"""A clock time does not say in which time zone.

Speaks once, about the first time of a text in which no time has a zone. Figures without a.m. or p.m. count in Spanish,
Portuguese and Creole only. Why: who reads it elsewhere comes an hour late. Source: Business Wire, "Straight from the
newsroom"; myprwire.com, embargo policy.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "DAT104"
LEVEL: Level = "advice"
FIX = "proposed"
BAD = ("The council meets at ⟦5 p.m.⟧ and again at 7 p.m.", "language: es\n---\nEl consejo se reúne a las ⟦17:00⟧.")
GOOD = ("The council meets at 5 p.m. EDT, and again at 7 p.m.", "The score was 10:30.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    clocks = [clock for clock in text.clocks if clock.half or text.language != "en"]
    if clocks and not any(clock.zone for clock in text.clocks):
        first = clocks[0]
        zone = text.sent_on and text.release.timezone.key
        written = text.source[first.start : first.end].strip()
        yield Found(first.start, first.end, f"`{written}` has no time zone", f"add it once for readers elsewhere (here: {zone})")
