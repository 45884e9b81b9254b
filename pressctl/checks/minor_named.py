"""A child is named: "Maria Sample, 12".

A name with an age under 18 beside it, in English, Spanish, Portuguese and Haitian Creole. Silent for somebody who is `public`
in `people`. Why: AP does not name children in crime, and most newsrooms name none without their parents. Source: AP on
privacy; Society of Professional Journalists, code of ethics.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options, pattern
from pressctl.pattern import holds

CODE = "PRV806"
LEVEL: Level = "error"
FIX = "manual"
MASK = "name"
BAD = (
    "The driver saw ⟦Rita Sample⟧, 12, at the stop.",
    "It was 12-year-old ⟦Rita Sample⟧ at the stop.",
    "It was ⟦Rita Sample⟧, a 12-year-old girl. A 12-year-old, ⟦Rita Sample⟧, was there. ⟦Rita Sample⟧, who is 12, was there.",
    "language: ht\n---\nTi fi ⟦Rita Sample⟧, 12 an, te la.",
    "language: es\n---\nLa niña ⟦Rita Sample⟧, de 12 años, en la parada.",
)
GOOD = (
    "The driver saw Rita Sample, 21, at the stop.",
    "people: [{name: Rita Sample, public: true}]\n---\nThe driver saw Rita Sample, 12, at the stop.",
    "It was on Tuesday, 12, and in Key West, 12 miles off.",
    "Rita Sample, 17 years a driver, spoke. Ron Sample is 12 points ahead. Rita Sample was 12, then.",
    "Rita Sample, 12 riders and a driver met.",
)
_AFTER = pattern(
    r",\s(?:age\s|aged\s|de\s|com\s)?(\d{1,2})(?=[,.;:)]|\s(?:años|anos|an|lane)\b|\s(?:was|is|who|and)\b|-year-old|\syears old)"
    r"|\s\((\d{1,2})\)"
    r"|,\sa\s(\d{1,2})-year-old\b|,?\s(?:who\s)?is\s(\d{1,2})(?=[,.;)]|\syears old)"
)
_BEFORE = pattern(r"\b(\d{1,2})-year-old,?\s(?:(?:boy|girl|son|daughter|student|resident|child|teenager|named|[a-z]{3,12})\s){0,3}$")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not any(character.isdigit() for character in text.prose):
        return
    for person in text.of(speech.people):
        beside = holds(text.prose[person.end : person.end + 12], "0123456789")
        if not beside and "year-old" not in text.prose[max(0, person.start - 60) : person.start]:
            continue
        after = _AFTER.match(text.prose, person.end)
        before = after or _BEFORE.search(text.prose, max(0, person.start - 60), person.start)
        age = next((int(group) for group in (before.groups() if before else ()) if group), 99)
        if age < 18 and not person.title and not speech.is_public(text, person):
            yield Found(
                person.start,
                person.end,
                f"a child of {age} is named",
                "leave the name out; say `a 12-year-old`, or how the child is related",
            )
