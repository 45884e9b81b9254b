"""The links, pictures, mail addresses and telephone numbers of a release's body, by their place."""

from __future__ import annotations

import re

from pressctl.news_copy import Copy
from pressctl.pattern import pattern
from pressctl.values import dataclass

_MARKDOWN = pattern(r"(!?)\[([^\[\]\n]{0,300})\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?(?:\s+[\"'][^\"'\n]{0,200}[\"'])?\s*\)")
_BARE = pattern(r"(?<![(\w@/.])(?:https?://|www\.)[^\s<>\"”“)\]￼]*[^\s<>\"”“.,;:!?)\]'’*_￼]", re.IGNORECASE, near="://|www.")
_REFERENCE = pattern(r"^ {0,3}\[([^\]\n^][^\]\n]{0,99})\]:[ \t]+<?(\S+?)>?(?:[ \t]|$)", re.MULTILINE)
EMAIL = pattern(r"(?<![\w.+%-])[\w.+%-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}(?![\w-])")
_HOST = pattern(r"(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^/@\s]*@)?([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)", re.IGNORECASE)
_LAST_SEVEN = pattern(r"\d{3}[ .-]\d{4}")  # of a number in North America
PHONE = pattern(
    r"(?<![\w.,/$#-])(?:\+\d{1,3}[ .-]?|1[ .-])?(?:\(\d{3}\)[ .-]?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"  # North America
    r"|(?<![\w.,/$#-])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}(?![\w-])"  # with a country code
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link by offsets: of the whole, of its target; `text` is "" for a bare address. `picture` is ![…](…)."""

    start: int
    end: int
    text: str
    target: str
    at: int  # where the target stands
    picture: bool = False


def links(text: Copy) -> tuple[Link, ...]:
    """The body's links and pictures, in order; code and comments left out."""
    markup, found = text.markup, []
    if "](" in markup:
        for match in _MARKDOWN.finditer(markup):
            found.append(Link(match.start(), match.end(), match[2], match[3], match.start(3), bool(match[1])))
    if "]:" in markup:
        for match in _REFERENCE.finditer(markup):
            found.append(Link(match.start(), match.end(), match[1], match[2], match.start(2)))
    taken = [(link.start, link.end) for link in sorted(found, key=lambda link: link.start)]
    number = 0
    for match in _BARE.finditer(markup):
        while number < len(taken) and taken[number][1] <= match.start():
            number += 1
        if number == len(taken) or match.start() < taken[number][0]:
            found.append(Link(match.start(), match.end(), "", match[0], match.start()))
    return tuple(sorted(found, key=lambda link: link.start))


def pictures(text: Copy) -> tuple[Link, ...]:
    """The pictures in the body."""
    return tuple(link for link in text.of(links) if link.picture)


def domain(address: str) -> str:
    """The host of a web address in lower case, without www.; "" where there is none."""
    match = _HOST.match(address.strip())
    host = match[1].lower() if match else ""
    return host.removeprefix("www.")


def emails(text: Copy) -> tuple[tuple[int, int], ...]:
    """The mail addresses in the body, by offsets."""
    return tuple(match.span() for match in EMAIL.finditer(text.markup)) if "@" in text.markup else ()


def own_emails(text: Copy) -> frozenset[str]:
    """The addresses that the office prints on its releases anyway, case folded: media contacts, sender, reply address."""
    organization = text.config.organization
    people = (*text.release.contacts, *organization.contacts, organization.sender, organization.reply_to)
    return frozenset(one.email.casefold() for one in people if one is not None)


def phones(text: Copy) -> tuple[tuple[int, int], ...]:
    """The telephone numbers in the body, by offsets: North American ones, and others with their country code."""
    if "+" not in text.markup and _LAST_SEVEN.search(text.markup) is None:
        return ()  # looking for whole numbers at every character takes ten times as long
    return tuple(match.span() for match in PHONE.finditer(text.markup))


def digits(number: str) -> str:
    """A telephone number's figures; those of North America without the leading 1."""
    found = "".join(c for c in number if c.isdigit())
    return found[1:] if len(found) == 11 and found.startswith("1") else found
