"""A TOML document as the same nodes as a YAML one, so that one schema and one way of pointing at mistakes serve both.

The standard library's parser gives values without positions. Its values are taken as they are; a scan of the text, which
that parser has found valid, adds where each key and each item stands.
"""

from __future__ import annotations

import bisect
import re
import tomllib
from typing import Any

from pressctl.document import Mapping, Node, Problems, Scalar, Sequence

Path = tuple[str | int, ...]

_SPACE = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}' + r"|'''(?:[^']|'(?!''))*'{3,5}" + r'|"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}#\n]+")


class Literal(Scalar):
    """A number, a truth value or a date: written without quotes, so not text."""

    __slots__ = ()


def parse(text: str, problems: Problems) -> tuple[dict[str, Any], Mapping] | None:
    """The values as the standard library reads them, and the same as nodes; None after noting what is wrong."""
    try:
        values = tomllib.loads(text)
        return values, _mapping(values, (), _places(text))
    except tomllib.TOMLDecodeError as fault:
        detail = str(fault)
        at = None
        if match := re.search(r" \(at line (\d+), column (\d+)\)$", detail):
            at = Scalar("", int(match[1]), int(match[2]))
            detail = detail[: match.start()]
        elif detail.endswith(" (at end of document)"):
            at = Scalar("", text.count("\n") + 1, len(text) - text.rfind("\n"))
            detail = detail.removesuffix(" (at end of document)")
        detail = "".join(c if c.isprintable() else "?" for c in detail)
        problems.add(f"this is not valid TOML: {detail[:1].lower()}{detail[1:]}", at, "check quotes, brackets and equals signs there")
    except RecursionError:
        problems.add("nested too deep", Scalar("", 1, 1), "is a bracket left open?")
    return None


def _places(text: str) -> dict[Path, tuple[int, int]]:
    try:
        return _Scan(text).places()
    except _Lost:  # the values are right all the same; messages then point at the file's first line
        return {}


class _Lost(Exception):
    """The scan does not understand what the parser has accepted."""


def _node(value: Any, path: Path, places: dict[Path, tuple[int, int]]) -> Node:
    line, column = places.get(path, (1, 1))
    if isinstance(value, dict):
        return _mapping(value, path, places)
    if isinstance(value, list):
        return Sequence([_node(item, (*path, i), places) for i, item in enumerate(value)], line, column)
    if isinstance(value, str):
        return Scalar(value, line, column)
    return Literal(str(value).lower() if isinstance(value, bool) else str(value), line, column)


def _mapping(values: dict[str, Any], path: Path, places: dict[Path, tuple[int, int]]) -> Mapping:
    line, column = places.get(path, (1, 1))
    mapping = Mapping({}, {}, line, column)
    for key, value in values.items():
        at = places.get((*path, key), (line, column))
        mapping.keys[key] = Scalar(key, *at)
        mapping.entries[key] = _node(value, (*path, key), places)
    return mapping


class _Scan:
    """One pass over a valid TOML document, noting where each key and each item of a list begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}  # arrays of tables: how many so far

    def places(self) -> dict[Path, tuple[int, int]]:
        """Line and column, from 1, of every key path."""
        table: Path = ()
        self.skip()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip()
        starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        result = {}
        for path, offset in self.found.items():
            line = bisect.bisect_right(starts, offset)
            result[path] = (line, offset - starts[line - 1] + 1)
        return result

    def skip(self) -> None:
        """Past blanks, line ends and comments."""
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def note(self, path: Path, offset: int) -> None:
        self.found.setdefault(path, offset)

    def header(self) -> Path:
        """[a.b] or [[a.b]]: the path of the table that begins here."""
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        path: Path = ()
        parts = self.keys()
        for number, (key, offset) in enumerate(parts):
            path = (*path, key)
            self.note(path, offset)
            if number == len(parts) - 1 and many:
                self.tables[path] = self.tables.get(path, 0) + 1
            if path in self.tables:
                path = (*path, self.tables[path] - 1)
                self.note(path, offset)
        self.at += 2 if many else 1
        return path

    def keys(self) -> list[tuple[str, int]]:
        """A dotted key's parts, each with its offset; stops at what follows the key."""
        parts = []
        while True:
            self.skip()
            offset = self.at
            match = _STRING.match(self.text, offset) or _BARE_KEY.match(self.text, offset)
            if match is None:
                raise _Lost
            self.at = match.end()
            key = match[0]
            if key[0] in "\"'":
                key = str(tomllib.loads(f"k = {key}")["k"])
            parts.append((key, offset))
            self.skip()
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def pair(self, table: Path) -> None:
        """key = value"""
        path = table
        for key, offset in self.keys():
            path = (*path, key)
            self.note(path, offset)
        self.at += 1  # the equals sign
        self.skip()
        self.value(path)

    def value(self, path: Path) -> None:
        first = self.text[self.at]
        if first in "\"'":
            match = _STRING.match(self.text, self.at)
        elif first in "[{":
            self.items(path, "]" if first == "[" else "}")
            return
        else:
            match = _PLAIN.match(self.text, self.at)
        if match is None:
            raise _Lost
        self.at = match.end()

    def items(self, path: Path, end: str) -> None:
        """A list or an inline table, from its bracket to the one that closes it."""
        self.at += 1
        number = 0
        while True:
            self.skip()
            if self.text[self.at] == end:
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
                continue
            if end == "]":
                self.note((*path, number), self.at)
                self.value((*path, number))
                number += 1
            else:
                self.pair(path)
