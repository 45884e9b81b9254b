"""The plain way of writing a long list in YAML, read line by line, several times faster than any full parser does.

Plain is how the samples are written: below a key of the top mapping, items that hold one `key: value` a line, with
values of one line or short lists in brackets. Lines that come again and again, such as tags, are read once.

Whatever is not plain, or not right, is handed to the full parser: an item, or where the file has another shape
altogether, all of it. So every message comes from there, and what is read here is read just as there, which a property
test holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from pressctl import document
from pressctl.document import Mapping, Node, Problems, Scalar, Sequence
from pressctl.schema import Record, Repeated

Values = dict[str, Any]
REMEMBERED = 5000  # lines

# Characters that YAML takes as they are; none of those that some parser counts as a line break
_ANY = " -~\u00a0-\u2027\u2030-\ud7ff\uf900-\ufdff\ufe30-\ufefe\uff01-\uffee\U00010000-\U0010fffd"
_WITHOUT = {mark: _ANY.replace(" -~", ranges) for mark, ranges in {"#:": ' -"$-9;-~', "'": " -&(-~", '"\\': " !#-[]-~"}.items()}
_FLOW = _ANY.replace(" -~", ' !"$-+.-9;->@-Z\\\\^-z|~-')  # without , [ ] { } : # ?
_START = "A-Za-z0-9+(/_.\u00c0-\u024f"  # what a text without quotes may begin with, to be safe
_PLAIN = rf"[{_START}][{_WITHOUT['#:']}]*(?:(?::(?=[!-~\u00a1-\u1fff])|(?<! )#)[{_WITHOUT['#:']}]*)*"
_ITEM = rf"[{_START}][{_FLOW}]*"


@cache
def _line(indent: int) -> re.Pattern[str]:
    """One line of an item whose `-` stands after `indent` spaces, or a line without content."""
    blank = " " * indent
    value = (
        rf"({_PLAIN})"
        rf"|\[((?: *{_ITEM}(?:, *{_ITEM})*)?) *\]"
        rf"|'([{_WITHOUT[chr(39)]}]*)'"
        r'|"([' + _WITHOUT['"\\'].replace("[]", r"[\]") + r']*)"'
    )
    return re.compile(rf"{blank}(- |  )([A-Za-z_][A-Za-z0-9_-]*): +(?:{value})(?: +#[{_ANY}]*)? *|(?: *#[{_ANY}]*)? *")


def parse(
    text: str, file: str, key: str, record: Record, take: Callable[[Values, int, int], bool], read: Callable[[Node], None]
) -> Mapping | None:
    """The top mapping, its list under `key` left empty.

    Each item that is plain and right goes to `take`, as the record's values with line and column; where that answers
    False, and for every other item, the nodes go to `read`. None where the text has to be read by `document.parse`
    instead, from the beginning, as if neither had been called.
    """
    region = _region(text, key)
    if region is None:
        return None
    begin, start, end, indent = region
    line = text.count("\n", 0, begin) + 1
    trial = Problems(file)
    rest = text[:begin] + f"{key}: []\n" + "\n" * text.count("\n", start, end) + text[end:]
    top = document.parse(rest, trial)
    if top is None or trial.found or key not in top.keys or top.keys[key].line != line:
        return None
    lines = text[start:end].split("\n")
    return top if _Items(lines, line + 1, indent, record, take, read).all() else None


def _region(text: str, key: str) -> tuple[int, int, int, int] | None:
    """Where the line of the key begins, where its items begin and end, and how far they are indented."""
    found = re.search(rf"^{key}: *(?:#[^\n]*)?\n", text, re.MULTILINE)
    if found is None:
        return None
    first = re.compile(r"(?: *(?:#[^\n]*)?\n)*( *)- ").match(text, found.end())
    if first is None:
        return None
    indent = len(first[1])
    # the first line that is neither indented more, nor another item, nor without content
    after = re.compile(rf"^(?! {{{indent}}}(?: |-[ \n]))(?! *(?:#|$))", re.MULTILINE).search(text, found.end())
    end = after.start() if after and after.start() < len(text) else len(text)
    return found.start(), found.end(), end, indent


class _Items:
    """The items of one list: its lines, and the number of the first of them."""

    def __init__(
        self,
        lines: list[str],
        first: int,
        indent: int,
        record: Record,
        take: Callable[[Values, int, int], bool],
        read: Callable[[Node], None],
    ) -> None:
        self.lines, self.first, self.indent = lines, first, indent
        self.record, self.take, self.read = record, take, read
        self.match = _line(indent).fullmatch
        self.dash = " " * indent + "-"
        self.remembered: dict[str, tuple[bool, str, Any]] = {}
        self.scratch = Problems("")

    def all(self) -> bool:
        """Read every item; False where one is not valid YAML by itself."""
        values: Values | None = None  # of the item that is being read; None where it is not plain
        began = -1  # the index of its first line
        remembered = self.remembered.get
        for index, line in enumerate(self.lines):
            known = remembered(line) or self.plain(line)
            if known is None:
                starts, name, value = line.startswith(self.dash), "", None
            else:
                starts, name, value = known
            if starts:
                if began >= 0 and not self.done(values, began, index):
                    return False
                values, began = {}, index
            if known is None or (name and values is not None and name in values):
                values = None
            elif name and values is not None:
                values[name] = value
        return began < 0 or self.done(values, began, len(self.lines))

    def plain(self, line: str) -> tuple[bool, str, Any] | None:
        """Whether the line begins an item, its key and its value; None for a line that is not plain or not right."""
        match = self.match(line)
        if match is None:
            return None
        kind, name = match.lastindex, match[2]
        if kind is None:
            return (False, "", None)
        field = self.record.table.get(name)
        if field is None:
            return None
        node: Node
        if kind == 4:
            inside = match[4].strip(" ")
            node = Sequence([Scalar(word.strip(" "), 0, 0) for word in inside.split(",")] if inside else [], 0, 0)
        else:
            node = Scalar(match[kind].rstrip(" ") if kind == 3 else match[kind], 0, 0)
        value = field.kind.read(node, self.scratch)
        if value is None or self.scratch.found:
            self.scratch.found.clear()
            return None
        known = (match[1] == "- ", name, value)
        if isinstance(field.kind, Repeated) and len(self.remembered) < REMEMBERED:
            self.remembered[line] = known
        return known

    def done(self, values: Values | None, start: int, end: int) -> bool:
        """Hand over the item of these lines."""
        if values is not None and self.take(values, self.first + start, self.indent + 3):
            return True
        trial = Problems("")  # the item is read as a document of its own, so what is wrong with it may be due to that
        item = "\n".join(["items:", *self.lines[start:end]])
        document.parse(item, trial, self.first + start - 1, {"items": self.read})
        return not trial.found
