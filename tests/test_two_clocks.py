"""An embargo, a leave and an expiry are judged by this machine's clock and by the provider's: both must agree that it is time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from faulty import Clock
from live_office import SLUG, office

from pressctl import config, distribute, show_run
from pressctl import job as jobs
from pressctl import mail_fields as mail
from pressctl.delivery import State
from pressctl.delivery_log import open_log
from pressctl.distribute import Summary
from pressctl.errors import Exit
from pressctl.job import Wish
from pressctl.providers import mailpit
from pressctl.two_clocks import TwoClocks

LIFT = datetime(2026, 7, 4, 10, 0, tzinfo=UTC)


@contextmanager
def provider(time: Callable[[], datetime | None]) -> Iterator[tuple[str, list[str]]]:
    """A provider whose answers are dated by a clock of its own, None for not at all; its URL and what it was asked."""
    asked: list[str] = []

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            self.rfile.read(length)
            asked.append(self.command)
            body = b'{"ID": "m%d"}' % len(asked)
            self.send_response_only(200)
            if (now := time()) is not None:
                self.send_header("Date", format_datetime(now, usegmt=True))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def embargoed(folder: Path, url: str, count: int = 3, front: str = f"embargo: {LIFT.isoformat()}") -> Path:
    root = office(folder, url, count, "concurrency = 1")
    path = root / "releases" / f"{SLUG}.md"
    path.write_text(path.read_text().replace("date: 2025-07-03", f"date: 2025-07-03\n{front}"))
    return root


def run(root: Path, clock: Clock) -> Summary:
    job = jobs.prepare(config.load(root / "pressctl.toml"), Wish(SLUG), clock)
    return distribute.distribute(job, clock, lambda _: None, lambda _: None)


def probed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider has a call that changes nothing."""
    monkeypatch.setattr(mailpit, "probe", lambda settings: mail.ask(f"{settings.base_url}/", {}), raising=False)


def test_a_clock_that_is_ahead_does_not_lift_an_embargo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    probed(monkeypatch)
    theirs = [LIFT - timedelta(minutes=6)]
    with provider(lambda: theirs[0]) as (url, asked):
        root = embargoed(tmp_path, url)
        summary = run(root, Clock((LIFT + timedelta(minutes=1)).timestamp()))
        assert summary.ended
        assert summary.ended.problem
        assert summary.ended.problem.text == (
            "this machine's clock is 7 min ahead of the provider's; by that one newsroom-1-desk-1 may not have it: gets no embargoed copy, "
            "and the embargo lifts 2026-07-04 10:00 +0000"
        )
        assert summary.ended.problem.hint == "set this machine's clock, then run the same command again; nothing was sent"
        assert (show_run.code(summary), asked) == (Exit.STOPPED, ["GET"])
        theirs[0] = LIFT + timedelta(seconds=1)
        again = run(root, Clock((LIFT + timedelta(seconds=1)).timestamp()))
        assert (show_run.code(again), asked.count("POST")) == (Exit.DONE, 3)


def test_a_clock_that_is_ahead_by_less_than_two_minutes_holds_it_for_that_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    probed(monkeypatch)
    with provider(lambda: LIFT - timedelta(seconds=50)) as (url, asked):
        root = embargoed(tmp_path, url)
        summary = run(root, Clock((LIFT + timedelta(seconds=10)).timestamp()))
        assert asked == ["GET"]
        assert show_run.code(summary) is not Exit.DONE
        with open_log(root / ".pressctl" / "log.sqlite3") as log:
            rows = list(log.deliveries())
        assert {row.state for row in rows} == {State.PLANNED}
        assert {row.reason for row in rows} == {
            "gets no embargoed copy, and the embargo lifts 2026-07-04 10:00 +0000; this machine's clock is 60 s ahead of the provider's"
        }


def test_the_providers_time_is_heard_with_each_answer_where_it_cannot_be_asked_before(tmp_path: Path) -> None:
    """Without such a call the first request is sent by our clock alone; what it says counts for all others."""
    with provider(lambda: LIFT - timedelta(minutes=6)) as (url, asked):
        run(embargoed(tmp_path, url, 8), Clock((LIFT + timedelta(minutes=1)).timestamp()))
        assert len(asked) <= 3  # those that leave before anything was answered


def test_a_clock_that_is_set_ahead_during_the_run_lifts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    probed(monkeypatch)
    clock = Clock((LIFT - timedelta(minutes=30)).timestamp())
    clocks = TwoClocks(clock)
    clocks.heard(httpx2.Response(200, headers={"date": format_datetime(LIFT - timedelta(minutes=30), usegmt=True)}))
    clock.wall += 3600
    clock.passed += 60
    ours, theirs = clocks.moments()
    assert (ours, theirs) == (LIFT + timedelta(minutes=30), LIFT - timedelta(minutes=29))
    assert clocks.disagree
    assert clocks.difference() == "this machine's clock is 59 min ahead of the provider's"


def test_a_clock_that_is_behind_does_not_make_an_expired_release_fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    probed(monkeypatch)
    with provider(lambda: LIFT + timedelta(minutes=5)) as (url, asked):
        root = embargoed(tmp_path, url, front=f"expires: {LIFT.isoformat()}")
        summary = run(root, Clock((LIFT - timedelta(minutes=5)).timestamp()))
        assert summary.ended
        assert summary.ended.problem
        assert (
            "10 min behind the provider's; by that one newsroom-1-desk-1 may not have it: the release expired" in summary.ended.problem.text
        )
        assert asked == ["GET"]


def test_clocks_that_differ_where_it_makes_no_difference_stop_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    probed(monkeypatch)
    with provider(lambda: LIFT + timedelta(days=2)) as (url, asked):
        summary = run(embargoed(tmp_path, url), Clock((LIFT + timedelta(days=1)).timestamp()))
        assert (show_run.code(summary), asked) == (Exit.DONE, ["GET", "POST", "POST", "POST"])


def test_a_release_that_waits_for_nothing_asks_nobody_for_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    probed(monkeypatch)
    with provider(lambda: LIFT) as (url, asked):
        assert show_run.code(run(office(tmp_path, url, 2), Clock(LIFT.timestamp()))) is Exit.DONE
        assert asked == ["POST", "POST"]


@pytest.mark.parametrize("date", ["", "soon", "Sat, 99 Jul 2026 10:00:00 GMT", "0"])
def test_a_date_that_cannot_be_read_is_no_clock(date: str) -> None:
    clocks = TwoClocks(Clock())
    clocks.heard(httpx2.Response(200, headers={"date": date}))
    assert (clocks.known, clocks.disagree, len(clocks.moments())) == (False, False, 1)
