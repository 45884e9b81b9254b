"""Batches: whole messages in one request, each with its own fate; a lost batch is that many in doubt, and goes again as it was or never."""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2
import pytest
from batching import Batching, batch_outcomes, batch_request
from faulty import DAY, Line, agree, module
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live_office import SLUG, address, office
from recorder import process, read
from test_kills import check, finish, kill_until_done, states

from pressctl import batch, pace
from pressctl.delivery import Evidence, Move, Outcome, State
from pressctl.delivery_log import Delivery, No, Settled, open_log
from pressctl.errors import Exit
from pressctl.provider import CannotCarry, Provider

LONG = bool(os.environ.get("PRESSCTL_LONG"))


def batching(*, keyed: bool = False, most: int = 10, **changes: Any) -> Provider:
    from dataclasses import replace

    parts = {"batch_request": batch_request, "batch_outcomes": batch_outcomes} | changes
    provider = module(DAY if keyed else None, **parts)
    provider.PROFILE = replace(provider.PROFILE, batch=most)
    return provider


def a_line(folder: Path, url: str, count: int, most: int = 10, **given: Any) -> Line:
    line = Line(folder, url, count, **given)
    line.batch = most
    return line


def sizes(server: Batching) -> list[int]:
    return [len(recipients) for recipients in server.batches]


def groups(line: Line) -> dict[str, set[int]]:
    """The batches that the log knows: name → ids of deliveries."""
    found: dict[str, set[int]] = {}
    with open_log(line.path) as log:
        for row in log.deliveries():
            for attempt in log.attempts(row):
                found.setdefault(attempt.batch, set()).add(row.id)
    return found


# All goes well


@pytest.mark.parametrize("keyed", [False, True])
def test_everybody_gets_one_in_a_few_requests(tmp_path: Path, keyed: bool) -> None:
    with Batching(keyed=keyed) as server:
        line = a_line(tmp_path, server.url, 44)
        ended = line.send(batching(keyed=keyed), concurrency=1)
        assert (ended.error, line.code(ended), line.states()) == (None, Exit.DONE, {"accepted": 44})
        assert set(server.took.values()) == {1}
        assert sum(sizes(server)) == 44
        assert len(server.batches) <= 8  # 3 to try, up to 2 that were ready by then, then tens
        assert server.most == 1
        agree(server, line)


def test_the_first_batch_is_of_three_and_alone_until_it_is_accepted(tmp_path: Path) -> None:
    flying: list[int] = []
    server = Batching(delay=0.03)
    server.after = lambda number: flying.append(server.most) if number == 0 else None
    with server:
        line = a_line(tmp_path, server.url, 80)
        line.send(batching(), concurrency=4)
        assert (flying, len(server.batches[0])) == ([1], pace.CANARIES)
        assert 1 < server.most <= 4
        assert max(sizes(server)) == 10


def test_nobody_of_a_later_wave_shares_a_request_with_an_earlier_one(tmp_path: Path) -> None:
    waves = [1 + n % 3 for n in range(40)]
    with Batching() as server:
        line = a_line(tmp_path, server.url, 40, waves=waves)
        line.send(batching(), concurrency=1)
        order = [[waves[int(to.split("@")[0][4:])] for to in recipients] for recipients in server.batches]
        assert all(len(set(one)) == 1 for one in order)
        assert [one[0] for one in order] == sorted(one[0] for one in order)
        agree(server, line)


def test_one_who_is_left_over_goes_in_an_ordinary_request(tmp_path: Path) -> None:
    with Batching() as server:
        line = a_line(tmp_path, server.url, 4)
        line.send(batching(), concurrency=1)
        assert sizes(server) == [3, 1]
        assert sorted(map(len, groups(line).values())) == [1, 3]
        assert len(groups(line)[""]) == 1


def test_an_account_that_is_set_to_one_sends_one_by_one(tmp_path: Path) -> None:
    with Batching() as server:
        line = a_line(tmp_path, server.url, 12, most=1)
        line.send(batching(), concurrency=3)
        assert (sizes(server), set(groups(line))) == ([1] * 12, {""})


def test_a_request_stays_within_what_the_provider_takes(tmp_path: Path) -> None:
    from dataclasses import replace

    biggest: list[int] = []

    def measured(*given: Any) -> httpx2.Request:
        made = batch_request(*given)
        biggest.append(len(made.content))
        return made

    with Batching() as server:
        line = a_line(tmp_path, server.url, 60, most=50)
        provider = batching(most=50, batch_request=measured)
        provider.PROFILE = replace(provider.PROFILE, size_limit=6000)
        line.send(provider, concurrency=2)
        assert max(biggest) <= 6000
        assert 5 < max(sizes(server)) < 50
        agree(server, line)


def test_a_rate_counts_requests_and_not_messages(tmp_path: Path) -> None:
    with Batching() as server:
        line = a_line(tmp_path, server.url, 43)
        line.send(batching(), concurrency=2, per_second=1.0)
        assert line.states() == {"accepted": 43}
        assert line.clock.passed <= len(server.batches) + 1


# A batch that cannot be


def test_what_a_batch_cannot_carry_goes_one_by_one(tmp_path: Path) -> None:
    def refuse(items: Any, *rest: Any) -> httpx2.Request:
        if any(message.attachments for message, _ in items):
            raise CannotCarry("a batch has no place for an attachment")
        return batch_request(items, *rest)

    with Batching() as server:
        line = a_line(tmp_path, server.url, 8, attachment=10)
        ended = line.send(batching(batch_request=refuse), concurrency=2)
        assert (line.code(ended), line.states(), sizes(server)) == (0, {"accepted": 8}, [1] * 8)


def test_a_member_that_turns_out_not_to_fit_makes_the_rest_of_the_run_one_by_one(tmp_path: Path) -> None:
    def refuse(items: Any, *rest: Any) -> httpx2.Request:
        if any("desk7@" in message.to.email for message, _ in items):
            raise CannotCarry("a batch has no place for desk 7")
        return batch_request(items, *rest)

    with Batching() as server:
        line = a_line(tmp_path, server.url, 30)
        ended = line.send(batching(batch_request=refuse), concurrency=1)
        assert (line.code(ended), line.states()) == (0, {"accepted": 30})
        assert 1 in sizes(server)
        agree(server, line)


# Each has its own fate


def test_each_member_is_settled_by_its_own_result(tmp_path: Path) -> None:
    fates = {"desk5@newsroom.example": "no", "desk6@newsroom.example": "what", "desk9@newsroom.example": "no"}
    with Batching(fates=fates) as server:
        line = a_line(tmp_path, server.url, 20)
        ended = line.send(batching(), concurrency=1)
        assert (line.code(ended), line.states()) == (Exit.UNCERTAIN, {"accepted": 17, "rejected": 2, "uncertain": 1})
        by = {row.address: (row.state, row.reason) for row in line.rows()}
        assert by["desk5@newsroom.example"] == (State.REJECTED, "not this one: no")
        assert by["desk6@newsroom.example"] == (State.UNCERTAIN, "the answer holds no `ID`")
        agree(server, line)


def test_a_member_that_shall_come_again_does_so_and_the_others_do_not(tmp_path: Path) -> None:
    fates = {"desk5@newsroom.example": "later", "desk7@newsroom.example": "later"}
    with Batching(fates=fates, after=lambda number: fates.clear() if number == 3 else None) as server:
        line = a_line(tmp_path, server.url, 20)
        ended = line.send(batching(), concurrency=1)
        assert (line.code(ended), line.states()) == (0, {"accepted": 20})
        agree(server, line)


@pytest.mark.parametrize("keyed", [False, True])
def test_one_doubtful_member_of_a_good_batch_is_never_sent_again(tmp_path: Path, keyed: bool) -> None:
    with Batching(fates={"desk6@newsroom.example": "what"}, keyed=keyed) as server:
        line = a_line(tmp_path, server.url, 12)
        for _ in range(3):
            assert line.code(line.send(batching(keyed=keyed), concurrency=1)) == Exit.UNCERTAIN
        assert line.states() == {"accepted": 11, "uncertain": 1}
        assert sum(sizes(server)) == 12
        agree(server, line)


def test_one_bad_address_that_spoils_its_batch_does_not_spoil_the_others(tmp_path: Path) -> None:
    """Some providers take all of a batch or none of it."""
    with Batching(bad="desk17@newsroom.example") as server:
        line = a_line(tmp_path, server.url, 33)
        ended = line.send(batching(), concurrency=2)
        assert (line.code(ended), line.states()) == (Exit.NO, {"accepted": 32, "rejected": 1})
        assert server.took["desk17@newsroom.example"] == 0
        assert len(server.batches) < 20
        agree(server, line)


def test_where_everything_is_refused_three_learn_it_and_the_rest_stays_planned(tmp_path: Path) -> None:
    with Batching(lambda _, __: "422") as server:
        line = a_line(tmp_path, server.url, 40)
        ended = line.send(batching(), concurrency=4)
        assert ended.problem
        assert ended.problem.text == "the provider refuses every message in the same way: told to say 422"
        assert line.states()["rejected"] == pace.CANARIES
        assert line.states()["planned"] == 40 - pace.CANARIES


# Answers that do not fit


@pytest.mark.parametrize("word", ["missing", "extra"])
def test_an_answer_with_too_few_or_too_many_results_leaves_all_of_its_batch_in_doubt(tmp_path: Path, word: str) -> None:
    with Batching(["ok", "ok", word]) as server:
        line = a_line(tmp_path, server.url, 40)
        ended = line.send(batching(), concurrency=1)
        lost = len(server.batches[2])
        assert (line.code(ended), line.states()) == (Exit.UNCERTAIN, {"accepted": 40 - lost, "uncertain": lost})
        assert {row.reason for row in line.rows() if row.state is State.UNCERTAIN} == {
            "the answer does not hold one result for each message"
        }
        assert set(server.took.values()) == {1}
        agree(server, line)


def test_an_answer_that_names_all_alike_proves_nothing(tmp_path: Path) -> None:
    with Batching(["ok", "alike"]) as server:
        line = a_line(tmp_path, server.url, 6)
        line.send(batching(), concurrency=1)
        assert line.states() == {"accepted": 3, "uncertain": 3}


def test_an_adapter_that_gives_another_number_of_outcomes_leaves_all_in_doubt(tmp_path: Path) -> None:
    with Batching() as server:
        line = a_line(tmp_path, server.url, 6)
        line.send(batching(batch_outcomes=lambda response, count: batch_outcomes(response, count)[1:]), concurrency=1)
        assert line.states()["uncertain"] == 6 - line.states().get("planned", 0)
        agree(server, line)


# A batch is lost


@pytest.mark.parametrize("word", ["took 500", "took close", "took html", "took short", "500", "took silence"])
def test_a_lost_batch_without_keys_is_that_many_in_doubt_and_none_is_sent_again(tmp_path: Path, word: str) -> None:
    with Batching(["ok", "ok", "ok", word]) as server:
        line = a_line(tmp_path, server.url, 40)
        line.timeout = 0.5
        ended = line.send(batching(), concurrency=1)
        lost = len(server.batches[3])
        assert lost == 10
        assert (line.code(ended), line.states()) == (Exit.UNCERTAIN, {"accepted": 30, "uncertain": 10})
        assert line.code(line.send(batching(), concurrency=1)) == Exit.UNCERTAIN
        assert sum(sizes(server)) == 40
        agree(server, line)


@pytest.mark.parametrize("word", ["took 500", "took close", "took html", "took short", "500", "took missing", "took alike", "close"])
def test_a_lost_batch_with_keys_goes_again_as_it_was_and_nobody_gets_two(tmp_path: Path, word: str) -> None:
    with Batching(["ok", "ok", "ok", word, "ok", word], keyed=True) as server:
        line = a_line(tmp_path, server.url, 40)
        ended = line.send(batching(keyed=True), concurrency=1)
        assert (line.code(ended), line.states()) == (0, {"accepted": 40})
        again = [recipients for recipients in server.batches if server.batches.count(recipients) > 1]
        assert again
        assert (server.changed, set(server.took.values())) == ([], {1})
        assert all(len(members) == len(set(members)) for members in groups(line).values())
        agree(server, line)


def lost_in_an_earlier_run(tmp_path: Path, server: Batching, count: int = 13) -> Line:
    """A run that ends with its last batch in doubt, since the provider had no keys then."""
    line = a_line(tmp_path, server.url, count)
    line.send(batching(), concurrency=1)
    assert line.states() == {"accepted": count - len(server.batches[-1]), "uncertain": len(server.batches[-1])}
    return line


def test_a_lost_batch_goes_again_in_the_next_run_under_the_same_name(tmp_path: Path) -> None:
    with Batching(["ok", "ok", "ok", "took 500"], keyed=True) as server:
        line = lost_in_an_earlier_run(tmp_path, server)
        before = groups(line)
        assert line.code(line.send(batching(keyed=True), concurrency=1)) == 0
        assert groups(line) == before
        assert server.batches[-1] == server.batches[-2]
        assert (server.changed, line.states()) == ([], {"accepted": 13})
        agree(server, line)


def test_a_lost_batch_is_not_sent_again_once_a_person_has_settled_one_of_it(tmp_path: Path) -> None:
    for number, move in enumerate((Move.ACCEPT, Move.DEFER)):
        with Batching(["ok", "ok", "ok", "took 500"], keyed=True) as server:
            line = lost_in_an_earlier_run(tmp_path / str(number), server)
            lost = server.batches[-1]
            with open_log(line.path) as log:
                row = next(row for row in log.deliveries() if row.address == lost[0])
                assert log.resolve(row, Outcome(move, Evidence.PERSON), line.clock.now())
            ended = line.send(batching(keyed=True), concurrency=1)
            assert (line.code(ended), line.states()["uncertain"]) == (Exit.UNCERTAIN, len(lost) - 1)
            assert server.batches[4:] == ([[lost[0]]] if move is Move.DEFER else [])


def test_a_member_that_was_lost_again_by_itself_is_no_longer_of_the_batch(tmp_path: Path) -> None:
    with Batching(["ok", "ok", "ok", "took 500", "500"], keyed=True) as server:
        line = lost_in_an_earlier_run(tmp_path, server)
        lost = server.batches[-1]
        with open_log(line.path) as log:
            row = next(row for row in log.deliveries() if row.address == lost[0])
            log.resolve(row, Outcome(Move.DEFER, Evidence.PERSON), line.clock.now())
        line.send(batching(), concurrency=1)
        assert server.batches[4:] == [[lost[0]]]
        assert line.states()["uncertain"] == len(lost)
        line.send(batching(keyed=True), concurrency=1)
        assert all(recipients == [lost[0]] for recipients in server.batches[4:])
        assert line.states()["uncertain"] == len(lost) - 1


def test_a_lost_batch_is_not_sent_again_where_one_of_it_must_not_be(tmp_path: Path) -> None:
    with Batching(["ok", "ok", "ok", "took 500"], keyed=True) as server:
        line = lost_in_an_earlier_run(tmp_path, server)
        lost = server.batches[-1]
        line.permit = lambda row: No("suppressed", final=True) if row.address == lost[1] else None
        ended = line.send(batching(keyed=True), concurrency=1)
        assert (line.code(ended), line.states()["uncertain"], len(server.batches)) == (Exit.UNCERTAIN, len(lost), 4)
        line.permit = lambda _: None
        assert line.code(line.send(batching(keyed=True), concurrency=1)) == 0
        agree(server, line)


def test_a_lost_batch_is_not_sent_again_where_one_of_it_is_not_wanted_any_more(tmp_path: Path) -> None:
    with Batching(["ok", "ok", "ok", "took 500"], keyed=True) as server:
        line = lost_in_an_earlier_run(tmp_path, server)
        everybody, line.entries = line.entries, line.entries[:-1]
        line.send(batching(keyed=True), concurrency=1)
        assert len(server.batches) == 4
        line.entries = everybody
        assert line.code(line.send(batching(keyed=True), concurrency=1)) == 0
        agree(server, line)


def test_a_lost_batch_is_not_sent_again_as_other_bytes_or_through_another_account(tmp_path: Path) -> None:
    def changed(items: Any, options: Any, key: str, now: Any) -> httpx2.Request:
        from dataclasses import replace

        return batch_request([(replace(message, subject="Changed"), own) for message, own in items], options, key, now)

    with Batching(["ok", "ok", "ok", "took 500"], keyed=True) as server:
        line = lost_in_an_earlier_run(tmp_path, server)
        line.send(batching(keyed=True, batch_request=changed), concurrency=1)
        assert len(server.batches) == 4
        line.identity = "test:ffff"
        line.send(batching(keyed=True), concurrency=1)
        assert len(server.batches) == 4
        line.identity = "test:0000"
        assert line.code(line.send(batching(keyed=True), concurrency=1)) == 0
        agree(server, line)


@pytest.mark.parametrize(("wait", "replayed"), [(DAY.total_seconds() - 120 - 5, True), (DAY.total_seconds() - 120 + 1, False)])
def test_a_lost_batch_goes_again_only_inside_the_window(tmp_path: Path, wait: float, replayed: bool) -> None:
    with Batching(["ok", "ok", "ok", "took 500"], keyed=True) as server:
        line = lost_in_an_earlier_run(tmp_path, server)
        line.clock.turn(wait)
        line.send(batching(keyed=True), concurrency=1)
        assert len(server.batches) == (5 if replayed else 4)
        assert ("uncertain" in line.states()) is not replayed
        agree(server, line)


def test_a_replay_that_is_refused_proves_nothing_of_the_batch_before(tmp_path: Path) -> None:
    with Batching(["ok", "ok", "ok", "took 500", "422"], keyed=True) as server:
        line = lost_in_an_earlier_run(tmp_path, server)
        ended = line.send(batching(keyed=True), concurrency=1)
        assert (line.code(ended), line.states()["uncertain"], len(server.batches)) == (Exit.UNCERTAIN, len(server.batches[3]), 5)
        agree(server, line)


def test_failures_of_a_provider_without_keys_end_the_run_and_later_batches_are_small(tmp_path: Path) -> None:
    with Batching(lambda number, _: "ok" if number < 4 else "500") as server:
        line = a_line(tmp_path, server.url, 90)
        ended = line.send(batching(), concurrency=1)
        assert ended.problem
        assert "3 failures in a row that may have been applied" in ended.problem.text
        assert sum(sizes(server)[4:]) == line.states()["uncertain"] <= 3 * 10
        assert len(server.batches) == 7


def test_what_never_left_is_tried_again_as_a_batch(tmp_path: Path) -> None:
    with Batching(["ok", "429;Retry-After: 5", "421"]) as server:
        line = a_line(tmp_path, server.url, 23)
        ended = line.send(batching(), concurrency=1)
        assert (line.code(ended), line.states()) == (0, {"accepted": 23})
        assert len(server.batches) < 12
        agree(server, line)


# Rules, ends, the log


def test_somebody_suppressed_meanwhile_is_not_in_the_request(tmp_path: Path) -> None:
    with Batching() as server:
        line = a_line(tmp_path, server.url, 23)
        gone = {"desk-1", "desk-12", "desk-20"}
        line.permit = lambda row: No("unsubscribed", final=True) if row.contact in gone else None
        ended = line.send(batching(), concurrency=1)
        assert (line.code(ended), line.states()) == (0, {"accepted": 20, "withdrawn": 3})
        assert not {"desk1@newsroom.example", "desk12@newsroom.example", "desk20@newsroom.example"} & set(server.took)
        agree(server, line)


def test_an_interrupt_lets_the_batches_under_way_end_and_two_give_them_up(tmp_path: Path) -> None:
    for number, times in enumerate((1, 2)):
        with Batching(lambda number, _: "took silence" if number > 4 and times == 2 else "ok", delay=0.05) as server:  # noqa: B023  # used at once
            line = a_line(tmp_path / str(number), server.url, 100)
            line.timeout = 30

            def soon(note: object) -> None:
                if isinstance(note, Settled) and len(server.batches) > 4 and line.sender and line.loop:  # noqa: B023  # used at once
                    for wait in range(times):  # noqa: B023  # used at once
                        line.loop.call_later(0.2 * wait, line.sender.interrupt)  # noqa: B023  # used at once
                    line.watch = lambda _: None  # noqa: B023  # used at once

            line.watch = soon
            ended = line.send(batching(), concurrency=2)
            assert ended.interrupted
            assert "claimed" not in line.states()
            assert line.states()["planned"] > 0
            assert line.states().get("uncertain", 0) <= 2 * 10
            agree(server, line)


def test_a_mistake_of_ours_leaves_the_whole_batch_in_doubt_and_nothing_else(tmp_path: Path) -> None:
    answers = [0]

    def mistaken(response: httpx2.Response, count: int) -> list[Outcome]:
        answers[0] += 1
        if answers[0] == 3:
            raise ZeroDivisionError
        return batch_outcomes(response, count)

    with Batching() as server:
        line = a_line(tmp_path, server.url, 60)
        with pytest.raises(ZeroDivisionError):
            line.send(batching(batch_outcomes=mistaken), concurrency=1)
        assert line.states()["uncertain"] == len(server.batches[2])
        agree(server, line)


def test_the_log_tells_which_left_together_and_notices_where_one_did_not(tmp_path: Path) -> None:
    import sqlite3

    with Batching() as server:
        line = a_line(tmp_path, server.url, 13)
        line.send(batching(), concurrency=1)
    name, members = max(groups(line).items(), key=lambda item: len(item[1]))
    assert len(name) == 16
    for sql in ("account = 'other'", "run = 9", "claimed_at = 1"):
        db = sqlite3.connect(line.path, isolation_level=None)
        db.execute("BEGIN")
        db.execute("DROP TRIGGER attempt_is_final")
        db.execute(f"UPDATE attempt SET {sql} WHERE delivery = ?", (min(members),))
        from pressctl.delivery_log.invariants import violations

        found = violations(db, lambda *_, live: "", lambda _: "")
        db.close()
        assert "1 batches whose members left at different moments, through different accounts, or changed since" in found


def test_no_more_than_a_few_batches_are_made_ahead(tmp_path: Path) -> None:
    waiting: list[int] = []
    with Batching() as server:
        line = a_line(tmp_path, server.url, 400)
        line.watch = lambda _: waiting.append(len(line.sender._due.ready)) if line.sender else None
        line.send(batching(), concurrency=8)
        assert max(waiting) <= 4
        agree(server, line)


# Whatever comes


WORDS = ("ok", "ok", "ok", "ok", "took 500", "500", "429;Retry-After: 2", "took close", "took html", "421", "took missing", "took alike")


@settings(max_examples=150 if LONG else 6, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**9), keyed=st.booleans(), most=st.integers(2, 12), concurrency=st.integers(1, 4))
def test_whatever_is_answered_nobody_gets_two_and_the_log_agrees(
    tmp_path_factory: pytest.TempPathFactory, seed: int, keyed: bool, most: int, concurrency: int
) -> None:
    chance = random.Random(seed)
    fates = {f"desk{n}@newsroom.example": chance.choice(["ok"] * 9 + ["no", "what"]) for n in range(30)}
    with Batching(lambda _, __: chance.choice(WORDS), keyed=keyed, fates=fates) as server:
        line = a_line(tmp_path_factory.mktemp("any"), server.url, 30, most)
        for _ in range(4):
            line.send(batching(keyed=keyed, most=most), concurrency=concurrency)
            agree(server, line)
        assert server.changed == []
        assert sum(line.states().values()) == 30


@pytest.mark.parametrize("how", ["batch", "batch-keyed"])
def test_killed_at_random_and_started_again_everybody_gets_one(tmp_path: Path, how: str) -> None:
    seed = random.randrange(10**9)
    print("seed", seed)
    kills, recipients, at_once = (100, 3000, 2) if LONG else (3, 90, 2)
    record = tmp_path / "record.jsonl"
    altered = str(Path(__file__).with_name("altered_send.py"))
    line = [sys.executable, altered, how, "send", SLUG, "--yes"]
    with process(record, "--delay", "0.02", *(["--keyed"] if how == "batch-keyed" else [])) as url:
        root = office(tmp_path / "office", url, recipients, f"concurrency = {at_once}")
        killed = kill_until_done(root, record, line, random.Random(seed), kills)
        end = finish(root, line)
        check(root, record, recipients, 0 if how == "batch-keyed" else killed * at_once * 10)
        assert end.returncode == (4 if State.UNCERTAIN in states(root).values() else 0), end.stderr
        assert not [seen for seen in read(record) if seen.what == "changed"]
        assert Counter(states(root).values()).total() == recipients
        assert any(seen.to == "10 at once" for seen in read(record)), "it never got as far as a batch"
        assert address(1) in states(root)


# The parts


def test_the_key_of_a_batch_is_that_of_its_members_in_any_order_and_of_no_others() -> None:
    assert batch.key_of(["b", "a"]) == batch.key_of(["a", "b"])
    assert len(batch.key_of(["a"])) == 32
    assert len({batch.key_of(keys) for keys in (["a"], ["a", "b"], ["ab"], ["a", "c"])}) == 4


def test_rules_are_asked_once_for_each_member_in_the_transaction(tmp_path: Path) -> None:
    asked: list[str] = []

    def permit(row: Delivery) -> No | None:
        asked.append(row.contact)
        return None

    with Batching() as server:
        line = a_line(tmp_path, server.url, 17)
        line.permit = permit
        line.send(batching(), concurrency=1)
    assert sorted(asked) == sorted(f"desk-{n}" for n in range(17))


def test_nothing_of_a_batch_is_made_before_its_claims_are_written(tmp_path: Path) -> None:
    seen: list[set[State]] = []

    def look(items: Any, *rest: Any) -> httpx2.Request:
        keys = {own for _, own in items}
        with open_log(line.path) as log:
            found = {row.state for row in log.deliveries() if row.key in keys}
        if found:  # not the sample
            seen.append(found)
        return batch_request(items, *rest)

    with Batching() as server:
        line = a_line(tmp_path, server.url, 20)
        line.send(batching(batch_request=look), concurrency=2)
    assert set(map(frozenset, seen)) == {frozenset({State.CLAIMED})}
