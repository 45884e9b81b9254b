"""Files for programs that somebody attached to a release: calendars and JSON, as text, for the rules that judge them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pressctl.news_copy import Copy
from pressctl.values import dataclass

_LIMIT = 1_000_000  # bytes; a calendar or a ninjs object has some thousand


@dataclass(frozen=True, slots=True)
class Attached:
    """One file and where the front matter names it, by offsets."""

    name: str
    text: str
    start: int
    end: int


def files(text: Copy) -> tuple[Attached, ...]:
    """The attached .ics and .json files that can be read as text."""
    return tuple(_files(text))


def _files(text: Copy) -> Iterator[Attached]:
    named = [value for value in text.values.values() if value.path.startswith("attachments")]
    for path in text.release.attachments:
        if path.suffix.lower() not in (".ics", ".json"):
            continue
        try:
            data = path.read_bytes() if path.stat().st_size <= _LIMIT else b""
        except OSError:
            continue
        start, end = next(((value.start, value.end) for value in named if Path(value.text).name == path.name), text.span("attachments"))
        yield Attached(path.name, data.decode("utf-8", "replace"), start, end)


def ninjs(file: Attached) -> Mapping[str, Any]:
    """The object of a ninjs file, empty where it is none: what has a `standard` or the names that ninjs alone has."""
    if not file.name.lower().endswith(".json"):
        return {}
    import json

    try:
        value = json.loads(file.text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(value, dict) or "uri" not in value:
        return {}
    return value if {"standard", "pubStatus", "pubstatus", "versionCreated", "versioncreated"} & value.keys() else {}


def generation(value: Mapping[str, Any]) -> int:
    """The generation of ninjs, 1 to 3: as its `standard` says, else by the way in which its names are written."""
    standard = value.get("standard")
    written = str(standard.get("version", standard.get("$version", ""))) if isinstance(standard, dict) else ""
    if written[:1] in ("1", "2", "3"):
        return int(written[0])
    return 3 if {"versionCreated", "pubStatus", "embargoedUntil"} & value.keys() else 2


def calendar_lines(file: Attached) -> list[tuple[str, str, str]]:
    """The content lines of a calendar, unfolded: name in capitals, parameters, value; none for another file."""
    if not file.name.lower().endswith(".ics"):
        return []
    unfolded = re.sub(r"\r?\n[ \t]", "", file.text)
    found = []
    for line in unfolded.splitlines():
        match = re.match(r'([A-Za-z0-9-]+)((?:;[^:;="]+=(?:"[^"]*"|[^":;]*))*):(.*)', line)
        if match:
            found.append((match[1].upper(), match[2], match[3]))
    return found
