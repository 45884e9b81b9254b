"""An acronym that nothing before it explains: ICE.

It is explained by words with its initials before it (Key West Police Department, KWPD), or behind it in brackets. Known ones
(FBI, U.S.) are left alone, those of [style] acronyms and of the release's `check: {acronyms: …}` too. Told once for each.
Source: AP style on abbreviations: the full name at the first reference, no brackets needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.ap_style import KNOWN
from pressctl.checks import Copy, Found, Level, Options, pattern, words
from pressctl.labels import STATES

CODE = "STY316"
LEVEL: Level = "advice"
FIX = "proposed"
GUIDE = "ap"
BAD = ("The council asked ⟦ICE⟧ to explain.",)
GOOD = (
    "Immigration and Customs Enforcement, or ICE, came. ICE left.",
    "The Key West Police Department met. KWPD officers left.",
    "The FBI and the U.S. met. The CEO of NASA spoke.",
    "check: {acronyms: {ICE: Immigration and Customs Enforcement}}\n---\nThe council asked ICE to explain.",
    "The ICE (Immigration and Customs Enforcement) came.",
)
_ACRONYM = pattern(r"(?<![\w.&/’'-])[A-Z]{2,6}(?=s?(?:[’']s)?(?![\w.&/-]))")
_CAPITALISED = pattern(r"[A-ZÀ-Ý][\w’'&.-]*")
_SKIPPED = words("of and the for in on de del la y to a an")
_NEXT = pattern(r"\w+")


def check(text: Copy, options: Options) -> Iterator[Found]:
    known = KNOWN | text.terms("acronyms").keys()
    prose, seen = text.unquoted, set(known)
    initials: list[str] = []
    previous = at = 0
    for match in _ACRONYM.finditer(prose):
        if match[0] in seen or (match[0] in STATES and prose[: match.start()].endswith(", ")):
            continue
        seen.add(match[0])
        for word in _CAPITALISED.finditer(text.prose, at, match.start()):
            gap = text.prose[previous : word.start()]
            if not all(part.lower() in _SKIPPED for part in gap.split()):
                initials.append(" ")
            initials.append("".join(part[0] for part in word[0].split("-") if part).upper())
            previous = word.end()
        at = match.start()
        if (
            _shouted(prose, match.start(), match.end(), text)
            or _spelled(match[0], "".join(initials))
            or _explained(match[0], prose, match.end())
        ):
            continue
        yield Found(match.start(), match.end(), f"`{match[0]}` is not explained", "write the full name the first time")


def _shouted(prose: str, start: int, end: int, text: Copy) -> bool:
    """Among other capitals: a label, a headline in capitals, or a dateline."""
    around = (prose[max(0, start - 14) : start].split()[-1:], prose[end : end + 14].split()[:1])
    dateline = text.typed_dateline is not None and start < text.typed_dateline[1]
    return dateline or any(len(word) > 1 and word.isupper() and word.isalpha() for words_ in around for word in words_)


def _spelled(acronym: str, initials: str) -> bool:
    return acronym in initials or (len(acronym) > 3 and acronym[1:] in initials)


def _explained(acronym: str, prose: str, end: int) -> bool:
    following = prose[end : end + 120]
    if not following.startswith((" (", ", the ", ", or ")):
        return False
    letters = "".join(word[0][0].upper() for word in _NEXT.finditer(following) if word[0].lower() not in _SKIPPED)
    return acronym in letters
