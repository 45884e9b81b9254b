"""An acronym that nothing before it explains: ICE.

It is explained by words with its initials before it (Key West Police Department, KWPD), or where it stands in brackets itself.
Known ones (FBI, U.S.) are left alone, those of [style] acronyms and of the release's `check: {acronyms: …}` too, a state's
postal code, a line that is all in capitals, and a plain word in capitals: one that begins a paragraph or that the text also
has in lower case. Told once for each. Source: AP style on abbreviations: the full name at the first reference, no brackets
needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.ap_style import KNOWN, SKIPPED, STATES, Initials
from pressctl.checks import Copy, Found, Level, Options, pattern, words

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
    "The Civil Program (LOGCAP III) paid. La Asociación de Buses (ASBUS, por sus siglas en inglés) paid. It ran in NH.",
    "CLICK HERE TO GET THE APP\n\nMAY 10 marked the day. That is a HUGE bus, and a huge bus it is.\n\nREAD this report on a bus.",
    "The crew of JAXA (Japan Aerospace Exploration Agency) came.",
    "check: {acronyms: {ICE: Immigration}}\n---\nICE came. The DOT (Department of Oil Trains) came.",
)
_ACRONYM = pattern(r"[A-Z](?<![\w.&/][A-Z])(?<![’'][A-Z])(?<!-[A-Z])[A-Z]{1,5}(?=s?(?:[’']s)?(?![\w.&/-]))")
_CLOSES = pattern(r"(?:\s[IVX]+)?\)|,\s[^()]{1,60}\)")
_OPENERS = words("read watch see call join view may but if as in on at to it he she we you they this that now today new")
_LABEL = 200  # characters of a line that may be a label
_NEXT = pattern(r"\w+")


def check(text: Copy, options: Options) -> Iterator[Found]:
    prose, known = text.unquoted, KNOWN | text.terms("acronyms").keys()
    seen: set[str] = set()
    initials = Initials(text.prose)
    for match in _ACRONYM.finditer(prose, text.body_start):  # the body explains what a headline has no room for
        if match[0] in known or match[0] in seen or match[0] in STATES:
            continue
        initials.read(match.start())
        seen.add(match[0])
        block = text.block(match.start())
        if block.end - block.start < _LABEL and " " in (line := text.prose[block.start : block.end]) and line.isupper():
            continue
        plain = block.start == match.start() and match[0].lower() in _OPENERS
        if plain or any(text.source[at].islower() for at in text.vocabulary.get(match[0].lower(), ())):
            continue  # a word, said aloud
        if not (_defined(prose, match.start(), match.end()) or initials.give(match[0]) or _shouted(text, match.start(), match.end())):
            yield Found(match.start(), match.end(), f"`{match[0]}` is not explained", "write the full name the first time")
        if len(seen) > 300:
            return  # a text of nothing else is no release


def _defined(prose: str, start: int, end: int) -> bool:
    """In brackets, or part of a name: EMC Mortgage."""
    following = prose[end : end + 3]
    name = following[:1] == " " and following[1:2].isupper() and following[2:].islower()
    return name or (prose[start - 1] == "(" and _CLOSES.match(prose, end) is not None)


def _shouted(text: Copy, start: int, end: int) -> bool:
    """Among other capitals, in a dateline, or explained right behind it."""
    prose = text.unquoted
    beside = prose[max(0, start - 24) : start].replace(",", " ").split()[-2:] + prose[end : end + 24].replace(",", " ").split()[:2]
    loud = any(len(w) > 3 and w.isupper() and w.isalpha() and w not in KNOWN for w in beside)
    if loud or (text.typed_dateline is not None and start < text.typed_dateline[1]):
        return True
    if prose[end : end + 2] == " (" and prose[end + 2 : end + 3].isupper() and " " in prose[end + 2 : end + 80].partition(")")[0]:
        return True  # JAXA (Japan Aerospace Exploration Agency): not all are initials
    following = prose[end : end + 120] if prose[end : end + 6].startswith((" (", ", the ", ", or ")) else ""
    return prose[start:end] in "".join(word[0][0].upper() for word in _NEXT.finditer(following) if word[0].lower() not in SKIPPED)
