"""A YAML document as text and positions: no types guessed, no anchors, no tags, no duplicate keys.

YAML 1.1 turns `17:00` into 1020, `no` into False and `+1305…` into a number, so every scalar stays the text that was
written and the schema converts it. The parser's events are read directly: they carry line and column, show duplicate
keys, and are several times faster than building YAML's own nodes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import field
from pathlib import Path
from typing import Any

from pressctl.errors import Place, PressctlError, Problem
from pressctl.values import dataclass

DEPTH_LIMIT = 20


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
Each = Dictionary[str, Callable[[Node], None]]


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
    from difflib import get_close_matches

    match = get_close_matches(word[:100], list(known), 1, 0.6)  # its time grows with the square of the word
    return f"did you mean `{match[0]}`?" if match else ""


def parse(text: str, problems: Problems, first_line: int = 1, each: Each | None = None) -> Mapping | None:
    """The mapping at the top of the document, or None when it cannot be read; what is wrong goes into `problems`.

    `first_line` is the file's line on which `text` begins (front matter starts below its `---`). `each` names keys of
    the top mapping whose lists are not kept: every item is handed over as soon as it is read, so that a long list
    costs the memory of one item.
    """
    import yaml

    parser: Any = None
    try:
        # PyYAML built without libyaml has only its own parser, ten times slower
        parser = (yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader)(text)
        top = _Builder(parser.get_event, problems, first_line, each or {}).document()
    except yaml.MarkedYAMLError as fault:
        if "nesting depth" in str(fault.problem):  # libyaml's own limit, which it meets far ahead of what it has told (0.2.6)
            problems.add(*_too_deep(text, first_line))
            return None
        mark = fault.problem_mark or fault.context_mark
        at = Scalar("", mark.line + first_line, mark.column + 1) if mark else None
        detail = " ".join(str(part) for part in (fault.context, fault.problem) if part)
        problems.add(f"this is not valid YAML: {detail}", at, "check indentation, quotes and colons on this line and the one above")
        return None
    except yaml.YAMLError as fault:  # a control character; the fault has an offset and no mark
        problems.add("a control character is not allowed here", _at_offset(text, fault, first_line), "delete it")
        return None
    except UnicodeEncodeError:  # half of a surrogate pair, which no text file can hold
        problems.add("this is not Unicode text", Scalar("", first_line, 1), "save it as UTF-8 in your editor")
        return None
    except _Abandon:
        return None
    finally:
        if parser is not None:
            parser.dispose()
    if top is not None and not isinstance(top, Mapping):
        problems.add("`key: value` lines are expected here", top)
        return None
    return top


def _deep(at: Scalar) -> tuple[str, Scalar, str]:
    return f"nested deeper than {DEPTH_LIMIT} levels", at, "is a bracket left open?"


def _too_deep(text: str, first_line: int) -> tuple[str, Scalar, str]:
    """Where a text that is far too deep becomes so: PyYAML's own parser tells each level before it looks at the next."""
    import yaml

    depth = 0
    event: Any
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth >= DEPTH_LIMIT:
            return _deep(Scalar("", event.start_mark.line + first_line, event.start_mark.column + 1))
    return _deep(Scalar("", first_line, 1))


def _at_offset(text: str, fault: Any, first_line: int) -> Scalar:
    """The place of the character that the reader refuses: libyaml counts bytes, PyYAML's own reader characters."""
    offset = getattr(fault, "position", 0)
    before = text.encode()[:offset].decode(errors="ignore") if isinstance(fault.character, int) else text[:offset]
    return Scalar("", before.count("\n") + first_line, len(before) - before.rfind("\n"))


class _Abandon(Exception):
    """The document is such that reading on makes no sense; the problem is noted already."""


class _Builder:
    """Events into nodes, refusing what YAML allows and people do not expect."""

    def __init__(self, get: Callable[[], Any], problems: Problems, first_line: int, each: Each) -> None:
        import yaml

        self.get = get
        self.problems = problems
        self.first_line = first_line
        self.each = each
        # compared by class: this runs some thirty times for each contact
        self.scalar, self.alias = yaml.ScalarEvent, yaml.AliasEvent
        self.mapping_start, self.mapping_end = yaml.MappingStartEvent, yaml.MappingEndEvent
        self.sequence_end = yaml.SequenceEndEvent
        self.document_start, self.stream_end = yaml.DocumentStartEvent, yaml.StreamEndEvent
        self.node_event = yaml.NodeEvent

    def document(self) -> Node | None:
        top: Node | None = None
        documents = 0
        while True:
            event = self.get()
            if event.__class__ is self.stream_end:
                return top
            if event.__class__ is self.document_start:
                documents += 1
                if documents > 1:
                    self.problems.add(
                        "a second YAML document starts here", self._at(event), "one file holds one document: delete the `---` line"
                    )
                    raise _Abandon
            elif isinstance(event, self.node_event):
                top = self.node(event, 1)

    def node(self, event: Any, depth: int) -> Node:
        mark = event.start_mark
        at = Scalar("", mark.line + self.first_line, mark.column + 1)
        kind = event.__class__
        if kind is self.alias:
            self.problems.add(f"aliases are not used here: *{event.anchor}", at, "write the value out")
            return at
        if event.anchor is not None:
            self.problems.add(f"anchors are not used here: &{event.anchor}", at, "write the value out where it is needed")
        if event.tag is not None and event.tag != "!":
            self.problems.add("tags are not used here", at, "delete the word that starts with `!`; every value is read as text")
        if kind is self.scalar:
            at.text = event.value
            return at
        if depth >= DEPTH_LIMIT:
            self.problems.add(*_deep(at))
            raise _Abandon
        if kind is self.mapping_start:
            return self.mapping(at, depth)
        return self.sequence(at, depth)

    def sequence(self, at: Scalar, depth: int, take: Callable[[Node], None] | None = None) -> Sequence:
        sequence = Sequence([], at.line, at.column)
        take = take or sequence.items.append
        while (event := self.get()).__class__ is not self.sequence_end:
            take(self.node(event, depth + 1))
        return sequence

    def mapping(self, at: Scalar, depth: int) -> Mapping:
        mapping = Mapping({}, {}, at.line, at.column)
        entries, keys = mapping.entries, mapping.keys
        while (event := self.get()).__class__ is not self.mapping_end:
            key = self.node(event, depth + 1)
            event = self.get()
            if depth == 1 and self.each and isinstance(key, Scalar) and key.text in self.each and self._is_plain_list(event):
                value: Node = self.sequence(self._at(event), depth + 1, self.each[key.text])
            else:
                value = self.node(event, depth + 1)
            if not isinstance(key, Scalar):
                self.problems.add("a key must be a word", key)
            elif not key.text.isprintable():  # it would be shown in messages, and on a terminal do what it says
                self.problems.add("a key must not hold a control character", key, "delete it; it may be invisible in your editor")
            elif key.text in entries:
                self.problems.add(f"`{key.text}` is given twice, first on line {keys[key.text].line}", key, "keep one of the two")
            else:
                entries[key.text] = value
                keys[key.text] = key
        return mapping

    def _is_plain_list(self, event: Any) -> bool:
        import yaml

        return isinstance(event, yaml.SequenceStartEvent) and event.anchor is None and event.tag is None

    def _at(self, event: Any) -> Scalar:
        mark = event.start_mark
        return Scalar("", mark.line + self.first_line, mark.column + 1)


def read(path: Path, text: str, error: type[PressctlError], each: Each | None = None) -> tuple[Mapping, Problems]:
    """The top mapping of a whole file and its (still open) list of problems; raises `error` where it cannot be read."""
    problems = Problems(str(path))
    top = parse(text, problems, each=each)
    if top is None:
        problems.stop(error)
        raise error("the file is empty", Place(str(path)), "see the samples that `pressctl init` makes")
    return top, problems


def quoted(text: str) -> str:
    """One line of text as YAML that reads back as the same text: plain where that is safe, else in double quotes."""
    if text and re.fullmatch(r"[^\W\d_][\w .,;()'’“”–—/%+-]*", text) and text == text.strip() and " #" not in text:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
