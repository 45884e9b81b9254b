"""`pressctl resolve` as a person types it: right after a kill, for the wrong release, for several at once, next to a sender."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import needs, run_pressctl
from live_office import SLUG, address, command, environment, office, send
from recorder import Recorder, process
from test_kills import start, until_requests

from pressctl import config, resolve
from pressctl.clock import SystemClock
from pressctl.delivery import State
from pressctl.delivery_log import Delivery, open_log
from pressctl.errors import Exit


@pytest.fixture
def provider() -> Iterator[Recorder]:
    with Recorder(says=["silent", "silent"]) as it:
        yield it


def rows(root: Path) -> list[Delivery]:
    with open_log(root / ".pressctl" / "log.sqlite3") as log:
        assert log.verify() == []
        return list(log.deliveries())


def in_doubt(root: Path, provider: Recorder, recipients: int = 3) -> list[Delivery]:
    """An office with two uncertain deliveries, those first."""
    assert send(office(root, provider.url, recipients, "concurrency = 1")).returncode == Exit.UNCERTAIN
    return rows(root)


def test_what_a_killed_process_left_can_be_settled_at_once(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record, "--says", "accept,hang,hang") as url:
        root = office(tmp_path / "office", url, 3, "concurrency = 1")
        child = start(root, command())
        until_requests(record, 2, child)
        time.sleep(0.1)
        child.kill()
        child.communicate()
        claimed = rows(root)[1]
        assert claimed.state is State.CLAIMED
        end = run_pressctl(root, "resolve", SLUG, "--accepted", claimed.key[:8])
        assert (end.returncode, end.stderr) == (Exit.DONE, "")
        assert [row.state for row in rows(root)] == [State.ACCEPTED, State.ACCEPTED, State.PLANNED]


def test_what_another_terminal_has_under_way_is_not_touched(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record, "--delay", "5") as url:
        root = office(tmp_path / "office", url, 1)
        child = start(root, command())
        until_requests(record, 1, child)
        key = rows(root)[0].key[:8]
        end = run_pressctl(root, "resolve", SLUG, "--not-sent", key, "--reason", "impatient")
        assert (end.returncode, end.stdout) == (Exit.STOPPED, "")
        assert end.stderr.startswith(f"error: the delivery {key} is claimed, not uncertain\n")
        child.communicate(timeout=30)
        assert [row.state for row in rows(root)] == [State.ACCEPTED]


def test_a_key_of_another_release_is_refused(tmp_path: Path, provider: Recorder) -> None:
    key = in_doubt(tmp_path, provider)[0].key[:8]
    other = tmp_path / "releases" / "day-ferry.md"
    other.write_text((tmp_path / "releases" / f"{SLUG}.md").read_text())
    assert run_pressctl(tmp_path, "send", "day-ferry", "--yes").returncode == Exit.DONE
    end = run_pressctl(tmp_path, "resolve", "day-ferry", "--accepted", key)
    assert (end.returncode, end.stdout) == (Exit.STOPPED, "")
    assert end.stderr == f"error: the delivery {key} is of `{SLUG}`, not of `day-ferry`\nhint: see the keys: `pressctl log day-ferry`\n"
    assert rows(tmp_path)[0].state is State.UNCERTAIN


def test_a_release_that_the_log_does_not_know_is_not_called_certain(tmp_path: Path, provider: Recorder) -> None:
    in_doubt(tmp_path, provider)
    end = run_pressctl(tmp_path, "resolve", "nigth-ferry")
    assert (end.returncode, end.stdout) == (Exit.STOPPED, "")
    assert end.stderr == f"error: the log knows no release `nigth-ferry`\nhint: did you mean `{SLUG}`?\n"


def test_where_one_of_several_is_wrong_none_is_settled(tmp_path: Path, provider: Recorder) -> None:
    one, two, sent = in_doubt(tmp_path, provider)
    for wrong in ("ffffffffff", sent.key, one.key):
        end = run_pressctl(tmp_path, "resolve", SLUG, "--accepted", one.key, "--not-sent", wrong, "--reason", "they say so")
        assert (end.returncode, end.stdout) == (Exit.STOPPED, ""), wrong
        assert "second copy" not in end.stderr
        assert [row.state for row in rows(tmp_path)] == [State.UNCERTAIN, State.UNCERTAIN, State.ACCEPTED]
    end = run_pressctl(tmp_path, "resolve", SLUG, "--accepted", one.key, "--not-sent", two.key, "--reason", "they say so", "--json")
    assert end.returncode == Exit.DONE
    assert end.stderr == "note: if it did arrive after all, the next `pressctl send` gives this desk a second copy\n"
    assert [json.loads(line)["state"] for line in end.stdout.splitlines()] == ["accepted", "deferred"]
    assert [row.state for row in rows(tmp_path)] == [State.ACCEPTED, State.DEFERRED, State.ACCEPTED]
    assert send(tmp_path).returncode == Exit.DONE
    assert provider.accepts() == {address(1): 1, address(2): 2, address(3): 1}  # as it was warned of


@pytest.mark.parametrize(("call", "number"), [("pwrite64", 1), ("pwrite64", 2), ("pwrite64", 5), ("fdatasync", 1), ("fdatasync", 2)])
def test_killed_in_the_middle_it_has_settled_or_it_has_not(tmp_path: Path, provider: Recorder, call: str, number: int) -> None:
    strace = needs("strace")
    one, *_ = in_doubt(tmp_path, provider, 2)
    inject = [strace, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"]
    words = [sys.executable, "-m", "pressctl", "resolve", SLUG, "--accepted", one.key]
    end = subprocess.run([*inject, *words], cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in end.stderr
    assert rows(tmp_path)[0].state in (State.UNCERTAIN, State.ACCEPTED)
    again = run_pressctl(tmp_path, "resolve", SLUG, "--accepted", one.key)
    assert again.returncode == (Exit.STOPPED if "is accepted, not uncertain" in again.stderr else Exit.DONE)
    assert rows(tmp_path)[0].state is State.ACCEPTED
    assert provider.requests == 2


def test_who_resolves_says_so_to_a_sender_and_since_when(tmp_path: Path, provider: Recorder) -> None:
    in_doubt(tmp_path, provider)
    with open_log(config.load(tmp_path / "pressctl.toml").log_path) as log:
        resolve.recover(log, SystemClock())
        end = send(tmp_path)
    assert end.returncode == Exit.STOPPED
    said = rf"error: another pressctl is at work: process {os.getpid()} on \S+, since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d, resolving\n"
    assert re.match(said, end.stderr), end.stderr
