"""The state machine under every order of events that can be thought of: a real log, a provider and a clock in the hand.

Steps: plan, change the text, claim, answer in time, late or never, crash at any point, recover, replay, ask the provider,
suppress, a person's word, clocks that jump. What must never happen is checked after each step. PRESSCTL_LONG=1 takes
sixty times as many.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from log_samples import DIGEST, entry, new_log

from pressctl.clock import set_back
from pressctl.delivery import TERMINAL, Evidence, Move, Outcome, State
from pressctl.delivery_log import Attempt, Claim, Delivery, DeliveryLog, No, Settled, open_log

LONG = bool(os.environ.get("PRESSCTL_LONG"))
MEMORY = "/dev/shm"  # processes crash here, not machines: that has a test of its own, and a disk would only be slow
PEOPLE = ("a", "b")
WINDOW = 3600.0  # seconds for which the provider with keys remembers one


@dataclass
class Flight:
    """A request on its way: the claim, and whether its sender still waits for the answer."""

    claim: Claim
    arrived: bool = False
    waited_for: bool = True


class Machine(RuleBasedStateMachine):
    """One press office, one release, one provider without keys (or with them, in the class below)."""

    keyed = False

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="machine", dir=MEMORY if Path(MEMORY).is_dir() else None))
        self.log: DeliveryLog = new_log(self.folder)
        self.durable()
        self.now, self.run, self.editions, self.digest = 1000.0, 0, 1, "1" * 64
        self.there = 1000.0  # the provider's clock, which nobody sets back
        self.planned: set[tuple[str, str]] = set()
        self.suppressed: set[str] = set()
        self.has: Counter[str] = Counter()  # at the provider: key → messages it made
        self.first: dict[str, float] = {}  # key → when the provider first saw it
        self.in_flight: list[Flight] = []
        self.said_accepted: set[str] = set()  # keys, by a person who may be wrong
        self.said_not: set[str] = set()  # keys, by a person: from here on a second copy is the person's
        self.attempts: dict[str, list[Attempt]] = {}

    def durable(self) -> None:
        self.log._db.execute("PRAGMA synchronous = OFF")

    def teardown(self) -> None:
        if hasattr(self, "log"):
            assert self.log.verify() == []
            self.log.close()
            shutil.rmtree(self.folder)

    # ── what the office does ─────────────────────────────────────────────────────────────────────────────────────

    @rule(people=st.sampled_from([PEOPLE, PEOPLE, PEOPLE[:1], PEOPLE[1:]]), on=st.booleans())
    def plan(self, people: tuple[str, ...], on: bool) -> None:
        """The command is given (again), and goes on to claim."""
        self.settle_landed()
        self.log.recover(self.now)
        waiting = self.log.deliveries(release="r", live=True, states=[State.PLANNED, State.DEFERRED])
        self.log.withdraw([row for row in waiting if row.edition != self.digest], "the text has changed since", self.now)
        entries = [entry(name) for name in people]
        self.run = self.log.begin(
            "r", self.digest, b"", live=True, account="m", holder="h", entries=entries, now=self.now, booted=self.booted()
        )
        self.planned |= {(self.digest, name) for name in people}
        if on:
            self.claim_due(9, again=False)
            self.claim_due(9, again=True)

    @precondition(lambda self: self.now > 12_000)  # seldom
    @rule()
    def change_the_text(self) -> None:
        self.editions += 1
        self.digest = f"{self.editions:x}"[-1] * 64

    @precondition(lambda self: not self.suppressed and self.now > 12_000)
    @rule(name=st.sampled_from(PEOPLE))
    def suppress(self, name: str) -> None:
        self.suppressed.add(name)

    def permit(self, row: Delivery) -> No | None:
        return No("suppressed", final=True) if row.contact in self.suppressed else None

    def booted(self) -> str:
        return f"one {self.now - self.there}"

    def may_replay(self, row: Delivery) -> bool:
        first = self.log.first_claim(row, "m")
        return self.keyed and first is not None and first[1] == DIGEST and self.now < first[0] + WINDOW - set_back(first[2], self.booted())

    @precondition(lambda self: self.run)
    @rule(most=st.integers(1, 4), again=st.booleans(), stale=st.booleans())
    def claim(self, most: int, again: bool, stale: bool) -> None:
        wanted = self.claim_due(most, again=again)
        if stale:  # another terminal that had read the same rows
            assert self.log.commit([], wanted, self.permit, self.now) == []

    def claim_due(self, most: int, *, again: bool) -> list[Claim]:
        rows = self.log.due_again(self.run, self.now, most) if again else self.log.due(self.run, (0, 0), most)
        wanted = [Claim(row, "m", DIGEST) for row in rows if row.state is not State.UNCERTAIN or self.may_replay(row)]
        granted = self.log.commit([], wanted, self.permit, self.now)
        assert not {one.delivery.contact for one in granted} & self.suppressed
        self.in_flight += [Flight(one) for one in granted]
        return wanted

    # ── what the provider and the network do ─────────────────────────────────────────────────────────────────────

    @precondition(lambda self: self.in_flight)
    @rule(which=st.integers(0, 9), answered=st.booleans())
    def arrive(self, which: int, answered: bool) -> None:
        """A request reaches the provider, perhaps long after its sender has gone; the answer may be lost."""
        flight = self.in_flight[which % len(self.in_flight)]
        if not flight.arrived:
            flight.arrived = True
            key = flight.claim.delivery.key
            known = self.keyed and key in self.first and self.there < self.first[key] + WINDOW
            if not known:
                self.has[key] += 1
                self.first[key] = self.there
        if flight.waited_for:
            if answered:
                self.end(flight, Outcome(Move.ACCEPT, Evidence.ACCEPTED, "", 200, "id"))
            else:
                self.end(flight, Outcome(Move.LOSE, Evidence.UNKNOWN, "no answer"))

    @precondition(lambda self: any(not flight.arrived for flight in self.in_flight))
    @rule(move=st.sampled_from([Move.DEFER, Move.REJECT, Move.LOSE]))
    def refuse(self, move: Move) -> None:
        """A request that is proven not to be applied; LOSE: the sender gives up, and the request stays on its way."""
        flight = next(flight for flight in self.in_flight if not flight.arrived)
        if move is Move.REJECT and self.has[flight.claim.delivery.key]:
            return  # the same bytes under the same key: a provider that took them before does not refuse them now
        if flight.waited_for:
            self.end(flight, Outcome(move, Evidence.UNKNOWN if move is Move.LOSE else Evidence.REFUSED, "said so"), lost=move is Move.LOSE)

    @precondition(lambda self: any(not flight.waited_for for flight in self.in_flight))
    @rule()
    def lose_what_is_on_its_way(self) -> None:
        """Requests whose sender has gone never arrive after all."""
        self.in_flight = [flight for flight in self.in_flight if flight.waited_for]

    def end(self, flight: Flight, outcome: Outcome, *, lost: bool = False) -> None:
        self.log.commit([Settled(flight.claim, outcome, self.now)], [], self.permit, self.now)
        flight.waited_for = False
        if not lost:
            self.in_flight.remove(flight)

    def settle_landed(self) -> None:
        """A run ends only when its requests have: those still waited for are given up."""
        for flight in list(self.in_flight):
            if flight.waited_for:
                self.end(flight, Outcome(Move.LOSE, Evidence.UNKNOWN, "given up"), lost=True)

    # ── crashes, clocks, answers afterwards ──────────────────────────────────────────────────────────────────────

    @rule(recover=st.integers(0, 2))
    def crash(self, recover: int) -> None:
        """The process is gone; its requests are not. Recovery may itself be cut short, or done twice."""
        killed = self.folder / "killed"
        killed.mkdir(mode=0o700)
        for path in self.folder.glob("log.*"):
            if path.suffix != ".sqlite3-shm":
                shutil.copy(path, killed)
        self.log.close()
        for path in killed.iterdir():
            path.replace(self.folder / path.name)
        killed.rmdir()
        for flight in self.in_flight:
            flight.waited_for = False
        self.log = open_log(self.folder / "log.sqlite3")
        self.durable()
        self.run = 0  # nothing is claimed before the next plan
        for _ in range(recover):
            self.log.recover(self.now)

    @rule(seconds=st.sampled_from([4000.0, 4000.0, 60.0, -600.0]))
    def clock(self, seconds: float) -> None:
        """With keys, nothing may be on its way for an hour: that is what the margin before a window's end is for."""
        if self.keyed and seconds > 600:
            self.settle_landed()
            self.in_flight = []
        self.now += seconds
        self.there += max(seconds, 0)

    def uncertain(self) -> list[Delivery]:
        return list(self.log.deliveries(release="r", states=[State.UNCERTAIN]))

    def on_its_way(self, row: Delivery) -> bool:
        return any(flight.claim.delivery.key == row.key for flight in self.in_flight)

    @precondition(lambda self: any(not self.on_its_way(row) for row in self.uncertain()))
    @rule(which=st.integers(0, 9))
    def ask_the_provider(self, which: int) -> None:
        """After a quiet time, in which what was on its way has arrived or never will."""
        rows = [row for row in self.uncertain() if not self.on_its_way(row)]
        row = rows[which % len(rows)]
        move = Move.ACCEPT if self.has[row.key] else Move.DEFER
        assert self.log.resolve(row, Outcome(move, Evidence.ASKED, "the provider says so"), self.now)

    @precondition(lambda self: self.uncertain())
    @rule(which=st.integers(0, 9), accepted=st.booleans())
    def a_person_says(self, which: int, accepted: bool) -> None:
        rows = self.uncertain()
        row = rows[which % len(rows)]
        (self.said_accepted if accepted else self.said_not).add(row.key)
        move = Move.ACCEPT if accepted else Move.DEFER
        assert self.log.resolve(row, Outcome(move, Evidence.PERSON, "seen"), self.now)
        assert not self.log.resolve(row, Outcome(Move.ACCEPT, Evidence.PERSON), self.now)

    @precondition(lambda self: not self.in_flight and self.now > 12_000)
    @rule()
    def take_back(self) -> None:
        rows = list(self.log.deliveries(release="r", states=[State.PLANNED, State.DEFERRED]))
        self.log.withdraw(rows[:1], "no longer on any list", self.now)

    # ── what must never happen ───────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def holds(self) -> None:
        rows = list(self.log.deliveries())
        assert Counter((row.edition, row.contact) for row in rows) == Counter(self.planned)  # each in exactly one row
        for row in rows:
            innocent = row.key not in self.said_not
            if innocent:
                assert self.has[row.key] <= 1, f"{row.contact} has two"
            if row.state in (State.PLANNED, State.WITHDRAWN, State.DEFERRED, State.REJECTED) and innocent:
                assert not self.has[row.key], f"{row.state}, and the provider has it"
            if row.state is State.ACCEPTED:
                assert self.has[row.key] or row.key in self.said_accepted
            if row.state is State.CLAIMED and self.run:
                assert self.on_its_way(row), "claimed by nobody"

    @invariant()
    def history_is_only_added_to(self) -> None:
        for row in self.log.deliveries():
            attempts = self.log.attempts(row)
            before = self.attempts.get(row.key, [])
            ended = [attempt for attempt in before if attempt.at is not None]
            assert [attempt for attempt in attempts if attempt in ended] == ended
            assert len(attempts) >= len(before)
            if row.state in TERMINAL and before and attempts != before:
                assert len(attempts) > len(before) or any(attempt.at is None for attempt in before)
            self.attempts[row.key] = attempts


class KeyedMachine(Machine):
    """The same with a provider that remembers keys for an hour."""

    keyed = True


TestWithoutKeys = Machine.TestCase
TestWithKeys = KeyedMachine.TestCase
TestWithoutKeys.settings = TestWithKeys.settings = settings(
    max_examples=2_000 if LONG else 60,
    stateful_step_count=60 if LONG else 30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
