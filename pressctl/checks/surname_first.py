"""Somebody speaks by surname before the full name was given.

Headline and subhead are left alone: there a surname may stand first. Why: readers look back for a name that was never
there. Source: news style; full name and role at the first reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options

CODE = "ATT204"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("“The bus must stay,” ⟦Example⟧ said.\n\nAna Example is a rider.",)
GOOD = ("Ana Example is a rider. “The bus must stay,” Example said.", "“The bus must stay,” Example said.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    first: dict[str, int] = {}
    for person in text.of(speech.people):
        if person.start >= text.body_start:
            first.setdefault(person.surname, person.start)
    seen: set[str] = set()
    for speaker in text.of(speech.speakers):
        known = first.get(speaker.name)
        if " " not in speaker.name and known is not None and text.body_start <= speaker.start < known and speaker.name not in seen:
            seen.add(speaker.name)
            yield Found(speaker.start, speaker.end, f"`{speaker.name}` stands before the full name", "give the full name and role here")
