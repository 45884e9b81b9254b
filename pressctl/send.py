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
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from pressctl import batch, pace
from pressctl.clock import booted, set_back
from pressctl.delivery import Evidence, Move, Outcome, State, uncertain
from pressctl.delivery_log import Batch, Claim, Delivery, DeliveryLog, Permit, Settled
from pressctl.edition import Edition
from pressctl.errors import ConfigError, LogError, PressctlError, Problem, ProviderStop
from pressctl.outgoing import Digests, Ready, Route, request_for
from pressctl.provider import CannotCarry, told
from pressctl.wire import Answer, Broken, judge

if TYPE_CHECKING:
    import httpx2

    from pressctl.clock import Clock
    from pressctl.wire import Exchange, Wire

T = TypeVar("T")
AHEAD = 4 * 1024 * 1024  # bytes of requests made ahead, while the log is being written
CLAIMS = 64  # in one step of the log: of a larger burst the first leave while the next are written down
QUIET = 6  # turns of the event loop that bring no outcome, after which a step of the log waits for no more of them
BATCHES_AHEAD = 2  # batches that wait to be claimed; what waits are rows, the request is made when it leaves
# Seconds after which a thread that waits for the interpreter gets it. With CPython's 5 ms the writer of the log waits, at each
# of its few statements, for a loop that is always busy; meanwhile the loop runs out of claims and stands still.
TURNS = 0.00005
GRACE = 10.0  # seconds that requests in flight get to end after the first interrupt
ASLEEP = 5.0  # seconds of suspension after which connections are not trusted any more
STALE = 60.0  # seconds after which a request that waits is made anew: a signature's time grows old
MEND = "mend what the reason names: the sender's domain, the text, an attachment"
TOO_LARGE = "make the attachments smaller, or send links to them instead"
REPLAY_MARGIN = 120.0  # seconds before the end of a key's window in which it is not used any more; longer for a slow account


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
        self.log, self.run, self.edition, self.routes, self.wire = log, run, edition, routes, wire
        self.permit, self.clock, self.tell, self.chance = permit, clock, tell, chance
        self.concurrency = sum(route.account.concurrency for route in routes.values())
        self.breaker, self.refusals, self.budget = pace.Breaker(), pace.Refusals(), pace.Budget()
        self._writer = ThreadPoolExecutor(1, "log")
        self._digests = Digests()
        self._secrets = [secret for route in routes.values() for secret in route.account.secrets]
        self._rows: deque[Delivery] = deque()  # read from the log, no request made yet
        self._ready: deque[Ready] = deque()
        self._forms: dict[str, batch.Form | None] = {}  # account → how the edition goes in batches through it
        self._parts: dict[int, int] = {}  # delivery → the most that its next batch may hold, since a larger one was refused
        self._parted = False  # whether they go before all others: nobody was accepted yet, and they may show that nobody will be
        self._cursor = (0, 0)  # wave and id of the last planned row that was read
        self._flying: dict[int, Exchange | None] = {}  # by the id of the first delivery; None while it begins
        self._busy = dict.fromkeys((route.account.name for route in routes.values()), 0)  # account → requests under way
        self._landed: list[Settled] = []
        self._wake = asyncio.Event()
        self._paused: dict[str, float] = {}  # account → monotonic seconds, until which its provider asked for a pause
        self._paced: dict[str, float] = {}  # the same, until its rate lets the next request go
        self._problem: Problem | None = None
        self._error: PressctlError | None = None
        self._bug: BaseException | None = None
        self._interrupts, self._grace_until, self._given_up = 0, 0.0, False
        self._accepted_any = False
        self._progress_at = clock.monotonic()
        self._suspended = clock.suspended()
        self._booted = booted(clock)
        self._latest, self._elapsed = clock.now(), clock.monotonic() + self._suspended

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
            self._error = fault
            await self._land_all()
        except Exception as bug:  # not ours to handle, but what is under way must not be lost over it
            self._bug = self._bug or bug
            await self._land_all()
        finally:
            sys.setswitchinterval(interval)
            self._give_up("the run ended")
            self._writer.shutdown()
        if self._bug is not None:
            raise self._bug
        return Ended(self._problem, self._error, self._interrupts > 0)

    def interrupt(self) -> None:
        """Once: start nothing new, let what is in flight end. Twice: give up on what is in flight, too."""
        self._interrupts += 1
        self._grace_until = self.clock.monotonic() + GRACE
        if self._interrupts > 1:
            self._give_up("given up by a second interrupt")
        self._wake.set()

    def _give_up(self, reason: str) -> None:
        self._given_up = True
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
        return not self._stopping() and await self._wait_for_due()

    async def _gather_landed(self) -> None:
        """Outcomes that come one right after the other ride on one step: a few large ones cost half of many small ones."""
        quiet = 0
        while self._landed and self._flying and quiet < QUIET and not self._stopping():
            landed = len(self._landed)
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(self._landed) == landed else 0

    async def _commit(self, claims: list[Ready]) -> None:
        """Outcomes in, claims out, in one durable step. While the disk works, what the step before granted leaves, and more is made."""
        landed = list(self._landed)
        commit = self._write(self.log.step(landed, _claims(claims), self.permit, self._now()))
        try:
            await asyncio.sleep(0)  # the leaving
            await self._fill(self._ahead(claims))
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

    def _stopping(self) -> bool:
        return self._problem is not None or self._error is not None or self._bug is not None or self._interrupts > 0 or self._given_up

    def _now(self) -> float:
        """Seconds since 1970, never slower than time passes: a clock that is set back must not open a closed window."""
        elapsed = self.clock.monotonic() + self._suspended
        self._latest = max(self.clock.now(), self._latest + elapsed - self._elapsed)
        self._elapsed = elapsed
        return self._latest

    def _write(self, function: Callable[..., T], *values: object) -> asyncio.Future[T]:
        """Have the writer do this, after all that it was given before."""
        return asyncio.get_running_loop().run_in_executor(self._writer, function, *values)

    async def _until_woken(self) -> None:
        self._wake.clear()
        if self._landed:
            return
        if self._interrupts == 1:
            patience: float | None = max(0.0, self._grace_until - self.clock.monotonic())
        else:
            patience = self._until_next_claim()
        try:
            await asyncio.wait_for(self._wake.wait(), patience)
        except TimeoutError:
            if self._interrupts == 1:
                self.interrupt()

    # ── before: what may be claimed ──────────────────────────────────────────────────────────────────────────────

    async def _heed_pauses(self) -> None:
        """What a provider asked of an earlier run, or of another terminal, holds for this one."""
        for route in self.routes.values():
            _, wait = await self._write(self.log.reserve, route.account.name, 0, 0.0, self._now())
            if 0 < wait <= pace.LONGEST_MEMORY:
                self._pause(route, wait)

    async def _next_claims(self) -> list[Ready]:
        """The requests that may be claimed now, in order: within concurrency, rate, pauses and the breaker."""
        free = self._free()
        if free <= 0 or (self._parted and self._landed):
            return []
        if self._parted:  # they are due now, and will be read first
            self._parted, self._cursor = False, (0, 0)
            self._rows.clear()
            self._ready.clear()
        free = min(free, BATCHES_AHEAD if self._batching else CLAIMS)
        await self._fill(free)
        claims: list[Ready] = []
        kept: deque[Ready] = deque()
        now = self._now()
        while self._ready and len(claims) < free:
            ready = self._ready.popleft()
            if now >= ready.until:
                await self._write(self.log.shelve, pace.NEVER, *(claim.delivery for claim in ready.claims))
            elif self._unbounded(ready.route) or await self._may_leave(ready.route, claims):
                claims.append(ready)
            else:
                kept.append(ready)
        self._ready.extendleft(reversed(kept))
        return claims

    def _free(self) -> int:
        if self._stopping():
            return 0
        most = self.concurrency
        if self.breaker.open:
            most = 1 if self.breaker.wait(self.clock.monotonic()) == 0 else 0
        elif not self._accepted_any:
            most = min(most, 1 if self._batching else self._canaries)
        return most - len(self._flying)

    @property
    def _canaries(self) -> int:
        return max(1, pace.CANARIES - self.refusals.refused)

    def _unbounded(self, route: Route) -> bool:
        """Whether nothing holds this account back but the number of requests at once: the way of most."""
        return not self._paused and not self._paced and route.account.per_second <= 0 and len(self._busy) == 1

    async def _may_leave(self, route: Route, claims: list[Ready]) -> bool:
        account = route.account
        if self._wait(route) > 0:
            return False
        if len(self._busy) > 1 and self._busy[account.name] + sum(one.route is route for one in claims) >= account.concurrency:
            return False
        if account.per_second <= 0:
            return True
        allowed, wait = await self._write(self.log.reserve, account.name, 1, account.per_second, self._now())
        self._paced[account.name] = self.clock.monotonic() + wait
        return allowed > 0

    def _wait(self, route: Route) -> float:
        """Seconds until this account may be used again, by its provider's wish or its rate; 0 or less where it may be now."""
        name = route.account.name
        if name not in self._paused and name not in self._paced:
            return 0.0
        return max(self._paused.get(name, 0.0), self._paced.get(name, 0.0)) - self.clock.monotonic()

    def _until_next_claim(self) -> float | None:
        """Seconds until a pause or the breaker lets the next one go, where something is ready; None where not."""
        if self._stopping() or not self._ready or self._free() < 0:
            return None
        if self.breaker.open:
            return self.breaker.wait(self.clock.monotonic()) or None
        if not self._paused and not self._paced:
            return None
        waits = [self._wait(ready.route) for ready in self._ready]
        return max(0.001, min(waits)) if min(waits) > 0 else None

    def _ahead(self, claims: list[Ready]) -> int:
        size = max((len(ready.request.content) for ready in claims if ready.request), default=0) or 1
        return min(BATCHES_AHEAD if self._batching else self.concurrency, AHEAD // size)

    async def _fill(self, wanted: int) -> None:
        """Make requests until so many are ready, or nothing is due."""
        now = self._now()
        while len(self._ready) < wanted and not self._stopping():
            if not self._rows:
                await self._read_rows()
            if not self._rows:
                return
            row = self._rows.popleft()
            ready = self._prepare(row, now) if self._alone(row) else await self._next(row, now)
            if ready is None:
                continue
            if ready.replay and not ready.batch:
                ready.until = await self._write(self._until, ready)
            if now < ready.until:
                self._ready.append(ready)
            else:
                await self._write(self.log.shelve, pace.NEVER, *(claim.delivery for claim in ready.claims))

    def _alone(self, row: Delivery) -> bool:
        """Whether it goes in a request of its own and never left before: the way of most."""
        route = self.routes.get(row.channel)
        return row.state is not State.UNCERTAIN and (route is None or self._form(route) is None)

    async def _next(self, row: Delivery, now: float) -> Ready | None:
        """The batch that this one begins, or was lost in; else this one alone. None where it cannot be carried."""
        if row.state is State.UNCERTAIN:
            lost = await self._write(self.log.batch, row)
            return self._prepare(row, now) if lost is None else self._again(lost)
        rows = await self._gather(row)
        if len(rows) == 1:
            return self._prepare(row, now)
        route, name = self.routes[row.channel], batch.new_id()
        form = self._form(route)
        assert form is not None
        return Ready([form.claim(one, route.identity, name) for one in sorted(rows, key=lambda one: one.id)], route, None)

    async def _read_rows(self, gathered: Iterable[Delivery] = ()) -> None:
        """What waits for another attempt first: a key is a lease, and it runs out; then what is planned, in order."""
        held = {claim.delivery.id for claim in _claims(self._ready)} | set(self._flying) | {row.id for row in gathered}
        size = max(4 * self.concurrency, *(form.most for form in self._forms.values() if form), 1)
        again = await self._write(self.log.due_again, self.run, self._now(), size)
        planned = self.log.due(self.run, self._cursor, size)
        if planned:
            self._cursor = (planned[-1].wave, planned[-1].id)
        self._rows.extend(row for row in again if row.id not in held)
        self._rows.extend(planned)

    def _prepare(self, delivery: Delivery, now: float) -> Ready | None:
        route = self.routes.get(delivery.channel)
        if route is None:
            name = delivery.channel.partition(":")[2]
            self._error = ConfigError(
                f"`{name}`, through which {delivery.contact} was planned, is no longer configured", hint="put its section back"
            )
            return None
        try:
            request = request_for(delivery, self.edition, route, now)
        except CannotCarry as fault:
            self._problem, self._error = fault.problems[0], fault
            return None
        return Ready([Claim(delivery, route.identity, self._digests.of(request))], route, request)

    def _until(self, ready: Ready) -> float:
        """Until when what may have been applied may be sent again: same key, same bytes, same account, inside the key's window."""
        delivery, window = ready.claim.delivery, ready.route.account.module.PROFILE.key_window
        first = self.log.first_claim(delivery, ready.route.identity)
        if window is None or first is None or delivery.account != ready.route.identity:
            return 0.0
        claimed_at, digest, then = first
        if digest != ready.claim.digest or claimed_at > self._latest:  # made of other bytes, or under another clock
            return 0.0
        margin = max(REPLAY_MARGIN, ready.route.account.timeout + REPLAY_MARGIN / 2) + set_back(then, self._booted)
        return claimed_at + window.total_seconds() - margin

    # ── batches ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _form(self, route: Route) -> batch.Form | None:
        """How the edition goes in batches through this account; None where it cannot."""
        name = route.account.name
        if name not in self._forms:
            self._forms[name] = batch.form_of(self.edition, route.account)
        return self._forms[name]

    @property
    def _batching(self) -> bool:
        """Whether any account of this run takes more than one message a request."""
        return any(form is not None and form.most > 1 for form in map(self._form, self.routes.values()))

    async def _gather(self, first: Delivery) -> list[Delivery]:
        """What may leave in one request with this one: the next of the same channel and wave, as many as there is room for."""
        form = self._form(self.routes[first.channel])
        if form is None:
            return [first]
        most = form.most if self._accepted_any and not self.breaker.failures else min(form.most, self._canaries)
        rows, most, size = [first], min(most, self._parts.get(first.id, most)), form.room_for(first)
        while len(rows) < most:
            if not self._rows:
                await self._read_rows(rows)
            if not self._rows:
                break
            row = self._rows[0]
            size, most = size + form.room_for(row), min(most, self._parts.get(row.id, most))
            if row.state is State.UNCERTAIN or (row.channel, row.wave) != (first.channel, first.wave):
                break
            if size > form.largest or len(rows) >= most:
                break
            rows.append(self._rows.popleft())
        return rows

    def _again(self, lost: Batch) -> Ready | None:
        """A lost batch as it left: the same members in the same order under the same key, or not at all."""
        members = [row for row, _ in lost.members]
        known = {row.id for row in members}
        self._rows = deque(row for row in self._rows if row.id not in known)
        route = self.routes[members[0].channel]
        form, window = self._form(route), route.account.module.PROFILE.key_window
        waiting = [row for row in members if row.state is State.UNCERTAIN and row.run == self.run]
        if not waiting:  # settled since it was read
            return None
        claims = [Claim(row, route.identity, b"", lost.id) for row in waiting]
        until = 0.0
        if form is not None and window is not None and lost.whole and len(waiting) == len(members) and lost.first <= self._latest:
            claims = [form.claim(row, route.identity, lost.id) for row in members]
            same = [claim.digest for claim in claims] == [digest for _, digest in lost.members]
            if same and {row.account for row in members} == {route.identity}:
                until = lost.first + window.total_seconds() - REPLAY_MARGIN - set_back(lost.booted, self._booted)
        return Ready(claims, route, None, until)

    def _apart(self, ready: Ready, why: str) -> list[Settled]:
        """A batch that cannot be made after all: from now on this account takes one message a request."""
        self._forms[ready.route.account.name] = None
        move, due_at = (Move.LOSE, pace.NEVER) if ready.replay else (Move.DEFER, self._now())
        held = Outcome(move, Evidence.NEVER_LEFT, f"to go by itself: {why}", counts=False)
        return [Settled(claim, held, due_at) for claim in ready.claims]

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
        wait = self._paused[name] - self.clock.monotonic() if (name := ready.route.account.name) in self._paused else 0.0
        if not self._stopping() and wait <= 0 and (not ready.replay or (ready.whole and self._now() < ready.until)):
            return None
        due_at = self._now() + wait if wait > 0 and not self._stopping() else pace.NEVER
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
            if isinstance(result, Broken) and (result.bug is not None or self._given_up):
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
        self._bug = self._bug or broken.bug
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
        return (lambda: self._now() < ready.until) if ready.replay else None

    def _batch_request(self, ready: Ready) -> httpx2.Request | None:
        """The request of a batch, now that it is known who is in it; None where it cannot be made: then each goes by itself."""
        try:
            form = self._form(ready.route)
            if form is None:
                raise CannotCarry("not every message can go in a batch")
            return form.request(ready.claims, self._now())
        except CannotCarry as fault:
            self._land(ready, self._apart(ready, fault.problems[0].text))
            return None

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
            self._parted = not self._accepted_any
            self._parts |= dict.fromkeys((claim.delivery.id for claim in claims), len(claims) // 2)
            return [Settled(claim, first, self._now()) for claim in claims]
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
        """What an answer says about the provider, beyond the delivery that it belongs to."""
        now = self.clock.monotonic()
        self.budget.note(outcome)
        if outcome.move is Move.ACCEPT:
            self._accepted_any, self._progress_at = True, now
        if outcome.stop:
            self._stop(outcome.stop, outcome.hint)
        if why := self.breaker.note(outcome, keyed=route.keyed, now=now):
            self._stop(why, "nothing else was sent; look at the provider's status page, then run the same command again")
        if why := self.refusals.note(outcome):
            self._stop(why, f"nothing else was sent; {TOO_LARGE if outcome.status == 413 else MEND}")
        if outcome.retry_after is not None or (outcome.status == 429 and not outcome.stop):
            self._slow_down(route, outcome)

    def _due_at(self, route: Route, claim: Claim, outcome: Outcome) -> float:
        counted = claim.delivery.counted + int(outcome.counts)
        due_at = pace.again_at(outcome, counted, keyed=route.keyed, now=self._now(), chance=self.chance)
        due_at, said = self.budget.spend(outcome, due_at)
        if said:
            self._say(Waiting(said, 0))
        return due_at

    def _failed(self, ready: Ready, claim: Claim, outcome: Outcome, due_at: float) -> Settled:
        if ready.replay and outcome.move is Move.REJECT:
            due_at = pace.NEVER  # it stays uncertain, see the log, and would be refused again
        return Settled(claim, outcome, due_at)

    def _slow_down(self, route: Route, outcome: Outcome) -> None:
        """Retry-After holds for the account as a whole: nobody sends through it before."""
        seconds = outcome.retry_after if outcome.retry_after is not None else pace.backoff(3, self.chance) + 1.0
        self._pause(route, seconds)
        until = self._now() + min(seconds, pace.LONGEST_MEMORY)
        self._writer.submit(self.log.pause, route.account.name, until)

    def _pause(self, route: Route, seconds: float) -> None:
        now = self.clock.monotonic()
        if seconds > pace.LONGEST_PAUSE or now + seconds > self._progress_at + pace.PATIENCE:
            until = datetime.fromtimestamp(self._now() + min(seconds, 1e9), UTC)
            self._stop(f"the provider asks for a pause until {until:%Y-%m-%d %H:%M} UTC", "run the same command again after that")
        self._paused[route.account.name] = max(self._paused.get(route.account.name, 0.0), now + seconds)

    def _stop(self, text: str, hint: str) -> None:
        if self._problem is None:
            self._problem = Problem(text, None, hint)
            self._error = ProviderStop(text, None, hint)

    # ── waiting ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _wait_for_due(self) -> bool:
        """Wait for the next pause, probe or retry to come due. False where this run has nothing left to wait for."""
        now = self.clock.monotonic()
        due = await self._write(self.log.next_due, self.run)
        waits = [(wait, "the provider fails; trying it again")] if (wait := self.breaker.wait(now)) else []
        paused = [self._wait(ready.route) for ready in self._ready]
        waits += [(wait, "the provider's rate limit") for wait in paused if wait > 0]
        if not self._ready and not self._rows and due is not None:
            waits.append((max(due - self._now(), self.breaker.wait(now)), "trying again what did not get through"))
        if not waits:
            return False
        seconds, what = max(waits) if self.breaker.open else min(waits)
        if now + seconds > self._progress_at + pace.PATIENCE:
            return False
        self._say(Waiting(what, seconds))
        await self._nap(max(seconds, 0.001))
        if seconds > STALE:
            self._rows.extendleft(claim.delivery for claim in reversed(_claims(self._ready)))
            self._ready.clear()
        return True

    async def _nap(self, seconds: float) -> None:
        """Sleep that an interrupt ends."""
        if self._stopping():  # since the last look
            return
        self._wake.clear()
        sleep = asyncio.ensure_future(self.clock.sleep(seconds))
        wake = asyncio.ensure_future(self._wake.wait())
        await asyncio.wait({sleep, wake}, return_when=asyncio.FIRST_COMPLETED)
        for task in (sleep, wake):
            task.cancel()

    async def _after_suspension(self) -> None:
        """A machine that slept has dead connections; rules and windows are looked at anew with each claim anyway."""
        before, self._suspended = self._suspended, self.clock.suspended()
        if self._suspended - before > ASLEEP:
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
            await self._write(self.log.commit, self._landed, [], self.permit, self._now())
        except LogError:
            return  # they stay claimed, and the next run calls them uncertain
        for one in self._landed:
            self._say(one)


def _mistake(bug: Exception) -> Broken:
    return Broken(Evidence.UNKNOWN, f"a mistake in pressctl ({type(bug).__name__})", bug=bug)


def _claims(several: Iterable[Ready]) -> list[Claim]:
    return [claim for ready in several for claim in ready.claims]
