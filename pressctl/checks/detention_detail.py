"""Somebody is named together with a place of detention, a court date or a bed.

Silent for those whose office, role, `public` or `consent` is in `people`, and behind a title. Why: it tells everybody where
somebody is who cannot leave. Source: Online News Association, guides on people at risk.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "PRV808"
LEVEL: Level = "warning"
FIX = "manual"
MASK = "name"
BAD = ("⟦Rita Sample⟧ is held at the Krome Detention Center.", "⟦Rita Sample⟧ has an immigration court hearing on Monday.")
GOOD = (
    "Residents are held at the Krome Detention Center.",
    "people: [{name: Rita Sample, consent: {given_on: 2025-07-01}}]\n---\nRita Sample is held at the Krome Detention Center.",
    "The detention center is far, said Ana Example, a rider.",
)
_DETAIL = pattern(
    r"\b(?:held|detained|locked up|in custody|being held|transferred) (?:at|in|to) [^.!?\n]{0,40}?(?:[Dd]etention"
    r"|[Pp]rocessing|[Cc]orrectional|[Jj]ail|[Ff]acility)"
    r"|\bimmigration (?:court|judge) (?:hearing|date|on)\b|\bimmigration court hearing\b|\bICE (?:detention|custody)\b"
    r"|\bdetenid[oa] en (?:el|la)\b"
)
_WORDS = words("held detained custody transferred immigration ice detenido detenida locked")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not text.has(_WORDS):
        return
    spoken = {speaker.start for speaker in text.of(speech.speakers)}
    seen: set[int] = set()
    for match in _DETAIL.finditer(text.prose):
        sentence = text.sentence(match.start())
        for person in speech.within(text, sentence.start, match.start()):
            if person.start not in seen and person.start not in spoken and not speech.is_public(text, person):
                seen.add(person.start)
                yield Found(
                    person.start,
                    person.end,
                    "somebody is named with a place of detention",
                    "record the consent in `people`, or leave one of them out",
                )
