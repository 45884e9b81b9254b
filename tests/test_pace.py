"""When pressctl tries again, slows down, and stops: back-off, the breaker, patience with refusals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressctl import delivery, pace
from pressctl.delivery import Evidence, Move, Outcome
from pressctl.pace import LATELY, NEVER, RETRIES, Breaker, Budget, Refusals

OK = delivery.accepted("id")
NO = delivery.rejected("422 not a mailbox", 422)
BUSY = delivery.deferred("429 slow down", 429, 5.0, counts=False)
STOP = delivery.stop("the token is wrong", "make a new one", 401)
NEVER_LEFT = Outcome(Move.DEFER, Evidence.NEVER_LEFT, "connection refused")
INCOMPLETE = Outcome(Move.DEFER, Evidence.INCOMPLETE, "reset while sending")
LOST = delivery.uncertain("no answer")
BROKE = delivery.uncertain("500 it broke", 500)
PORTAL = delivery.uncertain("no id in the answer", 200)


def most() -> float:
    """Chance at its largest: the bounds are then exact."""
    return 1.0


OUTCOMES = st.sampled_from([OK, NO, BUSY, STOP, NEVER_LEFT, INCOMPLETE, LOST, BROKE, PORTAL])
CHANCE = st.floats(0, 1, exclude_max=True)


@given(attempt=st.integers(0, 10_000), chance=CHANCE)
def test_the_wait_is_anywhere_between_nothing_and_a_doubling_bound_of_at_most_a_minute(attempt: int, chance: float) -> None:
    assert 0 <= pace.backoff(attempt, lambda: chance) <= min(60.0, 2.0 ** min(attempt, 20))


def test_the_bound_doubles_from_one_second_to_a_minute() -> None:
    assert [pace.backoff(attempt, most) for attempt in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert pace.backoff(10_000, most) == 60


@pytest.mark.parametrize(
    ("outcome", "counted", "keyed", "at"),
    [
        (OK, 0, False, 0.0),
        (NO, 1, True, 0.0),
        (STOP, 0, False, 0.0),  # deferred, and the run ends
        (LOST, 1, False, NEVER),  # nobody knows, and nobody would notice a second copy
        (LOST, 1, True, 102.0),
        (BROKE, 3, True, 108.0),
        (BROKE, 4, True, NEVER),
        (NEVER_LEFT, 1, False, 102.0),
        (NEVER_LEFT, 3, False, 108.0),
        (NEVER_LEFT, 4, False, NEVER),
        (INCOMPLETE, 1, False, 102.0),  # once more …
        (INCOMPLETE, 2, False, NEVER),  # … and not again
        (INCOMPLETE, 2, True, 104.0),
        (BUSY, 0, False, 106.0),  # what the provider asked for, and jitter above it
        (BUSY, 3, False, 113.0),
    ],
)
def test_when_a_delivery_is_tried_again(outcome: Outcome, counted: int, keyed: bool, at: float) -> None:
    assert pace.again_at(outcome, counted, keyed=keyed, now=100.0, chance=most) == at


@given(outcome=OUTCOMES, counted=st.integers(0, 50), keyed=st.booleans(), chance=CHANCE)
def test_nothing_is_tried_again_before_the_provider_asked_for_nor_without_end(
    outcome: Outcome, counted: int, keyed: bool, chance: float
) -> None:
    at = pace.again_at(outcome, counted, keyed=keyed, now=1000.0, chance=lambda: chance)
    assert at == 0 or at >= 1000.0 + (outcome.retry_after or 0)
    if outcome.move is Move.LOSE and not keyed:
        assert at == NEVER
    if counted >= pace.ATTEMPTS and at:
        assert at == NEVER


# ── the breaker ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_storm_at_a_provider_without_keys_ends_the_run_with_the_third_failure() -> None:
    breaker = Breaker()
    assert [breaker.note(BROKE, keyed=False, now=0.0) for _ in range(3)] == [
        "",
        "",
        "3 failures in a row that may have been applied (500 it broke)",
    ]


def test_a_storm_at_a_provider_with_keys_opens_the_breaker_and_probes_ever_more_slowly() -> None:
    breaker = Breaker()
    waits, now = [], 0.0
    for number in range(9):
        assert breaker.note(BROKE, keyed=True, now=now) == ""
        assert breaker.open == (number >= 2)
        waits.append(breaker.wait(now))
        now += waits[-1]
        assert breaker.wait(now) == 0
    assert waits == [0, 0, 5, 10, 20, 40, 60, 60, 60]
    breaker.note(OK, keyed=True, now=now)
    assert not breaker.open
    for _ in range(3):
        breaker.note(BROKE, keyed=True, now=now)
    assert breaker.wait(now) == 5  # from the beginning


def test_failures_that_never_left_open_the_breaker_even_without_keys() -> None:
    breaker = Breaker()
    assert [breaker.note(NEVER_LEFT, keyed=False, now=0.0) for _ in range(5)] == [""] * 5
    assert breaker.open


@pytest.mark.parametrize("works", [OK, NO])
def test_only_failures_in_a_row_count(works: Outcome) -> None:
    breaker = Breaker()
    for outcome in (BROKE, BROKE, works, BROKE, BROKE):
        assert breaker.note(outcome, keyed=False, now=0.0) == ""
    assert not breaker.open


@pytest.mark.parametrize("silent", [BUSY, STOP])
def test_a_provider_that_says_no_in_order_is_not_failing(silent: Outcome) -> None:
    breaker = Breaker()
    for _ in range(20):
        assert breaker.note(silent, keyed=False, now=0.0) == ""
    assert not breaker.open


@pytest.mark.parametrize("keyed", [False, True])
def test_success_without_proof_twice_in_a_row_ends_the_run(keyed: bool) -> None:
    breaker = Breaker()
    assert breaker.note(PORTAL, keyed=keyed, now=0.0) == ""
    text = "success without any proof of it, twice in a row: is this network's login page, or a proxy, answering?"
    assert breaker.note(PORTAL, keyed=keyed, now=0.0) == text


def test_another_failure_before_it_is_not_success_without_proof() -> None:
    breaker = Breaker()
    breaker.note(LOST, keyed=True, now=0.0)
    assert breaker.note(PORTAL, keyed=True, now=0.0) == ""


@given(outcomes=st.lists(OUTCOMES, max_size=40))
def test_without_keys_no_more_than_three_in_a_row_are_ever_put_at_risk(outcomes: list[Outcome]) -> None:
    breaker, risked = Breaker(), 0
    for outcome in outcomes:
        ended = breaker.note(outcome, keyed=False, now=0.0)
        if outcome.move in (Move.ACCEPT, Move.REJECT):
            risked = 0
        risked += outcome.move is Move.LOSE
        if ended:
            break
    assert risked <= pace.FAILURES


@given(outcomes=st.lists(OUTCOMES, max_size=40), keyed=st.booleans())
def test_the_breaker_never_waits_longer_than_a_minute_and_is_shut_by_one_success(outcomes: list[Outcome], keyed: bool) -> None:
    breaker = Breaker()
    for outcome in outcomes:
        breaker.note(outcome, keyed=keyed, now=50.0)
        assert 0 <= breaker.wait(50.0) <= 60
        assert breaker.open or breaker.wait(50.0) == 0
    breaker.note(OK, keyed=keyed, now=50.0 + breaker.wait(50.0))
    assert not breaker.open


def test_more_than_a_fifth_of_failures_opens_the_breaker_though_none_follow_each_other_three_times() -> None:
    breaker, opened = Breaker(), []
    for number in range(20):
        breaker.note(BROKE if number % 4 == 3 else OK, keyed=True, now=0.0)  # five of twenty
        opened.append(breaker.open)
    assert opened == [False] * 19 + [True]
    assert breaker.wait(0.0) == 5
    breaker.note(OK, keyed=True, now=4.0)  # this one was under way when it opened
    assert breaker.open
    breaker.note(OK, keyed=True, now=5.0)
    assert not breaker.open
    breaker.note(BROKE, keyed=True, now=6.0)  # what was before the probe is forgotten
    assert not breaker.open


def test_a_fifth_of_failures_is_borne() -> None:
    breaker = Breaker()
    for number in range(200):
        assert breaker.note(BROKE if number % 5 == 4 else OK, keyed=False, now=0.0) == ""
    assert not breaker.open


def test_too_many_failures_that_may_have_been_applied_end_the_run_at_a_provider_without_keys() -> None:
    breaker = Breaker()
    said = [breaker.note(BROKE if number % 3 == 2 else OK, keyed=False, now=0.0) for number in range(15)]
    assert said == [""] * 14 + ["5 failures among 15 requests, the last of which may have been applied (500 it broke)"]


@given(outcomes=st.lists(OUTCOMES, max_size=200))
def test_without_keys_no_more_than_five_of_twenty_in_a_row_are_ever_put_at_risk(outcomes: list[Outcome]) -> None:
    breaker, risked = Breaker(), list[bool]()
    for outcome in outcomes:
        ended = breaker.note(outcome, keyed=False, now=0.0)
        if outcome.move in (Move.ACCEPT, Move.REJECT) or outcome.evidence is not Evidence.REFUSED:
            risked.append(outcome.move is Move.LOSE)
        if ended:
            break
    assert all(sum(risked[at : at + LATELY]) <= 5 for at in range(len(risked)))


# ── the budget ───────────────────────────────────────────────────────────────────────────────────────────────────────


@given(outcomes=st.lists(OUTCOMES, max_size=300), keyed=st.booleans(), counted=st.integers(1, 3))
def test_a_run_never_retries_more_than_its_first_few_and_a_tenth_of_what_got_through(
    outcomes: list[Outcome], keyed: bool, counted: int
) -> None:
    budget, done, retries, said = Budget(), 0, 0, 0
    for outcome in outcomes:
        budget.note(outcome)
        done += outcome.move in (Move.ACCEPT, Move.REJECT)
        at = pace.again_at(outcome, counted, keyed=keyed, now=100.0, chance=most)
        due_at, words = budget.spend(outcome, at)
        said += bool(words)
        assert due_at in (at, NEVER)
        if outcome is BUSY:  # the provider asked for the wait: that is free
            assert due_at == at
        retries += outcome.counts and 0 < due_at < NEVER
        assert retries <= RETRIES + done / 10
    assert said <= 1


def test_what_has_no_retry_left_waits_for_the_next_run_and_that_is_said_once() -> None:
    budget = Budget(left=1.0)
    words = "so much was tried again that what fails from here on waits for the next run"
    assert [budget.spend(BROKE, 102.0) for _ in range(3)] == [(102.0, ""), (NEVER, words), (NEVER, "")]
    for _ in range(11):
        budget.note(OK)
    assert budget.spend(BROKE, 103.0)[0] == 103.0


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_three_like_refusals_before_any_acceptance_end_the_run() -> None:
    refusals = Refusals()
    assert [refusals.note(NO) for _ in range(3)] == ["", "", "the provider refuses every message in the same way: 422 not a mailbox"]


def test_refusals_of_single_recipients_do_not_end_the_run() -> None:
    after_success, different = Refusals(), Refusals()
    after_success.note(OK)
    assert [after_success.note(NO) for _ in range(30)] == [""] * 30
    assert [different.note(delivery.rejected(f"422 no such mailbox: {n}", 422)) for n in range(30)] == [""] * 30


@given(outcomes=st.lists(OUTCOMES.filter(lambda outcome: outcome is not NO)))
def test_only_refusals_are_counted_as_refusals(outcomes: list[Outcome]) -> None:
    refusals = Refusals()
    assert [refusals.note(outcome) for outcome in outcomes] == [""] * len(outcomes)
