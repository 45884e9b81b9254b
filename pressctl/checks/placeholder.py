"""A placeholder is left in the text: TK, TBD, [NAME], XX/XX, lorem ipsum.

The sentences of `pressctl new` count. TK and XX only as words in capitals, not XXL or Roman numbers. Why: everybody has
sent one, once. Source: TK is the newsroom's own mark for "to come", chosen because no word has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "TXT404"
LEVEL: Level = "error"
FIX = "manual"
BAD = (
    "The council meets at ⟦TK⟧ on Tuesday.",
    "The council meets on ⟦XX/XX⟧ at last.",
    "The meeting is ⟦TBD⟧ for now.",
    "said ⟦[NAME]⟧ of the council.",
    "It meets on ⟦<date>⟧ at last.",
    "said ⟦Given Family⟧ of the council.",
    "dateline: ⟦City, State⟧\n---\nThe council meets.",
    "⟦Lorem ipsum⟧ dolor sit amet.",
    "headline: '⟦[HEADLINE HERE]⟧ or so'\n---\nThe council meets.",
)
GOOD = ("Super Bowl XX was in size XXL.", "See [the page](https://bus.example).", "It is [sic] <https://bus.example>.")
_MARK = pattern(
    r"\b(?:TK(?:TK)*|TBD|TBA|TBC)\b|(?<![\w/])[Xx]{2}[/.-][Xx]{2}(?:[/.-][Xx]{2,4})?\b|\bX{3,}\b(?!-)"
    r"|\[(?:[A-Z][A-Z ’'/_-]*\b(?:NAME|DATE|CITY|TITLE|QUOTE|TIME|PLACE|PHONE|EMAIL|HEADLINE|HERE|ORGANIZATION|NUMBER|LINK|URL|ADDRESS)"
    r"|NAME|DATE|CITY|TITLE|QUOTE|TIME|PLACE|PHONE|EMAIL|ORGANIZATION|LINK|URL|ADDRESS)[A-Z ’'/_-]*\](?!\()"
    r"|\[(?:insert|your|add|fill in)\b[^\]\n]{0,60}\](?!\()|\b[Ll]orem ipsum\b|\bINSERT (?:[A-Z]+ )?(?:HERE|NAME|QUOTE|DATE|LINK)\b",
    near="tk|tbd|tba|tbc|xx|[|lorem ipsum|insert",
)
_SCAFFOLD = (  # what `pressctl new` writes
    "Who does what, when, where and why:",
    "The next most important facts, in short paragraphs.",
    "A sentence that somebody really said",
    "Given Family",
    "What readers can do, with a link or a number.",
)
_ANGLE = pattern(r"<(?:date|name|time|place|title|city|quote|insert[^<>\n]{0,30}|your [^<>\n]{0,30})>", re.IGNORECASE, near="<")


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _MARK.finditer(text.prose):
        yield Found(match.start(), match.end(), f"the placeholder `{match[0]}` is left in the text", "write what is to stand there")
    for words_ in _SCAFFOLD:
        at = text.prose.find(words_)
        if at >= 0:
            yield Found(at, at + len(words_), "this is the scaffold's own text", "write what is to stand there")
    if text.release.dateline.as_written == "City, State":
        yield Found(*text.span("dateline"), "this is the scaffold's own text", "write the place the news is from")
    for match in _ANGLE.finditer(text.markup):
        yield Found(match.start(), match.end(), f"the placeholder `{match[0]}` is left in the text", "write what is to stand there")
