"""Files into a folder that others may read: each written in one step, none of another's touched, what may not stay taken away.

A manifest in the folder holds the SHA-256 digest of every file that was written there, so that the next time only those
are replaced or removed; a file that somebody changed by hand is neither. It is written before the files (with the digests
of both states) and after them, so that a run that is interrupted leaves nothing that the next one does not know.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pressctl import files
from pressctl.errors import ConfigError, Place, Refusal

MANIFEST = ".pressctl-manifest.json"
_FORMAT = 1
_MANIFEST_LIMIT = 50 * 1024 * 1024  # bytes

Digests = dict[str, tuple[str, ...]]  # a file's name → SHA-256 in hex of what it may hold


@dataclass(frozen=True, slots=True)
class Written:
    """What was done, each a list of names in the folder; `kept` had to go or be replaced, and somebody has changed it."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def known(folder: Path) -> frozenset[str]:
    """The names of the files that an earlier run has written. Raises ConfigError where the manifest cannot be read."""
    return frozenset(_read(folder))


def publish(folder: Path, made: Mapping[str, bytes]) -> Written:
    """Make the folder hold `made`, names with slashes → bytes, and nothing else that an earlier run has written.

    Raises Refusal, before anything is changed, for a folder with files of somebody else's, a name that leads out of it, or
    a file in the way that was not written by this; ConfigError where the disk refuses.
    """
    before = _read(folder)
    _refuse_foreign(folder, before, made)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in made.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        both = {
            name: tuple(dict.fromkeys((*before.get(name, ()), *((digests[name],) if name in digests else ()))))
            for name in {*before, *digests}
        }
        _write_manifest(folder, both)
        gone = sorted(before.keys() - made.keys())
        removed = [name for name in gone if _remove(folder, name, before[name])]  # first: what may not be public goes at once
        new: list[str] = []
        changed: list[str] = []
        same: list[str] = []
        for name in sorted(made):
            now = _digest(folder / name)
            if now == digests[name]:
                same.append(name)
                continue
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            files.write(folder / name, made[name])
            (new if now is None else changed).append(name)
        kept = [name for name in gone if name not in removed]
        _write_manifest(folder, {name: (digest,) for name, digest in digests.items()} | {name: before[name] for name in kept})
    except OSError as fault:
        raise ConfigError(
            f"this cannot be written: {fault.strerror}", Place(str(fault.filename or folder)), "name a folder that you can write to"
        ) from None
    return Written(*map(tuple, (new, changed, same, removed, kept)))


def _refuse_foreign(folder: Path, before: Digests, made: Mapping[str, bytes]) -> None:
    """Whatever is not ours stays as it is: a full folder, a link, a file that somebody has changed."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise Refusal("this is not a folder", Place(str(folder)), "name a new or empty folder")
    if not (folder / MANIFEST).exists() and folder.is_dir():
        there = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        if there:
            text = f"this folder holds files that were not written by this command, such as {there[0]}"
            raise Refusal(text, Place(str(folder)), "name a new or empty folder; your own files may be put into it later")
    for name in made:
        if name.startswith("/") or ".." in name.split("/") or "\\" in name or not name.isprintable():
            raise Refusal(f"`{name!r}` is no name for a file of the page", Place(str(folder)))
        path = folder
        for part in name.split("/"):
            path = path / part
            if path.is_symlink():
                raise Refusal("a link stands where a file is to be written", Place(str(path)), "take the link away")
        if path.is_dir():
            raise Refusal("a folder stands where a file is to be written", Place(str(path)), "move it away")
        digest = _digest(path)
        if digest is not None and digest not in before.get(name, ()) and digest != hashlib.sha256(made[name]).hexdigest():
            raise Refusal(
                "this file was not written by this command, or was changed since",
                Place(str(path)),
                "move it away, then run the command again",
            )


def _remove(folder: Path, name: str, digests: tuple[str, ...]) -> bool:
    """Take away a file that is as we wrote it, and the folders that it leaves empty; True where it is not there any more."""
    path = folder / name
    if any(parent.is_symlink() for parent in (path, *path.parents) if parent != folder and parent.is_relative_to(folder)):
        return False
    digest = _digest(path)
    if digest is None:
        return True
    if digest not in digests:
        return False
    path.unlink()
    for parent in path.parents:
        if parent == folder:
            break
        with contextlib.suppress(OSError):  # not empty: somebody's own files
            parent.rmdir()
    return True


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _read(folder: Path) -> Digests:
    import json

    path = folder / MANIFEST
    if not os.path.lexists(path):
        return {}
    text = files.read_text(path, ConfigError, "manifest", _MANIFEST_LIMIT)
    try:
        value: Any = json.loads(text)
        if value["format"] != _FORMAT:
            raise ValueError
        return {str(name): tuple(map(str, digests)) for name, digests in value["files"].items() if _plain(str(name))}
    except (ValueError, KeyError, TypeError, AttributeError):
        hint = "restore it, or write into a new folder"
        raise ConfigError("the list of the files that were written here is damaged", Place(str(path)), hint) from None


def _plain(name: str) -> bool:
    """Whether a name stays inside the folder, whoever wrote the manifest."""
    return bool(name) and not name.startswith("/") and not {"..", ".", ""} & set(name.split("/")) and "\\" not in name and "\0" not in name


def _write_manifest(folder: Path, digests: Mapping[str, tuple[str, ...]]) -> None:
    import json

    value = {"format": _FORMAT, "files": {name: list(digests[name]) for name in sorted(digests)}}
    files.write(folder / MANIFEST, (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode())
