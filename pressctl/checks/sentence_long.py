"""A sentence has very many words.

Items of lists are left alone; headings too. Source: WCAG 2.2, criterion 3.1.5; desk practice asks for under 25 words.

Options: `most`, words (40).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STY325"
LEVEL: Level = "advice"
FIX = "manual"
GUIDE = "ap"
OPTIONS = {"most": 40}
BAD = ("⟦" + "The council meets and " * 12 + "talks.⟧",)
GOOD = ("The council meets. " * 20,)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for sentence in text.sentences:
        if sentence.kind == "paragraph" and (count := text.words(sentence)) > options["most"]:
            yield Found(sentence.start, sentence.end, f"the sentence has {count} words", "make two of it")
