"""A vehicle's number plate stands in the text.

Letters and figures beside the word plate, tag or placa. Why: a plate in a picture has led agents to a source. Source: Columbia
Journalism Review.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "PRV813"
LEVEL: Level = "warning"
FIX = "manual"
MASK = True
BAD = ("A van with the plate ⟦ABC 1234⟧ left.", "A van, tag number ⟦Y12-3AB⟧, left.")
GOOD = ("The van had a Florida plate.", "She has a plate of 12 cookies.", "It is tag 5.")
_PLATE = pattern(
    r"\b(?:plates?|license tag|tag|placas?|matrícula)(?:\s(?:number|no\.?|is|was|reading"
    r"|número))?[:,]?\s((?=[A-Z0-9 -]*\d)(?=[A-Z0-9 -]*[A-Z])[A-Z0-9]{2,4}[ -]?[A-Z0-9]{2,4})\b"
)
_WORDS = words("plate plates tag placa placas matrícula")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _PLATE.finditer(text.prose) if text.has(_WORDS) else ():
        yield Found(match.start(1), match.end(1), "a number plate", "take it out")
