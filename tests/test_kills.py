"""Killed at any moment and started again, the same command finishes: nobody is lost, nobody gets two, the log agrees.

The real command in a process of its own, the provider in another. A failure prints the seed; PRESSCTL_LONG=1 kills hundreds
of times.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from conftest import needs
from live_office import SLUG, address, command, environment, office
from recorder import accepts, process, read

from pressctl.delivery import State
from pressctl.delivery_log import open_log

LONG = bool(os.environ.get("PRESSCTL_LONG"))
AT_ONCE = 4
ALTERED = str(Path(__file__).with_name("altered_send.py"))


def altered(how: str) -> list[str]:
    """The command line of a send through an altered adapter."""
    return [sys.executable, ALTERED, how, "send", SLUG, "--yes"]


def states(root: Path) -> dict[str, State]:
    """Each recipient's state in the log, whose invariants hold."""
    with open_log(root / ".pressctl" / "log.sqlite3") as log:
        assert log.verify() == []
        return {row.address: row.state for row in log.deliveries()}


def finish(root: Path, line: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(line, cwd=root, env=environment(), capture_output=True, text=True, timeout=120, check=False)


def start(root: Path, line: list[str]) -> subprocess.Popen[str]:
    buffered = {name: value for name, value in environment().items() if name != "PYTHONUNBUFFERED"}  # as people run it
    return subprocess.Popen(
        line, cwd=root, env=buffered, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def until_requests(record: Path, count: int, child: subprocess.Popen[str]) -> None:
    """Wait until the provider has seen so many requests, or the sender has ended."""
    while child.poll() is None and sum(seen.what == "request" for seen in read(record)) < count:
        time.sleep(0.005)


def test_a_line_that_is_being_written_is_not_read(tmp_path: Path) -> None:
    """A line that crosses a page of the file is seen in two parts."""
    line = '{"what": "accept", "at": 1.0, "number": 1, "to": "desk1", "key": "<k>", "said": "accept"}\n'
    record = tmp_path / "record.jsonl"
    record.write_text(line + line[:50], encoding="utf-8")
    assert len(read(record)) == 1


def check(root: Path, record: Path, recipients: int, doubts: int) -> None:
    """The property: accepts and log agree, nobody lost, nobody twice, no more in doubt than there can be."""
    taken, log = accepts(record), states(root)
    assert {to: count for to, count in taken.items() if count > 1} == {}
    assert set(log) == {address(n) for n in range(1, recipients + 1)}
    for to, state in log.items():
        assert state in (State.ACCEPTED, State.UNCERTAIN), (to, state)
        assert state is State.UNCERTAIN or taken[to] == 1, (to, state)
    assert Counter(log.values())[State.UNCERTAIN] <= doubts


def kill_until_done(root: Path, record: Path, line: list[str], chance: random.Random, most: int) -> int:
    """Kill and start again until the command ends by itself, or so many kills; how many it took."""
    kills = 0
    while kills < most:
        seen = sum(seen.what == "request" for seen in read(record))
        child = start(root, line)
        if chance.random() < 0.8:  # while it sends; else somewhere before
            until_requests(record, seen + chance.randint(1, 12), child)
            time.sleep(chance.random() * 0.02)
        else:
            time.sleep(chance.random() * 1.0)
        child.kill()
        child.communicate()
        kills += child.returncode == -signal.SIGKILL
        if child.returncode != -signal.SIGKILL:
            break
    return kills


@pytest.mark.parametrize("how", ["keyless", "keyed"])
def test_killed_at_random_and_started_again_everybody_gets_one(tmp_path: Path, how: str) -> None:
    seed = random.randrange(10**9)
    print("seed", seed)
    kills, recipients = (200, 2000) if LONG else (6, 60)
    record, extra = tmp_path / "record.jsonl", f"concurrency = {AT_ONCE}"
    with process(record, "--delay", "0.01", *(["--keyed"] if how == "keyed" else [])) as url:
        root = office(tmp_path / "office", url, recipients, extra)
        line = altered("keyed") if how == "keyed" else command()
        killed = kill_until_done(root, record, line, random.Random(seed), kills)
        end = finish(root, line)
        check(root, record, recipients, 0 if how == "keyed" else killed * AT_ONCE)
        assert end.returncode == (4 if State.UNCERTAIN in states(root).values() else 0), end.stderr
        assert how == "keyless" or not [seen for seen in read(record) if seen.what == "changed"]
        assert sum(seen.what == "accept" for seen in read(record)) + killed * AT_ONCE >= recipients


@pytest.mark.parametrize("how", ["keyless", "keyed"])
def test_killed_at_system_calls_of_plan_recovery_and_sending_everybody_gets_one(tmp_path: Path, how: str) -> None:
    strace = needs("strace")
    record, recipients, killed = tmp_path / "record.jsonl", 24, 0
    points = [("fdatasync", n) for n in range(1, 40)] + [("sendto", n) for n in range(1, 26)] + [("pwrite64", n) for n in range(1, 120, 3)]
    points += [("recvfrom", n) for n in range(1, 26)] + [("fsync", n) for n in range(1, 6)]
    if not LONG:
        points = [("fsync", 1), ("fdatasync", 1), ("pwrite64", 4), ("sendto", 3), ("fdatasync", 4)]
    with process(record, *(["--keyed"] if how == "keyed" else [])) as url:
        root = office(tmp_path / "office", url, recipients, f"concurrency = {AT_ONCE}")
        line = altered("keyed") if how == "keyed" else command()
        for call, number in points:
            inject = f"inject={call}:signal=KILL:when={number}"
            end = finish(root, [strace, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject, *line])
            killed += end.returncode not in (0, 4)
            assert "Traceback" not in end.stderr
        assert killed >= (5 if LONG else 3)
        finish(root, line)
        check(root, record, recipients, 0 if how == "keyed" else killed * AT_ONCE)


def test_no_request_leaves_between_a_claim_being_written_and_being_on_the_disk(tmp_path: Path) -> None:
    """With one request at a time each request must follow a sync that follows each write of the log."""
    strace, record, trace = needs("strace"), tmp_path / "record.jsonl", tmp_path / "trace"
    with process(record) as url:
        root = office(tmp_path / "office", url, 8, "concurrency = 1")
        calls = "trace=pwrite64,fdatasync,fsync,sendto"
        end = finish(root, [strace, "-f", "-y", "-qq", "-s", "8", "-o", str(trace), "-e", calls, *command()])
        assert end.returncode == 0
    unsynced, requests = False, 0
    for line in trace.read_text().splitlines():
        if "pwrite64(" in line and "sqlite3-wal>" in line:
            unsynced = True
        elif "sync(" in line and "sqlite3-wal>" in line:
            unsynced = False
        elif "sendto(" in line and '"POST' in line:
            requests += 1
            assert not unsynced, f"request {requests} left before its claim was on the disk"
    assert requests == 8


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_finishes_what_is_under_way_and_says_what_is_left(tmp_path: Path, name: str) -> None:
    record = tmp_path / "record.jsonl"
    with process(record, "--delay", "0.2") as url:
        root = office(tmp_path / "office", url, 40, f"concurrency = {AT_ONCE}")
        child = start(root, command())
        until_requests(record, 8, child)
        child.send_signal(getattr(signal, name))
        out, err = child.communicate(timeout=30)
        assert child.returncode == 130
        assert "note: stopping: what is in flight is finished and written down, in 10 s at most; again to give up on it\n" in err
        assert "Traceback" not in err
        left = Counter(states(root).values())
        assert set(left) <= {State.ACCEPTED, State.PLANNED, State.DEFERRED}
        assert left[State.ACCEPTED] == accepts(record).total()
        assert f"not done: 40 deliveries: {left[State.ACCEPTED]} accepted" in out
        assert "the same command goes on with the rest" in out
        assert finish(root, command()).returncode == 0
        check(root, record, 40, 0)


def test_a_second_ctrl_c_gives_up_at_once_and_says_that_nobody_knows(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record, "--says", "accept,accept,accept,accept," + "hang," * 36) as url:
        root = office(tmp_path / "office", url, 40, f"concurrency = {AT_ONCE}")
        child = start(root, command())
        until_requests(record, 8, child)
        time.sleep(0.2)
        began = time.monotonic()
        child.send_signal(signal.SIGINT)
        time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=30)
        assert (child.returncode, time.monotonic() - began < 8) == (130, True)
        assert err.endswith("note: giving up on what is in flight: nobody will know whether it arrived\n")
        assert "Traceback" not in err
        assert "4 uncertain" in out
        assert f"pressctl resolve {SLUG}" in out
        assert Counter(states(root).values()) == {State.ACCEPTED: 4, State.UNCERTAIN: 4, State.PLANNED: 32}


def test_a_reader_that_goes_away_does_not_end_the_run(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record) as url:
        root = office(tmp_path / "office", url, 20)
        child = start(root, command())
        assert child.stdout
        until_requests(record, 1, child)
        child.stdout.close()  # as `| head` does
        assert child.stderr
        err = child.stderr.read()
        assert (child.wait(30), err) == (0, "")
        assert set(states(root).values()) == {State.ACCEPTED}
        check(root, record, 20, 0)


def test_where_nobody_reads_the_plan_nothing_is_sent(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record) as url:
        root = office(tmp_path / "office", url, 500)
        child = start(root, command())
        assert child.stdout
        assert child.stderr
        child.stdout.close()
        assert (child.stderr.read(), child.wait(30)) == ("", 1)
        assert read(record) == []


@pytest.mark.parametrize("closed", ["2>&-", "1>&- 2>&-", "0<&- 1>&- 2>&-"])
def test_closed_streams_do_not_end_the_run(tmp_path: Path, closed: str) -> None:
    record = tmp_path / "record.jsonl"
    with process(record) as url:
        root = office(tmp_path / "office", url, 10)
        end = finish(root, ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", *command()])
        assert end.returncode == 0
        check(root, record, 10, 0)


def test_a_closed_terminal_in_the_middle_leaves_the_log_right(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record, "--delay", "0.1") as url:
        root = office(tmp_path / "office", url, 40, f"concurrency = {AT_ONCE}")
        child = start(root, command())
        until_requests(record, 6, child)
        assert child.stdout
        assert child.stderr
        child.stdout.close()
        child.stderr.close()
        child.send_signal(signal.SIGHUP)
        child.wait(30)
        assert child.returncode == 130
        assert set(states(root).values()) <= {State.ACCEPTED, State.PLANNED, State.DEFERRED}
        assert finish(root, command()).returncode == 0
        check(root, record, 40, 0)


def test_stopped_in_the_middle_of_a_request_and_continued_doubles_nobody(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record, "--delay", "0.1") as url:
        root = office(tmp_path / "office", url, 20, f"concurrency = {AT_ONCE}\ntimeout = 1")
        child = start(root, command())
        until_requests(record, 6, child)
        child.send_signal(signal.SIGSTOP)
        time.sleep(2)
        child.send_signal(signal.SIGCONT)
        child.communicate(timeout=30)
        assert child.returncode == 0  # what came while it was stopped is read, although the time is up
        check(root, record, 20, 0)


def test_without_anybody_to_confirm_nothing_is_sent(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record) as url:
        root = office(tmp_path / "office", url, 3)
        end = finish(root, [word for word in command() if word != "--yes"])
        assert end.returncode == 3
        assert end.stderr == ("error: nobody is there to confirm\nhint: run it in a terminal, or add `--yes` when you have read the plan\n")
        assert read(record) == []


def test_a_mistake_of_ours_is_told_in_one_line_and_loses_nothing(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record, "--delay", "0.02") as url:
        root = office(tmp_path / "office", url, 20, f"concurrency = {AT_ONCE}")
        end = finish(root, altered("bug"))
        assert end.returncode == 70
        assert end.stderr.startswith("error: this is a mistake in pressctl (ZeroDivisionError); what is in the log is safe\n")
        assert "Traceback" not in end.stderr
        assert "newsroom" not in end.stderr
        assert Counter(states(root).values())[State.UNCERTAIN] == 1
        assert finish(root, command()).returncode == 4
        check(root, record, 20, 1)
