"""An address with street and number that is no known public place.

An error beside "lives at" or "home of"; the places of events, the issuer's address and those of `contact` are known. Why:
people have been visited, and worse. Source: Online News Association, guides on people at risk; AP on privacy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "PRV805"
LEVEL: Level = "warning"
FIX = "manual"
MASK = True
BAD = (
    "He was at ⟦1234 Flagler Ave.⟧ that night.",
    "She lives at ⟦12 Duval Street⟧ in town. She was at home, ⟦12 Duval Street⟧, that night.",
    "language: es\n---\nVive en la ⟦calle Duval 12⟧ de la ciudad, no en la ⟦Avenida Flagler 123⟧.",
    "language: pt\n---\nMora na ⟦Rua Duval, 12⟧ na cidade.",
)
GOOD = (
    "events: [{title: Meeting, start: 2025-07-08T17:00-04:00, place: {name: City Hall, street: 1300 White Street}}]\n---\nIt "
    "is at 1300 White St. then.",
    "The bus stops on Duval Street. In 2025 White Street was closed. It is owned by 3 Wall Street firms.",
    "City Hall, 1300 White St., is open.",
)
_KIND = (
    r"(?:St|Street|Ave|Avenue|Rd|Road|Dr|Drive|Ln|Lane|Blvd|Boulevard|Ct|Court|Pl|Place|Ter|Terrace|Way|Cir|Circle|Hwy|Highway"
    r"|Pkwy|Trail)"
)
_ADDRESS = pattern(
    rf"(?<![\w$.,/-])(?!(?:19|20)\d\d\s)\d{{1,5}}\s(?:(?:[NSEW]\.?|[NS]\.?[EW]\.?|North|South|East"
    rf"|West)\s)?(?:[A-Z0-9][\w’'.-]*\s){{1,3}}{_KIND}\b\.?(?!(?<=Wall Street)\s[a-z]+s\b)"
    r"|\b(?:[Cc]alle|[Aa]venida|[Rr]ua)\s[A-ZÀ-Ý]\w+(?:\s[A-ZÀ-Ý]\w+)?,?\s(?:n\.º\s|#\s?)?\d{1,5}\b"
)
_HOME = pattern(r"\b(?:lives?|lived|living|resid\w+|home|house|apartment|vive|vivía|reside|casa|mora)\b[^.!?\n]{0,40}$", re.IGNORECASE)
_PUBLIC = pattern(
    r"\b(?:department|division|section|bureau|agency|commission|office|offices|hall|headquarters|building|center|centre|church|library|courthouse|school|theater|museum|plaza|hotel"
    r"|park|university|at(?!\s(?:(?:the|a|an|her|his|their)\s)?(?:home|house|apartment)\b)|visit|write|mail|suite|station|venue|where:|location:)\b[^.!?\n]{0,40}$",
    re.IGNORECASE,
)
_STREETS = words(
    "st street ave avenue rd road dr drive ln lane blvd boulevard ct court pl place ter terrace way cir circle hwy highway pkwy trail"
)
_CALLES = words("calle avenida rua")
_SAME = pattern(r"\d+|[A-Za-z]{3,}")


def check(text: Copy, options: Options) -> Iterator[Found]:
    known = None
    for match in _ADDRESS.finditer(text.prose, text.body_start) if _street(text) or not text.vocabulary.keys().isdisjoint(_CALLES) else ():
        if known is None:
            known = " ".join(_known(text)).lower()
        before = text.prose[max(0, match.start() - 60) : match.start()]
        number, street = [word[0].lower() for word in _SAME.finditer(match[0])][:2] or ("", "")
        if street and number in known and street in known:
            continue
        home = _HOME.search(before) is not None and not _PUBLIC.search(before)
        after = text.prose[match.end() : match.end() + 3]
        if home or not _PUBLIC.search(before) or before.rstrip().endswith(" at") or after.startswith(" ho"):
            level: Level = "error" if home else "warning"
            yield Found(
                match.start(), match.end(), "an address with street and number", "name the town only, or the event's place", level=level
            )


def _street(text: Copy) -> bool:
    """Whether a word for a street stands with a capital; "way" and "place" are also other words."""
    return any(text.source[at].isupper() for word in _STREETS & text.vocabulary.keys() for at in text.vocabulary[word])


def _known(text: Copy) -> Iterator[str]:
    yield text.config.organization.address
    for event in text.release.events:
        if event.place is not None:
            yield f"{event.place.name} {event.place.street}"
