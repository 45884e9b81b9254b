"""A long contact list as it was read last, kept in .pressctl/contacts/ and used only where every byte is still the same."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressctl import files
from pressctl.errors import ContactsError, Place

if TYPE_CHECKING:
    from pressctl.contacts import Contact

FOLDER = Path(".pressctl", "contacts")
LIMIT = 1024 * 1024 * 1024  # bytes
_HEAD = 64  # hex digits of the digest, before the content
# The modules that decide what a file means: after a change in one of them nothing kept before is used.
_READERS = ("contacts", "contact_cache", "contact_keys", "schema", "document", "plain_list", "addresses", "suppressions")
_OWN = ("id", "name", "outlet", "email", "webhook", "phone", "given", "family")
_SHARED = ("kind", "beats", "tags", "languages", "region", "timezone", "tier", "embargo", "hold_until", "source", "verified")
_EMPTY: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Parsed:
    """One list's file as it was read: `refusing` are its own `do_not_contact`, as recipient, reason, since."""

    title: str
    outlets: dict[str, dict[str, Any]]
    refusing: Sequence[tuple[str, str, date | None]]
    contacts: list[Contact]


def read(root: Path, path: Path, slug: str, data: bytes) -> Parsed | None:
    """What was kept for exactly these bytes; None where there is nothing, or nothing that can be trusted."""
    file = root / FOLDER / f"{slug}.json"
    try:
        status = file.lstat()
        if not stat.S_ISREG(status.st_mode) or (os.name == "posix" and (status.st_mode & 0o077 or status.st_uid != os.geteuid())):
            return None  # others could have written it
        kept = files.read_bytes(file, ContactsError, "copy of the list", LIMIT)
    except (OSError, ContactsError):
        return None
    content = memoryview(kept)[_HEAD:]
    if kept[:_HEAD] != _digest(data, content):
        return None
    import orjson

    with _without_collector():
        return _unpacked(orjson.loads(content), str(path), slug)


def write(root: Path, slug: str, data: bytes, parsed: Parsed) -> None:
    """Keep it, for the owner's eyes only. Where that is not possible, the next reading is only slower."""
    import orjson

    folder = root / FOLDER
    with contextlib.suppress(OSError, TypeError):
        content = orjson.dumps(_packed(parsed))
        files.private_folder(folder)
        if not (folder / ".gitignore").exists():
            files.write(folder / ".gitignore", b"*\n", 0o600)
        files.write(folder / f"{slug}.json", _digest(data, content) + content, 0o600)


def clear(root: Path) -> None:
    """Forget everything that is kept. Raises OSError."""
    folder = root / FOLDER
    if folder.is_dir():
        for file in folder.iterdir():
            file.unlink()


def _digest(data: bytes, content: bytes | memoryview) -> bytes:
    """Of how files are read, of the file, and of what was read from it."""
    folder = Path(__file__).parent
    marks = [(status.st_mtime_ns, status.st_size) for name in _READERS if (status := (folder / f"{name}.py").stat())]
    made = hashlib.sha256(repr((sys.version, marks, len(data))).encode())
    made.update(data)
    made.update(content)
    return made.hexdigest().encode()


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """Hundreds of thousands of new values and no garbage: the collector would only look at them again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # nor is there any garbage to come of them: they refer to nothing that refers back
        if enabled:
            gc.enable()


def _packed(parsed: Parsed) -> dict[str, Any]:
    found, known = parsed.contacts, dict[Any, int]()
    return {
        "title": parsed.title,
        "outlets": _kept(parsed.outlets),
        "refusing": [_kept(one) for one in parsed.refusing],
        "own": {name: [getattr(one, name) for one in found] for name in _OWN},
        "shared": {name: [known.setdefault(getattr(one, name), len(known)) for one in found] for name in _SHARED},
        "values": [_kept(value) for value in known],
        "places": [[one.place.line if one.place else 0 for one in found], [one.place.column if one.place else 0 for one in found]],
        "rest": {str(at): [_kept(one.x), _kept(one.details)] for at, one in enumerate(found) if one.x or one.details},
    }


def _unpacked(kept: dict[str, Any], file: str, slug: str) -> Parsed:
    """Whole columns at a time: ten thousand contacts in the time of a few thousand statements."""
    from pressctl.contacts import Contact

    values = [value if value.__class__ is str else _back(value) for value in kept["values"]]
    columns: dict[str, Any] = dict(kept["own"])
    for name, numbers in kept["shared"].items():
        columns[name] = map(values.__getitem__, numbers)
    columns["list"] = repeat(slug)
    columns["recipient"] = [
        webhook if not email else email if email == (folded := email.casefold()) else folded
        for email, webhook in zip(columns["email"], columns["webhook"], strict=True)
    ]
    columns["place"] = map(Place, repeat(file), *kept["places"])
    columns["x"], columns["details"] = repeat(_EMPTY), repeat(_EMPTY)
    if kept["rest"]:
        rest = [kept["rest"].get(str(at)) for at in range(len(columns["email"]))]
        columns["x"] = [_back(pair[0]) if pair else _EMPTY for pair in rest]
        columns["details"] = [_back(pair[1]) if pair else _EMPTY for pair in rest]
    found = list(map(Contact, *(columns[name] for name in Contact.__dataclass_fields__)))
    return Parsed(kept["title"], _back(kept["outlets"]), [_back(one) for one in kept["refusing"]], found)


def _kept(value: object) -> object:
    """A value as JSON that can be told apart again: tuples, lists, mappings and days are marked."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, date):
        return ["day", value.isoformat()]
    if isinstance(value, Mapping):
        return ["map", *(_kept(part) for pair in value.items() for part in pair)]
    if isinstance(value, Iterable):
        return ["tuple" if isinstance(value, tuple) else "list", *map(_kept, value)]
    raise TypeError


def _back(kept: Any) -> Any:
    if not isinstance(kept, list):
        return kept
    mark, *parts = kept
    if mark == "day":
        return date.fromisoformat(parts[0])
    values = [_back(part) for part in parts]
    if mark == "map":
        return dict(zip(values[::2], values[1::2], strict=True))
    return tuple(values) if mark == "tuple" else values
