"""An invisible character: a zero-width space, a soft hyphen, a byte order mark, a bidirectional override.

Overrides are an error: they make text read as something else. Joiners inside emoji and in scripts that need them, and
no-break spaces, are left alone. Why: they break searching, links and copying. Source: Unicode Technical Report 36, security.
"""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import category, name

from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "TXT409"
LEVEL: Level = "warning"
FIX = "safe"
BAD = ("The coun⟦\u200b⟧cil meets.", "The coun⟦\u00ad⟧cil meets.", "The ⟦\u202e⟧council meets.")
GOOD = ("The council meets at 5\u00a0p.m.", "A family: \U0001f468\u200d\U0001f469\u200d\U0001f467.")
_HIDDEN = pattern("[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = words("ar he fa ur yi ps")


def check(text: Copy, options: Options) -> Iterator[Found]:
    source = text.source
    for match in _HIDDEN.finditer(source, text.body_start) if not source.isascii() else ():
        at, character = match.start(), match[0]
        around = source[at - 1 : at] + source[at + 1 : at + 2]
        if character in "\u200c\u200d" and any(ord(c) > 0x590 and (category(c)[0] in "LM" or ord(c) > 0x2000) for c in around):
            continue
        override = character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        if text.language in _RIGHT_TO_LEFT and (override or character in "\u200e\u200f"):
            continue
        message = f"an invisible character: U+{ord(character):04X} {name(character, '').lower()}".rstrip()
        yield Found(at, at + 1, message, "delete it", "", level="error" if override else None)
