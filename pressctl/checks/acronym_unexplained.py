"""An acronym that nothing before it explains: ICE.

It is explained by words with its initials before it (Key West Police Department, KWPD), or behind it in brackets. Known ones
(FBI, U.S.) are left alone, those of [style] acronyms and of the release's `check: {acronyms: …}` too. Told once for each.
Source: AP style on abbreviations: the full name at the first reference, no brackets needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.ap_style import KNOWN, SKIPPED, STATES, Initials
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "STY316"
LEVEL: Level = "advice"
FIX = "proposed"
GUIDE = "ap"
BAD = ("The council asked ⟦ICE⟧ to explain.",)
GOOD = (
    "Immigration and Customs Enforcement, or ICE, came. ICE left.",
    "The Key West Police Department met. KWPD officers left.",
    "The FBI and the U.S. met. The CEO of NASA spoke. The EMC Mortgage bank paid.",
    "The Department of Buses (DOB) spoke. The DOB of Key West is old. They met at adult services (APS).",
    "check: {acronyms: {ICE: Immigration}}\n---\nICE came. The DOT (Department of Oil Trains) came.",
)
_ACRONYM = pattern(r"(?<![\w.&/’'-])[A-Z]{2,6}(?=s?(?:[’']s)?(?![\w.&/-]))")
_NEXT = pattern(r"\w+")
_DEFINED = pattern(
    r"(?<=\([A-Z]{2})\)|(?<=\([A-Z]{3})\)|(?<=\([A-Z]{4})\)|(?<=\([A-Z]{5})\)|(?<=\([A-Z]{6})\)| [A-Z][a-z]"
)  # in brackets, or part of a name


def check(text: Copy, options: Options) -> Iterator[Found]:
    prose, known = text.unquoted, KNOWN | text.terms("acronyms").keys()
    seen: set[str] = set()
    initials = Initials(text.prose)
    for match in _ACRONYM.finditer(prose, text.body_start):  # the body explains what a headline has no room for
        if match[0] in known or match[0] in seen or (match[0] in STATES and prose[match.start() - 2 : match.start()] == ", "):
            continue
        initials.read(match.start())
        seen.add(match[0])
        if not (_DEFINED.match(prose, match.end()) or initials.give(match[0]) or _shouted(text, match.start(), match.end())):
            yield Found(match.start(), match.end(), f"`{match[0]}` is not explained", "write the full name the first time")
        if len(seen) > 300:
            return  # a text of nothing else is no release


def _shouted(text: Copy, start: int, end: int) -> bool:
    """Among other capitals, in a dateline, or explained right behind it."""
    prose = text.unquoted
    beside = prose[max(0, start - 14) : start].split()[-1:] + prose[end : end + 14].split()[:1]
    if (text.typed_dateline is not None and start < text.typed_dateline[1]) or any(
        len(w) > 1 and w.isupper() and w.isalpha() for w in beside
    ):
        return True
    following = prose[end : end + 120] if prose[end : end + 6].startswith((" (", ", the ", ", or ")) else ""
    return prose[start:end] in "".join(word[0][0].upper() for word in _NEXT.finditer(following) if word[0].lower() not in SKIPPED)
