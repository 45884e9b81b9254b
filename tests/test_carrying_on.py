"""The same command again: it promises nothing that it does not do, and says of each what an earlier run left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from live_office import SLUG, address, office, send
from recorder import Recorder

from pressctl import config, distribute, show_run
from pressctl import job as jobs
from pressctl.clock import SystemClock
from pressctl.delivery import State
from pressctl.delivery_log import DeliveryLog, open_log
from pressctl.errors import Exit
from pressctl.job import Job, Wish


@pytest.fixture
def provider() -> Iterator[Recorder]:
    with Recorder() as it:
        yield it


def log_of(root: Path) -> DeliveryLog:
    return open_log(root / ".pressctl" / "log.sqlite3")


def prepared(root: Path) -> Job:
    return jobs.prepare(config.load(root / "pressctl.toml"), Wish(SLUG), SystemClock())


def line(stdout: str, contact: str) -> str:
    """What the plan says of a contact."""
    [found] = [one for one in stdout.splitlines() if one.strip().startswith(f"{contact} ")]
    return found.strip()


def test_who_was_refused_is_not_said_to_have_it(tmp_path: Path, provider: Recorder) -> None:
    provider.says[:] = ["accept", "422"]
    root = office(tmp_path, provider.url, 2, "concurrency = 1")
    assert send(root).returncode == Exit.NO
    again = send(root)
    assert (again.returncode, provider.requests) == (Exit.NO, 2)
    assert line(again.stdout, "newsroom-1-desk-1").endswith("already has it")
    assert line(again.stdout, "newsroom-2-desk-2").endswith("was refused before")
    assert "not done: 2 deliveries: 0 accepted, 1 accepted before, 1 rejected\n" in again.stdout
    assert f"see why: `pressctl log {SLUG} --state rejected`" in again.stdout


def test_who_may_have_it_is_not_said_to_get_it(tmp_path: Path, provider: Recorder) -> None:
    provider.says[:] = ["accept", "silent"]
    root = office(tmp_path, provider.url, 2, "concurrency = 1")
    assert send(root).returncode == Exit.UNCERTAIN
    again = send(root)
    assert (again.returncode, provider.requests) == (Exit.UNCERTAIN, 2)
    assert line(again.stdout, "newsroom-2-desk-2").endswith("uncertain: may have it")
    assert "not done: 2 deliveries: 0 accepted, 1 accepted before, 1 uncertain\n" in again.stdout


def test_only_what_can_leave_is_asked_to_be_confirmed(tmp_path: Path, provider: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    provider.says[:] = ["accept", "silent"]
    root = office(tmp_path, provider.url, 2, "concurrency = 1")
    send(root)
    office(root, provider.url, 4, "concurrency = 1")
    job = prepared(root)
    assert [planned.contact.id for planned in job.leaving] == ["newsroom-3-desk-3", "newsroom-4-desk-4"]
    monkeypatch.setattr(type(job.account.module.PROFILE), "key_window", timedelta(hours=1), raising=False)
    assert len(prepared(root).leaving) == 3  # a provider that remembers keys is sent the same once more


def test_where_nothing_can_leave_nothing_is_confirmed(tmp_path: Path, provider: Recorder) -> None:
    provider.says[:] = ["accept", "silent"]
    root = office(tmp_path, provider.url, 2, "concurrency = 1")
    send(root)
    from conftest import run_pressctl

    end = run_pressctl(root, "send", SLUG)  # without --yes, and nobody to ask
    assert (end.returncode, end.stderr) == (Exit.UNCERTAIN, "")


def test_who_was_withdrawn_is_left_out_and_told(tmp_path: Path, provider: Recorder) -> None:
    root = office(tmp_path, provider.url, 2, "concurrency = 1")
    send(root)
    with log_of(root) as log:  # a run that planned them and was ended before it came to them
        [one, _] = log.deliveries()
        entries = [*jobs.entries(prepared(root))]
        for n in (3, 4):
            entries.append(entries[0].__class__(f"newsroom-{n}-desk-{n}", f"Desk {n}", f"Newsroom {n}", "desks", address(n), address(n),
                                                "email", 1, entries[0].personal))  # fmt: skip
        document = log.document(SLUG, one.edition)
        assert document
        log.begin(SLUG, one.edition, document[1], live=True, account="mailpit", holder="", entries=entries, now=1.0)
    office(root, provider.url, 3, "concurrency = 1")
    assert send(root).returncode == Exit.DONE
    office(root, provider.url, 4, "concurrency = 1")  # back on the list
    again = send(root)
    assert (again.returncode, provider.requests) == (Exit.DONE, 3)
    said = "withdrawn before (no longer on any list); this edition is not sent to it any more"
    assert line(again.stdout, "newsroom-4-desk-4").endswith(said)
    assert "done: 4 deliveries: 0 accepted, 3 accepted before, 1 withdrawn\n" in again.stdout
    with log_of(root) as log:
        assert [row.state for row in log.deliveries()] == [State.ACCEPTED] * 3 + [State.WITHDRAWN]


def test_others_of_the_edition_that_wait_are_not_done(tmp_path: Path, provider: Recorder) -> None:
    """Everybody on the list that was named has it, and somebody on another list does not."""
    provider.says[:] = ["accept", "401"]
    root = office(tmp_path, provider.url, 2, "concurrency = 1")
    (root / "contacts" / "desks.yaml").write_text("list: Desks\ncontacts:\n  - name: Desk 1\n    outlet: Newsroom 1\n"
                                                  f"    email: {address(1)}\n")  # fmt: skip
    (root / "contacts" / "more.yaml").write_text("list: More\ncontacts:\n  - name: Desk 2\n    outlet: Newsroom 2\n"
                                                 f"    email: {address(2)}\n")  # fmt: skip
    assert send(root, "--to", "desks", "--to", "more").returncode == Exit.STOPPED
    again = send(root)
    assert (again.returncode, provider.requests) == (Exit.NO, 2)
    assert "not done: 2 deliveries: 0 accepted, 1 accepted before, 1 deferred\n" in again.stdout
    assert f"the rest is left out above, or on other lists than were named: `pressctl log {SLUG} --missing` shows who" in again.stdout


def test_who_was_planned_and_is_suppressed_before_the_next_run_is_withdrawn_and_not_waited_for(tmp_path: Path, provider: Recorder) -> None:
    provider.says[:] = ["accept", "401"]
    root = office(tmp_path, provider.url, 3, "concurrency = 1")
    assert send(root).returncode == Exit.STOPPED
    (root / "contacts" / "suppressions.yaml").write_text(
        f"suppressions:\n  - email: {address(2)}\n    reason: unsubscribed\n    since: 2025-01-02\n"
        f"  - email: {address(3)}\n    reason: unsubscribed\n"
    )
    again = send(root)
    assert (again.returncode, provider.requests) == (Exit.DONE, 2)
    assert "done: 3 deliveries: 0 accepted, 1 accepted before, 2 withdrawn\n" in again.stdout
    with log_of(root) as log:
        assert [row.reason for row in log.deliveries()] == ["", "unsubscribed 2025-01-02", "unsubscribed"]
        assert log.verify() == []


def test_what_a_rule_held_back_in_the_middle_is_told_with_the_way_on(tmp_path: Path, provider: Recorder) -> None:
    root = office(tmp_path, provider.url, 3, "concurrency = 1")
    job = prepared(root)
    over = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    late = replace(job, release=replace(job.release, expires=over))  # as if the moment had come after the plan
    ended = distribute.distribute(late, SystemClock(), lambda _: None, lambda _: None)
    assert (show_run.code(ended), provider.requests) == (Exit.NO, 0)
    assert show_run.next_steps(ended)[0] == (
        "3 not sent: the release expired 2026-01-02 03:04 +0000; if it is still news, set a later `expires`, "
        f"then `pressctl send {SLUG} --edition {job.edition.digest[:8]}`"
    )
    assert "the same command goes on with the rest" not in show_run.next_steps(ended)
    done = distribute.distribute(prepared(root), SystemClock(), lambda _: None, lambda _: None)
    assert (show_run.code(done), done.held, provider.accepts().total()) == (Exit.DONE, (), 3)


def test_an_embargo_that_holds_somebody_back_is_told_too(tmp_path: Path, provider: Recorder) -> None:
    root = office(tmp_path, provider.url, 2, "concurrency = 1")
    job = prepared(root)
    lifts = datetime.now(UTC) + timedelta(hours=1)  # the plan was made under a clock that ran ahead
    early = replace(job, release=replace(job.release, embargo=lifts))
    ended = distribute.distribute(early, SystemClock(), lambda _: None, lambda _: None)
    assert (show_run.code(ended), provider.requests) == (Exit.NO, 0)
    [told, _] = show_run.next_steps(ended)
    assert told.startswith("2 not sent: gets no embargoed copy, and the embargo lifts ")
    assert told.endswith("; the same command sends to them after that")
