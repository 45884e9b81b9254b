"""A day is named from today: tomorrow, last week, just days after.

Outside quotations, in English, Spanish, Portuguese and Haitian Creole. Vague ones (earlier this year, recently) are advice
only, each told once in a text. Not "today", which is the day of issue that every release carries; not "yesterday's paper",
not "four days later", which counts from a day in the text, nor a statement that is given in full. Why: readers meet the
text on another day. Source: Associated Press style, dates and times (extension.illinois.edu).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "DAT113"
LEVEL: Level = "warning"
FIX = "proposed"
BAD = (
    "The council meets ⟦tomorrow⟧.",
    "The vote came ⟦last week⟧.",
    "⟦Just days after⟧ the vote, a letter came.",
    "The vote came ⟦earlier this year⟧.",
    "It ended four ⟦days ago⟧.",
    "language: es\n---\nEl consejo se reunió ⟦ayer⟧.",
    "language: ht\n---\nKonsèy la ap reyini ⟦demen⟧.",
)
GOOD = (
    "“We meet tomorrow,” she said. Today’s riders pay more. They met for the last weekly session.",
    "He left on July 1 and came back four days later. The council announced today that the bus stays.",
    "The mayor gave this statement:\n\nThe bus ran last night.",
)
_WORDS = {
    "en": r"(tomorrow|yesterday|last night|(?:last|next) (?:week|month|year|fall|spring|summer|winter)(?!-)"
    r"|(?:just |only |a few |several )*days (?:after|ago|before|later)|(?:two|three|four|five|six|\d) (?:weeks|months) ago)"
    r"|(this (?:week|month|year)|(?:earlier|later) this (?:week|month|year)|recently)",
    "es": r"(ayer|anoche|pasado mañana|la (?:semana pasada|próxima semana)|el (?:mes|año) pasado|hace (?:unos|pocos) días)"
    r"|(esta semana|recientemente)",
    "pt": r"(ontem|amanhã|a semana passada|na semana passada|na próxima semana|no (?:mês|ano) passado)|(esta semana|recentemente)",
    "ht": r"(demen|ayè|yè swa|semèn pase|semèn pwochèn|mwa pase)|(semèn sa a)",
}
_NEAR = {
    "en": "tomorrow|yesterday|last night|last week|last month|last year|last fall|last spring|last summer|last winter|next week|next month"
    "|next year|next fall|next spring|next summer|next winter|days after|days ago|days before|days later|weeks ago|months ago"
    "|this week|this month|this year|recently"
}
_PATTERNS = {language: pattern(rf"\b(?:{form})\b(?!['’]s\b)", re.IGNORECASE, _NEAR.get(language, "")) for language, form in _WORDS.items()}

_NUMBERS = words("two three four five six seven eight nine ten eleven twelve 2 3 4 5 6 7 8 9 10")  # before them, days are counted


def check(text: Copy, options: Options) -> Iterator[Found]:
    steps = {"tomorrow": 1, "yesterday": -1, "ayer": -1, "ontem": -1, "amanhã": 1, "demen": 1, "ayè": -1}
    given, told = text.of(speech.given_from), set[str]()
    for match in _PATTERNS.get(text.language, _PATTERNS["en"]).finditer(text.unquoted):
        before = text.prose[max(0, match.start() - 12) : match.start()].lower().split()
        if match.start() >= given or (before and before[-1] in _NUMBERS and not match[0].lower().endswith("ago")):
            continue
        word, vague = match[0].lower(), not match[1]
        if vague and word in told:
            continue
        told.add(word)
        step, issued = steps.get(word), text.issued
        day = f" ({issued + timedelta(days=step):%A, %Y-%m-%d})" if step is not None and issued is not None else ""
        level: Level = "advice" if vague else "warning"
        yield Found(match.start(), match.end(), f"`{match[0]}` depends on the day of reading", f"name the day{day}", level=level)
