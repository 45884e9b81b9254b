"""Words in capitals: THIS IS NOT RIGHT.

Three in a row, or one of more than six letters, in running text. Acronyms, datelines, labels and headings are left alone.
Source: filters of unsolicited mail count them (spamassassin.apache.org), and readers too.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.ap_style import KNOWN
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "STY322"
LEVEL: Level = "warning"
FIX = "proposed"
GUIDE = "ap"
BAD = ("The bus ⟦MUST STAY NOW⟧ they say.", "It is ⟦OUTRAGEOUS⟧ to say so.")
GOOD = (
    "KEY WEST, Fla. — The bus stays.",
    "The FBI and the KWPD met ICE.",
    "WHO: Riders of the bus",
    "July 3, 2025\n\nCHICAGO — The bus stays.\n\n(WASHINGTON, D.C.) -- The bus stays.",
    "“The bus MUST STAY NOW,” said Ana Example, a rider.",
    "UNICEF and NASDAQ spoke.",
)
_CAPITALS = pattern(r"(?<![\w’'&.-])[A-ZÀ-Ý][A-ZÀ-Ý’']+(?:[ \n][A-ZÀ-Ý’']{2,}|[ \n]I(?= ))*(?![\w&-])")
_LETTERS = 7


def check(text: Copy, options: Options) -> Iterator[Found]:
    told: set[str] = set()
    for block in text.paragraphs:
        start = text.opening(block)
        if text.prose[start : block.end].isupper():
            continue  # a label on a line of its own
        loud = [word for word in text.unquoted[start : block.end].split() if len(word) > 1 and word.isupper() and "." not in word[:-1]]
        if len(loud) < 3 and all(len(word) < _LETTERS for word in loud):
            continue  # most paragraphs: no pattern is needed to see it
        for match in _CAPITALS.finditer(text.unquoted, start, block.end):
            words = match[0].split()
            opens = match.start() == start or (match.start() == start + 1 and text.prose[start] == "(")
            label = opens and (text.prose[match.end() : match.end() + 1] in (":", "") or block == text.lede or _dateline(text, match.end()))
            unknown = any(word not in KNOWN for word in words)
            if (
                label
                or match[0] in told
                or not ((len(words) >= 3 and unknown) or (len(words) == 1 and len(words[0]) >= _LETTERS and _vowels(words[0])))
            ):
                continue
            told.add(match[0])
            if match[0].lower() in text.terms("acronyms") or match[0] in text.terms("acronyms"):
                continue
            if len(text.vocabulary.get(words[0].lower(), ())) > 1 and len(words) == 1:
                continue  # an acronym that is used again
            yield Found(match.start(), match.end(), f"`{match[0][:40]}` shouts", "write it in lower case")


def _dateline(text: Copy, end: int) -> bool:
    """Whether a dash, or a bracket that closes, stands a few words behind the place: a dateline, in whichever paragraph."""
    return any(mark in text.prose[end : end + 24] for mark in ("—", "–", " - ", "--", ")"))


def _vowels(word: str) -> bool:
    """A word, not an acronym: it has two vowels, and no four consonants in a row."""
    return sum(c in "AEIOU" for c in word) >= 3
