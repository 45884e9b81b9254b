"""A day is named from today: tomorrow, last week, just days after.

Outside quotations, in English, Spanish, Portuguese and Haitian Creole. Vague ones (today, earlier this year, recently) are
advice only, each told once in a text, and "today" only where the release does not carry its date. Not "today's youth" or
"yesterday's paper", not "four days later", which counts from a day in the text, nor a statement that is given in full. Why:
readers meet the text on another day. Source: Associated Press style, dates and times (extension.illinois.edu).
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
    "RAW\nA headline\nThe council met ⟦today⟧.",
    "language: es\n---\nEl consejo se reunió ⟦ayer⟧.",
    "language: ht\n---\nKonsèy la ap reyini ⟦demen⟧.",
)
GOOD = (
    "“We meet tomorrow,” she said. Today’s riders pay more. They met for the last weekly session.",
    "He left on July 1 and came back four days later. The council announced today that the bus stays.",
    "RAW\nA headline\nJuly 3, 2025\nThe council met today.",
    "The mayor gave this statement:\n\nThe bus ran last night.",
)
_WORDS = {
    "en": r"(tomorrow|yesterday|last night|(?:last|next) (?:week|month|year|fall|spring|summer|winter)(?!-)"
    r"|(?:just |only |a few |several )*days (?:after|ago|before|later)|(?:two|three|four|five|six|\d) (?:weeks|months) ago)"
    r"|(today|tonight|this (?:morning|afternoon|evening|week|month|year)|(?:earlier|later) this (?:week|month|year)|recently)",
    "es": r"(ayer|anoche|pasado mañana|la (?:semana pasada|próxima semana)|el (?:mes|año) pasado|hace (?:unos|pocos) días)"
    r"|(hoy|esta semana|recientemente)",
    "pt": r"(ontem|amanhã|a semana passada|na semana passada|na próxima semana|no (?:mês|ano) passado)|(hoje|esta semana|recentemente)",
    "ht": r"(demen|ayè|yè swa|semèn pase|semèn pwochèn|mwa pase)|(jodi a|semèn sa a)",
}
_NEAR = {
    "en": "tomorrow|yesterday|last night|last week|last month|last year|last fall|last spring|last summer|last winter|next week|next month"
    "|next year|next fall|next spring|next summer|next winter|days after|days ago|days before|days later|weeks ago|months ago|today|tonight"
    "|this morning|this afternoon|this evening|this week|this month|this year|recently"
}
_PATTERNS = {language: pattern(rf"\b(?:{form})\b(?!['’]s\b)", re.IGNORECASE, _NEAR.get(language, "")) for language, form in _WORDS.items()}


_ISSUE = words("today tonight hoy hoje")
_NUMBERS = words("two three four five six seven eight nine ten eleven twelve 2 3 4 5 6 7 8 9 10")
_TOP = 160  # characters: a date of issue stands before or in the dateline


def check(text: Copy, options: Options) -> Iterator[Found]:
    steps = {"tomorrow": 1, "yesterday": -1, "today": 0, "ayer": -1, "hoy": 0, "ontem": -1, "amanhã": 1, "hoje": 0, "demen": 1, "ayè": -1}
    given, dated, told = text.of(speech.given_from), _dated(text), set[str]()
    for match in _PATTERNS.get(text.language, _PATTERNS["en"]).finditer(text.unquoted):
        before = text.prose[max(0, match.start() - 12) : match.start()].lower().split()
        if match.start() >= given or (before and before[-1] in _NUMBERS and not match[0].lower().endswith("ago")):
            continue
        word, vague = match[0].lower(), not match[1]
        if vague and (word in told or (dated and word in _ISSUE)):
            continue
        told.add(word)
        step, issued = steps.get(word), text.issued
        day = f" ({issued + timedelta(days=step):%A, %Y-%m-%d})" if step is not None and issued is not None else ""
        level: Level = "advice" if vague else "warning"
        yield Found(match.start(), match.end(), f"`{match[0]}` depends on the day of reading", f"name the day{day}", level=level)


def _dated(text: Copy) -> bool:
    """Whether the release carries its date: in the front matter, or in full at the top."""
    top = text.lede.start + _TOP if text.lede is not None else 0
    return text.issued is not None or any(day.year and day.start < top for day in text.days[:3])
