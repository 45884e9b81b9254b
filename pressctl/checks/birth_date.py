"""Somebody's date of birth.

"Born March 3, 1990", "DOB 3/3/1990", in English, Spanish, Portuguese and Haitian Creole; a year alone is fine. Silent where the
sentence names somebody who is `public` in `people`. Why: with a name it opens accounts and files. Source: newsroom practice:
give the age.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "PRV804"
LEVEL: Level = "error"
FIX = "proposed"
MASK = True
BAD = (
    "She was born on ⟦March 3, 1990⟧, in Key West.",
    "His DOB is ⟦03/03/1990⟧.",
    "It is Birthdate: ⟦March 3rd, 1990⟧ (b. ⟦March 3, 1990⟧).",
    "language: es\n---\nNació el ⟦3 de marzo de 1990⟧ en Cuba, o nació un ⟦3 de marzo de 1990⟧.",
    "language: pt\n---\nNasceu a ⟦3 de março de 1990⟧. Data de nascimento: ⟦03/03/1990⟧.",
    "language: ht\n---\nLi te fèt le ⟦3 mas 1990⟧. Dat nesans: ⟦03/03/1990⟧.",
)
GOOD = (
    "She was born in 1990.",
    "people: [{name: Ana Example, public: true}]\n---\nAna Example was born March 3, 1990.",
    "language: ht\n---\nSe pou Fèt 18 me 2026.",
    "The bus line was born. On March 3, 1990, it ran.",
)
_DAY = (
    r"[A-Za-zÀ-ÿ]{3,10}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}"
    r"|\d{1,2}(?:st|nd|rd|th)?(?:\s(?:de|of))?\s[A-Za-zÀ-ÿ]{2,10}(?:\sdel?)?\s\d{4}"
    r"|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}"
)
_BORN = pattern(
    rf"\b(?:born(?:\son)?|d\.?o\.?b\.?(?:\sis)?|date of birth(?:\sis)?|birth ?date(?:\sis)?|birthday(?:\sis)?"
    rf"|(?<=\()b\.|naci(?:d[oa]|ó) (?:el|un)(?: día)?"
    rf"|nasc(?:id[oa]|eu) (?:em|a|no dia)|data de nascimento|fecha de nacimiento"
    rf"|(?:li|ki|te|mwen) fèt(?: le| nan)?|dat nesans)[:,]?\s({_DAY})\b",
    re.IGNORECASE,
    near="born|dob|d.o|do.b|birth|(b.|nacid|nació|nascid|nasceu|nacimiento|nascimento|fèt|nesans",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _BORN.finditer(text.prose):
        sentence = text.sentence(match.start())
        named = speech.within(text, sentence.start, sentence.end)
        if not any((known := speech.entry(text, person.name)) and str(known.get("public")).lower() == "true" for person in named):
            yield Found(match.start(1), match.end(1), "a date of birth", "give the age instead, or the year")
