"""A sentence has very many words.

Words in quotation marks do not count, since nobody may change them, nor those of a statement or a speech that is given in
full; items of lists are left alone; headings too. Of many, the longest are shown, and the others are counted: who mends those first
has done most for the reader. Source: WCAG 2.2, criterion 3.1.5; desk practice asks for under 25 words.

Options: `most`, words (40); `shown`, sentences (3).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import speech
from pressctl.checks import Block, Copy, Found, Level, Options

CODE = "STY325"
LEVEL: Level = "advice"
FIX = "manual"
GUIDE = "ap"
OPTIONS = {"most": 40, "shown": 3}
BAD = ("⟦" + "The council meets and " * 12 + "talks.⟧",)
GOOD = (
    "The council meets. " * 20,
    "“" + "The council meets and " * 12 + "talks,” said Ana Example, a rider.",
    "The mayor gave this statement:\n\n" + "The council meets and " * 12 + "talks.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    most, shown = options["most"], max(1, options["shown"])
    long = [sentence for sentence in text.sentences if sentence.kind == "paragraph" and text.words(sentence) > most]
    given = text.of(speech.given_from) if long else 0
    counted = [(_own(text, sentence), sentence) for sentence in long if sentence.start < given]
    counted = sorted((found for found in counted if found[0] > most), key=lambda found: -found[0])
    others = f"; {len(counted) - shown} more have over {most}" if len(counted) > shown else ""
    for count, sentence in counted[:shown]:
        yield Found(sentence.start, sentence.end, f"the sentence has {count} words{others}", "make two of it")
        others = ""


def _own(text: Copy, sentence: Block) -> int:
    """How many words of a sentence stand outside quotation marks."""
    return sum(any(c.isalnum() for c in word) for word in text.unquoted[sentence.start : sentence.end].split())
