"""Characters that were read in the wrong encoding: â€™ for ’, Ã± for ñ.

Only what becomes shorter, valid text when it is read as UTF-8. Why: it was copied through a program that read UTF-8 as
Windows-1252. Source: the encodings themselves (WHATWG Encoding Standard, windows-1252).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "TXT406"
LEVEL: Level = "error"
FIX = "safe"
BAD = ("The city⟦â€™⟧s council meets.", "El a⟦Ã±⟧o pasado.", "Rock ⟦Ã©⟧ roll")
GOOD = ("El año pasado, l’été, São Paulo.", "SÃO PAULO", "Â propos")
_SEQUENCE = pattern(
    r"(?:[ÂÃÄÅÐâð][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]{1,3})+",
    near="â|ã|ä|å|ð",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for match in _SEQUENCE.finditer(text.prose) if not text.prose.isascii() else ():
        mended = _mended(match[0])
        if mended:
            message = f"`{match[0]}` was read in the wrong encoding"
            yield Found(match.start(), match.end(), message, f"write `{mended}`", mended)


def _mended(text: str) -> str:
    """The text read as UTF-8; "" where it is none. The five bytes that windows-1252 leaves open stand for themselves."""
    data = b"".join(character.encode("cp1252") if not "\x80" <= character <= "\x9f" else bytes([ord(character)]) for character in text)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
