"""Somebody in a picture has given no consent.

Looks at `media[].people`: names that are in `people` with a consent that stands, `public` or a role are fine; an entry
`{name: …, age_group: minor}` without consent is an error. Source: Online News Association; National Association of Hispanic
Journalists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options

CODE = "MED627"
LEVEL: Level = "warning"
FIX = "manual"
MASK = "name"
BAD = ("media: [{file: bus.jpg, alt: A bus, people: [⟦Rita Sample⟧]}]\n---\nThe council meets.",)
GOOD = (
    "people: [{name: Rita Sample, consent: {given_on: 2025-07-01}}]\nmedia: [{file: bus.jpg, alt: A bus, people: [Rita "
    "Sample]}]\n---\nIt meets.",
    "media: [{file: bus.jpg, alt: A bus}]\n---\nThe council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    media = text.key("media")
    for number, entry in enumerate(media if isinstance(media, list | tuple) else ()):
        shown = entry.get("people") if isinstance(entry, Mapping) else None
        for place, person in enumerate(shown if isinstance(shown, list | tuple) else ()):
            name = str(person.get("name", "")) if isinstance(person, Mapping) else str(person)
            known = speech.entry(text, name) or (person if isinstance(person, Mapping) else None)
            if name and not speech.is_public(text, speech.Person(0, 0, name)) and not (known and known.get("consent")):
                path = f"media[{number}].people[{place}]"
                minor = known is not None and known.get("age_group") == "minor"
                span = text.span(f"{path}.name") if f"{path}.name" in text.values else text.span(path)
                yield Found(
                    *span, "somebody in the picture has given no consent", "record it in `people`", level="error" if minor else None
                )
