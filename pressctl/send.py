"""The loop: claim → exchange → settle. Paces, retries, stops the line; never speaks before the log has the claim.

One writer keeps the log, in a thread of its own. Outcomes and claims ride together on one commit, and the next commit
starts when the last has ended: under load it carries many, at rest one, and no timer slows it down.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from pressctl import batch, pace
from pressctl.brakes import Brakes
from pressctl.clock import Forward
from pressctl.delivery import Evidence, Move, Outcome, uncertain
from pressctl.delivery_log import Claim, DeliveryLog, Permit, Settled
from pressctl.due import BATCHES_AHEAD, Due
from pressctl.edition import Edition
from pressctl.errors import LogError, PressctlError, Problem
from pressctl.outgoing import Ready, Route, claims_of
from pressctl.provider import CannotCarry, told
from pressctl.wire import Answer, Broken, judge

if TYPE_CHECKING:
    import httpx2

    from pressctl.clock import Clock
    from pressctl.wire import Exchange, Wire

T = TypeVar("T")
CLAIMS = 64  # in one step of the log: of a larger burst the first leave while the next are written down
QUIET = 6  # turns of the event loop that bring no outcome, after which a step of the log waits for no more of them
# Seconds after which a thread that waits for the interpreter gets it. With CPython's 5 ms the writer of the log waits, at each
# of its few statements, for a loop that is always busy; meanwhile the loop runs out of claims and stands still.
TURNS = 0.00005
GRACE = 10.0  # seconds that requests in flight get to end after the first interrupt
ASLEEP = 5.0  # seconds of suspension after which connections are not trusted any more
STALE = 60.0  # seconds after which a request that waits is made anew: a signature's time grows old


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the run waits for, and for how many seconds at most."""

    what: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: by itself, by an interrupt, or by a problem that stopped the line."""

    problem: Problem | None = None
    error: PressctlError | None = None
    interrupted: bool = False


class Sender:
    """One run. `tell` hears every settled delivery and everything that is waited for."""

    def __init__(
        self,
        log: DeliveryLog,
        run: int,
        edition: Edition,
        routes: Mapping[str, Route],
        wire: Wire,
        permit: Permit,
        clock: Clock,
        tell: Callable[[Settled | Waiting], None],
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.log, self.run, self.routes, self.wire = log, run, routes, wire
        self.permit, self.clock, self.tell = permit, clock, tell
        self.concurrency = sum(route.account.concurrency for route in routes.values())
        self._time = Forward(clock)
        self._brakes = Brakes(clock, self._time, chance)
        self._writer = ThreadPoolExecutor(1, "log")
        self._flying: dict[int, Exchange | None] = {}  # by the id of the first delivery; None while it begins
        self._due = Due(log, run, edition, routes, self._brakes, self._write, self._flying)
        self._secrets = [secret for route in routes.values() for secret in route.account.secrets]
        self._busy = dict.fromkeys((route.account.name for route in routes.values()), 0)  # account → requests under way
        self._landed: list[Settled] = []
        self._wake = asyncio.Event()
        self._grace_until = 0.0  # monotonic seconds

    # ── the way of a run ─────────────────────────────────────────────────────────────────────────────────────────

    async def send(self) -> Ended:
        """Work until nothing of this run is due any more, or something stops the line.

        Raises nothing but bugs, a mistake in one exchange among them, and those only when all that was under way has
        ended and is written down.
        """
        interval = sys.getswitchinterval()
        sys.setswitchinterval(TURNS)
        try:
            await self._heed_pauses()
            while await self._step():
                pass
        except PressctlError as fault:  # the log failed, or a rule cannot be read any more: when in doubt, do not send
            self._brakes.error = fault
            await self._land_all()
        except Exception as bug:  # not ours to handle, but what is under way must not be lost over it
            self._brakes.bug = self._brakes.bug or bug
            await self._land_all()
        finally:
            sys.setswitchinterval(interval)
            self._give_up("the run ended")
            self._writer.shutdown()
        brakes = self._brakes
        if brakes.bug is not None:
            raise brakes.bug
        return Ended(brakes.problem, brakes.error, brakes.interrupts > 0)

    def interrupt(self) -> None:
        """Once: start nothing new, let what is in flight end. Twice: give up on what is in flight, too."""
        self._brakes.interrupts += 1
        self._grace_until = self.clock.monotonic() + GRACE
        if self._brakes.interrupts > 1:
            self._give_up("given up by a second interrupt")
        self._wake.set()

    def _give_up(self, reason: str) -> None:
        self._brakes.given_up = True
        for under_way in list(self._flying.values()):
            if under_way is not None:
                under_way.give_up(reason)

    async def _step(self) -> bool:
        await self._after_suspension()
        await self._gather_landed()
        claims = await self._next_claims()
        if self._landed or claims:
            await self._commit(claims)
            return True
        if self._flying:
            await self._until_woken()
            return True
        return not self._brakes.stopping and await self._wait_for_due()

    async def _gather_landed(self) -> None:
        """Outcomes that come one right after the other ride on one step: a few large ones cost half of many small ones."""
        quiet = 0
        while self._landed and self._flying and quiet < QUIET and not self._brakes.stopping:
            landed = len(self._landed)
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(self._landed) == landed else 0

    async def _commit(self, claims: list[Ready]) -> None:
        """Outcomes in, claims out, in one durable step. While the disk works, what the step before granted leaves, and more is made."""
        landed = list(self._landed)
        commit = self._write(self.log.step(landed, claims_of(claims), self.permit, self._time.now()))
        try:
            await asyncio.sleep(0)  # the leaving
            await self._due.fill(self._due.most_ahead(claims))
        finally:
            granted = await commit
            del self._landed[: len(landed)]
            self._launch(claims, granted)
            for one in landed:
                self._say(one)

    def _say(self, note: Settled | Waiting) -> None:
        try:
            self.tell(note)
        except OSError:  # the terminal is gone; the run goes on, and the log tells how it went
            self.tell = lambda _: None

    def _write(self, function: Callable[..., T], *values: object) -> asyncio.Future[T]:
        """Have the writer do this, after all that it was given before."""
        return asyncio.get_running_loop().run_in_executor(self._writer, function, *values)

    async def _until_woken(self) -> None:
        self._wake.clear()
        if self._landed:
            return
        if self._brakes.interrupts == 1:
            patience: float | None = max(0.0, self._grace_until - self.clock.monotonic())
        else:
            patience = self._until_next_claim()
        try:
            await asyncio.wait_for(self._wake.wait(), patience)
        except TimeoutError:
            if self._brakes.interrupts == 1:
                self.interrupt()

    # ── before: what may be claimed ──────────────────────────────────────────────────────────────────────────────

    async def _heed_pauses(self) -> None:
        """What a provider asked of an earlier run, or of another terminal, holds for this one."""
        for route in self.routes.values():
            _, wait = await self._write(self.log.reserve, route.account.name, 0, 0.0, self._time.now())
            if 0 < wait <= pace.LONGEST_MEMORY:
                self._brakes.pause(route, wait)

    async def _next_claims(self) -> list[Ready]:
        """The requests that may be claimed now, in order: within concurrency, rate, pauses and the breaker."""
        free, due = self._free(), self._due
        if free <= 0 or (due.parted and self._landed):
            return []
        if due.parted:  # they are due now, and will be read first
            due.start_over()
        free = min(free, BATCHES_AHEAD if due.batching else CLAIMS)
        await due.fill(free)
        claims: list[Ready] = []
        kept: deque[Ready] = deque()
        now = self._time.now()
        while due.ready and len(claims) < free:
            ready = due.ready.popleft()
            if now >= ready.until:
                await due.shelve(ready)
            elif self._unbounded(ready.route) or await self._may_leave(ready.route, claims):
                claims.append(ready)
            else:
                kept.append(ready)
        due.ready.extendleft(reversed(kept))
        return claims

    def _free(self) -> int:
        return self._brakes.most(self.concurrency, batching=self._due.batching) - len(self._flying)

    def _unbounded(self, route: Route) -> bool:
        """Whether nothing holds this account back but the number of requests at once: the way of most."""
        return self._brakes.nobody_waits and route.account.per_second <= 0 and len(self._busy) == 1

    async def _may_leave(self, route: Route, claims: list[Ready]) -> bool:
        account = route.account
        if self._brakes.wait(route) > 0:
            return False
        if len(self._busy) > 1 and self._busy[account.name] + sum(one.route is route for one in claims) >= account.concurrency:
            return False
        if account.per_second <= 0:
            return True
        allowed, wait = await self._write(self.log.reserve, account.name, 1, account.per_second, self._time.now())
        self._brakes.keep_to_rate(route, wait)
        return allowed > 0

    def _until_next_claim(self) -> float | None:
        """Seconds until a pause or the breaker lets the next one go, where something is ready; None where not."""
        brakes, ready = self._brakes, self._due.ready
        if brakes.stopping or not ready or self._free() < 0:
            return None
        if brakes.breaker.open:
            return brakes.breaker.wait(self.clock.monotonic()) or None
        if brakes.nobody_waits:
            return None
        waits = [brakes.wait(one.route) for one in ready]
        return max(0.001, min(waits)) if min(waits) > 0 else None

    # ── the exchange ─────────────────────────────────────────────────────────────────────────────────────────────

    def _launch(self, claims: list[Ready], granted: Sequence[Claim]) -> None:
        """Let what was granted leave, as soon as the next step of the log is under way."""
        cleared = claims if len(granted) == sum(len(ready.claims) for ready in claims) else self._cleared(claims, granted)
        for ready in cleared:
            self._busy[ready.route.account.name] += 1
            self._flying[ready.claim.delivery.id] = None
        asyncio.get_running_loop().call_soon(self._begin_all, cleared)

    def _cleared(self, claims: list[Ready], granted: Sequence[Claim]) -> list[Ready]:
        """What may leave where not all of it was granted."""
        allowed, cleared = {claim.delivery.id for claim in granted}, list[Ready]()
        for ready in claims:
            mine = [claim for claim in ready.claims if claim.delivery.id in allowed]
            ready.whole = len(mine) == len(ready.claims)
            if ready.batch and ready.replay and not ready.whole:  # else they would be due again and again
                rest = [claim.delivery for claim in ready.claims if claim.delivery.id not in allowed]
                self._writer.submit(self.log.shelve, pace.NEVER, *rest)
            if mine:
                ready.claims = mine
                cleared.append(ready)
        return cleared

    def _begin_all(self, cleared: list[Ready]) -> None:
        for ready in cleared:
            self._begin(ready)

    def _held_back(self, ready: Ready) -> list[Settled] | None:
        """A claim that must not be used after all: what was learned while it was being written down forbids it."""
        wait, stopping = self._brakes.pause_left(ready.route), self._brakes.stopping
        if not stopping and wait <= 0 and (not ready.replay or (ready.whole and self._time.now() < ready.until)):
            return None
        due_at = self._time.now() + wait if wait > 0 and not stopping else pace.NEVER
        why = "the line was stopped before it left" if ready.whole or not ready.replay else "another one of its batch has moved meanwhile"
        held = Outcome(Move.DEFER, Evidence.NEVER_LEFT, f"held back: {why}", counts=False)
        return [Settled(claim, held, due_at) for claim in ready.claims]

    def _begin(self, ready: Ready) -> None:
        """Let it leave. However it goes from here, its deliveries get an outcome."""
        try:
            if (held := self._held_back(ready)) is not None:
                self._land(ready, held)
            elif (request := ready.request or self._batch_request(ready)) is not None:
                self._flying[ready.claim.delivery.id] = self.wire.begin(request, partial(self._ended, ready), self._still(ready))
        except Exception as bug:
            self._ended(ready, _mistake(bug))

    def _ended(self, ready: Ready, result: Answer | Broken) -> None:
        tidy = None
        try:
            if isinstance(result, Broken) and (result.bug is not None or self._brakes.given_up):
                settled = self._lost(ready, result)
            else:
                outcomes = self._outcomes(ready, result)
                tidy = self._tidy(ready, result, outcomes[0])
                settled = self._judged(ready, outcomes)
        except Exception as bug:
            settled, tidy = self._lost(ready, _mistake(bug)), None
        if tidy is not None:  # whether that works changes nothing
            self._flying[ready.claim.delivery.id] = self.wire.begin(tidy, lambda _: self._land(ready, settled))
        else:
            self._land(ready, settled)

    def _lost(self, ready: Ready, broken: Broken) -> list[Settled]:
        """What was given up here, or lost by a mistake of ours, says nothing about the provider."""
        self._brakes.bug = self._brakes.bug or broken.bug
        return [Settled(claim, judge(broken, keyed=ready.route.keyed), pace.NEVER) for claim in ready.claims]

    def _land(self, ready: Ready, settled: Iterable[Settled]) -> None:
        del self._flying[ready.claim.delivery.id]
        self._busy[ready.route.account.name] -= 1
        self._landed += settled
        self._wake.set()

    def _outcomes(self, ready: Ready, result: Answer | Broken) -> list[Outcome]:
        """What it means for each of its deliveries."""
        route, count = ready.route, len(ready.claims)
        if isinstance(result, Broken):
            return [judge(result, keyed=route.keyed)] * count
        if ready.request is not None:
            return [self._meaning(result, route.account.module.outcome(result.response))]
        return [self._meaning(result, one) for one in batch.outcomes(route.account, result, count)]

    def _tidy(self, ready: Ready, result: Answer | Broken, outcome: Outcome) -> httpx2.Request | None:
        """What takes back what a refused attempt has left at the provider, where it leaves something."""
        tidy = getattr(ready.route.account.module, "tidy", None)
        if tidy is None or ready.request is None or isinstance(result, Broken) or outcome.move not in (Move.REJECT, Move.DEFER):
            return None
        request: httpx2.Request | None = tidy(result.response, ready.route.account.settings)
        return request

    def _still(self, ready: Ready) -> Callable[[], bool] | None:
        """What the wire asks before the first byte of a replay: whether its key's window is open still."""
        return (lambda: self._time.now() < ready.until) if ready.replay else None

    def _batch_request(self, ready: Ready) -> httpx2.Request | None:
        """The request of a batch, now that it is known who is in it; None where it cannot be made: then each goes by itself."""
        try:
            form = self._due.form(ready.route)
            if form is None:
                raise CannotCarry("not every message can go in a batch")
            return form.request(ready.claims, self._time.now())
        except CannotCarry as fault:
            self._land(ready, self._apart(ready, fault.problems[0].text))
            return None

    def _apart(self, ready: Ready, why: str) -> list[Settled]:
        """A batch that cannot be made after all: from now on this account takes one message a request."""
        self._due.no_more_batches(ready.route)
        move, due_at = (Move.LOSE, pace.NEVER) if ready.replay else (Move.DEFER, self._time.now())
        held = Outcome(move, Evidence.NEVER_LEFT, f"to go by itself: {why}", counts=False)
        return [Settled(claim, held, due_at) for claim in ready.claims]

    def _meaning(self, answer: Answer, outcome: Outcome) -> Outcome:
        if outcome.move is not Move.ACCEPT:  # of an acceptance the ID is what it said, and this is the way of nearly all
            outcome = told(outcome, answer.response, self._secrets)
        if answer.whole or outcome.move not in (Move.ACCEPT, Move.LOSE):
            return outcome
        if outcome.move is Move.ACCEPT:  # nobody can accept what they do not have
            return uncertain("the provider answered before it had the whole message", outcome.status)
        return replace(outcome, move=Move.DEFER, evidence=Evidence.INCOMPLETE)

    def _judged(self, ready: Ready, outcomes: Sequence[Outcome]) -> list[Settled]:
        if ready.request is None:
            return self._judged_batch(ready, outcomes)
        claim, outcome = ready.claim, outcomes[0]
        self._heed(ready.route, outcome)
        if outcome.move is Move.ACCEPT:  # the way of nearly all
            return [Settled(claim, outcome)]
        return [self._failed(ready, claim, outcome, self._due_at(ready.route, claim, outcome))]

    def _judged_batch(self, ready: Ready, outcomes: Sequence[Outcome]) -> list[Settled]:
        """Each member by its own outcome; where all failed as one that counts as one failure, and they stay together."""
        route, claims, first = ready.route, ready.claims, outcomes[0]
        whole = batch.of_the_whole(outcomes)
        if whole and first.move is Move.REJECT and not ready.replay and len(claims) > 1:
            first = batch.smaller(first)
            self._heed(route, first)
            self._due.part(claims, len(claims) // 2, first=not self._brakes.accepted_any)
            return [Settled(claim, first, self._time.now()) for claim in claims]
        for outcome in [first] if whole else outcomes:
            self._heed(route, outcome)
        if whole:
            due_at = self._due_at(route, max(claims, key=lambda claim: claim.delivery.counted), first)
            return [self._failed(ready, claim, first, due_at) for claim in claims]
        return [
            Settled(claim, outcome)
            if outcome.move is Move.ACCEPT
            else self._failed(ready, claim, outcome, self._due_at(route, claim, outcome) if outcome.move is not Move.LOSE else pace.NEVER)
            for claim, outcome in zip(claims, outcomes, strict=True)
        ]

    def _heed(self, route: Route, outcome: Outcome) -> None:
        """What an answer says about the provider; a pause that it asks for is remembered for later runs and other terminals."""
        until = self._brakes.heed(route, outcome)
        if until is not None:
            self._writer.submit(self.log.pause, route.account.name, until)

    def _due_at(self, route: Route, claim: Claim, outcome: Outcome) -> float:
        due_at, said = self._brakes.due_at(outcome, claim.delivery.counted, keyed=route.keyed)
        if said:
            self._say(Waiting(said, 0))
        return due_at

    def _failed(self, ready: Ready, claim: Claim, outcome: Outcome, due_at: float) -> Settled:
        if ready.replay and outcome.move is Move.REJECT:
            due_at = pace.NEVER  # it stays uncertain, see the log, and would be refused again
        return Settled(claim, outcome, due_at)

    # ── waiting ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _wait_for_due(self) -> bool:
        """Wait for the next pause, probe or retry to come due. False where this run has nothing left to wait for."""
        brakes, due = self._brakes, self._due
        next_due = await self._write(self.log.next_due, self.run)
        probe = brakes.breaker.wait(self.clock.monotonic())
        waits = [(probe, "the provider fails; trying it again")] if probe else []
        waits += [(wait, "the provider's rate limit") for ready in due.ready if (wait := brakes.wait(ready.route)) > 0]
        if due.empty and next_due is not None:
            waits.append((max(next_due - self._time.now(), probe), "trying again what did not get through"))
        if not waits:
            return False
        seconds, what = max(waits) if brakes.breaker.open else min(waits)
        if brakes.beyond_patience(seconds):
            return False
        self._say(Waiting(what, seconds))
        await self._nap(max(seconds, 0.001))
        if seconds > STALE:
            due.put_back()
        return True

    async def _nap(self, seconds: float) -> None:
        """Sleep that an interrupt ends."""
        if self._brakes.stopping:  # since the last look
            return
        self._wake.clear()
        sleep = asyncio.ensure_future(self.clock.sleep(seconds))
        wake = asyncio.ensure_future(self._wake.wait())
        await asyncio.wait({sleep, wake}, return_when=asyncio.FIRST_COMPLETED)
        for task in (sleep, wake):
            task.cancel()

    async def _after_suspension(self) -> None:
        """A machine that slept has dead connections; rules and windows are looked at anew with each claim anyway."""
        if self._time.slept() > ASLEEP:
            self._say(Waiting("this machine was suspended; connections are opened anew", 0))
            await self.wire.drop()

    async def _land_all(self) -> None:
        """The line is stopped: start nothing, let what is in flight end, and try once more to write down how."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while self._flying:
                    self._wake.clear()
                    await self._wake.wait()
        try:
            await self._write(self.log.commit, self._landed, [], self.permit, self._time.now())
        except LogError:
            return  # they stay claimed, and the next run calls them uncertain
        for one in self._landed:
            self._say(one)


def _mistake(bug: Exception) -> Broken:
    return Broken(Evidence.UNKNOWN, f"a mistake in pressctl ({type(bug).__name__})", bug=bug)
