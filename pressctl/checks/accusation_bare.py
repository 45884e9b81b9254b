"""An accusation stands as a fact: intimidation, corruption, racial profiling.

Outside quotations and without anybody who makes it; the headline counts. A warning where the sentence names a person.
Each accusation is told once. Silent where the sentence tells of a charge, a lawsuit or a verdict. Why: fairness, and
defamation. It needs a person to judge. Source: AP on fairness; media law handbooks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "ATT212"
LEVEL: Level = "advice"
FIX = "manual"
BAD = (
    "headline: City calls for an end to ⟦intimidation⟧\n---\nThe council meets.",
    "The bus line has led to ⟦racial profiling⟧ at night.",
    "It ended the ⟦corruption⟧ under Mayor Ana Example.",
)
GOOD = (
    "The group says that it has led to racial profiling.",
    "“It is racial profiling,” said Ana Example, a rider.",
    "He was charged with fraud.",
    "The office fights corruption. They work to deter theft. Villages are under assault. He had an assault rifle.",
    "The report has Retail Theft and Criminal Sexual Assault in two rows.",
)
_ACCUSATIONS = (
    "intimidation|corruption|bribery|fraud|embezzlement|extortion|blackmail|bullying|harassment|assault|abuse of power|racial "
    "profiling|racism"
    "|discrimination|retaliation|cover-up|brutality|torture|kidnapping|collusion|perjury|theft|cruelty|negligence|misconduct"
    "|intimidación|corrupción|fraude|acoso|represalias|perfil racial|discriminación|corrupção|assédio"
)
_PHRASES = {phrase.split()[0]: phrase for phrase in _ACCUSATIONS.split("|")}
_NEUTRAL = pattern(
    r"\b(?:charg\w+|indict\w+|convict\w+|plead\w*|pled|guilty|sentenc\w+|alleg\w+|accus\w+|lawsuit|complaint|court|jury"
    r"|investigat\w+|prosecut\w+"
    r"|prevent\w*|combat\w*|fight\w*|anti|prohibit\w*|recover\w*|information concerning|allegations?|cases?|strike"
    r"|team|protect\w*|victims?|survivors?|report(?:ing)? (?:of|on)|settle\w*|count|counts"
    r"|conspir\w+|scheme"
    r"|deter\w*|assault (?:weapons?|rifles?)|under assault|threats? of|tip line|felon(?:y|ies)|misdemeanors?|degree"
    r"|division|unit|section|task force|hotline|training|free (?:of|from)|report\s|laws?|act|resolve\w*|stop\w*|crimes?)\b",
    re.IGNORECASE,
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    found = [(at, _PHRASES[word]) for word in _PHRASES.keys() & text.vocabulary.keys() for at in text.vocabulary[word]]
    told: set[str] = set()
    for start, phrase in sorted(found):
        end = start + len(phrase)
        if phrase in told or text.unquoted[start:end].lower() != phrase or text.unquoted[max(0, start - 9) : start].endswith("against "):
            continue
        sentence = text.sentence(start)
        if start > sentence.start and text.source[start].isupper() and sentence.kind != "headline":
            continue  # the name of an offence, as in a statute
        if speech.attributed(text, sentence) or _NEUTRAL.search(text.unquoted, sentence.start, sentence.end):
            continue
        told.add(phrase)
        named = sentence.kind == "paragraph" and bool(speech.within(text, sentence.start, sentence.end))
        message = f"`{text.source[start:end]}` stands as a fact"
        yield Found(start, end, message, "say who says so", level="warning" if named else None)
