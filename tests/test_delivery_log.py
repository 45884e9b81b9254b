"""The delivery log: what it keeps, what it grants, what it refuses to be, and what it says when it is not itself."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_samples import BACKUP, DIGEST, EDITION, SECRET, claim, entry, everything, new_log, plan, settle, yes

from pressctl import delivery_log
from pressctl.delivery import Evidence, IllegalMove, Move, Outcome, State
from pressctl.delivery_log import Claim, DeliveryLog, Lock, No, Settled, create_log, key, open_log
from pressctl.delivery_log.step import INTAKE
from pressctl.errors import LogError
from pressctl.office_secret import secret_of

ACCEPTED = Outcome(Move.ACCEPT, Evidence.PERSON, "a person says so")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[DeliveryLog]:
    with new_log(tmp_path / "state") as made:
        yield made


def states(log: DeliveryLog) -> dict[str, str]:
    return {name: str(row.state) for name, row in everything(log).items()}


# ── planning ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_recipient_of_an_edition_gets_one_row_however_often_it_is_planned(log: DeliveryLog) -> None:
    first = plan(log, ["a", "b"])
    second = plan(log, ["b", "c", "b"])
    assert states(log) == {"a": "planned", "b": "planned", "c": "planned"}
    assert [row.contact for row in log.due(first, (0, 0), 9)] == ["a"]
    assert [row.contact for row in log.due(second, (0, 0), 9)] == ["b", "c"]


def test_planning_again_leaves_the_states_alone_and_gives_new_attempts(log: DeliveryLog) -> None:
    run = plan(log, ["a", "b"])
    one, two = claim(log, log.due(run, (0, 0), 9))
    settle(log, [one], Move.ACCEPT)
    settle(log, [two], Move.DEFER, due_at=1e16)
    assert everything(log)["b"].counted == 1
    run = plan(log, ["a", "b"])
    rows = everything(log)
    assert (rows["a"].state, rows["b"].state) == (State.ACCEPTED, State.DEFERRED)
    assert (rows["b"].attempts, rows["b"].counted, rows["b"].due_at) == (1, 0, 0)
    assert [row.contact for row in log.due_again(run, 5.0, 9)] == ["b"]


def test_a_plan_that_cannot_be_made_to_its_end_leaves_nothing(log: DeliveryLog) -> None:
    def broken() -> Iterator[delivery_log.Entry]:
        yield entry("a")
        raise RuntimeError("a template failed")

    with pytest.raises(RuntimeError):
        log.begin("ferry", EDITION, b"", live=True, account="", holder="", entries=broken(), now=1.0)
    assert states(log) == {}
    assert log.latest("ferry") is None
    assert log.runs() == 0


def test_deliveries_are_due_in_waves_then_in_the_order_of_the_plan(log: DeliveryLog) -> None:
    run = plan(log, ["x2", "a1", "y2", "b1", "c3"])
    order = [row.contact for row in log.due(run, (0, 0), 9)]
    assert order == ["a1", "b1", "x2", "y2", "c3"]
    cursor, read = (0, 0), []
    while rows := log.due(run, cursor, 2):
        read += [row.contact for row in rows]
        cursor = (rows[-1].wave, rows[-1].id)
    assert read == order


def test_keys_are_stable_and_differ_by_release_edition_recipient_and_live(log: DeliveryLog, tmp_path: Path) -> None:
    duties = [(r, e, p, live) for r in ("r", "r2") for e in ("e", "e2") for p in ("p", "p2") for live in (True, False)]
    keys = {key(SECRET, r, e, p, live=live) for r, e, p, live in duties}
    assert len(keys) == 16
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in keys)
    assert key(SECRET, "a", "bc", "p", live=True) != key(SECRET, "ab", "c", "p", live=True)
    assert key(bytes(32), "r", "e", "p", live=True) not in keys
    plan(log, ["a"])
    with new_log(tmp_path / "another") as other:  # a log that was lost, made anew with the office's secret
        plan(other, ["a"])
        assert everything(log)["a"].key == everything(other)["a"].key


def test_a_rehearsal_never_counts_for_a_live_delivery(log: DeliveryLog) -> None:
    settle(log, claim(log, log.due(plan(log, ["a"], live=False), (0, 0), 9)), Move.ACCEPT)
    plan(log, ["a"])
    assert log.counts("ferry", EDITION, live=True)[State.PLANNED] == 1
    assert log.counts("ferry", EDITION, live=False)[State.ACCEPTED] == 1


# ── claims and outcomes ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_claim_holds_account_number_digest_and_time(log: DeliveryLog) -> None:
    granted = claim(log, log.due(plan(log, ["a"]), (0, 0), 9), now=7.0)
    row = everything(log)["a"]
    assert [one.delivery.contact for one in granted] == ["a"]
    assert (row.state, row.attempts, row.account) == (State.CLAIMED, 1, "mailpit:1")
    [attempt] = log.attempts(row)
    assert (attempt.number, attempt.account, attempt.digest, attempt.claimed_at, attempt.at) == (1, "mailpit:1", DIGEST.hex(), 7.0, None)
    assert log.first_claim(row, "mailpit:1") == (7.0, DIGEST, "")
    assert log.first_claim(row, "another") is None


def test_a_delivery_that_moved_meanwhile_is_not_granted(log: DeliveryLog) -> None:
    run = plan(log, ["a", "b", "c"])
    rows = log.due(run, (0, 0), 9)
    claim(log, rows[:1])  # by another terminal
    log.withdraw(rows[1:2], "suppressed", 2.0)
    assert [one.delivery.contact for one in claim(log, rows)] == ["c"]
    assert [row.attempts for row in everything(log).values()] == [1, 0, 1]


def test_a_row_read_before_another_attempt_is_not_granted_though_its_state_is_the_same(log: DeliveryLog) -> None:
    run = plan(log, ["a"])
    settle(log, claim(log, log.due(run, (0, 0), 9)), Move.DEFER)
    stale = log.due_again(run, 9.0, 9)
    settle(log, claim(log, stale), Move.DEFER)
    assert claim(log, stale) == []
    assert len(claim(log, log.due_again(run, 9.0, 9))) == 1


def test_the_rules_are_asked_in_the_claim(log: DeliveryLog) -> None:
    rows = log.due(plan(log, ["a", "b", "c"]), (0, 0), 9)
    said = {"a": No("suppressed on Monday", final=True), "b": No("on leave", final=False)}
    granted = log.commit([], [Claim(row, "m", DIGEST) for row in rows], lambda row: said.get(row.contact), 5.0)
    assert [one.delivery.contact for one in granted] == ["c"]
    assert states(log) == {"a": "withdrawn", "b": "planned", "c": "claimed"}
    assert everything(log)["a"].reason == "suppressed on Monday"


@pytest.mark.parametrize("many", [1, 200])  # a step of one statement, and of several
def test_the_rules_are_asked_while_nobody_else_can_write(log: DeliveryLog, many: int) -> None:
    rows = log.due(plan(log, [f"desk-{n}" for n in range(many)]), (0, 0), many)
    other = sqlite3.connect(log.path, timeout=0, isolation_level=None, check_same_thread=False)
    refused: list[str] = []

    def permit(_: delivery_log.Delivery) -> None:
        with pytest.raises(sqlite3.OperationalError) as fault:
            other.execute("BEGIN IMMEDIATE")
        refused.append(str(fault.value))

    assert len(log.commit([], [Claim(row, "m", DIGEST) for row in rows], permit, 5.0)) == many
    assert refused == ["database is locked"] * many
    other.close()


def test_what_is_due_is_as_the_log_has_it(log: DeliveryLog) -> None:
    run = plan(log, ["a", "b"], now=1.1)
    log.commit([], [Claim(row, "m", DIGEST) for row in log.due(run, (0, 0), 1)], lambda _: No("on leave", final=False), 5.0)
    rows = log.due(run, (0, 0), 9)
    assert [row.reason for row in rows] == ["on leave", ""]
    assert rows == list(log.deliveries())


def test_an_uncertain_delivery_that_may_not_leave_stays_uncertain(log: DeliveryLog) -> None:
    run = plan(log, ["a"])
    settle(log, claim(log, log.due(run, (0, 0), 9)), Move.LOSE)
    [row] = log.due_again(run, 9.0, 9)
    assert log.commit([], [Claim(row, "m", DIGEST)], lambda _: No("suppressed", final=True), 9.0) == []
    assert states(log) == {"a": "uncertain"}


def test_a_rule_that_fails_grants_nothing_of_the_batch(log: DeliveryLog) -> None:
    rows = log.due(plan(log, ["a", "b"]), (0, 0), 9)

    def permit(row: delivery_log.Delivery) -> No | None:
        if row.contact == "b":
            raise OSError("the suppressions cannot be read")
        return None

    with pytest.raises(OSError, match="suppressions"):
        log.commit([], [Claim(row, "m", DIGEST) for row in rows], permit, 2.0)
    assert states(log) == {"a": "planned", "b": "planned"}


@pytest.mark.parametrize(
    ("move", "state", "counted"),
    [(Move.ACCEPT, "accepted", 0), (Move.REJECT, "rejected", 1), (Move.DEFER, "deferred", 1), (Move.LOSE, "uncertain", 1)],
)
def test_an_outcome_is_kept_with_its_evidence(log: DeliveryLog, move: Move, state: str, counted: int) -> None:
    claims = claim(log, log.due(plan(log, ["a"]), (0, 0), 9))
    outcome = Outcome(move, Evidence.REFUSED, "said so", 418, "id-7", answer='{"error": "teapot"}')
    log.commit([Settled(claims[0], outcome, 99.0)], [], yes, 8.0)
    row = everything(log)["a"]
    assert (row.state, row.counted, row.provider_id, row.settled_at, row.due_at, row.reason) == (
        state,
        counted,
        "id-7",
        8.0,
        99.0,
        "said so",
    )
    [attempt] = log.attempts(row)
    said = (attempt.at, attempt.move, attempt.evidence, attempt.status, attempt.provider_id, attempt.reason, attempt.answer)
    assert said == (8.0, move, "refused", 418, "id-7", "said so", '{"error": "teapot"}')


def test_an_outcome_for_a_delivery_that_is_not_claimed_any_more_is_an_error_and_changes_nothing(log: DeliveryLog) -> None:
    claims = claim(log, log.due(plan(log, ["a", "b"]), (0, 0), 9))
    log.recover(4.0)
    with pytest.raises(LogError, match="no longer has a delivery as claimed"):
        settle(log, claims, Move.ACCEPT)
    assert states(log) == {"a": "uncertain", "b": "uncertain"}


def test_an_attempt_that_does_not_count_leaves_the_budget_alone(log: DeliveryLog) -> None:
    claims = claim(log, log.due(plan(log, ["a"]), (0, 0), 9))
    log.commit([Settled(claims[0], Outcome(Move.DEFER, Evidence.REFUSED, counts=False))], [], yes, 8.0)
    row = everything(log)["a"]
    assert (row.attempts, row.counted) == (1, 0)


def test_a_replay_that_was_not_applied_leaves_the_delivery_uncertain(log: DeliveryLog) -> None:
    run = plan(log, ["a"])
    settle(log, claim(log, log.due(run, (0, 0), 9)), Move.LOSE)
    settle(log, claim(log, log.due_again(run, 9.0, 9)), Move.DEFER)  # say, a 429 before the provider looked at the key
    row = everything(log)["a"]
    assert (row.state, row.reason) == (State.UNCERTAIN, "because; what became of the attempt before is still unknown")
    settle(log, claim(log, log.due_again(run, 9.0, 9)), Move.ACCEPT)
    assert states(log) == {"a": "accepted"}
    assert log.verify() == []


def test_a_delivery_is_found_by_the_name_that_the_provider_gave_it_also_one_that_was_accepted_since(log: DeliveryLog) -> None:
    run = plan(log, ["a", "b", "c", "d"])
    for name, known_as in (("a", "p-1"), ("b", "p-2"), ("c", "p-2")):
        [taken] = claim(log, [everything(log)[name]])
        log.commit([Settled(taken, Outcome(Move.ACCEPT, Evidence.ACCEPTED, provider_id=known_as))], [], yes, 2.0)
        found = log.by_provider_id(known_as)
        assert (found and found.contact) == (name if name != "c" else None)  # two with one name: it tells neither
    settle(log, claim(log, log.due(run, (0, 0), 9)), Move.DEFER)
    assert [log.by_provider_id(name) for name in ("", "p-9")] == [None, None]


def test_a_providers_report_is_kept_once_and_moves_nothing(log: DeliveryLog) -> None:
    settle(log, claim(log, log.due(plan(log, ["a"]), (0, 0), 9)), Move.ACCEPT)
    row = everything(log)["a"]
    assert log.by_provider_id("p-1") == row
    assert log.note(row, 9.0, "bounced", "bounced", "5.1.1 no such mailbox")
    assert not log.note(row, 9.0, "bounced", "bounced", "5.1.1 no such mailbox")
    row = everything(log)["a"]
    assert (row.state, row.event) == (State.ACCEPTED, "bounced")
    assert [(a.move, a.evidence) for a in log.attempts(row)] == [("accept", "unknown"), ("", "event")]
    assert log.verify() == []


def test_outcomes_and_claims_of_one_commit_hold_together(log: DeliveryLog) -> None:
    first, second = log.due(plan(log, ["a", "b"]), (0, 0), 9)
    [one] = claim(log, [first])

    def permit(_: delivery_log.Delivery) -> No | None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        log.commit([Settled(one, ACCEPTED)], [Claim(second, "m", DIGEST)], permit, 4.0)
    assert states(log) == {"a": "claimed", "b": "planned"}


# ── recovery, waiting, taking back, resolving ────────────────────────────────────────────────────────────────────────


def test_what_a_dead_process_had_claimed_becomes_uncertain_and_doing_it_again_changes_nothing(log: DeliveryLog) -> None:
    run = plan(log, ["a", "b", "c"])
    claims = claim(log, log.due(run, (0, 0), 2))
    settle(log, claims[:1], Move.ACCEPT)
    assert log.recover(9.0) == 1
    assert states(log) == {"a": "accepted", "b": "uncertain", "c": "planned"}
    before = everything(log)
    assert log.recover(10.0) == 0
    assert everything(log) == before
    assert log.attempts(before["b"])[0].reason == "the sending process ended before the outcome was known"
    assert log.verify() == []


def test_shelving_makes_a_delivery_wait_and_nothing_else(log: DeliveryLog) -> None:
    run = plan(log, ["a"])
    settle(log, claim(log, log.due(run, (0, 0), 9)), Move.DEFER, due_at=5.0)
    assert log.next_due(run) == 5.0
    [row] = log.due_again(run, 5.0, 9)
    log.shelve(1e16, row)
    assert log.due_again(run, 9e9, 9) == []
    assert log.next_due(run) is None
    assert states(log) == {"a": "deferred"}


def test_only_planned_and_deferred_deliveries_are_taken_back(log: DeliveryLog) -> None:
    rows = log.due(plan(log, ["a", "b"]), (0, 0), 9)
    claim(log, rows[:1])
    log.withdraw(rows, "the text has changed since", 4.0)
    assert states(log) == {"a": "claimed", "b": "withdrawn"}
    with pytest.raises(IllegalMove):
        log.withdraw([everything(log)["a"]], "no", 4.0)


@pytest.mark.parametrize(("move", "state"), [(Move.ACCEPT, "accepted"), (Move.DEFER, "deferred")])
def test_an_uncertain_delivery_is_settled_by_a_persons_word_once(log: DeliveryLog, move: Move, state: str) -> None:
    run = plan(log, ["a"])
    settle(log, claim(log, log.due(run, (0, 0), 9)), Move.LOSE)
    row = everything(log)["a"]
    assert log.resolve(row, Outcome(move, Evidence.PERSON, "seen in the inbox"), 20.0)
    assert states(log) == {"a": state}
    assert not log.resolve(row, Outcome(Move.ACCEPT, Evidence.PERSON), 21.0)  # somebody was faster
    ends = [(a.number, a.move, a.evidence, a.reason) for a in log.attempts(row)]
    assert ends == [(1, "lose", "unknown", "because"), (1, move, "person", "seen in the inbox")]
    assert log.verify() == []


@pytest.mark.parametrize("move", [Move.REJECT, Move.LOSE, Move.CLAIM, Move.WITHDRAW])
def test_nobodys_word_makes_another_move(log: DeliveryLog, move: Move) -> None:
    settle(log, claim(log, log.due(plan(log, ["a"]), (0, 0), 9)), Move.LOSE)
    with pytest.raises(IllegalMove):
        log.resolve(everything(log)["a"], Outcome(move, Evidence.PERSON), 20.0)


def test_a_delivery_that_is_not_uncertain_is_not_resolved(log: DeliveryLog) -> None:
    plan(log, ["a"])
    assert not log.resolve(everything(log)["a"], ACCEPTED, 20.0)
    assert states(log) == {"a": "planned"}


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_counts_add_up_to_everybody_planned(log: DeliveryLog) -> None:
    run = plan(log, ["a", "b", "c"])
    settle(log, claim(log, log.due(run, (0, 0), 1)), Move.ACCEPT)
    plan(log, ["c", "d"])
    counts = log.counts("ferry", EDITION, live=True)
    assert {state: count for state, count in counts.items() if count} == {State.ACCEPTED: 1, State.PLANNED: 3}
    assert set(counts) == set(State)


def test_the_last_run_tells_which_edition_is_shown(log: DeliveryLog) -> None:
    assert log.latest("ferry") is None
    plan(log, ["a"])
    plan(log, ["a"], edition="f" * 64, live=False)
    plan(log, ["a"], release="bus")
    assert log.latest("ferry") == ("f" * 64, False)
    assert log.releases() == ["ferry", "bus"]
    assert log.runs() == 3


def test_editions_come_newest_first_with_how_many_were_claimed(log: DeliveryLog) -> None:
    run = plan(log, ["a", "b", "c"], now=1.0)
    rows = log.due(run, (0, 0), 9)
    settle(log, claim(log, rows[:1]), Move.DEFER)
    log.withdraw([everything(log)["a"], rows[1]], "the text has changed since", 4.0)
    plan(log, ["a"], edition="f" * 64, now=5.0)
    assert log.editions("ferry", live=True) == [("f" * 64, 0), (EDITION, 1)]
    assert log.editions("ferry", live=False) == [("f" * 64, 0), (EDITION, 0)]


def test_a_document_is_found_by_the_beginning_of_its_digest_if_it_is_the_only_one(log: DeliveryLog) -> None:
    plan(log, ["a"], edition="abc" + "0" * 61)
    plan(log, ["a"], edition="abd" + "0" * 61)
    assert log.document("ferry", "abc") == ("abc" + "0" * 61, b"document")
    assert log.document("ferry", "ab") is None
    assert log.document("ferry", "x") is None
    assert log.document("bus", "abc") is None


def test_a_delivery_is_found_by_the_beginning_of_its_key_if_it_is_the_only_one(log: DeliveryLog) -> None:
    plan(log, [f"n{number}" for number in range(40)])
    rows = everything(log)
    for row in rows.values():
        assert log.delivery(row.key) == row
    first = [row.key[0] for row in rows.values()]
    twice = next(letter for letter in first if first.count(letter) > 1)
    assert log.delivery(twice) is None
    assert log.delivery("zz") is None


def test_deliveries_can_be_chosen(log: DeliveryLog) -> None:
    settle(log, claim(log, log.due(plan(log, ["a", "b"]), (0, 0), 1)), Move.ACCEPT)
    plan(log, ["a", "c"], edition="f" * 64, live=False)
    plan(log, ["z"], release="bus")

    def chosen(**wish: Any) -> list[str]:
        return [f"{row.contact}{'' if row.live else '?'}" for row in log.deliveries(**wish)]

    assert chosen() == ["a", "b", "a?", "c?", "z"]
    assert chosen(release="ferry") == ["a", "b", "a?", "c?"]
    assert chosen(release="ferry", live=False) == ["a?", "c?"]
    assert chosen(release="ferry", edition=EDITION) == ["a", "b"]
    assert chosen(release="ferry", states=[State.PLANNED]) == ["b", "a?", "c?"]
    assert chosen(states=[State.ACCEPTED]) == ["a"]
    assert chosen(states=[State.ACCEPTED, State.PLANNED], limit=2) == ["a", "b"]


@pytest.mark.parametrize("ask", ["due", "due_again", "recover", "next_due", "counts", "editions", "retire", "already", "delivery", "claim"])
def test_no_question_of_a_run_reads_all_deliveries(log: DeliveryLog, ask: str) -> None:
    run = plan(log, ["a", "b"])
    [row, _] = log.due(run, (0, 0), 9)
    questions: dict[str, Callable[[], Any]] = {
        "due": lambda: log.due(run, (0, 0), 9),
        "due_again": lambda: log.due_again(run, 1.0, 9),
        "recover": lambda: log.recover(1.0),
        "next_due": lambda: log.next_due(run),
        "counts": lambda: log.counts("ferry", EDITION, live=True),
        "editions": lambda: log.editions("ferry", live=True),
        "retire": lambda: list(log.deliveries(release="ferry", live=True, states=[State.PLANNED, State.DEFERRED])),
        "already": lambda: list(log.deliveries(release="ferry", edition=EDITION, live=True, states=[State.ACCEPTED])),
        "delivery": lambda: log.delivery(row.key),
        "claim": lambda: settle(log, claim(log, [row]), Move.ACCEPT),
    }
    asked: list[str] = []
    assert log._reader  # opened by `due`
    log._reader.set_trace_callback(asked.append)
    log._db.set_trace_callback(asked.append)
    questions[ask]()
    log._db.set_trace_callback(None)
    if ask == "claim":  # what a row put in sets off is not told of the statement that puts it in
        asked += [re.sub(r"NEW\.\w+", "1", statement) for statement in re.findall(r"UPDATE [^;]+", INTAKE)]
    steps = [
        step[3] for sql in asked if sql.startswith(("SELECT", "UPDATE", "INSERT")) for step in log._db.execute(f"EXPLAIN QUERY PLAN {sql}")
    ]
    assert steps
    # the index over what is claimed holds nothing else, so to read it whole is to read what is asked for
    assert [s for s in steps if re.match(r"SCAN (delivery|d|attempt|event)\b(?! USING INDEX delivery_claimed)", s)] == []


# ── the rate that terminals share ────────────────────────────────────────────────────────────────────────────────────


def most_in_a_second(times: list[float]) -> int:
    """The most requests in any half-open window of one second (which then begins with a request)."""
    return max((sum(t <= other < t + 1 - 1e-6 for other in times) for t in times), default=0)


@pytest.fixture(scope="module")
def two_terminals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DeliveryLog, DeliveryLog]]:
    folder = tmp_path_factory.mktemp("rate")
    with new_log(folder) as one, open_log(folder / "log.sqlite3") as two:
        for log in (one, two):
            log._db.execute("PRAGMA synchronous = OFF")  # this is about time, and takes it
        yield one, two


@settings(max_examples=100, deadline=None)
@given(
    rate=st.sampled_from([0.5, 1, 2, 3, 7, 10, 50]),
    steps=st.lists(st.tuples(st.floats(0, 0.6), st.sampled_from([0, 0, 0, 0, 0, -3600, -0.3, 0.4, 86400]), st.booleans()), max_size=60),
)
def test_no_window_of_a_second_holds_more_than_the_rate_whatever_the_clock_does(
    rate: float, steps: list[tuple[float, float, bool]], two_terminals: tuple[DeliveryLog, DeliveryLog]
) -> None:
    true, offset, left = 1_000_000.0, 0.0, list[float]()
    jumped = False
    account = str(time.perf_counter_ns())  # a fresh one
    for wait, jump, which in steps:
        true, offset = true + wait, offset + jump
        jumped = jumped or jump > 0
        allowed, again = two_terminals[which].reserve(account, 3, rate, true + offset)
        assert allowed in (0, 1)
        assert 0 <= again <= 1 / rate + 1e-6
        left += [true] * allowed
    if not jumped:  # a clock set forward makes time pass: nothing in the log can know better
        assert most_in_a_second(left) <= max(1, rate)


def test_a_clock_set_back_by_an_hour_delays_the_next_request_by_one_gap_only(log: DeliveryLog) -> None:
    assert log.reserve("a", 1, 2, 10_000.0) == (1, 0.5)
    allowed, wait = log.reserve("a", 1, 2, 6_400.0)
    assert (allowed, wait) == (0, 0.5)
    assert log.reserve("a", 1, 2, 6_400.0 + wait)[0] == 1


def test_a_pause_holds_for_every_terminal_and_is_never_shortened(log: DeliveryLog) -> None:
    log.pause("a", 100.0)
    log.pause("a", 50.0)
    with open_log(log.path) as other:
        assert other.reserve("a", 1, 0, 40.0) == (0, 60.0)
        assert other.reserve("a", 1, 5, 40.0) == (0, 60.0)
        assert other.reserve("another", 1, 5, 40.0)[0] == 1
        assert other.reserve("a", 4, 0, 100.0) == (4, 0.0)


def test_two_terminals_keep_the_rate_together(log: DeliveryLog) -> None:
    times: list[float] = []

    def terminal(own: DeliveryLog) -> None:
        with own:
            end = time.monotonic() + 1.0
            while (now := time.time()) and time.monotonic() < end:
                allowed, wait = own.reserve("a", 1, 40, now)
                if allowed:
                    times.append(now)
                time.sleep(min(wait, 0.01))

    threads = [threading.Thread(target=terminal, args=(open_log(log.path),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 15 <= len(times) <= 41
    assert most_in_a_second(times) <= 40


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_log_is_its_owners_only_with_every_file_beside_it(tmp_path: Path) -> None:
    before = os.umask(0o002)
    try:
        folder = tmp_path / "state"
        secret = secret_of(folder, create=True)
        assert secret is not None
        with create_log(folder / "log.sqlite3", secret) as log:
            log.hold("me")
            plan(log, ["a"])
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    finally:
        os.umask(before)
    names = ["log.count", "log.lock", "log.sqlite3", "log.sqlite3-shm", "log.sqlite3-wal", "secret"]
    assert modes == dict.fromkeys(names, 0o600)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_log_is_written_through_to_the_disk(log: DeliveryLog) -> None:
    assert log._db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert log._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_opening_again_finds_everything_and_the_same_identity(log: DeliveryLog) -> None:
    settle(log, claim(log, log.due(plan(log, ["a", "b"]), (0, 0), 1)), Move.ACCEPT)
    before, name = everything(log), log.id
    log.close()
    with open_log(log.path) as again:
        assert (everything(again), again.id, again.secret) == (before, name, SECRET)


def test_making_a_log_where_one_is_opens_that_one(log: DeliveryLog) -> None:
    plan(log, ["a"])
    with create_log(log.path, bytes(32)) as other:
        assert (other.id, other.secret, states(other)) == (log.id, SECRET, {"a": "planned"})
    assert [path.name for path in log.path.parent.iterdir() if path.name.startswith(".")] == []


def test_the_secret_is_made_once_and_a_damaged_one_is_not_replaced(tmp_path: Path) -> None:
    assert secret_of(tmp_path, create=False) is None
    secret = secret_of(tmp_path, create=True)
    assert secret is not None
    assert len(secret) == 32
    assert secret_of(tmp_path, create=True) == secret
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
    (tmp_path / "secret").write_bytes(b"short")
    with pytest.raises(LogError, match="the office's secret is damaged"):
        secret_of(tmp_path, create=True)


def test_a_process_killed_while_it_made_the_secret_or_the_log_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    for name in (f".secret.{os.getpid()}.new", f".log.sqlite3.{os.getpid()}.new"):  # in a container the number is the same again
        (tmp_path / name).write_bytes(b"half")
    secret = secret_of(tmp_path, create=True)
    assert secret is not None
    with create_log(tmp_path / "log.sqlite3", secret) as log:
        assert log.secret == secret


def test_the_second_sender_is_told_who_sends_and_since_when(log: DeliveryLog) -> None:
    log.hold("process 77 on desk, since 2025-07-03 10:00:00")
    with open_log(log.path) as other, pytest.raises(LogError) as refused:
        other.hold("me")
    [problem] = refused.value.problems
    assert problem.text == "another pressctl is at work: process 77 on desk, since 2025-07-03 10:00:00"
    assert problem.hint == "wait until it has ended, or end it; nothing was sent by this command"
    log.close()
    with open_log(log.path) as other:
        other.hold("me")  # what is written in the file does not matter, only the lock does


def test_a_lock_that_is_a_link_or_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LogError, match="the lock of the delivery log cannot be opened: Too many levels of symbolic links"):
        Lock(tmp_path / "log.lock", "me")
    assert not (tmp_path / "elsewhere").exists()


# ── storage faults, in words ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fault", "text", "hint"),
    [
        ("database is locked", "another program has kept the delivery log locked",
         "close the backup or database program that has it open, then run the same command again"),
        ("database or disk is full", "the disk is full, so the delivery log cannot be written; sending stopped",
         "free some space, then run the same command again"),
        ("attempt to write a readonly database", "the delivery log cannot be written; nothing is sent without it",
         "make the folder and the file writable for you"),
        ("unable to open database file", "the delivery log cannot be written; nothing is sent without it",
         "make the folder and the file writable for you"),
        ("database disk image is malformed", "this file is damaged, or is not a delivery log", BACKUP),
        ("disk I/O error", "the delivery log failed: disk I/O error; sending stopped",
         "run `pressctl log verify`, then the same command again"),
    ],
)  # fmt: skip
def test_a_storage_fault_is_told_with_what_to_do(fault: str, text: str, hint: str) -> None:
    error = delivery_log.storage_error(Path("log.sqlite3"), sqlite3.OperationalError(fault))
    [problem] = error.problems
    assert (problem.text, problem.hint, str(problem.place)) == (text, hint, "log.sqlite3")


def test_no_answer_of_the_log_is_a_database_error(log: DeliveryLog) -> None:
    run = plan(log, ["a"])
    row = everything(log)["a"]
    log._db.execute("DROP TABLE delivery")
    log._db.execute("DROP TABLE event")
    asked: list[Callable[[], Any]] = [
        lambda: log.due(run, (0, 0), 9), lambda: log.due_again(run, 1.0, 9), lambda: log.next_due(run), lambda: list(log.deliveries()),
        lambda: log.counts("r", "e", live=True), lambda: log.attempts(row), log.verify, lambda: log.recover(1.0),
        lambda: log.shelve(1.0, row), lambda: log.withdraw([row], "", 1.0), lambda: log.editions("ferry", live=True),
        lambda: claim(log, [row]),
    ]  # fmt: skip
    for question in asked:
        with pytest.raises(LogError):
            question()
