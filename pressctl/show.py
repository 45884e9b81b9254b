"""Everything a person or a pipe reads: lines, tables, JSON. Text from outside passes one gate and is shown inert."""

from __future__ import annotations

import contextlib
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

from pressctl.errors import PressctlError, ReleaseError

STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
HIDDEN = set("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def inert(text: object) -> str:
    """Text that cannot command a terminal or reorder what stands beside it: controls are shown as U+XXXX."""
    value = str(text)
    if value.isascii() and value.isprintable():
        return value
    return "".join(c if _harmless(c) else f"⟨U+{ord(c):04X}⟩" for c in value)


def _harmless(character: str) -> bool:
    return character not in HIDDEN and unicodedata.category(character) not in ("Cc", "Zl", "Zp", "Cs", "Co")


def width(stream: TextIO) -> int:
    """Columns to write to: the terminal's, COLUMNS where it is set, else 100."""
    if not stream.isatty() and "COLUMNS" not in os.environ:
        return 100
    import shutil

    return max(40, shutil.get_terminal_size((100, 24)).columns)


def coloured(stream: TextIO) -> bool:
    """Colour only on a terminal that wants it (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, style: str, stream: TextIO) -> str:
    """The text in a style, on a terminal that shows colour."""
    return f"\033[{STYLES[style]}m{text}\033[0m" if style and coloured(stream) else text


def emit(text: str = "") -> None:
    """A line of data, on stdout."""
    sys.stdout.write(text + "\n")


def say(text: str = "") -> None:
    """A line of talk, on stderr; nothing fails because nobody listens any more."""
    try:
        sys.stderr.write(text + "\n")
    except OSError:
        _silence(sys.stderr)


@contextlib.contextmanager
def unheard() -> Iterator[None]:
    """For what is said after the deed: that a pipe or a terminal was closed meanwhile changes nothing about it."""
    try:
        yield
        sys.stdout.flush()
    except OSError:
        _silence(sys.stdout)


def _silence(stream: TextIO) -> None:
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())


def error(fault: PressctlError) -> None:
    """Every problem as: what, where, one hint."""
    hide = _without_numbers if isinstance(fault, ReleaseError) else str  # it quotes what somebody wrote about people
    for number, problem in enumerate(fault.problems):
        if number:
            say()
        say(f"{paint('error', 'red', sys.stderr)}: {inert(hide(problem.text))}")
        if problem.place is not None:
            say(f"  at {inert(problem.place)}")
        for line in problem.excerpt:
            say(f"    {inert(hide(line))}")
        if problem.hint:
            say(f"{paint('hint', 'cyan', sys.stderr)}: {inert(hide(problem.hint))}")


def _without_numbers(text: str) -> str:
    from pressctl import check

    return check.without_numbers(text)


def warning(text: str) -> None:
    """Something to know, that stops nothing."""
    say(f"{paint('note', 'yellow', sys.stderr)}: {inert(text)}")


def json_line(value: Any) -> None:
    """One JSON object on a line of stdout."""
    import json

    emit(json.dumps(value, ensure_ascii=False, separators=(", ", ": ")))


def when(seconds: float | None) -> str | None:
    """A time of the log as RFC 3339 in UTC, for programs."""
    return None if not seconds else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local(seconds: float | None) -> str:
    """A time of the log on the reader's own clock, to the minute."""
    return "" if not seconds else f"{datetime.fromtimestamp(seconds, UTC).astimezone():%Y-%m-%d %H:%M}"


def cells(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def fitted(text: str, columns: int) -> str:
    """The text cut to so many columns, with an ellipsis where something is missing, and padded."""
    have = cells(text)
    if have <= columns:
        return text + " " * (columns - have)
    kept = ""
    for character in text:
        if cells(kept) + cells(character) > columns - 1:
            break
        kept += character
    return kept + "…" + " " * (columns - 1 - cells(kept))


def columns_for(rows: Sequence[Sequence[str]], available: int) -> list[int]:
    """Widths for a table: each column as wide as its widest cell, the widest columns giving way first."""
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)] if rows else []
    while widths and sum(widths) + 2 * (len(widths) - 1) > available and max(widths) > 8:
        widths[widths.index(max(widths))] -= 1
    return widths


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    stream: TextIO,
    styles: Mapping[str, str] | None = None,
    indent: str = "",
    widths: Sequence[int] = (),
) -> None:
    """A plain table; `styles` colours a cell by its word (a state). A column that holds nothing is not shown.

    `widths` lines several tables up with each other: what `columns_for` gave for all their rows.
    """
    body = [[inert(cell) for cell in row] for row in rows]
    if not widths:
        filled = [index for index in range(len(head)) if any(row[index] for row in body)]
        head, body = [head[index] for index in filled], [[row[index] for index in filled] for row in body]
        widths = columns_for([list(head), *body], width(stream) - len(indent))
    if any(head):
        line = "  ".join(fitted(cell, w) for cell, w in zip(head, widths, strict=True)).rstrip()
        stream.write(indent + paint(line, "bold", stream) + "\n")
    for row in body:
        cells_and_widths = zip(row, widths, strict=True)
        shown = [paint(fitted(cell, w), (styles or {}).get(cell, ""), stream) for cell, w in cells_and_widths]
        stream.write((indent + "  ".join(shown)).rstrip() + "\n")


def listing(pairs: Sequence[tuple[str, str]], stream: TextIO, indent: str = "") -> None:
    """Names and what is to say of each, broken to the stream's width so that nothing of it is cut."""
    import textwrap

    room = width(stream) - len(indent)
    column = min(max((cells(inert(name)) for name, _ in pairs), default=0), room // 2)
    for name, text in pairs:
        first, *rest = textwrap.wrap(inert(text), max(20, room - column - 2)) or [""]
        stream.write(f"{indent}{fitted(inert(name), column)}  {first}".rstrip() + "\n")
        for line in rest:
            stream.write(f"{indent}{' ' * column}  {line}\n")


def wrapped(text: str, stream: TextIO, indent: str = "") -> str:
    """A paragraph broken to the stream's width."""
    import textwrap

    return textwrap.fill(inert(text), width(stream), initial_indent=indent, subsequent_indent=indent)


STATE_STYLES = {
    "accepted": "green",
    "rejected": "red",
    "deferred": "yellow",
    "uncertain": "red",
    "planned": "dim",
    "claimed": "yellow",
    "withdrawn": "dim",
}
