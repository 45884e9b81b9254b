"""Straight and curly quotation marks or apostrophes in one text.

Code, HTML and shortcode attributes count as they are read; feet and inches do not. `--fix` makes them curly. Why: it shows
where something was pasted. Source: typographic habit; one form per text.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Edit, Found, Level, Options, pattern

CODE = "TXT407"
LEVEL: Level = "warning"
FIX = "safe"
BAD = ('“We meet,” she said. ⟦"⟧We do," he said.', "The city’s bus isn⟦'⟧t late.")
GOOD = ('"We meet," she said. "We do," he said.', "“We meet,” she said.", "The city’s bus is 40' long and 8\" wide.")
_STRAIGHT = pattern(r"\"(?:(?<!\d\")|(?=[\s.,;]*$))")
_APOSTROPHE = pattern(r"'(?<=[^\W\d]')(?=[^\W\d])")


def check(text: Copy, options: Options) -> Iterator[Found]:
    prose = text.prose
    pairs = ((_STRAIGHT, '"', "“”", "quotation marks"), (_APOSTROPHE, "'", "’", "apostrophes"))
    for form, sign, curly, what in pairs:
        if sign not in prose or not any(character in prose for character in curly):
            continue
        edits = tuple(Edit(match.start(), match.end(), _curly(prose, match.start(), sign)) for match in form.finditer(prose))
        if edits:
            first = edits[0]
            yield Found(first.start, first.end, f"straight and curly {what} in one text", "use one kind", edits)


def _curly(prose: str, at: int, sign: str) -> str:
    if sign == "'":
        return "’"
    return "“" if at == 0 or prose[at - 1].isspace() or prose[at - 1] in "([—–-￼=" else "”"
