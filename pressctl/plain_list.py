"""The plain way of writing a long list in YAML, read line by line, several times faster than any full parser does.

Plain is how the samples are written: below a key of the top mapping, items that hold one `key: value` a line, with
values of one line or short lists in brackets. An item written in any other way is handed to the full parser, and a
file that has another shape altogether is left to it from the beginning: whatever is read here is read just as there,
which a property test holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from pressctl import document
from pressctl.document import Mapping, Node, Problems, Scalar, Sequence

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
    return re.compile(rf"(?:{blank}(- |  )([A-Za-z_][A-Za-z0-9_-]*):(?: +(?:{value}))?)?(?: +#[{_ANY}]*)? *(?:\n|\Z)|( *#[{_ANY}]*)\n")


def parse(text: str, problems: Problems, key: str, take: Callable[[Node], None]) -> Mapping | None:
    """The top mapping, its list under `key` left empty, each item given to `take`.

    None where the text has to be read by `document.parse` instead, from the beginning, as if `take` had never been
    called. `problems` gets nothing but what `take` puts there.
    """
    region = _region(text, key)
    if region is None:
        return None
    begin, start, end, indent = region
    first_line = text.count("\n", 0, begin) + 1
    trial = Problems(problems.file)
    rest = text[:begin] + f"{key}: []\n" + "\n" * text.count("\n", start, end) + text[end:]
    top = document.parse(rest, trial)
    if top is None or trial.found or key not in top.keys or top.keys[key].line != first_line:
        return None
    return top if _Items(text, key, take, start, end, indent, first_line + 1).read() else None


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
    """The items of one list, from the offset `start` to `end`."""

    def __init__(self, text: str, key: str, take: Callable[[Node], None], start: int, end: int, indent: int, line: int) -> None:
        self.text, self.key, self.take = text, key, take
        self.start, self.end, self.indent, self.line = start, end, indent, line
        self.next_item = re.compile(rf"^ {{{indent}}}-[ \n]", re.MULTILINE)

    def read(self) -> bool:
        """False where an item is not valid by itself."""
        text, end, match_line = self.text, self.end, _line(self.indent).match
        at, line, key_column = self.start, self.line, self.indent + 3
        item: Mapping | None = None
        item_at, item_line = at, line
        while at < end:
            match = match_line(text, at)
            if match is None or (match[1] == "  " and item is None) or (item is not None and match[1] == "  " and match[2] in item.entries):
                if match is None and item is None and not self.next_item.match(text, at):
                    return False
                if item is None or self.next_item.match(text, at):  # the line that is not plain begins another item
                    if item is not None:
                        self.take(item)
                    item_at, item_line = at, line
                after = self.next_item.search(text, at + 1, end)
                at = after.start() if after else end
                if not self.fully(item_at, at, item_line):
                    return False
                item, line = None, item_line + text.count("\n", item_at, at)
                continue
            if match[1] is not None:
                if match[1] == "- ":
                    if item is not None:
                        self.take(item)
                    item, item_at, item_line = Mapping({}, {}, line, key_column), at, line
                if item is not None:  # it is: checked above
                    name = match[2]
                    item.keys[name] = Scalar(name, line, key_column)
                    item.entries[name] = _value(match, line, at)
            at = match.end()
            line += 1
        if item is not None:
            self.take(item)
        return True

    def fully(self, start: int, end: int, line: int) -> bool:
        """One item by the full parser; it is a document of its own, so what is wrong with it may be due to that."""
        trial = Problems("")
        document.parse(f"{self.key}:\n{self.text[start:end]}", trial, line - 1, {self.key: self.take})
        return not trial.found


def _value(match: re.Match[str], line: int, at: int) -> Node:
    kind = match.lastindex
    if kind == 3:
        return Scalar(match[3].rstrip(" "), line, match.start(3) - at + 1)
    if kind == 4:
        column = match.start(4) - at
        items: list[Node] = []
        position = column + 1
        inside = match[4]
        if inside:
            for part in inside.split(","):
                word = part.lstrip(" ")
                items.append(Scalar(word.rstrip(" "), line, position + len(part) - len(word)))
                position += len(part) + 1
        return Sequence(items, line, column)
    if kind is not None and kind > 4:
        return Scalar(match[kind], line, match.start(kind) - at)
    return Scalar("", line, match.end(2) - at + 2)
