"""Regular expressions that are compiled when they are first needed: a hundred of them would slow every start.

Compiling one costs as much as reading a release with ten, and scanning a long text with one that begins with a choice of
words costs a second for some megabytes. Nearly every text lets nearly all of them rest, and a search for plain words says so.
What was compiled is kept for the next run (`keep`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from pressctl import kept

REACH = 1000  # characters around a word of `near` that are scanned, widened to whole lines


class Pattern:
    """A regular expression, compiled at its first use.

    `near` are pieces of text, in lower case, of which every match holds one: a text without them is not scanned, and the
    expression not compiled; in others, only the surroundings of each are scanned.
    """

    __slots__ = ("_compiled", "flags", "near", "source")

    def __init__(self, source: str, flags: int = 0, near: tuple[str, ...] = ()) -> None:
        self.source = source
        self.flags = int(flags)
        self.near = near
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The expression, compiled now if it was not before."""
        if self._compiled is None:
            self._compiled = _known(self.source, self.flags) or _made(self.source, self.flags)
        return self._compiled

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        last = len(text) if end is None else end
        if not self.near:
            return self.compiled.finditer(text, start, last)
        return self._near(text, start, last)

    def _near(self, text: str, start: int, end: int) -> Iterator[re.Match[str]]:
        at = start
        for first, last in windows(text, self.near, start, end):
            for match in self.compiled.finditer(text, max(first, at), last):
                at = max(match.end(), at)
                yield match

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        return next(self.finditer(text, start, end), None)

    def match(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """As `re.Pattern.match`."""
        return self.compiled.match(text, start, len(text) if end is None else end)

    def fullmatch(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """As `re.Pattern.fullmatch`."""
        last = len(text) if end is None else end
        if self.near and not holds(text[start:last].lower(), self.near):
            return None
        return self.compiled.fullmatch(text, start, last)


# What `re.compile` hands to the matching engine, by expression and flags: (flags, code, groups, names, names in order)
_Parts = tuple[int, bytes, int, dict[str, int], tuple[str | None, ...]]
_KEEP = 2000  # expressions; this program has not as many, so that more are those of its past
_new: dict[tuple[str, int], re.Pattern[str]] = {}


@cache
def _kept() -> dict[tuple[str, int], _Parts]:
    return kept.read("expressions") or {}


def _known(source: str, flags: int) -> re.Pattern[str] | None:
    """The expression from what an earlier run has compiled; the engine looks at the code before it takes it."""
    parts = _kept().get((source, flags))
    try:
        return None if parts is None else _assembled(source, parts)
    except Exception:  # an engine that takes its code in another way: it is compiled as ever
        return None


def _assembled(source: str, parts: _Parts) -> re.Pattern[str]:
    import _sre  # type: ignore[import-not-found]  # the engine; no stub describes it

    flags, code, *rest = parts
    found: re.Pattern[str] = _sre.compile(source, flags, memoryview(code).cast("I").tolist(), *rest)
    return found


def _made(source: str, flags: int) -> re.Pattern[str]:
    return _new.setdefault((source, flags), re.compile(source, flags))


def keep() -> None:
    """Keep what was compiled now for the next run, as far as this Python lets its compiler be asked for the parts."""
    if not _new or not kept.ready():
        return
    found: dict[tuple[str, int], _Parts] = {}
    for (source, flags), compiled in _new.items():
        try:
            parts = _taken_apart(source, flags)
            if _assembled(source, parts) == compiled:  # the engine compares the code
                found[source, flags] = parts
        except Exception:  # the compiler's inside is no promise: another Python may have another
            return
    if found:
        before = _kept() if len(_kept()) < _KEEP else {}
        kept.write("expressions", "", {**before, **found})
    _new.clear()


def _taken_apart(source: str, flags: int) -> _Parts:
    import importlib
    from array import array

    parser, compiler = (importlib.import_module(f"re.{name}") for name in ("_parser", "_compiler"))
    tree: Any = parser.parse(source, flags)
    names: dict[str, int] = tree.state.groupdict
    order: list[str | None] = [None] * tree.state.groups
    for name, number in names.items():
        order[number] = name
    return int(flags | tree.state.flags), array("I", compiler._code(tree, flags)).tobytes(), tree.state.groups - 1, names, tuple(order)


def windows(text: str, near: tuple[str, ...], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines, in order and apart, around every place between two offsets that holds one of these pieces of text."""
    low = lowered(text)
    if len(low) != len(text):  # İ has two characters in lower case: every place would be another
        yield start, end
        return
    found: list[int] = []
    for piece in near:
        at = low.find(piece, start, end)
        while at >= 0:
            found.append(at)
            at = low.find(piece, at + REACH // 2, end)
    first = last = start
    for at in sorted(found):
        if at + REACH // 2 <= last:
            continue
        before = max(last, text.rfind("\n", last, max(last, at - REACH)) + 1)
        if before > last:
            if last > first:
                yield first, last
            first = before
        after = text.find("\n", min(end, at + REACH), end)
        last = end if after < 0 else after
    if last > first:
        yield first, last


def holds(text: str, pieces: Iterable[str]) -> bool:
    """Whether one of these pieces stands in the text."""
    return any(piece in text for piece in pieces)


_LOWERED: list[tuple[str, str]] = []  # the last texts, and each in lower case


def lowered(text: str) -> str:
    """The text in lower case; each text is asked about by many rules. By identity: comparing two long ones takes time."""
    for known, low in _LOWERED:
        if known is text:
            return low
    low = text.lower()
    _LOWERED.insert(0, (text, low))
    del _LOWERED[4:]
    return low


def pattern(source: str, flags: int = 0, near: str = "") -> Pattern:
    """A regular expression, compiled at first use; `near` are pieces of text with a bar between them, see Pattern."""
    return Pattern(source, flags, tuple(near.split("|")) if near else ())


def words(text: str) -> frozenset[str]:
    """A set of words written with blanks between them."""
    return frozenset(text.split())
