"""Content lines, the common form of calendars and contact cards: text escaped, lines folded at 75 octets.

Source: RFC 5545, sections 3.1 and 3.3.11; RFC 6350, sections 3.2 and 3.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

FOLD = 75  # octets a line, its line end not counted
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def escaped(value: str) -> str:
    """Text as a value: commas, semicolons, backslashes and line ends escaped, control characters left out."""
    text = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"([\\,;])", r"\\\1", text).replace("\n", "\\n")


def quoted(value: str) -> str:
    """Text as a parameter's value, in quotation marks, which cannot stand in it themselves."""
    return '"' + re.sub(r"[\x00-\x1f\x7f]+", " ", value).replace('"', "'") + '"'


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, none cut within a character, each with its line end."""
    out, room = "", FOLD
    for character in line:
        size = len(character.encode())
        if size > room:
            out, room = out + "\r\n ", FOLD - 1
        out, room = out + character, room - size
    return out + "\r\n"


def written(lines: Iterable[str]) -> bytes:
    """The lines as a file."""
    return "".join(map(folded, lines)).encode()
