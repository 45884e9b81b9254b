"""What comes after sending: reports of providers, doubts settled, the report, and whether all is ready for the next one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import live_office
import pytest
from conftest import run_pressctl
from recorder import Recorder

from pressctl import config as configuration
from pressctl import doctor, resolve, sync
from pressctl.delivery import Evidence, Move, Outcome, State
from pressctl.delivery_log import Claim, Delivery, DeliveryLog, Entry, Settled, create_log
from pressctl.dns_lookup import NotChecked
from pressctl.errors import ProviderStop, Refusal
from pressctl.provider import Report

NOW = 1_800_000_000.0


class Turned:
    """A clock that stands where it is put."""

    def __init__(self, now: float = NOW) -> None:
        self.at = now

    def now(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return self.at

    def boot(self) -> str:
        return ""

    def suspended(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def log(tmp_path: Path) -> Iterator[DeliveryLog]:
    tmp_path.chmod(0o700)
    with create_log(tmp_path / "log.sqlite3", b"s" * 32) as made:
        yield made


def logged(log: DeliveryLog, *names: str, move: Move = Move.ACCEPT, account: str = "mailgun:abc") -> list[Delivery]:
    """Deliveries to these recipients, claimed and settled with this move."""
    entries = [Entry(n, n, "Paper", "list", f"{n}@paper.net", f"{n}@paper.net", "email", 1, b'{"text":[],"html":[]}') for n in names]
    run = log.begin("bus", "e" * 64, b"", live=True, account="mailgun", holder="", entries=entries, now=NOW)
    claims = [Claim(row, account, b"d") for row in log.due(run, (0, 0), 99)]
    log.commit([], claims, lambda _: None, NOW)
    evidence = Evidence.ACCEPTED if move is Move.ACCEPT else Evidence.UNKNOWN
    settled = [Settled(claim, Outcome(move, evidence, provider_id=f"id-{claim.delivery.contact}")) for claim in claims]
    log.commit(settled, [], lambda _: None, NOW)
    return [row for row in (log.delivery(claim.delivery.key) for claim in claims) if row]


def report(kind: str, **found: str) -> Report:
    return Report(kind, datetime.fromtimestamp(NOW + 60, UTC), **found)


# ── sync ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_reports_are_found_by_key_by_message_id_and_by_the_providers_id(log: DeliveryLog) -> None:
    one, two, three = logged(log, "one", "two", "three")
    found = sync.take(
        log,
        "mailgun",
        [
            report("delivered", key=one.key),
            report("bounced", message_id=f"<{two.key}@sender.net>", status="5.1.1"),
            report("complained", provider_id="id-three"),
            report("delivered", provider_id="somebody else's"),
        ],
        NOW,
    )
    assert (found.reports, found.new, found.unknown) == (4, 3, 1)
    events = [row.event for row in (log.delivery(d.key) for d in (one, two, three)) if row]
    assert events == ["delivered", "bounced", "complained"]
    assert {(p.contact, p.reason) for p in found.proposals} == {("two", "bounced 5.1.1"), ("three", "complained")}
    assert log.verify() == []


def test_a_report_that_came_before_is_not_written_twice(log: DeliveryLog) -> None:
    (one,) = logged(log, "one")
    for expected in (1, 0):
        assert sync.take(log, "mailgun", [report("delivered", key=one.key)], NOW).new == expected


def test_a_delivery_never_looks_better_again(log: DeliveryLog) -> None:
    (one,) = logged(log, "one")
    sync.take(log, "mailgun", [report("bounced", key=one.key, status="5.1.1")], NOW)
    sync.take(log, "mailgun", [Report("delivered", datetime.fromtimestamp(NOW + 99, UTC), key=one.key)], NOW)
    row = log.delivery(one.key)
    assert row is not None
    assert row.event == "bounced"


def test_what_was_uncertain_and_is_reported_was_accepted(log: DeliveryLog) -> None:
    (one,) = logged(log, "one", move=Move.LOSE)
    sync.take(log, "mailgun", [report("delivered", key=one.key)], NOW)
    row = log.delivery(one.key)
    assert row is not None
    assert (row.state, row.reason) == (State.ACCEPTED, "the provider reports it as delivered")


@pytest.mark.parametrize(
    ("status", "suppress", "advice"),
    [("5.1.1", True, False), ("5.1.10", True, False), ("5.2.1", True, False), ("5.2.2", False, False), ("4.2.2", False, False),
     ("5.7.1", False, True), ("4.7.26", False, True), ("5.7.515", False, True), ("", False, False), ("5.1.8", False, False)],
)  # fmt: skip
def test_only_a_dead_address_is_proposed_and_policy_is_our_problem(status: str, suppress: bool, advice: bool) -> None:
    bounce = report("bounced", status=status)
    assert bool(sync.reason_to_suppress(bounce)) is suppress
    assert bool(sync.our_problem(bounce)) is advice


@contextmanager
def answering(answer: Callable[[str], tuple[int, bytes, dict[str, str]]]) -> Iterator[tuple[str, list[str]]]:
    """A loopback server with this answer to each path; its URL and the paths that were asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, body, headers = answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()


MAILGUN = '[providers.mailgun]\napi_key = {{ env = "MAILGUN_API_KEY" }}\ndomain = "mg.sender.net"\nbase_url = "{url}"\n'


def mailgun_office(root: Path, url: str) -> configuration.Config:
    live_office.office(root, url, 1)
    path = root / "pressctl.toml"
    path.write_text(path.read_text().replace('provider = "mailpit"', 'provider = "mailgun"') + MAILGUN.format(url=url))
    return configuration.load(path)


def test_sync_fetches_page_by_page_and_remembers_until_when(tmp_path: Path, log: DeliveryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILGUN_API_KEY", "open-sesame")
    (one,) = logged(log, "one")
    event = {"event": "failed", "severity": "permanent", "timestamp": NOW + 60, "recipient": "one@paper.net", "id": "x",
             "user-variables": {"pressctl_key": one.key}, "message": {"headers": {"message-id": f"{one.key}@s.net"}},
             "delivery-status": {"code": 550, "enhanced-code": "5.1.1", "message": "no such user"}}  # fmt: skip

    def answer(path: str) -> tuple[int, bytes, dict[str, str]]:
        items = [] if "/events/" in path else [event]
        said = {"items": items, "paging": {"next": f"{url}/v3/mg.sender.net/events/abc" if items else ""}}
        return 200, json.dumps(said).encode(), {"content-type": "application/json"}

    with answering(answer) as (url, asked):
        config = mailgun_office(tmp_path / "office", url)
        found = sync.sync(config, log, "mailgun", Turned())
    assert (found.reports, found.new, found.whole) == (1, 1, True)
    assert [p.reason for p in found.proposals] == ["bounced 5.1.1"]
    assert len(asked) == 2
    assert log.synced("mailgun") == NOW


def test_sync_says_when_a_provider_does_not_answer_as_it_should(tmp_path: Path, log: DeliveryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILGUN_API_KEY", "open-sesame")
    with answering(lambda _: (401, b'{"message": "Forbidden"}', {})) as (url, _), pytest.raises(ProviderStop) as caught:
        sync.sync(mailgun_office(tmp_path / "office", url), log, "mailgun", Turned())
    assert "the reports of `mailgun` could not be fetched" in str(caught.value)
    assert log.synced("mailgun") == 0


# ── resolve ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_persons_word_settles_only_what_is_uncertain(log: DeliveryLog) -> None:
    one, two = logged(log, "one", "two", move=Move.LOSE)
    assert resolve.say(log, one, accepted=True, reason="", now=NOW).state is State.ACCEPTED
    assert resolve.say(log, two, accepted=False, reason="the desk says so", now=NOW).state is State.DEFERRED
    with pytest.raises(Refusal):
        resolve.say(log, one, accepted=False, reason="no", now=NOW)
    reasons = [attempt.reason for attempt in log.attempts(two)]
    assert reasons[-1] == "a person says that it was not sent: the desk says so"
    assert log.verify() == []


def test_the_provider_is_asked_by_our_key(tmp_path: Path) -> None:
    """A delivery that arrived without its answer being read is found; one that did not is not called sent too early."""
    said: dict[str, list[dict[str, str]]] = {"messages": []}

    def answer(path: str) -> tuple[int, bytes, dict[str, str]]:
        return 200, json.dumps(said).encode(), {"content-type": "application/json"}

    with answering(answer) as (url, asked):
        root = live_office.office(tmp_path / "office", url, 1)
        state = root / ".pressctl"
        state.mkdir(mode=0o700)
        config = configuration.load(root / "pressctl.toml")
        with Recorder(tmp_path / "record") as recorder:
            live_office.office(root, recorder.url, 1)
            assert live_office.send(root).returncode == 0
        live_office.office(root, url, 1)
        from pressctl.delivery_log import open_log

        with open_log(config.log_path) as log:
            edition = log.latest(live_office.SLUG)
            assert edition is not None
            entry = Entry("x", "X", "P", "desks", "x@paper.net", "x@paper.net", "email", 1, b'{"text":[],"html":[]}')
            run = log.begin(live_office.SLUG, edition[0], b"", live=True, account="mailpit", holder="", entries=[entry], now=NOW)
            (row,) = log.due(run, (0, 0), 9)
            account = next(log.deliveries(states=[State.ACCEPTED])).account
            claim = Claim(row, account, b"d")
            log.commit([], [claim], lambda _: None, NOW)
            log.commit([Settled(claim, Outcome(Move.LOSE, Evidence.UNKNOWN, "lost"))], [], lambda _: None, NOW)
            early = resolve.ask(config, log, live_office.SLUG, Turned(NOW + 5), lambda: "")
            assert [(v.state, v.reason[:14]) for v in early] == [(State.UNCERTAIN, "not found yet,")]
            later = resolve.ask(config, log, live_office.SLUG, Turned(NOW + 999), lambda: "")
            assert [(v.state, v.reason[:10]) for v in later] == [(State.UNCERTAIN, "not found,")], "Mailpit may have emptied its list"
            said["messages"] = [{"ID": "m7", "MessageID": f"{row.key}@sender.net"}]
            sender = config.organization.sender.email.rpartition("@")[2]
            said["messages"] = [{"ID": "m7", "MessageID": f"{row.key}@{sender}"}]
            (found,) = resolve.ask(config, log, live_office.SLUG, Turned(NOW + 9), lambda: "")
            assert found.state is State.ACCEPTED
    assert all("/api/v1/search" in path for path in asked)


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b'{"Error": "busy"}'), (404, b"no such page"), (200, b"<html>"), (200, b"{}"), (200, b'{"messages": [{"ID": 7}]}'), (401, b"")],
)
def test_a_provider_that_cannot_say_settles_nothing(tmp_path: Path, status: int, body: bytes) -> None:
    with Recorder(says=["silent"]) as recorder:
        root = live_office.office(tmp_path / "office", recorder.url, 1)
        assert live_office.send(root).returncode == 4
    with answering(lambda _: (status, body, {"content-type": "application/json"})) as (url, asked):
        live_office.office(root, url, 1)
        end = run_pressctl(root, "resolve", live_office.SLUG, "--json")
    assert (end.returncode, len(asked)) == (4, 1)
    said = json.loads(end.stdout)
    assert (said["contact"], said["state"]) == ("newsroom-1-desk-1", "uncertain")
    assert said["reason"] == "the provider's answer settles nothing"
    assert "Traceback" not in end.stderr


# ── report ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_public_report_names_nobody(office: Path) -> None:
    assert run_pressctl(office, "send", "night-bus").returncode == 0
    text = run_pressctl(office, "report", "night-bus").stdout
    assert "3 deliveries" in text
    assert "nothing is left to do" in text
    assert run_pressctl(office, "report", "night-bus", "--html", "r.html", "--public").returncode == 0
    page = (office / "r.html").read_text()
    assert "<svg" in page
    assert "<script" not in page
    assert "http" not in page
    for name in ("wire", "National desk", "national@wire.example"):
        assert name not in page
    said = json.loads(run_pressctl(office, "report", "night-bus", "--json").stdout)
    assert said["states"]["accepted"] == 3
    assert said["missing"] == []


def test_a_release_that_was_never_sent_has_no_report(office: Path) -> None:
    run_pressctl(office, "send", "night-bus")
    result = run_pressctl(office, "report", "nothing")
    assert result.returncode == 3
    assert "the log knows no release `nothing`" in result.stderr


# ── doctor ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def states(config: configuration.Config, name: str, txt: doctor.Lookup, clock: Turned) -> dict[str, str]:
    return {check.name: check.state for check in doctor.examine(config, name, clock, txt)}


def records(**by_name: list[str]) -> doctor.Lookup:
    return lambda name: by_name.get(name.split(".")[0], [])


def test_doctor_looks_at_credentials_clock_and_domain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILGUN_API_KEY", "open-sesame")
    now = datetime.now(UTC).timestamp()
    good = json.dumps({"domain": {"name": "mg.sender.net", "state": "active"}}).encode()
    with answering(lambda _: (200, good, {"content-type": "application/json"})) as (url, _):
        config = mailgun_office(tmp_path / "office", url)
        text = (config.file).read_text().replace("example.org", "sender-of-ours.net")
        config.file.write_text(text)
        config = configuration.load(config.file)
        domain = config.organization.sender.email.rpartition("@")[2].split(".")[0]
        found = states(config, "mailgun", records(**{domain: ["v=spf1 -all"], "_dmarc": ["v=DMARC1; p=none"]}), Turned(now))
        assert found["credentials"] == found["clock"] == "ok"
        late = states(config, "mailgun", records(), Turned(now + 3600))
        assert late["clock"] == "wrong"
        if found.get("sender's domain") is None:
            assert (found["SPF"], found["DMARC"]) == ("ok", "ok")
            assert (late["SPF"], late["DMARC"]) == ("warning", "warning")


def test_doctor_says_what_it_could_not_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILGUN_API_KEY", "open-sesame")

    def offline(name: str) -> list[str]:
        raise NotChecked("no name server answers: offline?")

    config = mailgun_office(tmp_path / "office", "http://127.0.0.1:9")
    config.file.write_text(config.file.read_text().replace("example.org", "sender-of-ours.net"))
    found = states(configuration.load(config.file), "mailgun", offline, Turned())
    assert found["credentials"] == "not checked"
    assert found["sender's domain"] == "not checked"


def test_doctor_names_a_missing_token_and_ends_with_one(tmp_path: Path) -> None:
    mailgun_office(tmp_path / "office", "http://127.0.0.1:9")
    result = run_pressctl(tmp_path / "office", "doctor", "--provider", "mailgun")
    assert result.returncode == 1
    assert "MAILGUN_API_KEY" in result.stdout + result.stderr
