"""Somebody is named together with an illness.

Silent for those with `consent`, `public` or a role in `people`, and behind a title. Why: it cannot be taken back. Source: newsroom
practice on medical privacy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "PRV812"
LEVEL: Level = "warning"
FIX = "manual"
MASK = "name"
BAD = ("⟦Rita Sample⟧, who has cancer, takes the bus.", "⟦Rita Sample⟧ was diagnosed with diabetes.")
GOOD = (
    "people: [{name: Rita Sample, consent: {given_on: 2025-07-01}}]\n---\nRita Sample, who has cancer, takes the bus.",
    "Rita Sample studies cancer.",
    "Riders with diabetes take the bus.",
)
_ILL = pattern(
    r",?\s(?:who\s)?(?:has|had|was diagnosed with|is diagnosed with|suffers from|suffered from|lives with|is living with"
    r"|living with|is battling|tiene|padece|tem)\s"
    r"(?:\w+\s){0,2}(?:cancer|hiv|aids|diabetes|depression|ptsd|epilepsy|schizophrenia|tuberculosis|covid(?:-19)?|leukemia"
    r"|asthma|cáncer|sida|câncer)\b"
    r"|,?\s(?:who\s)?is (?:pregnant|hiv-positive|embarazada)\b",
    re.IGNORECASE,
)
_WORDS = words(
    "cancer hiv aids diabetes depression ptsd epilepsy schizophrenia tuberculosis covid covid-19 leukemia asthma cáncer sida "
    "câncer pregnant "
    "hiv-positive embarazada"
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for person in text.of(speech.people) if text.has(_WORDS) else ():
        if _ILL.match(text.prose, person.end) and not speech.is_public(text, person):
            yield Found(
                person.start, person.end, "somebody is named with an illness", "record the consent in `people`, or leave the name out"
            )
