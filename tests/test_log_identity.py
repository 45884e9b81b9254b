"""The log is itself or is refused: missing, empty, foreign, newer, damaged, older, cut short, not a file."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from log_samples import BACKUP, claim, everything, new_log, plan, settle

from pressctl import delivery_log
from pressctl.delivery import Move
from pressctl.delivery_log import DeliveryLog, open_log
from pressctl.delivery_log.guards import CommitCount
from pressctl.errors import LogError


@pytest.fixture
def log(tmp_path: Path) -> Iterator[DeliveryLog]:
    with new_log(tmp_path / "state") as made:
        yield made


def states(log: DeliveryLog) -> dict[str, str]:
    return {name: str(row.state) for name, row in everything(log).items()}


def refused(path: Path) -> tuple[str, str]:
    """Text and hint with which a log is refused; the file is left as it was."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(LogError) as error:
        open_log(path)
    if before is not None:
        assert path.read_bytes() == before
    [problem] = error.value.problems
    assert problem.place is not None
    return problem.text, problem.hint


def test_a_missing_log_is_said_to_be_missing_and_is_not_made(tmp_path: Path) -> None:
    assert refused(tmp_path / "log.sqlite3") == ("there is no delivery log yet", "`pressctl send` makes it")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_log_is_not_filled(tmp_path: Path) -> None:
    (tmp_path / "log.sqlite3").touch()
    text, hint = refused(tmp_path / "log.sqlite3")
    assert text == "the delivery log is empty: what was sent is no longer known"
    assert hint == "put back a copy of it from a backup; if nothing was ever sent, delete the empty file"


@pytest.mark.parametrize("content", [b"x", b"not a database, however long it may be" * 99, b"\0" * 8192])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "log.sqlite3").write_bytes(content)
    assert refused(tmp_path / "log.sqlite3")[0] in (
        "this file is damaged, or is not a delivery log",
        "this database is not a delivery log",
    )


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "log.sqlite3") as db:
        db.execute("CREATE TABLE delivery (a)")
    assert refused(tmp_path / "log.sqlite3") == (
        "this database is not a delivery log",
        "move it away, and put the log back from a backup",
    )


def test_a_database_with_our_name_and_nothing_in_it_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "log.sqlite3") as db:
        db.execute(f"PRAGMA application_id = {delivery_log.APPLICATION}")
    assert refused(tmp_path / "log.sqlite3")[0] == "this file is damaged, or is not a delivery log"


def test_a_log_without_its_identity_is_refused(log: DeliveryLog) -> None:
    log.close()
    with sqlite3.connect(log.path) as db:
        db.execute("DELETE FROM meta")
    assert refused(log.path) == ("this file is damaged, or is not a delivery log", BACKUP)


def test_a_log_of_a_newer_version_is_refused(log: DeliveryLog) -> None:
    log.close()
    with sqlite3.connect(log.path) as db:
        db.execute("PRAGMA user_version = 99")
    assert refused(log.path) == (
        f"the delivery log was made by a newer pressctl (form 99, this one knows {delivery_log.SCHEMA})",
        "update pressctl on this machine",
    )


@pytest.mark.parametrize("make", ["folder", "link", "dangling link", "fifo"])
def test_what_is_not_a_regular_file_is_not_taken_for_the_log(log: DeliveryLog, make: str) -> None:
    log.close()
    moved = log.path.with_name("moved")
    log.path.rename(moved)
    if make == "folder":
        log.path.mkdir()
    elif make == "fifo":
        os.mkfifo(log.path)
    else:
        log.path.symlink_to(moved if make == "link" else moved.with_name("nowhere"))
    with pytest.raises(LogError, match="the delivery log is not a regular file"):
        open_log(log.path)


def test_a_folder_that_others_can_write_to_is_refused(log: DeliveryLog) -> None:
    log.close()
    log.path.parent.chmod(0o777)
    text, hint = refused(log.path)
    assert text == "others can write to the folder of the delivery log, and so replace it"
    assert hint == f"make it yours alone: `chmod 700 {log.path.parent}`"
    log.path.parent.chmod(0o755)
    open_log(log.path).close()


def test_a_corrupt_header_is_refused_and_the_file_kept(log: DeliveryLog) -> None:
    plan(log, ["a"])
    log.close()
    with open(log.path, "r+b") as stream:
        stream.write(b"XXXX")
    assert refused(log.path) == ("this file is damaged, or is not a delivery log", BACKUP)


def test_no_corrupt_page_goes_unnoticed(log: DeliveryLog) -> None:
    plan(log, [f"n{number}" for number in range(30)])
    log.close()
    whole = log.path.read_bytes()
    size = 4096
    pages = len(whole) // size
    assert pages > 15
    for page in range(pages):
        torn = bytearray(whole)
        torn[page * size : (page + 1) * size] = os.urandom(size)
        log.path.write_bytes(torn)
        assert refused(log.path)[1] in (BACKUP, "move it away, and put the log back from a backup"), page
        log.path.write_bytes(whole)
    for page in range(1, pages):  # written by a disk that lost a write: zeros
        torn = bytearray(whole)
        torn[page * size : (page + 1) * size] = bytes(size)
        log.path.write_bytes(torn)
        assert refused(log.path)[1] == BACKUP, page


def test_an_older_copy_put_back_is_refused(log: DeliveryLog, tmp_path: Path) -> None:
    rows = log.due(plan(log, ["a", "b", "c"]), (0, 0), 9)
    log.close()
    older = tmp_path / "backup"
    shutil.copy(log.path, older)
    with open_log(log.path) as again:
        settle(again, claim(again, rows[:1]), Move.ACCEPT)
    newest = log.path.read_bytes()
    shutil.copy(older, log.path)
    text, hint = refused(log.path)
    assert text == "this is an older copy of the delivery log, or a part of it was lost: it lacks the last 2 steps that were written"
    assert hint == (
        "put back the newest copy, together with its `-wal` file. Only if there is none: delete log.count, "
        "and what this copy does not know is sent again"
    )
    log.path.write_bytes(newest)
    open_log(log.path).close()
    shutil.copy(older, log.path)
    log.path.with_suffix(".count").unlink()  # as the hint says
    open_log(log.path).close()


def test_another_offices_log_is_not_measured_by_ours(log: DeliveryLog, tmp_path: Path) -> None:
    plan(log, ["a"])
    log.close()
    with new_log(tmp_path / "other") as other:
        other.close()
    shutil.copy(other.path, log.path)
    open_log(log.path).close()  # which log sent a release is for its receipt to say


def test_an_older_copy_is_told_by_its_count_although_another_log_lay_here_meanwhile(log: DeliveryLog, tmp_path: Path) -> None:
    rows = log.due(plan(log, ["a", "b"]), (0, 0), 9)
    log.close()
    older = tmp_path / "backup"
    shutil.copy(log.path, older)
    with open_log(log.path) as again:
        settle(again, claim(again, rows[:1]), Move.ACCEPT)
    with new_log(tmp_path / "other") as other:
        other.close()
    shutil.copy(other.path, log.path)
    with open_log(log.path) as foreign:  # by mistake, and a rehearsal is written into it
        plan(foreign, ["c"])
    shutil.copy(other.path, log.path)
    assert refused(log.path)[0].endswith("it lacks the last 1 steps that were written")  # it has a count of its own
    shutil.copy(older, log.path)
    assert refused(log.path)[0].endswith("it lacks the last 2 steps that were written")


@pytest.mark.parametrize("content", [b"", b"\0" * 38, b"rubbish", b"\xff\xfe 12", "x ²".encode()], ids=str)
def test_a_count_that_a_power_cut_spoilt_accuses_nobody(log: DeliveryLog, content: bytes) -> None:
    plan(log, ["a"])
    log.close()
    log.path.with_suffix(".count").write_bytes(content)
    open_log(log.path).close()


def crashed(log: DeliveryLog, folder: Path) -> Path:
    """The files as a killed process leaves them, copied into a new folder."""
    folder.mkdir(mode=0o700)
    for path in log.path.parent.iterdir():
        if path.suffix != ".sqlite3-shm":
            shutil.copy(path, folder)
    return folder / log.path.name


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_a_new_log_is_not_made_beside_the_rest_of_another(log: DeliveryLog, tmp_path: Path, suffix: str) -> None:
    """SQLite would play the old `-wal` into the new file: pages of two logs in one."""
    claim(log, log.due(plan(log, ["a", "b"]), (0, 0), 1))
    path = crashed(log, tmp_path / "after")
    path.unlink()
    rest = path.with_name("log.sqlite3-wal").rename(path.with_name(f"log.sqlite3{suffix}"))
    with pytest.raises(LogError) as error:
        delivery_log.create_log(path, b"s" * 32)
    [problem] = error.value.problems
    assert problem.text == "a part of a delivery log is here, and the log itself is not"
    assert problem.place is not None
    assert problem.place.file == str(rest)
    assert problem.hint == "put log.sqlite3 back beside it (from a backup, or the trash). Only if it is lost for good: delete this file"
    assert not path.exists()
    rest.unlink()
    delivery_log.create_log(path, b"s" * 32).close()


def test_a_killed_processs_log_opens_with_everything(log: DeliveryLog, tmp_path: Path) -> None:
    claim(log, log.due(plan(log, ["a", "b"]), (0, 0), 1))
    with open_log(crashed(log, tmp_path / "after")) as again:
        assert states(again) == {"a": "claimed", "b": "planned"}


def test_a_log_without_the_wal_of_a_killed_process_is_refused(log: DeliveryLog, tmp_path: Path) -> None:
    rows = log.due(plan(log, ["a", "b"]), (0, 0), 1)
    log._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # so that the run itself is known without it
    claim(log, rows)
    path = crashed(log, tmp_path / "after")
    path.with_name("log.sqlite3-wal").unlink()
    assert refused(path)[0].endswith("it lacks the last 1 steps that were written")


@pytest.mark.parametrize(("between", "after"), [(1, 1), (3, 2), (12, 1)])
def test_an_older_copy_beside_the_wal_of_a_killed_process_is_refused(log: DeliveryLog, tmp_path: Path, between: int, after: int) -> None:
    """The `-wal` brings the newest count with it, and none of the pages that were written back before it began."""
    rows = log.due(plan(log, [f"n{number}" for number in range(100)]), (0, 0), 100)
    settle(log, claim(log, rows[:1]), Move.ACCEPT)
    log._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    older = shutil.copy(log.path, tmp_path / "backup")
    settle(log, claim(log, rows[1 : 1 + between]), Move.ACCEPT)
    log._db.execute("PRAGMA wal_checkpoint(RESTART)")
    claim(log, rows[90 : 90 + after])
    path = crashed(log, tmp_path / "after")
    wal = path.with_name("log.sqlite3-wal")
    newest, left = path.read_bytes(), wal.read_bytes()
    shutil.copy(older, path)
    assert refused(path) == (
        "the delivery log and its `-wal` file do not belong together",
        "put back the copy that this `-wal` was left beside; keep both files. Only if there is none: move the `-wal` away, "
        "and what an older copy does not know is sent again",
    )
    assert wal.read_bytes() == left
    path.write_bytes(newest)
    with open_log(path) as again:
        assert list(states(again).values()).count("accepted") == 1 + between


def test_no_flipped_bit_in_the_wal_brings_a_delivery_back(log: DeliveryLog, tmp_path: Path) -> None:
    rows = log.due(plan(log, ["a", "b", "c"]), (0, 0), 9)
    log._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    one, _ = claim(log, rows[:2])
    settle(log, [one], Move.ACCEPT)
    before = states(log)
    wal = (log.path.with_name("log.sqlite3-wal")).read_bytes()
    verdicts = {"refused": 0, "whole": 0}
    for number, at in enumerate(range(0, len(wal), max(1, len(wal) // 60))):
        path = crashed(log, tmp_path / str(number))
        torn = bytearray(wal)
        torn[at] ^= 1 << (number % 8)
        path.with_name("log.sqlite3-wal").write_bytes(torn)
        try:
            with open_log(path) as again:
                assert states(again) == before, at
                assert again.verify() == []
            verdicts["whole"] += 1
        except LogError:
            verdicts["refused"] += 1
    assert verdicts["refused"] > 30


def test_a_log_that_is_written_to_while_it_is_opened_is_no_older_copy(log: DeliveryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = CommitCount.of

    def meanwhile(count: CommitCount, name: str) -> int:
        log.end(1, 5.0)  # another process sends
        return counted(count, name)

    plan(log, ["a"])
    monkeypatch.setattr(CommitCount, "of", meanwhile)
    open_log(log.path).close()
