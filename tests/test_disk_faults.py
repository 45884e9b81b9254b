"""A disk that is full, broken, read-only, slow or locked: sending stops before the next request, and goes on when it is mended.

The fault catalogue's rows D, of the disk and the log; where no file is named the test is in this one.

D01 D02 D03 D14      test_a_disk_that_fails, test_a_disk_that_is_really_full; no inode left is the same error at the same call
D04                  test_a_disk_that_became_read_only, test_a_log_that_may_not_be_written
D05                  test_power_cut.py
D06 D07              test_log_identity.py: bits of the WAL, the header, every page
D08 D09 D10          test_log_identity.py: missing, empty, without its WAL, an older copy, another office's
D11                  test_a_log_that_is_locked_for_too_long, test_a_lock_that_goes_away_in_time, test_a_lock_in_the_middle
D12                  test_a_program_that_writes_to_the_log_all_the_time_disturbs_nothing
D13                  test_log_place.py: doctor warns; a log there is not refused, since many home folders are mounted so
D15                  test_a_slow_disk
D16                  measured in benchmarks/, not asserted: the time depends on the machine
D17                  test_log_identity.py: a folder that others can write to, what is not a regular file
D18                  not tested, since there is nothing to test: the log is a file on this machine, and a server for it does not exist.
                     Its key in the configuration is refused: test_config.py
D19                  there is one form of the log yet, and nothing to migrate; its making, killed at any step:
                     test_a_log_whose_making_was_killed_is_there_whole_or_not_at_all
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from live_office import SLUG, address, environment, office, send
from recorder import Recorder, Seen

from pressctl import config, delivery_log, distribute, show_run
from pressctl import job as jobs
from pressctl.clock import SystemClock
from pressctl.delivery import State
from pressctl.delivery_log import open_log
from pressctl.distribute import Summary
from pressctl.errors import Exit, LogError
from pressctl.job import Wish

RECIPIENTS = 30
BROKEN = "error: the delivery log failed: disk I/O error; sending stopped"
FULL = "error: the disk is full, so the delivery log cannot be written; sending stopped"
READ_ONLY = "error: the delivery log cannot be written; nothing is sent without it"
LOCKED = "another program has kept the delivery log locked"


@pytest.fixture
def provider() -> Iterator[Recorder]:
    with Recorder(delay=0.002) as it:
        yield it


def inject(fault: str) -> list[str]:
    """What is put before a command so that calls on the log's WAL fail; skips without strace."""
    found = shutil.which("strace")
    if found is None or subprocess.run([found, "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace is not installed, or may not trace here")
    return [found, "-f", "-o", "/dev/null", "-P", ".pressctl/log.sqlite3-wal", "-e", f"inject={fault}"]


def injected(root: Path, fault: str) -> subprocess.CompletedProcess[str]:
    before = inject(fault)
    before[before.index("-P") + 1] = str(root / ".pressctl/log.sqlite3-wal")
    return send(root, before=before)


def like_anybody() -> list[str]:
    """What is put before a command so that permissions hold for root, too; skips where it cannot be."""
    if os.geteuid():
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may write everywhere, and there is no setpriv to take that away")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


@contextmanager
def small_disk(at: Path, kilobytes: int) -> Iterator[None]:
    """A file system of so many kilobytes; skips where it cannot be mounted."""
    at.mkdir(mode=0o700)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=0700", "tmpfs", str(at)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(at)], check=False)


def states(root: Path) -> dict[str, State]:
    """Recipient → state, as the stopped process left it."""
    with open_log(root / ".pressctl" / "log.sqlite3") as log:
        assert log.verify() == []
        return {row.recipient: row.state for row in log.deliveries()}


def nothing_was_said_that_was_not_written(root: Path, provider: Recorder) -> None:
    """The heart of it: whoever's request left is claimed in the log, so that nobody's is sent again blindly."""
    left = {seen.to for seen in provider.seen if seen.what == "request"}
    open_states = {State.PLANNED, State.DEFERRED, State.WITHDRAWN}
    assert not [to for to, state in states(root).items() if state in open_states and to in left]


def carries_on(root: Path, provider: Recorder) -> None:
    """The disk is well again: the same command finishes, nobody has two, and who may have one is uncertain."""
    result = send(root)
    after = states(root)
    uncertain = {to for to, state in after.items() if state is State.UNCERTAIN}
    assert result.returncode == (Exit.UNCERTAIN if uncertain else Exit.DONE), result.stderr
    assert set(after.values()) <= {State.ACCEPTED, State.UNCERTAIN}
    assert len(after) == RECIPIENTS
    assert len(uncertain) <= 8  # no more than were in flight
    assert set(provider.accepts().values()) <= {1}
    assert {to for to, state in after.items() if state is State.ACCEPTED} <= set(provider.accepts())


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        pytest.param("pwrite64:error=ENOSPC:when=1+", FULL, id="D01 full before the plan"),
        pytest.param("pwrite64:error=ENOSPC:when=60+", FULL, id="D01, D02 full in the middle"),
        pytest.param("pwrite64:error=EDQUOT:when=70+", BROKEN, id="D14 quota in the middle"),
        pytest.param("fdatasync:error=EIO:when=4", BROKEN, id="D03 one sync fails"),
        pytest.param("fdatasync:error=EIO:when=6+", BROKEN, id="D03 syncs fail for ever"),
        pytest.param("pwrite64:error=EIO:when=65+", BROKEN, id="writes fail"),
    ],
)
def test_a_disk_that_fails_stops_sending_and_nobody_gets_two(tmp_path: Path, provider: Recorder, fault: str, says: str) -> None:
    root = office(tmp_path, provider.url, RECIPIENTS)
    result = injected(root, fault)
    assert result.returncode == Exit.STOPPED, result.stderr
    assert says in result.stderr.splitlines()
    assert provider.requests < RECIPIENTS
    assert "Traceback" not in result.stderr
    nothing_was_said_that_was_not_written(root, provider)
    carries_on(root, provider)


def test_a_slow_disk_only_takes_longer(tmp_path: Path, provider: Recorder) -> None:  # D15
    root = office(tmp_path, provider.url, RECIPIENTS)
    result = injected(root, "fdatasync:delay_exit=20000")
    assert result.returncode == Exit.DONE, result.stderr
    assert provider.accepts() == {address(n): 1 for n in range(1, RECIPIENTS + 1)}


@pytest.mark.parametrize("kilobytes", [64, 256, 420])
def test_a_disk_that_is_really_full_stops_sending_and_nobody_gets_two(tmp_path: Path, provider: Recorder, kilobytes: int) -> None:
    root = office(tmp_path, provider.url, RECIPIENTS, "concurrency = 2")
    with small_disk(root / ".pressctl", kilobytes):
        result = send(root)
        assert result.returncode == Exit.STOPPED, result.stderr
        assert "Traceback" not in result.stderr
        assert any(word in result.stderr for word in ("the disk is full", "No space left on device"))
        assert provider.requests < RECIPIENTS
        subprocess.run(["mount", "-o", "remount,size=8m", str(root / ".pressctl")], check=True)
        if (root / ".pressctl" / "log.sqlite3").exists():
            nothing_was_said_that_was_not_written(root, provider)
        carries_on(root, provider)


def test_a_disk_that_became_read_only_sends_nothing(tmp_path: Path, provider: Recorder) -> None:  # D04
    root = office(tmp_path, provider.url, 2)
    with small_disk(root / ".pressctl", 4096):
        assert send(root).returncode == Exit.DONE
        office(root, provider.url, 3)
        subprocess.run(["mount", "-o", "remount,ro", str(root / ".pressctl")], check=True)
        result = send(root)
        assert result.returncode == Exit.STOPPED
        assert READ_ONLY in result.stderr.splitlines()
        assert provider.requests == 2
        subprocess.run(["mount", "-o", "remount,rw", str(root / ".pressctl")], check=True)
        assert send(root).returncode == Exit.DONE
    assert provider.accepts() == {address(n): 1 for n in (1, 2, 3)}


@pytest.mark.parametrize("what", ["log.sqlite3", "."])
def test_a_log_that_may_not_be_written_sends_nothing(tmp_path: Path, provider: Recorder, what: str) -> None:  # D04
    root = office(tmp_path, provider.url, 2)
    assert send(root).returncode == Exit.DONE
    office(root, provider.url, 3)
    (root / ".pressctl" / what).chmod(0o500 if what == "." else 0o400)
    result = send(root, before=like_anybody())
    assert result.returncode == Exit.STOPPED, result.stderr
    assert READ_ONLY in result.stderr.splitlines()
    assert provider.requests == 2


# ── a log that another program has locked ────────────────────────────────────────────────────────────────────────────


def run(root: Path) -> Summary:
    job = jobs.prepare(config.load(root / "pressctl.toml"), Wish(SLUG), SystemClock())
    return distribute.distribute(job, SystemClock(), lambda _: None, lambda _: None)


@contextmanager
def locked(path: Path, seconds: float = 0) -> Iterator[None]:
    """Another program writes to the log: for so long, or to the end of the block."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(seconds or 60, lambda: db.execute("ROLLBACK"))
    timer.start()
    try:
        yield
    finally:
        if not seconds:
            timer.cancel()
        timer.join()
        db.close()


def test_a_log_that_is_locked_for_too_long_sends_nothing(  # D11
    tmp_path: Path, provider: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = office(tmp_path, provider.url, 2)
    run(root)
    office(root, provider.url, 4)
    monkeypatch.setattr(delivery_log.guards, "BUSY", 0.2)
    with locked(root / ".pressctl" / "log.sqlite3"), pytest.raises(LogError, match=LOCKED):
        run(root)
    assert provider.requests == 2
    assert run(root).counts[State.ACCEPTED] == 4


def test_a_lock_that_goes_away_in_time_is_waited_for(tmp_path: Path, provider: Recorder) -> None:  # D11
    root = office(tmp_path, provider.url, 2)
    run(root)
    office(root, provider.url, 4)
    with locked(root / ".pressctl" / "log.sqlite3", 0.5):
        begun = time.monotonic()
        assert run(root).counts[State.ACCEPTED] == 4
        assert time.monotonic() - begun > 0.3


def test_a_lock_in_the_middle_of_a_run_stops_it_and_the_same_command_goes_on(  # D11
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_log.guards, "BUSY", 0.2)
    holding: list[sqlite3.Connection] = []

    def lock_once(seen: Seen) -> str:
        if seen.number == 9:  # in the answer to some request in the middle
            db = sqlite3.connect(tmp_path / ".pressctl" / "log.sqlite3", isolation_level=None, timeout=5, check_same_thread=False)
            db.execute("BEGIN IMMEDIATE")
            holding.append(db)
        return "accept"

    with Recorder(word=lock_once) as recorder:
        root = office(tmp_path, recorder.url, RECIPIENTS, "concurrency = 4")
        summary = run(root)
        assert summary.ended is not None
        assert isinstance(summary.ended.error, LogError)
        assert str(summary.ended.error) == LOCKED
        assert show_run.code(summary) is Exit.STOPPED
        holding[0].close()
        assert recorder.requests < RECIPIENTS
        nothing_was_said_that_was_not_written(root, recorder)
        carries_on(root, recorder)


def test_a_program_that_writes_to_the_log_all_the_time_disturbs_nothing(tmp_path: Path, provider: Recorder) -> None:  # D12
    """Each of our transactions takes its place as a writer with its first word, so none has to give up as out of date."""
    root = office(tmp_path, provider.url, 2)
    run(root)
    office(root, provider.url, RECIPIENTS)
    stop, writes = threading.Event(), 0

    def write() -> None:
        nonlocal writes
        db = sqlite3.connect(root / ".pressctl" / "log.sqlite3", isolation_level=None, timeout=10)
        version = db.execute("PRAGMA user_version").fetchone()[0]
        while not stop.is_set():
            db.execute(f"PRAGMA user_version = {version}")  # a commit of its own, that changes nothing
            writes += 1
        db.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        summary = run(root)
    finally:
        stop.set()
        thread.join()
    assert summary.counts[State.ACCEPTED] == RECIPIENTS
    assert provider.accepts() == {address(n): 1 for n in range(1, RECIPIENTS + 1)}
    assert writes > 20


@pytest.mark.parametrize(("call", "number"), [("pwrite64", 1), ("pwrite64", 4), ("pwrite64", 30), ("fdatasync", 1), ("fsync", 1),
                                              ("link,linkat", 1), ("unlink,unlinkat", 2)])  # fmt: skip
def test_a_log_whose_making_was_killed_is_there_whole_or_not_at_all(tmp_path: Path, call: str, number: int) -> None:  # D19
    before = inject(f"{call}:signal=KILL:when={number}")
    del before[before.index("-P") : before.index("-P") + 2]
    path = tmp_path / "state" / "log.sqlite3"
    made = f"from pathlib import Path; from pressctl.delivery_log import create_log; create_log(Path({str(path)!r}), b's' * 32).close()"
    end = subprocess.run([*before, sys.executable, "-c", made], env=environment(), capture_output=True, timeout=60, check=False)
    assert end.returncode in (-9, 137)
    if path.exists():
        with open_log(path) as log:
            assert log.verify() == []
    else:
        delivery_log.create_log(path, b"s" * 32).close()
    with open_log(path) as log:
        assert log.verify() == []


def test_every_row_of_the_disks_catalogue_has_its_test_or_its_reason() -> None:
    said = (__doc__ or "").partition("where no file")[2]
    assert set(re.findall(r"\bD[0-9]{2}\b", said)) == {f"D{number:02d}" for number in range(1, 20)}
    here = Path(__file__).parent
    own = Path(__file__).read_text(encoding="utf-8")
    for word in re.findall(r"\btest_\w+(?:\.py)?", said):
        assert (here / word).exists() if word.endswith(".py") else f"def {word}" in own, word
