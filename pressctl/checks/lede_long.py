"""The first sentence is long.

The dateline is not counted. Why: who, what, when and where belong into a sentence that can be read aloud. Source: the
inverted pyramid, as every guide to press releases teaches it (thedocumenthd.web.app).

Options: `most`, words (35).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR012"
LEVEL: Level = "warning"
FIX = "manual"
OPTIONS = {"most": 35}
BAD = ("⟦" + "The council meets and " * 9 + "talks.⟧ And then it rests.",)
GOOD = ("The council meets. " * 20,)


def check(text: Copy, options: Options) -> Iterator[Found]:
    lede = text.lede
    first = next((s for s in text.sentences if lede is not None and lede.start <= s.start < lede.end), None)
    if first is not None and (count := text.words(first)) > options["most"] and text.kind not in ("statement", "op-ed", "letter"):
        yield Found(first.start, first.end, f"the first sentence has {count} words", "say who does what, and leave the rest for the second")
