"""A title after a name has capitals: Lucy Example, Founding Member of.

A title is in capitals directly before a name only. Two capital words at least, between a comma and "of" or "for"; no degrees,
quotations are left alone. Source: AP style on titles (Purdue OWL; apvschicago.com).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Edit, Found, Level, Options, pattern, words

CODE = "STY311"
LEVEL: Level = "warning"
FIX = "proposed"
GUIDE = "ap"
BAD = ("“It must stay,” said ⟦Ana Example, Founding Member⟧ of the riders.",)
GOOD = (
    "“It must stay,” said Ana Example, a founding member of the riders.",
    "It was Ana Example, Key West’s mayor.",
    "“Ana Example, Founding Member of the riders, spoke,” said Ben Sample, a driver.",
    "By Ana Example, Keys Federation of Riders.",
    "Marathon, Key West of course, and Ana Example, M.D.",
)
_TITLE = pattern(r",\s((?:[A-Z][a-z]+(?:-[A-Za-z]+)?\s){1,4}[A-Z][a-z]+)(?=\s(?:of|for)\s)")
_PROPER = frozenset(("United", "States", "Key", "New", "North", "South", "West", "Miami", "City", "County"))
_BODIES = words("Federation Association Union Department University Institute Society League Council Committee Office Bureau College")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if text.language != "en":
        return
    for person in text.of(speech.people):
        match = _TITLE.match(text.unquoted, person.end)
        if match is not None and not text.quoted(person.start) and _PROPER.isdisjoint(title := match[1].split()):
            if title[-1] in _BODIES:
                continue  # where somebody belongs: Key Federation of Riders
            edit = Edit(match.start(1), match.end(1), match[1].lower())
            yield Found(
                person.start, match.end(1), f"the title `{match[1]}` after the name has capitals", f"write `{match[1].lower()}`", (edit,)
            )
