"""A YAML document as text and positions: no types guessed, no anchors, no tags, no duplicate keys.

YAML 1.1 turns `17:00` into 1020, `no` into False and `+1305…` into a number, so every scalar stays the text that was
written and the schema converts it. The parser's events are read directly: they carry line and column, show duplicate
keys, and are several times faster than building YAML's own nodes.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pressctl.errors import Place, PressctlError, Problem

DEPTH_LIMIT = 20

# PyYAML built without libyaml has only its own, slower parser
Parser: Any = getattr(yaml, "CParser", yaml.Loader)


@dataclass(slots=True)
class Scalar:
    """Text as written; `line` and `column` count from 1."""

    text: str
    line: int
    column: int


@dataclass(slots=True)
class Sequence:
    """A list of nodes."""

    items: list[Node]
    line: int
    column: int


@dataclass(slots=True)
class Mapping:
    """Keys in the order written; `keys` holds each key with its own position."""

    entries: dict[str, Node]
    keys: dict[str, Scalar]
    line: int
    column: int


Node = Scalar | Sequence | Mapping


@dataclass(slots=True)
class Problems:
    """What is wrong in one file, gathered so that all of it is told at once."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, text: str, node: Node | None = None, hint: str = "") -> None:
        """Note a problem at a node, or of the whole file."""
        place = Place(self.file, node.line, node.column) if node is not None else Place(self.file)
        self.found.append(Problem(text, place, hint))

    def stop(self, error: type[PressctlError]) -> None:
        """Raise `error` with everything found, in the order of the file, if anything was found."""
        if self.found:
            raise error.of(sorted(self.found, key=lambda p: (p.place.line, p.place.column) if p.place else (0, 0)))


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the known word most like this one, or "" when none is alike."""
    match = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f"did you mean `{match[0]}`?" if match else ""


def parse(text: str, problems: Problems, first_line: int = 1) -> Mapping | None:
    """The mapping at the top of the document, or None when it cannot be read; what is wrong goes into `problems`.

    `first_line` is the file's line on which `text` begins (front matter starts below its `---`).
    """
    builder = _Builder(problems, first_line - 1)
    try:
        top = builder.document(_events(text))
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        at = Scalar("", mark.line + first_line, mark.column + 1) if mark else None
        detail = " ".join(str(part) for part in (fault.context, fault.problem) if part)
        problems.add(f"this is not valid YAML: {detail}", at, "check indentation, quotes and colons on this line and the one above")
        return None
    except yaml.YAMLError as fault:  # a control character; the fault has an offset in characters and no mark
        before = text[: getattr(fault, "position", 0)]
        at = Scalar("", before.count("\n") + first_line, len(before) - before.rfind("\n"))
        problems.add("a control character is not allowed here", at, "delete it")
        return None
    except _Abandon:
        return None
    if top is not None and not isinstance(top, Mapping):
        problems.add("`key: value` lines are expected here", top)
        return None
    return top


def _events(text: str) -> Iterator[Any]:
    parser = Parser(text)
    try:
        while parser.check_event():
            yield parser.get_event()
    finally:
        parser.dispose()


class _Abandon(Exception):
    """The document is such that reading on makes no sense; the problem is noted already."""


class _Builder:
    """Events into nodes, refusing what YAML allows and people do not expect."""

    def __init__(self, problems: Problems, offset: int) -> None:
        self.problems = problems
        self.offset = offset

    def document(self, events: Iterator[Any]) -> Node | None:
        top: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.problems.add(
                        "a second YAML document starts here", self._at(event), "one file holds one document: delete the `---` line"
                    )
                    raise _Abandon
            elif isinstance(event, yaml.NodeEvent):
                top = self.node(event, events, 1)
        return top

    def node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        at = self._at(event)
        if isinstance(event, yaml.AliasEvent):
            self.problems.add(f"aliases are not used here: *{event.anchor}", at, "write the value out")
            return at
        if event.anchor is not None:
            self.problems.add(f"anchors are not used here: &{event.anchor}", at, "write the value out where it is needed")
        if event.tag is not None and event.tag != "!":
            self.problems.add("tags are not used here", at, "delete the word that starts with `!`; every value is read as text")
        if isinstance(event, yaml.ScalarEvent):
            at.text = event.value
            return at
        if depth >= DEPTH_LIMIT:
            self.problems.add(f"nested deeper than {DEPTH_LIMIT} levels", at, "is a bracket left open?")
            raise _Abandon
        if isinstance(event, yaml.SequenceStartEvent):
            sequence = Sequence([], at.line, at.column)
            for event in events:
                if isinstance(event, yaml.SequenceEndEvent):
                    break
                sequence.items.append(self.node(event, events, depth + 1))
            return sequence
        return self.mapping(at, events, depth)

    def mapping(self, at: Scalar, events: Iterator[Any], depth: int) -> Mapping:
        mapping = Mapping({}, {}, at.line, at.column)
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.node(event, events, depth + 1)
            value = self.node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                self.problems.add("a key must be a word", key)
            elif key.text in mapping.entries:
                first = mapping.keys[key.text].line
                self.problems.add(f"`{key.text}` is given twice, first on line {first}", key, "keep one of the two")
            else:
                mapping.entries[key.text] = value
                mapping.keys[key.text] = key
        return mapping

    def _at(self, event: Any) -> Scalar:
        mark = event.start_mark
        return Scalar("", mark.line + 1 + self.offset, mark.column + 1)


def read(path: Path, text: str, error: type[PressctlError]) -> tuple[Mapping, Problems]:
    """The top mapping of a whole file and its (still open) list of problems; raises `error` where it cannot be read."""
    problems = Problems(str(path))
    top = parse(text, problems)
    if top is None:
        problems.stop(error)
        raise error("the file is empty", Place(str(path)), "see the samples that `pressctl init` makes")
    return top, problems
