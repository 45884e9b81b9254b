"""The log's file: made, opened and examined; a missing, empty, older, foreign or damaged one is never taken for a log.

SQLite in WAL mode with `synchronous=FULL`: NORMAL survives every killed process and loses deliveries in a power cut.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from pathlib import Path

from pressctl.delivery import MOVES
from pressctl.delivery_log.guards import DAMAGED, connect, somebody_holds, storage_error
from pressctl.delivery_log.invariants import wrong_with
from pressctl.delivery_log.log import DeliveryLog
from pressctl.errors import LogError, Place
from pressctl.files import private_folder, sync_folder

SCHEMA = 1
APPLICATION = 0x50524553  # "PRES": tells our file from any other SQLite database
QUICK_CHECK_LIMIT = 8 * 1024 * 1024  # bytes; a larger log is checked whole only after a run that did not end
CHECKPOINT = 4000  # pages of the -wal (16 MB) after which they are written back: of many commits at once, each page goes back once


def open_log(path: Path) -> DeliveryLog:
    """The log that is there. Raises LogError when it is missing, empty, newer, damaged or not a log."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        raise LogError("there is no delivery log yet", Place(str(path)), "`pressctl send` makes it") from None
    if not stat.S_ISREG(status.st_mode):  # nor a link: the lock of two offices on one log would be two locks
        raise LogError("the delivery log is not a regular file", Place(str(path)), "put the log itself here, not a link or a folder")
    _ours(path.parent)
    if status.st_size == 0:
        raise LogError(
            "the delivery log is empty: what was sent is no longer known",
            Place(str(path)),
            "put back a copy of it from a backup; if nothing was ever sent, delete the empty file",
        )
    db = None
    try:
        _examine_rest(path)
        db = connect(path, "rw")
        _examine(path, db, status.st_size)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
        return DeliveryLog(path, db)
    except BaseException as fault:
        if db is not None:
            db.close()
        if isinstance(fault, KeyError):
            raise LogError("this file is damaged, or is not a delivery log", Place(str(path)), DAMAGED) from None
        if isinstance(fault, sqlite3.Error):
            raise storage_error(path, fault) from fault
        raise


def _ours(folder: Path) -> None:
    """Raise LogError where others could put another log in the place of ours."""
    status = folder.stat()
    if os.name == "posix" and (status.st_mode & 0o022 or (os.geteuid() not in (0, status.st_uid))):
        raise LogError(
            "others can write to the folder of the delivery log, and so replace it",
            Place(str(folder)),
            f"make it yours alone: `chmod 700 {folder}`",
        )


def _examine(path: Path, db: sqlite3.Connection, size: int) -> None:
    application = db.execute("PRAGMA application_id").fetchone()[0]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION:
        raise LogError("this database is not a delivery log", Place(str(path)), "move it away, and put the log back from a backup")
    if version > SCHEMA:
        raise LogError(
            f"the delivery log was made by a newer pressctl (form {version}, this one knows {SCHEMA})",
            Place(str(path)),
            "update pressctl on this machine",
        )
    unfinished = db.execute("SELECT count(*) FROM run WHERE ended_at IS NULL").fetchone()[0]
    if size < QUICK_CHECK_LIMIT or unfinished:
        verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise LogError("the delivery log is damaged", Place(str(path)), DAMAGED)


def _examine_rest(path: Path) -> None:
    """Raise LogError where what a killed process left in its `-wal` does not fit the file that lies there now.

    SQLite cannot tell, and the pages that it would play into an older copy hold the newest count of commits. It is read
    only: closing a connection that may write would play them in for good.
    """
    rest = path.with_name(f"{path.name}-wal")
    if not rest.exists() or rest.stat().st_size == 0 or somebody_holds(path.with_suffix(".lock")):
        return
    db = connect(path, "ro")
    try:
        db.execute("BEGIN")
        mine = db.execute("PRAGMA user_version").fetchone()[0] == SCHEMA  # else it is for `_examine` to tell
        found = wrong_with(db) if mine else []
    except sqlite3.OperationalError:  # the disk, or no log at all
        raise
    except sqlite3.DatabaseError as fault:
        found = [str(fault)]
    finally:
        db.close()
    if found:
        raise LogError(
            "the delivery log and its `-wal` file do not belong together",
            Place(str(path)),
            "put back the copy that this `-wal` was left beside; keep both files. Only if there is none: move the `-wal` away, "
            "and what an older copy does not know is sent again",
        )


def _refuse_rest(path: Path) -> None:
    """Raise LogError where a killed process's `-wal` is all that is left: SQLite would play it into the new file."""
    for rest in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-journal")):
        if os.path.lexists(rest) and not os.path.lexists(path):  # with the log there, another process has just made it
            raise LogError(
                "a part of a delivery log is here, and the log itself is not",
                Place(str(rest)),
                f"put {path.name} back beside it (from a backup, or the trash). Only if it is lost for good: delete this file",
            )


def create_log(path: Path, secret: bytes) -> DeliveryLog:
    """A new log, readable by its owner only; made beside and renamed, so that half a log is never found."""
    private_folder(path.parent)
    _refuse_rest(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with contextlib.suppress(FileNotFoundError):  # of a process that was killed: in a container the numbers come again
            temporary.unlink()
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        db = connect(temporary, "rw")
        schema = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
        db.executescript(f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {SCHEMA}; BEGIN; {schema} COMMIT;")
        db.executemany("INSERT INTO move VALUES (?, ?, ?)", [(state, move, then) for (state, move), then in MOVES.items()])
        db.executemany("INSERT INTO meta VALUES (?, ?)", [("id", os.urandom(8).hex()), ("secret", secret), ("commits", 0)])
        db.close()
        os.link(temporary, path)  # fails where another process was faster, which a rename would not
        sync_folder(path.parent)
    except FileExistsError:
        pass
    except OSError as fault:
        raise LogError(f"the delivery log cannot be made: {fault.strerror}", Place(str(path)), "make the folder writable for you") from None
    except sqlite3.Error as fault:
        raise storage_error(path, fault) from fault
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return open_log(path)
