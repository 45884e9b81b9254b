"""A contact file's text with one entry added, changed or taken out: spliced at the parser's marks, every other byte as it was."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from pressctl import document, document_marks
from pressctl.document_marks import Spot
from pressctl.errors import ContactsError

BY_HAND = "edit this entry in your editor"
_SAFE = re.compile(r"[\w(/.+][^\x00-\x1f\x7f\x85\u2028\u2029\ufeff\"'`]*")
# what another reader of YAML would take for a number, a truth or nothing
_TYPED = re.compile(r"(?i)[-+.]?[0-9][0-9_.,:eE+-]*|true|false|yes|no|on|off|null|~|y|n|\.inf|\.nan|<<|=")
_PLAIN_NUMBER = re.compile(r"[0-9]|\d{4}-\d\d-\d\d")  # tiers and days, which people write without quotes


@dataclass(frozen=True, slots=True)
class Block:
    """The entries under a key of the top mapping: offsets of each whole entry, with what follows it up to the next one."""

    entries: tuple[tuple[int, int], ...]
    indent: int  # of the dashes
    key_end: int  # behind the line of the key


@lru_cache(4)
def block(text: str, key: str) -> Block | None:
    """The list under `key`; None where it is not written as lines that begin with a dash."""
    head = re.search(rf"^{key}:[ \t]*(?:#[^\r\n]*)?(?:\r?\n|\Z)", text, re.MULTILINE)
    if head is None:
        return None
    first = re.compile(r"(?:[ ]*(?:#[^\n]*)?\n)*( *)-(?=[ \r\n])").match(text.replace("\r\n", " \n") if "\r" in text else text, head.end())
    if first is None:
        return None
    indent = len(first[1])
    # a line that begins in the first column ends the list; each pattern begins with a line break, which is found fast
    after = re.compile(r"\n(?=[^\s#])" if indent else r"\n(?=[^\s#-]|-[^ \r\n])").search(text, head.end())
    end = after.end() if after else len(text)
    dashes = re.compile(rf"\n {{{indent}}}-(?=[ \r\n])").finditer(text, head.end() - 1, end)
    starts = [match.start() + 1 for match in dashes]
    return Block(tuple(zip(starts, [*starts[1:], end], strict=True)), indent, head.end())


def entry_with(text: str, found: Block, line: int) -> tuple[int, int]:
    """The entry that begins on a line, counted from 1. Raises ContactsError where none does."""
    at = bisect_left(found.entries, line, key=lambda entry: text.count("\n", 0, entry[0]) + 1)
    if at < len(found.entries) and text.count("\n", 0, found.entries[at][0]) + 1 == line:
        return found.entries[at]
    raise ContactsError("this entry is written in a way that a command cannot change", hint=BY_HAND)


def entry_named(text: str, found: Block, name: str) -> tuple[int, int] | None:
    """The entry that says `id: NAME` on a line of its own, if only one does."""
    lines = list(re.finditer(rf"^ *(?:- )? *id:[ ]+[\"']?{re.escape(name)}[\"']?[ ]*(?:#[^\n]*)?\r?$", text, re.MULTILINE))
    if len(lines) != 1:
        return None
    return next(((start, end) for start, end in found.entries if start <= lines[0].start() < end), None)


def has_open_quotes(text: str) -> bool:
    """Whether some value in quotes goes over several lines: then a line's look does not tell what it is."""
    return re.search(r"[:\[,-] +(?:\"[^\"\n]*|'[^'\n]*)$", text, re.MULTILINE) is not None


def values_of(entry: str) -> Spot:
    """The mapping of one entry. Raises ContactsError where it is none, or uses what YAML has and people do not expect."""
    top = document_marks.parse(entry)
    if top is None or top.kind != "list" or top.flow or len(top.items) != 1 or top.items[0].kind != "map":
        raise ContactsError("this entry is written in a way that a command cannot change", hint=BY_HAND)
    return top.items[0]


def changed(entry: str, changes: Mapping[str, Any]) -> str:
    """The entry with these keys set, or taken out where the value is None; a dot leads into a key's own keys."""
    for key, value in changes.items():
        entry = _set(entry, values_of(entry), key.split("."), value)
    return entry


def _set(text: str, node: Spot, path: Sequence[str], value: Any) -> str:
    pair = node.value(path[0])
    if len(path) > 1:
        if pair is not None and pair[1].kind == "map":
            return _set(text, pair[1], path[1:], value)
        if value is None:
            return text
        value = nested(path[1:], value)
    if pair is None:
        return text if value is None else _inserted(text, node, path[0], value)
    if value is None:
        return _without(text, node, pair)
    key, old = pair
    if (old.kind == "scalar" and old.end > old.start) or old.flow:
        return text[: old.start] + flow(value, inside=node.flow) + text[old.end :]
    colon = text.index(":", key.end) + 1
    rest = text[colon : old.start].split("\n")[0].rstrip()  # a comment beside the key stays there
    return f"{text[:colon]} {flow(value, inside=node.flow)}{rest}{text[old.end :]}"


def nested(path: Sequence[str], value: Any) -> Any:
    """The value below keys within keys."""
    for key in reversed(path):
        value = {key: value}
    return value


def _inserted(text: str, node: Spot, key: str, value: Any) -> str:
    if node.flow:
        at = len(text[: node.end - 1].rstrip())
        comma = "" if not node.pairs else " " if text[at - 1] == "," else ", "
        return f"{text[:at]}{comma}{key}: {flow(value, inside=True)}{text[at:]}"
    first = node.pairs[0][0].start
    blank = " " * (first - text.rfind("\n", 0, first) - 1)
    newline = "\r\n" if "\r\n" in text else "\n"
    at = text.find("\n", node.end)
    line = f"{blank}{key}: {flow(value)}"
    return f"{text}{newline}{line}" if at < 0 else f"{text[: at + 1]}{line}{newline}{text[at + 1 :]}"


def _without(text: str, node: Spot, pair: tuple[Spot, Spot]) -> str:
    at = node.pairs.index(pair)
    key, old = pair
    after = node.pairs[at + 1][0].start if at + 1 < len(node.pairs) else None
    if len(node.pairs) == 1:
        raise ContactsError("this is the only key of the entry", hint=BY_HAND)
    if node.flow:
        return text[: key.start] + text[after:] if after is not None else text[: node.pairs[at - 1][1].end] + text[old.end :]
    line = text.rfind("\n", 0, key.start) + 1
    if text[line : key.start].strip(" "):  # it stands behind the dash
        if after is None or "#" in text[text.find("\n", old.end) : after]:
            raise ContactsError("this key cannot be taken out without moving a comment", hint=BY_HAND)
        return text[: key.start] + text[after:]
    end = text.find("\n", old.end)
    return text[:line] + (text[end + 1 :] if end >= 0 else "")


def content_end(entry: str) -> int:
    """Where the entry's last line ends, behind its line break: what follows are comments and blank lines."""
    at = entry.find("\n", values_of(entry).end)
    return len(entry) if at < 0 else at + 1


def removed(text: str, key: str, places: Iterable[tuple[int, int]]) -> str:
    """The text without these entries; comments between entries stay."""
    for start, end in sorted(places, reverse=True):
        stop = start + content_end(text[start:end])
        blank = re.compile(r"[ ]*\r?\n").match(text, stop)
        if blank and (start == 0 or re.search(r"\n[ ]*\r?\n\Z|:[^\n]*\n\Z", text[:start])):  # one of the two blank lines around it
            stop = blank.end()
        text = text[:start] + text[stop:]
    if block(text, key) is None:  # nobody is left
        text = re.sub(rf"^{key}:[ \t]*", f"{key}: [] ", text, count=1, flags=re.MULTILINE)
        text = re.sub(rf"^({key}: \[\]) (?=\r?$)", r"\1", text, count=1, flags=re.MULTILINE)
    return text


def added(text: str, key: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """The text with more entries at the end of the list under `key`. Raises ContactsError where it has no such place."""
    newline = "\r\n" if "\r\n" in text else "\n"
    if text and not text.endswith("\n"):
        text += newline
    found = block(text, key)
    if found is None:
        empty = re.search(rf"^{key}:[ \t]*(?:\[[ ]*\])?[ \t]*(#[^\r\n]*)?(?:\r?\n|\Z)", text, re.MULTILINE)
        if empty is None:
            raise ContactsError(
                f"there is no list of lines below `{key}:` to add to", hint="write each entry as lines that begin with `- `"
            )
        head = f"{key}:" + (f" {empty[1]}" if empty[1] else "") + newline
        return text[: empty.start()] + head + newline.join(_written(one, 2, newline) for one in entries) + text[empty.end() :]
    start, end = found.entries[-1]
    at = start + content_end(text[start:end])
    apart = len(found.entries) == 1 or re.search(r"\n[ ]*\r?\n", text[found.entries[-2][0] : start]) is not None
    gap = newline if apart else ""
    return text[:at] + "".join(gap + _written(one, found.indent, newline) for one in entries) + text[at:]


def _written(values: Mapping[str, Any], indent: int, newline: str) -> str:
    lines = [f"{key}: {flow(value)}" for key, value in values.items() if value not in (None, "", (), [])]
    blank = " " * indent
    return "".join(f"{blank}{'  ' if number else '- '}{line}{newline}" for number, line in enumerate(lines))


def flow(value: Any, *, inside: bool = False) -> str:
    """A value as YAML on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(part, inside=True)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(part, inside=True) for part in value) + "]"
    return scalar(value.isoformat() if isinstance(value, date) else str(value), inside=inside)


def scalar(text: str, *, inside: bool = False) -> str:
    """Text as YAML that reads back the same: without quotes where no reader would take it for anything else."""
    typed = _TYPED.fullmatch(text) and not _PLAIN_NUMBER.fullmatch(text)
    if _SAFE.fullmatch(text) and not typed and ": " not in text and " #" not in text and not text.endswith((":", " ")):
        trial = document.parse(f"k: [{text}]" if inside else f"k: {text}", document.Problems(""))
        node = trial.entries["k"] if trial else None
        if inside and isinstance(node, document.Sequence) and len(node.items) == 1:
            node = node.items[0]
        if isinstance(node, document.Scalar) and node.text == text:
            return text
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", quoted) + '"'
