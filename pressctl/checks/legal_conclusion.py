"""A judgement of law stands as a fact: "did not violate any law", "is unconstitutional".

Outside quotations and without anybody who says so. A conviction, a plea or a judgement in the same sentence is one. Why:
the other side will say the opposite, and the courts decide. Source: AP on legal claims; desk practice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "ATT211"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("The vote ⟦did not violate any federal or state law⟧.", "The order ⟦is unconstitutional⟧.", "The city ⟦broke the law⟧ that night.")
GOOD = (
    "The vote broke no law, the network says.",
    "The group argues that the order is unconstitutional.",
    "“The order is illegal,” said Ana Example, a rider.",
    "The court ruled that the order is illegal.",
    "It opposes illegal dumping.",
)
_HINTS = words(
    "illegal illegally unlawful unlawfully unconstitutional violate violates violated violating broke breaks broken ilegal viola"
)
_CONCLUSION = pattern(
    r"\b(?:(?:did|does|do|has|have)\s(?:not|n’t)\s)?(?:violat(?:e|es|ed)|brok?e|breaks|broken)\s"
    r"(?:(?:the|any|no|its|their|all|both|federal|state|local|international|and|or|city|U\.S\.|First|Fourth|Fifth|Fourteenth)\s)*"
    r"(?:laws?|Constitution|constitution|constitutional|Amendment|statutes?|civil rights|due process)\b"
    r"|\b(?:is|are|was|were)\s(?:clearly\s|plainly\s|not\s)?(?:illegal|unlawful|unconstitutional|against the law)\b(?!\s(?:in"
    r"|for|to|under)\b)"
    r"|\bes\s(?:ilegal|inconstitucional)\b|\bviola\sla\s(?:ley|Constitución)\b",
    near="violat|broke|break|illegal|unlawful|unconstitutional|against the law|ilegal|inconstitucional|viola",
)
_JUDGED = pattern(
    r"\b(?:court|courts|judge|jury|ruled|ruling|found|convict\w+|plead\w*|pled|guilty|sentenc\w+|charg\w+|indict\w+|lawsuit"
    r"|complaint|suit"
    r"|settle\w*|whether|if|would|could|may|might|must|should|who|whose|any|anyone|tribunal|juez)\b",
    re.IGNORECASE,
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not text.has(_HINTS):
        return
    for match in _CONCLUSION.finditer(text.unquoted):
        sentence = text.sentence(match.start())
        before = text.unquoted[max(0, match.start() - 6) : match.start()].split()[-1:]
        judged = (
            before in (["that"], ["which"])
            or _JUDGED.search(text.unquoted, sentence.start, match.start())
            or _JUDGED.search(text.unquoted, match.end(), sentence.end)
        )
        if not judged and not speech.attributed(text, sentence):
            yield Found(match.start(), match.end(), "a judgement of law stands as a fact", "say whose view it is, or which court held so")
