"""Files in and out: text read with its problems named, private files written so that a crash leaves the old or the new."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from pressctl.errors import Place, PressctlError

TEXT_LIMIT = 5 * 1024 * 1024  # bytes; a release of 5 MiB is a mistake, not a release


def read_bytes(path: Path, error: type[PressctlError], what: str, limit: int = TEXT_LIMIT) -> bytes:
    """The bytes of a regular file of at most `limit` bytes.

    Raises `error` for a missing file, a directory, a FIFO or device (without blocking on it), or one that is too large.
    """
    place = Place(str(path))
    try:
        # O_NONBLOCK: a FIFO without a writer must not hang the command
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise error(f"there is no {what} at this path", place, "check the spelling, or run the command from the press office") from None
    except IsADirectoryError:
        raise error(f"this is a folder, not a {what}", place, "name the file itself") from None
    except OSError as fault:
        raise error(f"the {what} cannot be opened: {fault.strerror}", place, "check the permissions of the file") from None
    except ValueError:  # a NUL in the path
        raise error("this is no path", hint=f"name the {what}'s file") from None
    try:
        _refuse_what_is_no_file(os.fstat(handle), place, error, what, limit)
    except BaseException:
        os.close(handle)
        raise
    with open(handle, "rb") as stream:
        try:
            return stream.read(limit + 1)
        except OSError as fault:
            raise error(f"the {what} cannot be read: {fault.strerror}", place, "copy the file to a healthy disk") from None


def _refuse_what_is_no_file(status: os.stat_result, place: Place, error: type[PressctlError], what: str, limit: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise error(f"this is a folder, not a {what}", place, "name the file itself")
    if not stat.S_ISREG(status.st_mode):
        raise error(f"the {what} is not a regular file", place, "copy its content into an ordinary file")
    if status.st_size > limit:
        size = f"{status.st_size:,} bytes, and {limit:,} are allowed"
        raise error(f"the {what} is too large: {size}", place, "is this the right file?")


def decode(data: bytes, path: Path, error: type[PressctlError], what: str) -> str:
    """UTF-8 text with line ends made `\\n`; a byte order mark is accepted and dropped.

    Raises `error` with the line and column of the first byte that is not UTF-8, or of a NUL.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise error(f"the {what} is UTF-16 text", Place(str(path), 1, 1), "save it as UTF-8 in your editor")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        before = data[: fault.start].decode("utf-8", "replace")
        place = Place(str(path), before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise error(
            f"the {what} is not UTF-8 text: byte 0x{data[fault.start]:02x}",
            place,
            "save it as UTF-8 in your editor (it may be Windows-1252)",
        ) from None
    if "\0" in text:
        before = text[: text.index("\0")]
        place = Place(str(path), before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise error(f"the {what} holds a NUL character, so it is not text", place, "is this the right file?")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_text(path: Path, error: type[PressctlError], what: str, limit: int = TEXT_LIMIT) -> str:
    """`read_bytes` and `decode` in one step; raises `error`."""
    return decode(read_bytes(path, error, what, limit), path, error, what)


def private_folder(path: Path) -> None:
    """Make the folder with mode 0700 where it is missing. Raises OSError."""
    for folder in reversed([path, *path.parents]):  # mkdir's own `parents` would leave those readable for everybody
        folder.mkdir(mode=0o700, exist_ok=True)


def write(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace the file's content in one step: temporary file beside it, fsync, rename, fsync of the folder.

    A file that is there keeps its mode; a new one gets `mode`. Raises OSError, the old file untouched.
    """
    target = path.resolve() if path.is_symlink() else path  # the link stays, its target changes
    with contextlib.suppress(FileNotFoundError):
        mode = stat.S_IMODE(target.stat().st_mode)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.new")
    with contextlib.suppress(FileNotFoundError):  # of a process that was killed: in a container the numbers come again
        temporary.unlink()
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with open(handle, "wb") as stream:
            os.fchmod(stream.fileno(), mode)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(target.parent)


def sync_folder(path: Path) -> None:
    """Make a rename or a new name in this folder survive a power cut. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def lock(handle: int) -> None:
    """Take the operating system's lock on an open file, which ends with its process. Raises OSError where another has it."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # the stubs hide it on other systems
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
