"""What was worked out once and holds until Python or this program changes, kept in the user's own cache folder.

Only what follows from the program and its templates is kept, nothing of a release or a contact. What is read from there
may be run, so a folder or a file that anybody else could write is not used. Whatever goes wrong here costs time and
nothing else.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import stat
import sys
import zlib
from typing import Any

from pressctl import __version__

_CHECK = 4  # bytes of a checksum, for a file that a full disk or a fault has damaged


def folder() -> str:
    """`pressctl/` in $XDG_CACHE_HOME or ~/.cache."""
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "pressctl")


def read(name: str, key: str = "") -> Any:
    """What `write` was given under this name and key by the same Python and the same version; None where there is nothing."""
    with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
        if not _own(os.lstat(folder()), stat.S_ISDIR):
            return None
        handle = os.open(_file(name), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as stream:
            data = stream.read() if _own(os.fstat(handle), stat.S_ISREG) else b""
        begin = _begin(key)
        content = data[len(begin) + _CHECK :]
        if data.startswith(begin) and data[len(begin) : len(begin) + _CHECK] == _checksum(content):
            return marshal.loads(content)  # noqa: S302  # nobody else can have written it
    return None


def ready() -> bool:
    """Whether something can be kept; the folder is made where it is missing."""
    try:
        os.makedirs(folder(), mode=0o700, exist_ok=True)
        return _own(os.lstat(folder()), stat.S_ISDIR) and os.access(folder(), os.W_OK)
    except OSError:
        return False


def write(name: str, key: str, value: Any) -> None:
    """Keep a value of numbers, text, bytes, code and collections of them, instead of what stood under the name."""
    if not ready():
        return
    with contextlib.suppress(OSError, ValueError):
        content = marshal.dumps(value)
        new = f"{_file(name)}.{os.getpid()}.new"
        with contextlib.suppress(FileNotFoundError):  # of a process that was killed: in a container the numbers come again
            os.unlink(new)
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb") as stream:
            stream.write(_begin(key) + _checksum(content) + content)
        os.replace(new, _file(name))


def _file(name: str) -> str:
    return os.path.join(folder(), f"{name}.{sys.implementation.cache_tag}")


def _begin(key: str) -> bytes:
    return f"{__version__}\n{sys.version}\n{key}\0".encode("utf-8", "surrogatepass")


def _checksum(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(_CHECK, "big")


def _own(status: os.stat_result, kind: Any) -> bool:
    """Whether it is of this kind, and only this user can write it."""
    mine = not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o022)
    return mine and bool(kind(status.st_mode))
