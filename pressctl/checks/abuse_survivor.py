"""Somebody is named as a survivor of sexual or domestic violence.

A full name beside "survivor of", "was raped" and the like. Silent for those with `consent` or `public` in `people`. Why: AP does
not name them unless they wish it. Source: AP on privacy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "PRV811"
LEVEL: Level = "error"
FIX = "manual"
MASK = "name"
BAD = ("⟦Rita Sample⟧, a survivor of domestic violence, spoke.", "⟦Rita Sample⟧ was raped that night.")
GOOD = (
    "people: [{name: Rita Sample, consent: {given_on: 2025-07-01}}]\n---\nRita Sample, a survivor of domestic violence, spoke.",
    "Survivors of domestic violence spoke.",
    "Rita Sample, a lawyer, works with survivors of domestic violence.",
)
_AFTER = pattern(
    r",?\s(?:who\s(?:is|was)\s|is\s|was\s|herself\s|himself\s)?(?:(?:an?|the)\s)?(?:\w+\s)?(?:survivor"
    r"|victim)s?\sof\s(?:\w+\s){0,2}(?:violence|assault|abuse|rape"
    r"|trafficking|harassment)\b|,?\s(?:who\s)?(?:was|had been|has been)\s(?:\w+ly\s)?(?:raped|molested|trafficked"
    r"|sexually (?:assaulted|abused))\b"
    r"|,?\s(?:quien\s)?(?:fue|ha sido)\s(?:violad[oa]|abusad[oa])\b|,\s(?:víctima|sobreviviente) de (?:violencia|abuso|violación)\b",
    re.IGNORECASE,
)
_WORDS = words("survivor survivors victim raped molested trafficked sexually violada violado abusada abusado víctima sobreviviente")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for person in text.of(speech.people) if text.has(_WORDS) else ():
        if _AFTER.match(text.prose, person.end) and not speech.is_public(text, person):
            yield Found(
                person.start, person.end, "a survivor of violence is named", "record the consent in `people`, or leave the name out"
            )
