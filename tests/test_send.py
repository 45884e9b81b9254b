"""What a run promises, with a clock that the tests turn and a provider on loopback that does as it is told."""

from __future__ import annotations

import itertools
import os
import random
import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from faulty import DAY, START, Clock, Faulty, Line, agree, an_edition, module, never_two

from pressctl import pace, send
from pressctl.clock import SystemClock
from pressctl.config import Secret
from pressctl.delivery import Evidence, State
from pressctl.delivery_log import Claim, Delivery, DeliveryLog, No, Settled, open_log
from pressctl.errors import ConfigError, ContactsError
from pressctl.message import Message
from pressctl.providers import mailpit
from pressctl.wire import Wire

KEYED = module(DAY)
LONG = bool(os.environ.get("PRESSCTL_LONG"))


# The way of a run


def test_everybody_gets_one_in_the_order_of_the_waves(tmp_path: Path) -> None:
    with Faulty() as server:
        line = Line(tmp_path, server.url, 6, waves=[3, 1, 2, 1, 2, 3])
        ended = line.send(concurrency=1)
        assert (ended.error, line.code(ended), line.states()) == (None, 0, {"accepted": 6})
        assert [to[4] for to in server.order] == ["1", "3", "2", "4", "0", "5"]
        agree(server, line)


@pytest.mark.parametrize("concurrency", [1, 2, 7])
def test_never_more_requests_at_once_than_the_account_allows(tmp_path: Path, concurrency: int) -> None:
    with Faulty(delay=0.01) as server:
        line = Line(tmp_path, server.url, 30)
        line.send(concurrency=concurrency)
        assert min(2, concurrency) <= server.most <= concurrency  # a busy machine may never fill it
        agree(server, line)


def test_until_one_is_accepted_only_three_leave(tmp_path: Path) -> None:
    flying: list[int] = []
    with Faulty(delay=0.03, after=lambda number: flying.append(server.most) if number == 0 else None) as server:
        line = Line(tmp_path, server.url, 30)
        line.send(concurrency=20)
        assert flying == [3]
        assert server.most > 3


def test_claims_and_outcomes_of_many_ride_on_one_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commits: list[tuple[int, int]] = []
    step = DeliveryLog.step

    def counted(self: DeliveryLog, settled: Any, claims: Any, *rest: Any) -> Callable[[], Sequence[Claim]]:
        commits.append((len(settled), len(claims)))
        return step(self, settled, claims, *rest)

    monkeypatch.setattr(DeliveryLog, "step", counted)
    with Faulty(delay=0.005) as server:
        line = Line(tmp_path, server.url, 200)
        line.send(concurrency=50)
    assert sum(settled for settled, _ in commits) == sum(claims for _, claims in commits) == 200
    assert len(commits) < 100
    assert max(claims for _, claims in commits) <= 50


def test_no_request_leaves_before_its_claim_is_in_the_log(tmp_path: Path) -> None:
    seen: list[str] = []

    def look(_: int, to: str) -> str:
        with open_log(line.path) as log:
            seen.extend(str(row.state) for row in log.deliveries() if row.address == to)
        return "ok"

    with Faulty(look) as server:
        line = Line(tmp_path, server.url, 12)
        line.send(concurrency=4)
    assert seen == ["claimed"] * 12


def test_nobody_is_called_accepted_before_the_answer(tmp_path: Path) -> None:
    states: list[set[State]] = []

    def look(number: int) -> None:
        with open_log(line.path) as log:
            states.append({row.state for row in log.deliveries() if row.address == server.order[number]})

    with Faulty(delay=0.1, after=look) as server:
        line = Line(tmp_path, server.url, 3)
        line.send(concurrency=1)
    assert states == [{State.CLAIMED}] * 3


# Retry-After


@pytest.mark.parametrize("answers", [1, 4])
def test_a_pause_in_seconds_holds_for_the_whole_account(tmp_path: Path, answers: int) -> None:
    times: list[float] = []

    def note(_: int, __: str) -> str:
        times.append(line.clock.passed)
        return "429;Retry-After: 7" if 4 < len(times) <= 4 + answers else "ok"

    with Faulty(note) as server:
        line = Line(tmp_path, server.url, 20)
        ended = line.send(concurrency=1)
        assert (line.code(ended), line.states()) == (0, {"accepted": 20})
        assert times[:5] == [0.0] * 5
        assert all(later - before >= 7 for before, later in itertools.pairwise(times[4 : 5 + answers]))
        assert sorted(times) == times
        assert ("the provider's rate limit", 7.0) in [(wait.what, wait.seconds) for wait in line.told.waits]
        agree(server, line)


def test_a_pause_until_a_date_is_measured_on_the_servers_own_clock(tmp_path: Path) -> None:
    word = "429;Date: Fri, 03 Jul 2026 09:00:00 GMT;Retry-After: Fri, 03 Jul 2026 09:00:10 GMT"
    with Faulty(["ok", word]) as server:
        line = Line(tmp_path, server.url, 5)
        line.clock.turn(3600)
        ended = line.send(concurrency=1)
        assert (line.code(ended), line.states()) == (0, {"accepted": 5})
        assert sum(line.clock.slept) == pytest.approx(10, abs=1)
        assert [(wait.what, round(wait.seconds)) for wait in line.told.waits] == [("the provider's rate limit", 10)]


@pytest.mark.parametrize("value", ["-5", "1e9", "0x10", "", "9" * 20, "soon", "Fri, 03 Jul 2020 09:00:10 GMT", "1.5"])
def test_a_pause_that_makes_no_sense_is_a_short_one(tmp_path: Path, value: str) -> None:
    with Faulty(["ok", f"429;Retry-After: {value}"]) as server:
        line = Line(tmp_path, server.url, 5)
        ended = line.send(concurrency=1)
        assert (ended.error, line.code(ended), line.states()) == (None, 0, {"accepted": 5})
        assert sum(line.clock.slept) < 20


def test_a_pause_of_a_day_ends_the_run_and_says_until_when(tmp_path: Path) -> None:
    with Faulty(["ok", "429;Retry-After: 80000"]) as server:
        line = Line(tmp_path, server.url, 5)
        ended = line.send(concurrency=1)
        assert ended.problem
        assert ended.problem.text == "the provider asks for a pause until 2026-07-04 10:13 UTC"
        assert (line.code(ended), line.states(), line.clock.slept) == (3, {"accepted": 1, "deferred": 1, "planned": 3}, [])
        again = line.send(concurrency=1)  # at once, by an impatient person: the provider is left in peace
        assert (line.code(again), len(server.order)) == (3, 2)
        line.clock.turn(80_001)
        later = line.send(concurrency=1)
        assert (line.code(later), line.states()) == (0, {"accepted": 5})


def test_a_pause_is_remembered_by_the_next_run(tmp_path: Path) -> None:
    with Faulty(["429;Retry-After: 300"]) as server:
        line = Line(tmp_path, server.url, 3)
        line.watch = lambda note: line.sender.interrupt() if line.sender and isinstance(note, Settled) else None
        assert line.send(concurrency=1).interrupted
        assert len(server.order) == 1
        line.watch = lambda _: None
        line.send(concurrency=1)
        assert sum(line.clock.slept) >= 300
        assert line.states() == {"accepted": 3}


def test_a_provider_that_always_asks_for_a_pause_ends_the_run_within_patience(tmp_path: Path) -> None:
    with Faulty(lambda _, __: "429;Retry-After: 60") as server:
        line = Line(tmp_path, server.url, 5)
        ended = line.send(concurrency=2)
        assert line.code(ended) == 3
        assert ended.problem
        assert ended.problem.text.startswith("the provider asks for a pause until 2026-07-03 12:")
        assert ended.problem.hint == "run the same command again after that"
        assert line.words(ended).endswith("the same command goes on with the rest the log: `pressctl log night-ferry`")
        assert set(line.states()) <= {"deferred", "planned"}
        assert line.clock.passed <= pace.PATIENCE
        assert server.took.total() == 0


def test_a_503_with_a_pause_slows_down_and_is_replayed_after_it(tmp_path: Path) -> None:
    with Faulty(["took 503;Retry-After: 30"], keyed=True) as server:
        line = Line(tmp_path, server.url, 3)
        ended = line.send(KEYED, concurrency=1)
        assert (line.code(ended), line.states()) == (0, {"accepted": 3})
        assert line.clock.slept[0] >= 30
        agree(server, line)


# A rate


@pytest.mark.parametrize("per_second", [0.5, 5.0, 40.0])
def test_no_window_ever_holds_more_than_the_rate(tmp_path: Path, per_second: float) -> None:
    times: list[float] = []
    with Faulty(lambda _, __: times.append(line.clock.passed) or "ok") as server:  # type: ignore[func-returns-value]  # noted on the way
        line = Line(tmp_path, server.url, 12)
        ended = line.send(concurrency=6, per_second=per_second)
        assert line.code(ended) == 0
    gaps = [later - before for before, later in itertools.pairwise(times)]
    assert min(gaps) >= 1 / per_second - 0.01
    assert line.clock.passed <= 12 / per_second + 1


# The account is wrong in the middle


def test_a_token_that_is_refused_on_request_37_leaves_64_untouched_and_the_next_run_sends_them(tmp_path: Path) -> None:
    broken = [True]
    with Faulty(lambda number, _: "401" if broken[0] and number >= 36 else "ok") as server:
        line = Line(tmp_path, server.url, 100)
        ended = line.send(concurrency=1)
        assert (line.code(ended), line.states()) == (3, {"accepted": 36, "deferred": 1, "planned": 63})
        assert ended.problem
        assert ended.problem.text == "the provider refuses the account: told to say 401"
        assert ended.problem.hint == "check the token and the sender's domain in the provider's settings"
        assert "36 accepted, 1 deferred, 63 planned the same command goes on with the rest" in line.words(ended)
        assert len(server.order) == 37
        broken[0] = False
        again = line.send(concurrency=1)
        assert (line.code(again), line.states(), len(server.order)) == (0, {"accepted": 100}, 101)
        agree(server, line)


def test_a_token_that_is_refused_in_the_middle_of_many_at_once_loses_and_doubles_nobody(tmp_path: Path) -> None:
    broken = [True]
    with Faulty(lambda number, _: "401" if broken[0] and number >= 36 else "ok", delay=0.002) as server:
        line = Line(tmp_path, server.url, 100)
        ended = line.send(concurrency=8)
        assert line.code(ended) == 3
        assert line.states()["accepted"] == 36
        assert len(server.order) <= 36 + 8
        broken[0] = False
        again = line.send(concurrency=8)
        assert (line.code(again), line.states()) == (0, {"accepted": 100})
        agree(server, line)


# What a refusal leaves behind


def test_what_a_refused_attempt_left_is_taken_back_and_nothing_depends_on_it(tmp_path: Path) -> None:
    asked: list[int] = []

    def tidy(response: httpx2.Response, settings: object) -> httpx2.Request:
        asked.append(response.status_code)
        return httpx2.Request("POST", "http://127.0.0.1:1/", content=b"")  # where nobody is

    with Faulty(["ok", "422", "took 500", "421", "took no id"]) as server:
        line = Line(tmp_path, server.url, 6)
        ended = line.send(module(tidy=tidy), concurrency=1)
        assert (ended.error, line.states()) == (None, {"accepted": 3, "rejected": 1, "uncertain": 2})
        assert asked == [422, 421]  # and never where it may have been applied
        agree(server, line)


def test_what_the_provider_answered_is_kept_beside_the_evidence_without_secrets_and_addresses(tmp_path: Path) -> None:
    said = '{"Error": "%s is blocked, \\nuser:hunter2hunter2, Basic dXNlcjpodW50ZXIyaHVudGVyMg==, request 7f3a, %s"}'
    long = said % ("desk0@newsroom.example", "x" * 900)

    def answer(number: int, _: str) -> str:
        return ["ok", "html", "says"][number] if number < 3 else "429"

    class Words(Faulty):
        def _say(self, sock: socket.socket, word: str, name: str) -> bool:
            if word != "says":
                return super()._say(sock, word, name)
            head = f"HTTP/1.1 400 No\r\nContent-Length: {len(long)}\r\n\r\n"
            sock.sendall((head + long).encode())
            return True

    with Words(answer) as server:
        line = Line(tmp_path, server.url, 4)
        line.settings = mailpit.Settings(server.url, "user", Secret("hunter2hunter2"))
        line.watch = lambda _: line.sender.interrupt() if line.sender and len(server.order) == 4 else None
        line.send(concurrency=1)
        with open_log(line.path) as log:
            kept = [log.attempts(row)[0].answer for row in log.deliveries()]
    assert kept[0] == ""  # of an acceptance the ID is what it said
    assert kept[1] == "<html><h1>Welcome to the hotel</h1></html>"
    assert kept[2].startswith('{"Error": "…@… is blocked, \\nuser:•••, Basic •••, request 7f3a, xxx')
    assert len(kept[2]) == 500
    assert kept[3] == '{"Error": "told to say 429"}'


@pytest.mark.parametrize("status", [401, 422])
def test_an_answer_that_names_the_recipient_is_told_without_the_address(tmp_path: Path, status: int) -> None:
    """Nobody asked for it; and a refusal of all is the same refusal, whomever it names."""

    class Naming(Faulty):
        def _say(self, sock: socket.socket, word: str, name: str) -> bool:
            said = f'{{"Error": "not allowed: user hunter2hunter2 to <{self.order[-1]}>"}}'
            sock.sendall(f"HTTP/1.1 {status} No\r\nContent-Length: {len(said)}\r\n\r\n{said}".encode())
            return True

    with Naming(lambda _, __: "no") as server:
        line = Line(tmp_path, server.url, 20)
        line.settings = mailpit.Settings(server.url, "user", Secret("hunter2hunter2"))
        ended = line.send(concurrency=1)
    assert ended.problem
    assert ended.problem.text.endswith(": not allowed: user ••• to <…@…>")
    assert len(server.order) == (1 if status == 401 else 3)
    assert {row.reason.partition(": ")[2] for row in line.rows() if row.attempts} <= {"user ••• to <…@…>", "not allowed: user ••• to <…@…>"}


# Too much that fails


def test_retries_are_limited_to_what_gets_through_and_the_rest_waits_for_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace.Budget.__init__, "__defaults__", (2.0, False))
    ill = [True]
    with Faulty(lambda _, to: "500" if ill[0] and to[4:].split("@")[0] in ("3", "13", "23") else "ok", keyed=True) as server:
        line = Line(tmp_path, server.url, 30)
        ended = line.send(KEYED, concurrency=1)
        assert (ended.error, line.code(ended), line.states()) == (None, 4, {"accepted": 27, "uncertain": 3})
        assert 30 + 2 <= len(server.order) <= 30 + 2 + 2
        words = "so much was tried again that what fails from here on waits for the next run"
        assert [wait.what for wait in line.told.waits].count(words) == 1
        ill[0] = False
        again = line.send(KEYED, concurrency=1)
        assert (line.code(again), line.states()) == (0, {"accepted": 30})
        agree(server, line)


def test_every_third_that_fails_is_too_many_and_slows_the_run_down(tmp_path: Path) -> None:
    with Faulty(lambda number, _: "took 500" if number < 15 and number % 3 == 2 else "ok", keyed=True) as server:
        line = Line(tmp_path, server.url, 30)
        ended = line.send(KEYED, concurrency=1)
        assert (ended.error, line.code(ended), line.states()) == (None, 0, {"accepted": 30})
        assert "the provider fails; trying it again" in [wait.what for wait in line.told.waits]
        agree(server, line)


def test_every_third_that_may_have_been_applied_ends_the_run_at_a_provider_without_keys(tmp_path: Path) -> None:
    with Faulty(lambda number, _: "took 500" if number % 3 == 2 else "ok") as server:
        line = Line(tmp_path, server.url, 60)
        ended = line.send(concurrency=1)
        assert ended.problem
        assert ended.problem.text.startswith("5 failures among 15 requests, the last of which may have been applied")
        assert (line.code(ended), line.states()) == (4, {"accepted": 10, "planned": 45, "uncertain": 5})
        agree(server, line)


# What may have been applied


def test_what_a_refused_replay_leaves_is_still_uncertain_and_never_sent_outside_the_window(tmp_path: Path) -> None:
    """A replay that meets a 429, a 401 or a closed door says nothing about the first attempt, which was applied."""
    for number, word in enumerate(["429;Retry-After: 4000", "401", "422"]):
        with Faulty(["took 500", word]) as server:  # a provider that has forgotten its keys: a second request would be a second copy
            line = Line(tmp_path / str(number), server.url, 1)
            line.send(KEYED, concurrency=1)
            assert line.states() == {"uncertain": 1}, word
            line.clock.turn(25 * 3600)
            ended = line.send(KEYED, concurrency=1)
            assert (line.code(ended), line.states()) == (4, {"uncertain": 1})
            agree(server, line)


def test_a_replay_that_meets_a_closed_door_leaves_it_uncertain(tmp_path: Path) -> None:
    with Faulty(["took close"]) as server:
        line = Line(tmp_path, server.url, 1)
        line.watch = lambda _: server.__exit__()
        line.send(KEYED, concurrency=1)
    assert line.states() == {"uncertain": 1}
    assert {one.outcome.evidence for one in line.told.settled[1:]} == {Evidence.NEVER_LEFT}
    with Faulty() as server:
        line.url = server.url
        line.clock.turn(25 * 3600)
        line.send(KEYED, concurrency=1)
        assert (line.states(), server.order) == ({"uncertain": 1}, [])


@pytest.mark.parametrize(("wait", "replayed"), [(DAY.total_seconds() - 120 - 5, True), (DAY.total_seconds() - 120 + 1, False)])
def test_a_replay_happens_only_inside_the_window_less_a_margin(tmp_path: Path, wait: float, replayed: bool) -> None:
    with Faulty(["took 500"], keyed=True) as server:
        line = Line(tmp_path, server.url, 1)
        line.send(concurrency=1)
        line.clock.turn(wait)
        ended = line.send(KEYED, concurrency=1)
        assert (line.states(), len(server.order)) == (({"accepted": 1}, 2) if replayed else ({"uncertain": 1}, 1))
        assert (line.code(ended), "1 uncertain" in line.words(ended)) == ((0, False) if replayed else (4, True))
        agree(server, line)


def test_a_window_that_closes_while_the_connection_is_made_stays_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The claim is written, the task runs, and then the laptop's lid is shut: nothing leaves when it is opened again."""
    opens = Wire._open

    async def slowly(self: Wire, origin: Any) -> Any:
        connection = await opens(self, origin)
        line.clock.suspend(25 * 3600)
        return connection

    with Faulty(["took 500"], keyed=True) as server:
        line = Line(tmp_path, server.url, 1)
        line.send(concurrency=1)
        monkeypatch.setattr(Wire, "_open", slowly)
        line.send(KEYED, concurrency=1)
        assert (line.states(), len(server.order)) == ({"uncertain": 1}, 1)
        assert "its time was over before it could leave" in [one.outcome.reason for one in line.told.settled]
        agree(server, line)


def test_a_window_that_closes_while_the_account_pauses_stays_closed(tmp_path: Path) -> None:
    ten = module(timedelta(minutes=10))
    with Faulty(["ok", "took 500", "429;Retry-After: 600"], keyed=True) as server:
        line = Line(tmp_path, server.url, 3)
        ended = line.send(ten, concurrency=1)
        assert line.code(ended) == 4
        assert line.states() == {"accepted": 2, "uncertain": 1}
        assert max(server.took.values()) == 1
        assert len(server.order) == 4  # one, two (lost), three (pause), three: two is not tried again


def test_a_replay_is_never_made_with_another_account_or_other_bytes(tmp_path: Path) -> None:
    with Faulty(["took 500", "took 500"], keyed=True) as server:
        line = Line(tmp_path, server.url, 2)
        line.send(concurrency=1)
        line.identity = "test:ffff"  # another token: other keys
        ended = line.send(KEYED, concurrency=1)
        assert (line.states(), len(server.order)) == ({"uncertain": 2}, 2)
        assert (line.code(ended), "2 uncertain uncertain means that nobody knows" in line.words(ended)) == (4, True)
        line.identity = "test:0000"

        def other(message: Message, settings: Any, key: str, now: datetime) -> httpx2.Request:
            from dataclasses import replace

            return mailpit.request(replace(message, subject="Changed"), settings, key, now)

        line.send(module(DAY, request=other), concurrency=1)
        assert (line.states(), len(server.order)) == ({"uncertain": 2}, 2)
        line.send(KEYED, concurrency=1)
        assert (line.states(), server.changed) == ({"accepted": 2}, [])
        agree(server, line)


def test_what_is_in_doubt_is_replayed_before_new_ones_leave_since_its_key_runs_out(tmp_path: Path) -> None:
    with Faulty(["ok", "took 500"], keyed=True) as server:
        line = Line(tmp_path, server.url, 3)
        line.permit = lambda row: No("wait", final=False) if row.contact == "desk-2" else None
        line.send(concurrency=1)
        line.permit = lambda _: None
        line.send(KEYED, concurrency=1)
        assert [to[4] for to in server.order] == ["0", "1", "1", "2"]
        agree(server, line)


def test_what_a_process_that_is_gone_had_claimed_is_uncertain_and_not_sent_again(tmp_path: Path) -> None:
    with Faulty() as server:
        line = Line(tmp_path, server.url, 4)
        with open_log(line.path) as log:
            run = line.plan(log)
            rows = log.due(run, (0, 0), 2)
            assert len(log.commit([], [Claim(row, "test:0000", b"digest") for row in rows], lambda _: None, START)) == 2
        ended = line.send()
        assert (line.code(ended), line.states(), len(server.order)) == (4, {"accepted": 2, "uncertain": 2}, 2)


def test_a_channel_that_is_no_longer_configured_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    with Faulty() as server:
        line = Line(tmp_path, server.url, 3)
        line.entries[1] = replace(line.entries[1], channel="webhook:pool")
        ended = line.send(concurrency=1)
        assert isinstance(ended.error, ConfigError)
        assert str(ended.error.problems[0].text) == "`pool`, through which desk-1 was planned, is no longer configured"
        assert (line.states(), server.order) == ({"deferred": 1, "planned": 2}, [])  # the first was held back: it comes again


# Clocks


def test_a_clock_that_is_set_back_does_not_open_a_closed_window(tmp_path: Path) -> None:
    with Faulty(["took 500"], keyed=True) as server:
        line = Line(tmp_path, server.url, 1)
        line.send(concurrency=1)
        line.clock.wall -= 3600
        ended = line.send(KEYED, concurrency=1)
        assert (line.states(), len(server.order), line.code(ended)) == ({"uncertain": 1}, 1, 4)
        assert "1 uncertain uncertain means that nobody knows" in line.words(ended)


@pytest.mark.parametrize("several", [1, 3])
def test_a_clock_that_was_set_back_between_two_runs_does_not_stretch_a_window(tmp_path: Path, several: int) -> None:
    with Faulty(["took 500"], keyed=True) as server:
        line = Line(tmp_path, server.url, 1)
        line.send(concurrency=1)
        line.clock.turn(11 * 60)
        for _ in range(several):
            line.clock.wall -= 300 / several  # by it, six minutes have passed
            ended = line.send(module(timedelta(minutes=10)), concurrency=1)
        assert (line.states(), len(server.order), line.code(ended)) == ({"uncertain": 1}, 1, 4)


def test_time_goes_on_for_a_window_while_the_clock_is_set_back_during_the_run(tmp_path: Path) -> None:
    ten = module(timedelta(minutes=10))

    def set_back(number: int) -> None:
        if number == 2:
            line.clock.wall -= 300  # so that by the clock the window would still be open

    with Faulty(["ok", "took 500", "429;Retry-After: 600"], keyed=True, after=set_back) as server:
        line = Line(tmp_path, server.url, 3)
        line.send(ten, concurrency=1)
        assert line.states() == {"accepted": 2, "uncertain": 1}
        assert len(server.order) == 4


def test_a_suspended_machine_opens_new_connections_and_asks_the_rules_again(tmp_path: Path) -> None:
    asked: list[float] = []
    with Faulty(after=lambda number: line.clock.suspend(3 * 3600) if number == 4 else None) as server:
        line = Line(tmp_path, server.url, 8)
        line.permit = lambda _: asked.append(line.clock.now()) or (No("too late", final=False) if asked[-1] > START + 3600 else None)  # type: ignore[func-returns-value]  # noted on the way
        ended = line.send(concurrency=1)
        assert line.code(ended) == 1
        assert line.states() == {"accepted": 5, "planned": 3}
        assert line.told.waits[0].what == "this machine was suspended; connections are opened anew"
        assert {row.reason for row in line.rows() if row.state is State.PLANNED} == {"too late"}
        line.permit = lambda _: None
        line.send(concurrency=1)
        assert server.connections == 2 + 0  # one a run: the first was dropped, and nothing left on it later
        agree(server, line)


# Rules at the moment of sending


def test_somebody_suppressed_between_plan_and_claim_gets_nothing(tmp_path: Path) -> None:
    gone: set[str] = set()
    with Faulty(after=lambda number: gone.add("desk-3") if number == 1 else None) as server:
        line = Line(tmp_path, server.url, 5)
        line.permit = lambda row: No("suppressed: unsubscribed", final=True) if row.contact in gone else None
        ended = line.send(concurrency=1)
        assert (line.code(ended), line.states()) == (0, {"accepted": 4, "withdrawn": 1})
        assert server.took["desk3@newsroom.example"] == 0
        assert next(row.reason for row in line.rows() if row.state is State.WITHDRAWN) == "suppressed: unsubscribed"


@pytest.mark.parametrize("final", [False, True])
@pytest.mark.parametrize("first", ["429;Retry-After: 60", "took 500"])
def test_a_rule_that_forbids_a_second_attempt_ends_it_and_the_run_goes_on(tmp_path: Path, first: str, final: bool) -> None:
    """Time passes the moment of expiry, or somebody is suppressed, between an attempt and the next."""
    with Faulty(["ok", first], keyed=True) as server:
        line = Line(tmp_path, server.url, 4)
        asked = [0]

        def permit(row: Delivery) -> No | None:
            asked[0] += 1
            assert asked[0] < 20, "asked for ever"
            return No("the release expired", final) if row.attempts else None

        line.permit = permit
        ended = line.send(KEYED, concurrency=1)
        assert ended.error is None
        left = {"uncertain": 1} if "500" in first else {"withdrawn": 1} if final else {"deferred": 1}
        assert line.states() == {"accepted": 3, **left}
        assert len(server.order) == 4
        agree(server, line)


def test_rules_that_cannot_be_read_any_more_stop_the_run_and_what_is_under_way_is_written_down(tmp_path: Path) -> None:
    with Faulty(delay=0.02) as server:
        line = Line(tmp_path, server.url, 10)

        def permit(row: Delivery) -> No | None:
            if row.id > 4:
                raise ContactsError("the suppressions cannot be read")
            return None

        line.permit = permit
        ended = line.send(concurrency=2)
        assert line.code(ended) == 3
        assert State.CLAIMED not in {row.state for row in line.rows()}
        line.permit = lambda _: None
        line.send()
        assert line.states() == {"accepted": 10}
        agree(server, line)


# Ends


def test_an_interrupt_finishes_what_is_under_way_and_starts_nothing(tmp_path: Path) -> None:
    with Faulty(delay=0.05, after=lambda number: line.sender.interrupt() if number == 5 and line.sender else None) as server:
        line = Line(tmp_path, server.url, 50)
        ended = line.send(concurrency=4)
        assert (ended.interrupted, line.code(ended)) == (True, 130)
        assert set(line.states()) <= {"accepted", "planned", "deferred"}
        assert line.states()["accepted"] == len(server.order) <= 6 + 4
        agree(server, line)


@pytest.mark.parametrize("times", [2, 5])
def test_a_second_interrupt_gives_up_what_is_under_way_as_uncertain(tmp_path: Path, times: int) -> None:
    def twice(_: int, __: str) -> str:
        if len(server.order) == 5 and line.sender:
            loop.extend([None] * times)
        return "took silence" if len(server.order) >= 5 else "ok"

    loop: list[None] = []
    with Faulty(twice) as server:
        line = Line(tmp_path, server.url, 20)
        line.timeout = 30

        def soon() -> None:
            import time

            while not loop:
                time.sleep(0.005)
            time.sleep(0.1)
            for _ in loop:
                assert line.sender
                assert line.loop
                line.loop.call_soon_threadsafe(line.sender.interrupt)

        import threading
        import time as clock

        thread = threading.Thread(target=soon)
        thread.start()
        began = clock.monotonic()
        ended = line.send(concurrency=2)
        thread.join()
        assert clock.monotonic() - began < 10
        assert line.code(ended) == 130
        assert line.states()["uncertain"] <= 2
        agree(server, line)


def test_an_interrupt_during_a_long_pause_ends_it(tmp_path: Path) -> None:
    with Faulty(["ok", "429;Retry-After: 600"]) as server:
        line = Line(tmp_path, server.url, 5)
        line.watch = lambda note: line.sender.interrupt() if isinstance(note, send.Waiting) and line.sender else None
        ended = line.send(concurrency=1)
        assert (line.code(ended), line.clock.slept) == (130, [])


def test_an_interrupt_while_claims_are_written_down_holds_them_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step = DeliveryLog.step

    def slow(self: DeliveryLog, settled: Any, claims: Any, *rest: Any) -> Callable[[], Sequence[Claim]]:
        def write() -> Sequence[Claim]:
            if len(server.order) >= 4 and claims and line.sender and line.loop:
                for _ in range(2):
                    line.loop.call_soon_threadsafe(line.sender.interrupt)
            return ready()

        ready = step(self, settled, claims, *rest)
        return write

    monkeypatch.setattr(DeliveryLog, "step", slow)
    with Faulty() as server:
        line = Line(tmp_path, server.url, 20)
        ended = line.send(concurrency=1)
        assert line.code(ended) == 130
        rows = line.rows()
        assert [row.reason for row in rows if row.state is State.DEFERRED] == ["held back: the line was stopped before it left"]
        assert len(server.order) == sum(row.state is State.ACCEPTED for row in rows)
        monkeypatch.undo()
        again = line.send()
        assert (line.code(again), line.states()) == (0, {"accepted": 20})
        agree(server, line)


@pytest.mark.parametrize("bug", [ZeroDivisionError("a secret"), MemoryError()])
def test_a_mistake_in_one_exchange_loses_nothing_of_the_others(tmp_path: Path, bug: Exception) -> None:
    answers = itertools.count(1)

    def outcome(response: httpx2.Response) -> Any:
        if next(answers) == 5:
            raise bug
        return mailpit.outcome(response)

    with Faulty(delay=0.01) as server:
        line = Line(tmp_path, server.url, 20)
        with pytest.raises(type(bug)):
            line.send(module(outcome=outcome), concurrency=3)
        states = line.states()
        assert "claimed" not in states
        assert states["uncertain"] == 1
        assert next(row.reason for row in line.rows() if row.state is State.UNCERTAIN) == f"a mistake in pressctl ({type(bug).__name__})"
        agree(server, line)


def test_a_mistake_while_requests_are_made_lets_what_is_under_way_end(tmp_path: Path) -> None:
    def request(message: Message, settings: Any, key: str, now: datetime) -> httpx2.Request:
        if "desk9" in str(message.to):
            raise KeyError("x")
        return mailpit.request(message, settings, key, now)

    with Faulty(delay=0.05) as server:
        line = Line(tmp_path, server.url, 20)
        with pytest.raises(KeyError):
            line.send(module(request=request), concurrency=3)
        assert "claimed" not in line.states()
        agree(server, line)


def test_a_terminal_that_is_gone_does_not_end_the_run(tmp_path: Path) -> None:
    def gone(_: object) -> None:
        raise BrokenPipeError

    with Faulty() as server:
        line = Line(tmp_path, server.url, 10)
        line.watch = gone
        ended = line.send()
        assert (line.code(ended), line.states()) == (0, {"accepted": 10})


def test_a_log_that_cannot_be_written_stops_before_the_next_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    from pressctl.delivery_log import storage_error

    step = DeliveryLog.step

    def full(self: DeliveryLog, settled: Any, claims: Any, *rest: Any) -> Callable[[], Sequence[Claim]]:
        def write() -> Sequence[Claim]:
            if len(server.order) >= 6:
                raise storage_error(self.path, sqlite3.OperationalError("database or disk is full"))
            return ready()

        ready = step(self, settled, claims, *rest)
        return write

    monkeypatch.setattr(DeliveryLog, "step", full)
    with Faulty(delay=0.01) as server:
        line = Line(tmp_path, server.url, 30)
        ended = line.send(concurrency=3)
        assert ended.error
        assert ended.error.problems[0].text == "the disk is full, so the delivery log cannot be written; sending stopped"
        assert line.code(ended) == 3
        assert len(server.order) <= 6 + 3
        monkeypatch.undo()
        line.send(concurrency=3)
        never_two(server)
        assert line.states().get("planned", 0) == 0


# Whatever comes


@pytest.mark.parametrize("seed", range(40 if LONG else 4))
def test_whatever_a_provider_without_keys_answers_nobody_gets_two_and_the_log_agrees(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    words = ["ok"] * 12 + [
        "took 500",
        "500",
        "429;Retry-After: 2",
        "400",
        "took close",
        "took html",
        "421",
        "took short",
        "503;Retry-After: 3",
    ]
    with Faulty(lambda _, __: chance.choice(words)) as server:
        line = Line(tmp_path, server.url, 40)
        line.chance = chance.random()
        for _ in range(6):
            line.send(concurrency=chance.choice([1, 3, 8]))
            agree(server, line)
        assert sum(line.states().values()) == 40


@pytest.mark.parametrize("seed", range(40 if LONG else 4))
def test_whatever_a_provider_with_keys_answers_everybody_gets_exactly_one(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    words = ["ok"] * 12 + ["took 500", "500", "429;Retry-After: 2", "took close", "took html", "421", "took short", "503;Retry-After: 3"]
    with Faulty(lambda number, _: chance.choice(words) if number < 120 else "ok", keyed=True) as server:
        line = Line(tmp_path, server.url, 40)
        for _ in range(12):
            line.send(KEYED, concurrency=chance.choice([1, 3, 8]))
            agree(server, line)
        assert (line.states(), server.changed) == ({"accepted": 40}, [])
        assert set(server.took.values()) == {1}
        assert len(server.took) == 40


def test_clocks_of_the_machine_go_forward() -> None:
    clock = SystemClock()
    assert abs(clock.now() - datetime.now(UTC).timestamp()) < 5
    assert clock.monotonic() <= clock.monotonic()
    assert clock.suspended() >= -1
    assert Clock().now() == START
    assert an_edition().digest
