"""Two terminals, two processes, one log: one sends, the other says who does, and nobody gets two."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from live_office import SLUG, address, command, environment, office
from recorder import accepts, process, read
from test_kills import check, finish, start, states, until_requests

from pressctl.delivery import State
from pressctl.delivery_log import create_log, open_log
from pressctl.errors import LogError


@pytest.mark.parametrize("stopped", [False, True], ids=["running", "stopped"])
def test_a_second_sender_is_told_who_holds_the_log_and_since_when(tmp_path: Path, stopped: bool) -> None:
    record = tmp_path / "record.jsonl"
    with process(record, "--delay", "2") as url:
        root = office(tmp_path / "office", url, 8, "concurrency = 2")
        first = start(root, command())
        try:
            until_requests(record, 2, first)
            if stopped:
                first.send_signal(signal.SIGSTOP)
            second = finish(root, command())
            assert second.returncode == 3
            assert second.stderr.startswith(f"error: another pressctl is at work: process {first.pid} on ")
            assert time.strftime(", since 20%y-") in second.stderr
            assert "hint: wait until it has ended, or end it; nothing was sent by this command\n" in second.stderr
            if stopped:
                first.send_signal(signal.SIGCONT)
            first.communicate(timeout=60)
        finally:
            first.kill()  # where this fails it may be stopped, and would stay so
        assert first.returncode == 0
        check(root, record, 8, 0)


def test_after_a_kill_the_lock_is_free_whatever_its_file_says(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record, "--delay", "0.1") as url:
        root = office(tmp_path / "office", url, 12, "concurrency = 2")
        first = start(root, command())
        until_requests(record, 3, first)
        first.kill()
        first.communicate()
        assert f"process {first.pid} on " in (root / ".pressctl" / "log.lock").read_text()
        (root / ".pressctl" / "log.lock").write_text(
            f"process {os.getpid()} on here, since 1999-01-01 00:00:00"
        )  # its number is another's now
        assert finish(root, command()).returncode in (0, 4)
        check(root, record, 12, 2)


def test_a_child_that_lives_on_does_not_keep_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "state" / "log.sqlite3"
    with create_log(path, b"s" * 32) as log:
        log.hold("first")
        code = "import time; print('here', flush=True); time.sleep(30)"
        child = subprocess.Popen([sys.executable, "-c", code], close_fds=False, stdout=subprocess.PIPE)
        assert child.stdout
        assert child.stdout.readline() == b"here\n"  # exec(2) is over, and with it what is not inherited
    try:
        with open_log(path) as log:
            log.hold("second")
            with open_log(path) as other, pytest.raises(LogError, match="another pressctl is at work: second"):
                other.hold("third")
    finally:
        child.kill()
        child.communicate()


def test_many_that_start_together_send_one_copy_each(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record, "--delay", "0.05") as url:
        root = office(tmp_path / "office", url, 16, "concurrency = 4")
        children = [start(root, command()) for _ in range(3)]
        ends = [(child.communicate(timeout=60), child.returncode) for child in children]
        assert Counter(code for _, code in ends)[0] >= 1
        assert {code for _, code in ends} <= {0, 3}
        assert all("Traceback" not in err for (_, err), _ in ends)
        check(root, record, 16, 0)


def test_somebody_suppressed_from_another_terminal_during_the_run_gets_nothing(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record, "--delay", "0.15") as url:
        root = office(tmp_path / "office", url, 24, "concurrency = 2")
        first = start(root, command())
        until_requests(record, 2, first)
        (root / "contacts" / "suppressions.yaml").write_text(f"suppressions:\n  - email: {address(23)}\n    reason: unsubscribed\n")
        out, _ = first.communicate(timeout=60)
        assert first.returncode == 0
        assert "1 withdrawn" in out
        assert accepts(record)[address(23)] == 0
        assert states(root)[address(23)] is State.WITHDRAWN
        assert Counter(states(root).values()) == {State.ACCEPTED: 23, State.WITHDRAWN: 1}


def test_suppressions_that_become_unreadable_during_the_run_stop_it(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record, "--delay", "0.15") as url:
        root = office(tmp_path / "office", url, 24, "concurrency = 2")
        first = start(root, command())
        until_requests(record, 2, first)
        (root / "contacts" / "suppressions.yaml").write_text("suppressions:\n  - email: [half a")
        _, err = first.communicate(timeout=60)
        assert first.returncode == 3
        assert "suppressions.yaml" in err
        left = Counter(states(root).values())
        assert left[State.ACCEPTED] == accepts(record).total() < 24
        assert set(left) <= {State.ACCEPTED, State.PLANNED, State.DEFERRED}


# An edition is fixed


def changed(root: Path) -> None:
    path = root / "releases" / f"{SLUG}.md"
    path.write_text(path.read_text().replace("on Tuesday", "on Wednesday"))


def half_sent(tmp_path: Path, url: str, record: Path) -> Path:
    root = office(tmp_path / "office", url, 6, "concurrency = 1")
    assert finish(root, command("--limit", "3")).returncode == 0
    assert accepts(record).total() == 3
    return root


def log_of(root: Path, *words: str) -> str:
    line = [sys.executable, "-m", "pressctl", "log", *words]
    return subprocess.run(line, cwd=root, env=environment(), capture_output=True, text=True, check=True).stdout


def test_a_changed_text_is_refused_and_the_logged_edition_can_be_finished_and_shown(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record) as url:
        root = half_sent(tmp_path, url, record)
        with open_log(root / ".pressctl" / "log.sqlite3") as log:
            row = next(iter(log.deliveries()))
        old = row.edition[:8]
        before = log_of(root, "--message", row.key)
        changed(root)
        refused = finish(root, command())
        assert refused.returncode == 3
        assert refused.stderr == (
            f"error: this release is out as edition {old}, and its text, templates, attachments or organization have changed since\n"
            f"hint: finish the one that is out: `pressctl send {SLUG} --edition {old}`; "
            "or undo the change; or make the change a release of its own, of `type: correction` or `type: update`\n"
        )
        assert len(accepts(record)) == 3
        contacts = root / "contacts" / "desks.yaml"
        contacts.write_text(contacts.read_text() + "  - name: Desk 7\n    outlet: Newsroom 7\n    email: desk7@newsroom-7.net\n")
        done = finish(root, command("--edition", old))
        assert done.returncode == 0, done.stderr
        assert "done: 7 deliveries: 4 accepted, 3 accepted before" in done.stdout
        assert "on Tuesday" in log_of(root, "--message", row.key) == before
        with open_log(root / ".pressctl" / "log.sqlite3") as log:
            assert {one.edition for one in log.deliveries()} == {row.edition}
        check(root, record, 7, 0)


def test_a_logged_edition_that_never_left_cannot_follow_another_that_did(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record) as url:
        root = office(tmp_path / "office", "http://127.0.0.1:1", 3)
        text = (root / "pressctl.toml").read_text()
        planned_only(root)
        with open_log(root / ".pressctl" / "log.sqlite3") as log:
            old = next(iter(log.deliveries())).edition[:8]
        (root / "pressctl.toml").write_text(text.replace("http://127.0.0.1:1", url))
        changed(root)
        assert finish(root, command()).returncode == 0
        refused = finish(root, command("--edition", old))
        assert (refused.returncode, "this release is out as edition" in refused.stderr) == (3, True)
        check_one_each(root, record, 3)


def planned_only(root: Path) -> None:
    """A live run that is stopped after the plan and before the first claim: killed as soon as the receipt is there."""
    from pressctl import config, distribute
    from pressctl import job as jobs
    from pressctl.clock import SystemClock

    office_config = config.load(root / "pressctl.toml")
    job = jobs.prepare(office_config, jobs.Wish(SLUG), SystemClock())

    class Enough(Exception):
        pass

    def stop(_: object) -> None:
        raise Enough

    with pytest.raises(Enough):
        distribute.distribute(job, SystemClock(), lambda _: None, stop)


def check_one_each(root: Path, record: Path, recipients: int) -> None:
    assert accepts(record) == Counter({address(n): 1 for n in range(1, recipients + 1)})
    with open_log(root / ".pressctl" / "log.sqlite3") as log:
        assert log.verify() == []


def test_a_change_that_is_undone_before_anything_left_loses_nobody(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with process(record) as url:
        root = office(tmp_path / "office", url, 3)
        path = root / "releases" / f"{SLUG}.md"
        first = path.read_text()
        planned_only(root)
        changed(root)
        planned_only(root)
        path.write_text(first)
        end = finish(root, command())
        assert (end.returncode, "3 accepted" in end.stdout) == (0, True)
        check_one_each(root, record, 3)


def test_another_edition_that_was_sent_while_this_terminal_waited_is_noticed(tmp_path: Path) -> None:
    from pressctl import config, distribute
    from pressctl import job as jobs
    from pressctl.clock import SystemClock
    from pressctl.errors import Refusal

    record = tmp_path / "record.jsonl"
    with process(record) as url:
        root = office(tmp_path / "office", url, 3)
        office_config = config.load(root / "pressctl.toml")
        waiting = jobs.prepare(office_config, jobs.Wish(SLUG), SystemClock())
        changed(root)
        assert finish(root, command()).returncode == 0
        with pytest.raises(Refusal, match="this release is out as edition"):
            distribute.distribute(waiting, SystemClock(), lambda _: None, lambda _: None)
        check_one_each(root, record, 3)
        assert len(read(record)) == 6
