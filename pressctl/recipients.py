"""Whom a release would go to, for the rules that judge who gets what: its `audience`, else the office's default lists.

An office with an encrypted list is left alone: `check` asks nobody for a key, and half of the lists would mislead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressctl.errors import ContactsError
from pressctl.news_copy import Copy
from pressctl.values import dataclass

if TYPE_CHECKING:
    from pressctl.contacts import Contact
    from pressctl.selection import Known

NOTE_WORDS = 6  # in a row, that a text and a private note share by copying and not by chance
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Recipients:
    """The office's contacts; those chosen; and of these whoever can be and wants to be reached, each recipient once."""

    everyone: tuple[Contact, ...] = ()
    chosen: tuple[Contact, ...] = ()
    reached: tuple[Contact, ...] = ()
    known: Known | None = None
    suppressions: Mapping[str, Any] = field(default_factory=dict)

    def chooses(self, expression: str) -> tuple[Contact, ...]:
        """Whom a selection expression chooses of everyone; nobody where it cannot be understood."""
        from pressctl import selection

        try:
            test = selection.compiled(expression, self.known) if self.known else None
        except ContactsError:  # pitch-to-nobody and `send` tell
            test = None
        return tuple(one for one in self.everyone if test is not None and test(one))


def recipients(text: Copy) -> Recipients:
    """Empty for a plain text, where nobody is chosen, and where the lists cannot be read: `contacts check` tells why."""
    to = text.release.audience or text.config.to
    if text.raw or not (to or text.release.pitches) or not _lists(text.config.root):
        return Recipients()
    from pressctl import contacts

    try:
        lists = contacts.load(text.config.root)
        known = contacts.known(lists, text.config.selections)
        chosen = contacts.select(lists, to, text.config.selections) if to else []
    except ContactsError:
        return Recipients()
    reached = {one.recipient: one for one in reversed(chosen) if one.recipient and not lists.suppressions.get(one.recipient)}
    return Recipients(known.contacts, tuple(chosen), tuple(reversed(reached.values())), known, lists.suppressions)


def _lists(root: Path) -> list[Path]:
    """The files of contacts; none where one is encrypted."""
    try:
        files = sorted(path for path in (root / "contacts").iterdir() if not path.name.startswith("."))
    except OSError:
        return []
    return [] if any(path.suffix == ".age" for path in files) else [path for path in files if path.suffix == ".yaml"]


def named(ids: Iterable[str]) -> str:
    """Some contacts by their ids: `a`, `b`, `c` and 4 more."""
    shown = list(dict.fromkeys(ids))
    more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
    return ", ".join(f"`{one}`" for one in shown[:3]) + more


def leaked_notes(text: Copy) -> tuple[tuple[int, int], ...]:
    """The stretches of the file that repeat a contact's private note, NOTE_WORDS in a row or more, by offsets.

    The files are looked at as text first: they are taken apart only where one has such words in it at all.
    """
    lists = [] if text.raw else [(path, source) for path in _lists(text.config.root) if "notes:" in (source := _read(path))]
    words = [(match[0].casefold(), match.start(), match.end()) for match in _WORD.finditer(text.source)] if lists else []
    runs = [tuple(word for word, _, _ in words[at : at + NOTE_WORDS]) for at in range(len(words) - NOTE_WORDS + 1)]
    secret = {run for path, source in lists for run in _shared_with_notes(path, source, set(runs))}
    spans: list[tuple[int, int]] = []
    for at, run in enumerate(runs) if secret else ():
        if run in secret:
            start, end = words[at][1], words[at + NOTE_WORDS - 1][2]
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
    return tuple(spans)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _shared_with_notes(path: Path, source: str, own: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    if not _runs(source) & own:
        return set()
    from pressctl import document

    found: set[tuple[str, ...]] = set()

    def read(node: document.Node) -> None:
        note = node.entries.get("notes") if isinstance(node, document.Mapping) else None
        if isinstance(note, document.Scalar):
            found.update(_runs(note.text) & own)

    document.parse(source, document.Problems(str(path)), each={"contacts": read})
    return found


def _runs(source: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(source.casefold())
    return set(zip(*(words[at:] for at in range(NOTE_WORDS)), strict=False))
