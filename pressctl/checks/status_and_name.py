"""Somebody is named together with an immigration status.

A full name and "undocumented", "without legal status", asylum, TPS or a deportation order in one sentence. Silent for those
whose office, role, `public` or `consent` is in `people`, and behind a title. Why: naming has led to arrests. Source: Columbia
Journalism Review and American Journalism Review on sources without papers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "PRV807"
LEVEL: Level = "warning"
FIX = "manual"
MASK = "name"
BAD = (
    "⟦Rita Sample⟧, who is undocumented, drives the bus.",
    "⟦Rita Sample⟧ has asked for asylum.",
    "language: es\n---\n⟦Rita Sample⟧ es indocumentada. ⟦Ron Sample⟧ no tiene papeles.",
    "language: pt\n---\n⟦Rita Sample⟧ pediu asilo.",
    "language: ht\n---\n⟦Rita Sample⟧ pa gen papye. ⟦Ron Sample⟧ mande azil.",
    "⟦Rita Sample⟧ does not have papers. ⟦Ron Sample⟧ was ordered deported.",
)
GOOD = (
    "people: [{name: Rita Sample, consent: {given_on: 2025-07-01}}]\n---\nRita Sample, who is undocumented, drives the bus.",
    "Commissioner Ana Example met undocumented riders.",
    "Detained residents with active asylum claims were moved.",
    "“They sought asylum,” said Ana Example, a rider.",
)
_STATUS = pattern(
    r"\b(?:is|are|was|were|who|being|an?|of)\s(?:an?\s)?(?:undocumented|unauthorized)\b|\bundocumented\s(?:rider|worker"
    r"|student|immigrant|mother|father)\b"
    r"|\bwithout (?:legal status|papers|documents|authorization)\b|\b(?:no|lacks?|lost) (?:legal status|papers)\b"
    r"|\b(?:asked|applied|applying|waiting|petitioned) for (?:political )?asylum\b|\basylum seeker\b|\bseek(?:s|ing)? asylum\b"
    r"|\bTPS holder\b"
    r"|\bDACA recipient\b|\b(?:order of removal|deportation order|removal order|overstayed)\b"
    r"|\bindocumentad[oa]\b|\bsin (?:papeles|estatus legal)\b|\bsolicit(?:ante|ó|a) (?:de )?asilo\b|\borden de deportación\b"
    r"|\b(?:no|sin) (?:tiene|tener) papeles\b|\bsem (?:documentos|papéis)\b|\b(?:pediu|solicitou) asilo\b|\b(?:san|pa gen) papye\b"
    r"|\b(?:mande|ap tann) azil\b|\bnot have (?:legal status|papers)\b|\b(?:no|without) immigration status\b|\bordered deported\b",
    re.IGNORECASE,
    near="undocumented|unauthorized|legal status|papers|without documents|without authorization|asylum|tps holder|daca recipient"
    "|order of removal|deportation order|removal order|overstayed|indocumentad|papeles|estatus legal|asilo"
    "|orden de deportación|sem documentos|papéis|papye|azil|immigration status|ordered deported",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    seen: set[int] = set()
    for match in _STATUS.finditer(text.prose):
        sentence = text.sentence(match.start())
        for person in speech.within(text, sentence.start, sentence.end):
            if person.start not in seen and person.start not in text.of(_spoken) and not speech.is_public(text, person):
                seen.add(person.start)
                yield Found(
                    person.start,
                    person.end,
                    "somebody is named with an immigration status",
                    "record the consent in `people`, or leave the name out",
                )


def _spoken(text: Copy) -> frozenset[int]:
    """Where those who speak in the text are named."""
    return frozenset(speaker.start for speaker in text.of(speech.speakers))
