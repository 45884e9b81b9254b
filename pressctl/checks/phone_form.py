"""A telephone number cannot be called: no area code, or a number for films (555-01xx).

Only in the body, and only for North American forms; others need their country code. Source: North American Numbering Plan
Administrator on 555 numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "LNK609"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("Call ⟦294-1234⟧ for it.", "Call ⟦305-555-0123⟧ for it.")
GOOD = ("Call 305-294-1234 for it.", "In 2024-2025 the vote was 100-2000.", "Call +44 20 7946 0018 for it.")
_SHORT = pattern(
    r"\b(?:[Cc]all(?:ing)?|[Pp]hone|[Tt]el\.?|[Tt]elephone|[Tt]eléfono|[Ll]lame al)[:\s]\s?(\d{3}[-. ]\d{4})(?![\d-])",
    near="call|phone|tel.|tel |tel:|teléfono|llame al",
)
_FILM = pattern(r"(?<![\w-])(?:\+?1[ .-])?(?:\(\d{3}\)\s?|\d{3}[ .-])555[ .-]01\d\d(?![\w-])", near="555")


def check(text: Copy, options: Options) -> Iterator[Found]:
    own = str(text.release.contacts)
    for match in _SHORT.finditer(text.prose, text.body_start):
        yield Found(match.start(1), match.end(1), "the number has no area code", "write it as 305-294-1234")
    for match in _FILM.finditer(text.prose, text.body_start):
        if match[0][-8:] not in own:
            yield Found(match.start(), match.end(), "this number is for films and examples", "write the real one")
