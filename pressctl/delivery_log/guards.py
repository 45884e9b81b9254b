"""What guards the delivery log: connections, the lock of the one sender, the count of commits, what a fault of the disk means."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from pathlib import Path

from pressctl.errors import LogError, Place
from pressctl.files import lock

BUSY = 30.0  # seconds to wait for a reader or a backup tool that locks the file
DAMAGED = "put back a copy of it from a backup; keep the damaged file"


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection to the file of a log; `mode` is "rw" or "ro", and nothing makes a file. Raises sqlite3.Error."""
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    db = sqlite3.connect(uri, uri=True, timeout=BUSY, isolation_level=None, check_same_thread=False, cached_statements=600)
    db.execute("PRAGMA secure_delete = ON")  # a person who is forgotten must not linger in free pages
    db.execute("PRAGMA recursive_triggers = ON")  # else INSERT OR REPLACE would delete past the triggers
    return db


def storage_error(path: Path, fault: sqlite3.Error) -> LogError:
    """What to tell of a database fault, and what to do about it."""
    text = str(fault)
    if "locked" in text or "busy" in text:
        return LogError(
            "another program has kept the delivery log locked",
            Place(str(path)),
            "close the backup or database program that has it open, then run the same command again",
        )
    if "full" in text:
        return LogError(
            "the disk is full, so the delivery log cannot be written; sending stopped",
            Place(str(path)),
            "free some space, then run the same command again",
        )
    if "readonly" in text or "unable to open" in text or "not permitted" in text or "denied" in text:
        return LogError(
            "the delivery log cannot be written; nothing is sent without it",
            Place(str(path)),
            "make the folder and the file writable for you",
        )
    if "malformed" in text or "not a database" in text or "no such" in text:
        return LogError("this file is damaged, or is not a delivery log", Place(str(path)), DAMAGED)
    return LogError(
        f"the delivery log failed: {text}; sending stopped", Place(str(path)), "run `pressctl log verify`, then the same command again"
    )


class CommitCount:
    """How many commits the log had, kept in a file of its own beside it: an older copy, or a lost `-wal` file, has fewer.

    It is written after the commit and never synced, so it can only lag behind: after a power cut it accuses nobody. Each log
    that ever lay here has a line, so that another one, put here by mistake, does not make this one's count forgotten.
    """

    LINE = 38  # bytes: the log's id of 16 digits, a space, the count in 20 digits, a line feed
    MOST = 1000  # lines; no folder sees so many logs

    def __init__(self, path: Path) -> None:
        self.path = path
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        try:
            self._handle = os.open(path, flags, 0o600)
        except OSError:
            self._handle = -1  # a folder that cannot be written stops the log itself, and with a better text
        self._lines: dict[str, int] = {}  # log → where its line is

    def of(self, log: str) -> int:
        """The commits that were counted for the log with this id; 0 where nothing is known."""
        if self._handle < 0:
            return 0
        os.lseek(self._handle, 0, os.SEEK_SET)
        said = os.read(self._handle, self.MOST * self.LINE)
        for start in range(0, len(said), self.LINE):
            name, _, count = said[start : start + self.LINE].decode("ascii", "replace").strip().partition(" ")
            whole = count.isascii() and count.isdigit()
            if whole and name == log:
                self._lines[log] = start
                return int(count)
            if not whole:  # spoilt by a power cut: nobody's
                self._lines.setdefault(log, start)
        self._lines.setdefault(log, -(-len(said) // self.LINE) * self.LINE)
        return 0

    def note(self, log: str, commits: int) -> None:
        """Count up to `commits`, after `of` was asked for the same log."""
        if self._handle >= 0:
            with contextlib.suppress(OSError):  # the commit stands; a count that lags behind only protects less
                line = f"{log} {commits:020d}\n".encode()
                if sys.platform != "win32":
                    os.pwrite(self._handle, line, self._lines[log])
                else:  # pragma: no cover
                    os.lseek(self._handle, self._lines[log], os.SEEK_SET)
                    os.write(self._handle, line)

    def close(self) -> None:
        """Close the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def somebody_holds(path: Path) -> bool:
    """Whether a living process has the lock in this file."""
    try:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return False
    try:
        lock(handle)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def holder(doing: str = "sending") -> str:
    """Who holds the log and since when, in the words that another terminal reads."""
    import socket
    from datetime import datetime

    return f"process {os.getpid()} on {socket.gethostname()}, since {datetime.now().astimezone():%Y-%m-%d %H:%M:%S}, {doing}"


class Lock:
    """The operating system's lock on a file: gone with its process, however that ends, so no stale lock can stay."""

    def __init__(self, path: Path, holder: str) -> None:
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except OSError as fault:
            raise LogError(
                f"the lock of the delivery log cannot be opened: {fault.strerror}", Place(str(path)), "make the folder writable for you"
            ) from None
        try:
            lock(self._handle)
        except OSError:
            said = os.read(self._handle, 300).decode("utf-8", "replace").strip()
            os.close(self._handle)
            raise LogError(
                f"another pressctl is at work: {said or 'it does not say which'}",
                Place(str(path)),
                "wait until it has ended, or end it; nothing was sent by this command",
            ) from None
        with contextlib.suppress(OSError):  # on a full disk nobody can read who holds it; it is held all the same
            os.ftruncate(self._handle, 0)
            os.write(self._handle, holder.encode())

    def release(self) -> None:
        """Let go of the lock."""
        os.close(self._handle)
