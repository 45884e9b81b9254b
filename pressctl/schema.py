"""Tables of fields: what a file may say, how its text becomes a value, and the same as JSON Schema for editors.

A kind reads one node. It returns the value, or None after noting the problem; `Problems` gathers them, so that a
file's mistakes are all told together. Kinds without fields are no dataclasses: making one takes some three million
instructions at each start, and there is nothing to compare or to print.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
import zoneinfo
from collections.abc import Mapping as Dictionary
from dataclasses import field
from typing import Any, Protocol, TypeVar

from pressctl.document import Mapping, Node, Problems, Scalar, Sequence, nearest
from pressctl.values import dataclass

_Day = TypeVar("_Day", bound=datetime.date)


class Kind(Protocol):
    """How one value is read, and how editors are told about it."""

    def read(self, node: Node, problems: Problems) -> Any:
        """The value, or None after adding to `problems`."""

    def json(self) -> dict[str, Any]:
        """The same as a JSON Schema."""


def is_control(character: str) -> bool:
    """Control characters, line separators and the bidirectional overrides that make text read as something else."""
    return unicodedata.category(character) in ("Cc", "Zl", "Zp") or character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@dataclass(frozen=True, slots=True)
class Text:
    """Text; of one line unless `lines`. Control characters are refused: they have no business in mail or a terminal."""

    lines: bool = False
    most: int = 0  # characters; 0 is no limit

    def read(self, node: Node, problems: Problems) -> str | None:
        if not isinstance(node, Scalar):
            problems.add("text is expected here", node, "put it in quotes if it starts with [ or {")
            return None
        text = node.text.strip()
        if text.isascii() and text.isprintable():
            if not self.most or len(text) <= self.most:
                return text
        elif not self.lines and ("\n" in text or "\r" in text):
            problems.add("a line break is not allowed here", node, "write it on one line")
            return None
        elif bad := next((c for c in text if is_control(c) and not (self.lines and c in "\n\t")), ""):
            problems.add(
                f"a control character is not allowed here: U+{ord(bad):04X}", node, "delete it; it may be invisible in your editor"
            )
            return None
        if self.most and len(text) > self.most:
            problems.add(f"too long: {len(text)} characters, and {self.most} are allowed", node)
            return None
        return text

    def json(self) -> dict[str, Any]:
        # an editor reads 033040 or 2026-07-03 as a number or a date where pressctl reads text
        return {"type": ["string", "number", "boolean"]}


_ONE_LINE = Text()


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of text of a given form; `form` says it in words."""

    regex: re.Pattern[str]
    form: str

    def read(self, node: Node, problems: Problems) -> str | None:
        text = _ONE_LINE.read(node, problems)
        if text is not None and not self.regex.fullmatch(text):
            problems.add(f"`{text}` is not {self.form}", node)
            return None
        return text

    def json(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{self.regex.pattern}$"}


SLUG = Pattern(re.compile(r"[a-z0-9][a-z0-9-]*"), "a short name of lower-case letters, digits and hyphens")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, node: Node, problems: Problems) -> str | None:
        text = _ONE_LINE.read(node, problems)
        if text is not None and text not in self.words:
            problems.add(f"`{text}` is not one of {', '.join(self.words)}", node, nearest(text, self.words))
            return None
        return text

    def json(self) -> dict[str, Any]:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number in a range."""

    least: int = 0
    most: int = 1_000_000

    def read(self, node: Node, problems: Problems) -> int | None:
        text = _ONE_LINE.read(node, problems)
        if text is None:
            return None
        if not re.fullmatch(r"-?[0-9]{1,9}", text) or not self.least <= int(text) <= self.most:
            problems.add(f"`{text}` is not a whole number from {self.least} to {self.most}", node)
            return None
        return int(text)

    def json(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


class Flag:
    """true or false, also yes or no."""

    __slots__ = ()

    def read(self, node: Node, problems: Problems) -> bool | None:
        text = node.text.strip().lower() if isinstance(node, Scalar) else ""
        if text in ("true", "yes"):
            return True
        if text in ("false", "no"):
            return False
        problems.add("true or false is expected here", node)
        return None

    def json(self) -> dict[str, Any]:
        return {"enum": [True, False, "true", "false", "yes", "no"]}  # YAML 1.2, which editors read, has no `yes`


def _in_range(day: _Day) -> _Day:
    """The day, if a release or a contact can have it; far years overflow when zones are applied."""
    if not 1900 <= day.year <= 2200:
        raise ValueError
    return day


class Date:
    """A day, as 2026-07-03."""

    __slots__ = ()

    def read(self, node: Node, problems: Problems) -> datetime.date | None:
        text = _ONE_LINE.read(node, problems)
        if text is None:
            return None
        try:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
                raise ValueError
            return _in_range(datetime.date.fromisoformat(text))
        except ValueError:
            problems.add(f"`{text}` is not a date", node, "write it as 2026-07-03: year, month, day")
            return None

    def json(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class Moment:
    """A time with its offset, as 2026-07-04T06:00-04:00; the offset is never guessed."""

    __slots__ = ()

    def read(self, node: Node, problems: Problems) -> datetime.datetime | None:
        text = _ONE_LINE.read(node, problems)
        if text is None:
            return None
        hint = "write day, time and offset, such as 2026-07-04T06:00-04:00"
        try:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", text):
                raise ValueError
            moment = _in_range(datetime.datetime.fromisoformat(text))
        except ValueError:
            problems.add(f"`{text}` is not a time", node, hint)
            return None
        if moment.tzinfo is None:
            problems.add(f"`{text}` has no time zone, so it could be any of 26 hours", node, hint)
            return None
        return moment

    def json(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}


class Zone:
    """A time zone by its IANA name, as America/New_York."""

    __slots__ = ()

    def read(self, node: Node, problems: Problems) -> zoneinfo.ZoneInfo | None:
        text = _ONE_LINE.read(node, problems)
        if text is None:
            return None
        try:
            return zoneinfo.ZoneInfo(text)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            hint = nearest(text, zoneinfo.available_timezones())
            problems.add(f"`{text}` is not a known time zone", node, hint or "use a name such as America/New_York")
            return None

    def json(self) -> dict[str, Any]:
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one kind; `single` lets one value stand for a list of one."""

    kind: Kind
    single: bool = False

    def read(self, node: Node, problems: Problems) -> tuple[Any, ...] | None:
        if self.single and not isinstance(node, Sequence):
            value = self.kind.read(node, problems)
            return None if value is None else (value,)
        if not isinstance(node, Sequence):
            problems.add("a list is expected here", node, "write it as [one, two]")
            return None
        values = [self.kind.read(item, problems) for item in node.items]
        return tuple(value for value in values if value is not None)

    def json(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "array", "items": self.kind.json()}
        return {"anyOf": [self.kind.json(), schema]} if self.single else schema


@dataclass(frozen=True, slots=True)
class Repeated:
    """A kind whose values come again and again in a file, such as tags: the same text is converted, and kept, once."""

    kind: Kind
    known: dict[str | tuple[str, ...], Any] = field(default_factory=dict, compare=False)

    def read(self, node: Node, problems: Problems) -> Any:
        key: str | tuple[str, ...]
        if isinstance(node, Scalar):
            key = node.text
        elif isinstance(node, Sequence):
            key = tuple([item.text if isinstance(item, Scalar) else "" for item in node.items])
            if "" in key:
                return self.kind.read(node, problems)
        else:
            return self.kind.read(node, problems)
        value = self.known.get(key)
        if value is None:
            value = self.kind.read(node, problems)
            if value is not None and not problems.found and len(self.known) < 1000:
                self.known[key] = value
        return value

    def json(self) -> dict[str, Any]:
        return self.kind.json()


@dataclass(frozen=True, slots=True)
class MapOf:
    """Free keys, values of one kind."""

    kind: Kind

    def read(self, node: Node, problems: Problems) -> dict[str, Any] | None:
        if not isinstance(node, Mapping):
            problems.add("`key: value` lines are expected here", node)
            return None
        values = {key: self.kind.read(value, problems) for key, value in node.entries.items()}
        return {key: value for key, value in values.items() if value is not None}

    def json(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.kind.json()}


class Free:
    """Anything, as text, lists and mappings of text: the value of an `x-` key."""

    __slots__ = ()

    def read(self, node: Node, problems: Problems) -> Any:
        if isinstance(node, Scalar):
            return Text(lines=True).read(node, problems)
        if isinstance(node, Sequence):
            return [self.read(item, problems) for item in node.items]
        return {key: self.read(value, problems) for key, value in node.entries.items()}

    def json(self) -> dict[str, Any]:
        return {}


@dataclass(frozen=True, slots=True)
class Either:
    """A short form written as text, or a long form written as `key: value` lines."""

    short: Kind
    long: Kind

    def read(self, node: Node, problems: Problems) -> Any:
        return (self.short if isinstance(node, Scalar) else self.long).read(node, problems)

    def json(self) -> dict[str, Any]:
        return {"anyOf": [self.short.json(), self.long.json()]}


@dataclass(frozen=True, slots=True)
class Field:
    """One key: its kind, what it means, and whether it must be there."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Known keys; an unknown one is an error with the nearest known one, `x-` keys are free and gathered under `x`."""

    what: str
    fields: tuple[Field, ...]
    table: Dictionary[str, Field]
    required: tuple[Field, ...]

    def read(self, node: Node, problems: Problems) -> dict[str, Any] | None:
        if not isinstance(node, Mapping):
            problems.add(f"the {self.what} is written as `key: value` lines", node)
            return None
        values: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        for key, value in node.entries.items():
            known = self.table.get(key)
            if known is None:
                if key.startswith("x-"):
                    extra[key] = Free().read(value, problems)
                else:
                    hint = nearest(key, self.table) or "keys of your own start with `x-`"
                    problems.add(f"`{key}` is not a key of the {self.what}", node.keys[key], hint)
            elif not isinstance(value, Scalar) or value.text:  # `key:` with nothing after it is the same as no key
                read = known.kind.read(value, problems)
                if read is not None:
                    values[key] = read
        for need in self.required:
            if need.name not in node.entries or _empty(node.entries[need.name]):
                problems.add(f"the {self.what} has no `{need.name}`: {need.meaning}", node.keys.get(need.name, node))
        if extra:
            values["x"] = extra
        return values

    def json(self) -> dict[str, Any]:
        properties = {f.name: {**f.kind.json(), "description": f.meaning} for f in self.fields}
        schema: dict[str, Any] = {
            "type": "object",
            "properties": properties,
            "patternProperties": {"^x-": {}},
            "additionalProperties": False,
        }
        required = [f.name for f in self.required]
        return {**schema, "required": required} if required else schema


def _empty(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text.strip()


def record(what: str, *fields: Field) -> Record:
    """A `Record` with its look-up table made."""
    return Record(what, fields, {one.name: one for one in fields}, tuple(one for one in fields if one.required))
