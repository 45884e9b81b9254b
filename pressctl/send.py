"""The loop: claim → exchange → settle. Paces, retries, stops the line; never speaks before the log has the claim.

One writer keeps the log, in a thread of its own. Outcomes and claims ride together on one commit, and the next commit
starts when the last has ended: under load it carries many, at rest one, and no timer slows it down.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

import orjson

from pressctl import pace
from pressctl.delivery import Evidence, Move, Outcome, State
from pressctl.delivery_log import Claim, Delivery, DeliveryLog, Permit, Settled
from pressctl.edition import Edition, Personal, compose
from pressctl.errors import LogError, PressctlError, Problem, ProviderStop
from pressctl.message import Address, Endpoint
from pressctl.provider import CannotCarry
from pressctl.wire import Broken, judge

if TYPE_CHECKING:
    import httpx2

    from pressctl.provider import Account
    from pressctl.wire import Wire

T = TypeVar("T")
GRACE = 10.0  # seconds that requests in flight get to end after the first interrupt
ASLEEP = 5.0  # seconds of suspension after which connections are not trusted any more
REPLAY_MARGIN = 120.0  # seconds before the end of a key's window in which it is not used any more


class Clock(Protocol):
    """Time, injected: tests pass one that they turn themselves."""

    def now(self) -> float:
        """Seconds since 1970, UTC; may jump."""

    def monotonic(self) -> float:
        """Seconds that never run backwards and may stand still while the machine is suspended."""

    def suspended(self) -> float:
        """Seconds that the machine has been suspended since it started."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's clocks."""

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds on the monotonic clock."""
        return time.monotonic()

    def suspended(self) -> float:
        """Boot time runs on during suspension, monotonic time does not (Linux, clock_gettime(2)); 0 elsewhere."""
        boot = getattr(time, "CLOCK_BOOTTIME", None)
        return time.clock_gettime(boot) - time.clock_gettime(time.CLOCK_MONOTONIC) if boot is not None else 0.0

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Route:
    """Through which account a channel goes. `identity` names account and credentials without revealing them.

    `redirect` gives the URL that a webhook's request goes to instead, in a rehearsal.
    """

    account: Account
    identity: str
    redirect: Callable[[str], str] | None = None

    @property
    def keyed(self) -> bool:
        """Whether the provider remembers our key, so that a request may be replayed."""
        return self.account.module.PROFILE.key_window is not None


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


@dataclass(slots=True)
class Ready:
    """A request that is made and may be claimed."""

    claim: Claim
    route: Route
    request: httpx2.Request = field(repr=False)


def digest_of(request: httpx2.Request) -> bytes:
    """SHA-256 of what leaves: method, URL, body. Headers that carry a signature's time are not part of it."""
    return hashlib.sha256(b"\0".join((request.method.encode(), str(request.url).encode(), request.content))).digest()


def request_for(delivery: Delivery, edition: Edition, route: Route, now: float) -> httpx2.Request:
    """The request for a delivery, made from the logged edition and nothing else: the same now and at a replay.

    Raises `provider.CannotCarry` where the provider has no place for something in the message.
    """
    words = orjson.loads(delivery.personal)
    personal = Personal(tuple(words["text"]), tuple(words["html"]))
    if delivery.channel == "email":
        to: Address | Endpoint = Address(delivery.address, delivery.name)
    else:
        url = route.redirect(delivery.address) if route.redirect else delivery.address
        to = Endpoint(url, delivery.name)
    message = compose(edition, personal, to, delivery.key)
    return route.account.module.request(message, route.account.settings, delivery.key, datetime.fromtimestamp(now, UTC))


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
        self.concurrency = max((route.account.concurrency for route in routes.values()), default=1)
        self.breaker, self.refusals = pace.Breaker(), pace.Refusals()
        self._writer = ThreadPoolExecutor(1, "log")
        self._rows: deque[Delivery] = deque()  # read from the log, no request made yet
        self._ready: deque[Ready] = deque()
        self._cursor = (0, 0)  # wave and id of the last planned row that was read
        self._flying: dict[int, asyncio.Task[None]] = {}
        self._landed: list[Settled] = []
        self._wake = asyncio.Event()
        self._paused: dict[str, float] = {}  # account → monotonic seconds
        self._problem: Problem | None = None
        self._error: PressctlError | None = None
        self._interrupts, self._grace_until = 0, 0.0
        self._accepted_any = False
        self._progress_at = clock.monotonic()
        self._latest = clock.now()
        self._suspended = clock.suspended()

    # ── the way of a run ─────────────────────────────────────────────────────────────────────────────────────────

    async def send(self) -> Ended:
        """Work until nothing of this run is due any more, or something stops the line. Nothing is raised but bugs."""
        try:
            while await self._step():
                pass
        except PressctlError as fault:  # the log failed, or a rule cannot be read any more: when in doubt, do not send
            self._error = fault
            await self._land_all()
        finally:
            for task in self._flying.values():
                task.cancel()
            self._writer.shutdown()
        return Ended(self._problem, self._error, self._interrupts > 0)

    def interrupt(self) -> None:
        """Once: start nothing new, let what is in flight end. Twice: give up on what is in flight, too."""
        self._interrupts += 1
        self._grace_until = self.clock.monotonic() + GRACE
        if self._interrupts > 1:
            for task in self._flying.values():
                task.cancel()
        self._wake.set()

    async def _step(self) -> bool:
        await self._after_suspension()
        claims = await self._next_claims()
        landed = list(self._landed)
        if landed or claims:
            granted = await self._write(self.log.commit, landed, [ready.claim for ready in claims], self.permit, self._now())
            del self._landed[: len(landed)]
            for one in landed:
                self.tell(one)
            self._launch(claims, granted)
            return True
        if self._flying:
            await self._until_woken()
            return True
        return not self._stopping() and await self._wait_for_due()

    def _stopping(self) -> bool:
        return self._problem is not None or self._error is not None or self._interrupts > 0

    def _now(self) -> float:
        self._latest = max(self._latest, self.clock.now())  # a clock set back must not open a closed window again
        return self._latest

    async def _write(self, function: Callable[..., T], *values: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, function, *values)

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

    async def _next_claims(self) -> list[Ready]:
        """The requests that may be claimed now, in order: within concurrency, rate, pauses and the breaker."""
        free = self._free()
        if free <= 0:
            return []
        await self._fill(free)
        claims: list[Ready] = []
        kept: deque[Ready] = deque()
        while self._ready and len(claims) < free:
            ready = self._ready.popleft()
            if await self._may_leave(ready.route):
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
            most = min(most, pace.CANARIES)
        return most - len(self._flying)

    async def _may_leave(self, route: Route) -> bool:
        now = self.clock.monotonic()
        name = route.account.name
        if self._paused.get(name, 0.0) > now:
            return False
        if route.account.per_second <= 0:
            return True
        allowed, wait = await self._write(self.log.reserve, name, 1, route.account.per_second, self._now())
        self._paused[name] = now + wait
        return allowed > 0

    def _until_next_claim(self) -> float | None:
        """Seconds until a pause or the breaker lets the next one go, where something is ready; None where not."""
        if self._stopping() or not self._ready or self._free() < 0:
            return None
        now = self.clock.monotonic()
        if self.breaker.open:
            return self.breaker.wait(now) or None
        waits = [self._paused.get(ready.route.account.name, 0.0) - now for ready in self._ready]
        return max(0.001, min(waits)) if min(waits) > 0 else None

    async def _fill(self, wanted: int) -> None:
        while len(self._ready) < wanted:
            if not self._rows:
                await self._read_rows()
            if not self._rows:
                return
            delivery = self._rows.popleft()
            ready = self._prepare(delivery)
            if ready is None:
                continue
            if await self._may_replay(ready):
                self._ready.append(ready)
            else:
                await self._write(self.log.shelve, delivery, pace.NEVER)

    async def _read_rows(self) -> None:
        size = 4 * self.concurrency
        rows = await self._write(self.log.due, self.run, self._cursor, size)
        if rows:
            self._cursor = (rows[-1].wave, rows[-1].id)
        else:
            held = {ready.claim.delivery.id for ready in self._ready} | set(self._flying)
            again = await self._write(self.log.due_again, self.run, self._now(), size)
            rows = [row for row in again if row.id not in held]
        self._rows.extend(rows)

    def _prepare(self, delivery: Delivery) -> Ready | None:
        route = self.routes[delivery.channel]
        try:
            request = request_for(delivery, self.edition, route, self._now())
        except CannotCarry as fault:
            self._problem, self._error = fault.problems[0], fault
            return None
        return Ready(Claim(delivery, route.identity, digest_of(request)), route, request)

    async def _may_replay(self, ready: Ready) -> bool:
        """Whether an uncertain delivery may be sent again: same key, same bytes, same account, inside the key's window."""
        delivery, window = ready.claim.delivery, ready.route.account.module.PROFILE.key_window
        if delivery.state is not State.UNCERTAIN:
            return True
        first = await self._write(self.log.first_claim, delivery, ready.route.identity)
        if window is None or first is None or delivery.account != ready.route.identity:
            return False
        claimed_at, digest = first
        return digest == ready.claim.digest and self._now() < claimed_at + window.total_seconds() - REPLAY_MARGIN

    # ── the exchange ─────────────────────────────────────────────────────────────────────────────────────────────

    def _launch(self, claims: list[Ready], granted: list[Claim]) -> None:
        allowed = {claim.delivery.id for claim in granted}
        for ready in claims:
            if ready.claim.delivery.id in allowed:
                self._flying[ready.claim.delivery.id] = asyncio.create_task(self._exchange(ready))

    async def _exchange(self, ready: Ready) -> None:
        try:
            result = await self.wire.exchange(ready.request)
            if isinstance(result, Broken):
                outcome = judge(result, keyed=ready.route.keyed)
            else:
                outcome = ready.route.account.module.outcome(result.response)
                if not result.whole and outcome.move is Move.LOSE:  # answered before it was all handed over: nobody can have had it
                    outcome = replace(outcome, move=Move.DEFER, evidence=Evidence.INCOMPLETE)
        except asyncio.CancelledError:
            outcome = Outcome(Move.LOSE, Evidence.UNKNOWN, "given up by a second interrupt")
        self._flying.pop(ready.claim.delivery.id, None)
        self._landed.append(self._judged(ready, outcome))
        self._wake.set()

    def _judged(self, ready: Ready, outcome: Outcome) -> Settled:
        keyed, delivery = ready.route.keyed, ready.claim.delivery
        now = self.clock.monotonic()
        counted = delivery.counted + int(outcome.counts)
        due_at = pace.again_at(outcome, counted, keyed=keyed, now=self._now(), chance=self.chance)
        if outcome.move is Move.ACCEPT:
            self._accepted_any, self._progress_at = True, now
        if outcome.stop:
            self._stop(outcome.stop, outcome.hint)
        for why in (self.breaker.note(outcome, keyed=keyed, now=now), self.refusals.note(outcome)):
            if why:
                self._stop(why, "nothing else was sent; look at the provider's status page, then run the same command again")
        if outcome.retry_after is not None or (outcome.status == 429 and not outcome.stop):
            self._slow_down(ready.route, outcome, now)
        return Settled(ready.claim, outcome, due_at)

    def _slow_down(self, route: Route, outcome: Outcome, now: float) -> None:
        """Retry-After holds for the account as a whole: nobody sends through it before."""
        seconds = outcome.retry_after if outcome.retry_after is not None else pace.backoff(3, self.chance) + 1.0
        until = datetime.fromtimestamp(self._now() + seconds, UTC)
        if seconds > pace.LONGEST_PAUSE or now + seconds > self._progress_at + pace.PATIENCE:
            self._stop(f"the provider asks for a pause until {until:%Y-%m-%d %H:%M} UTC", "run the same command again after that")
        self._paused[route.account.name] = max(self._paused.get(route.account.name, 0.0), now + seconds)
        self._writer.submit(self.log.pause, route.account.name, self._now() + seconds)

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
        paused = [self._paused.get(ready.route.account.name, 0.0) - now for ready in self._ready]
        waits += [(wait, "the provider's rate limit") for wait in paused if wait > 0]
        if not self._ready and not self._rows and due is not None:
            waits.append((max(due - self._now(), self.breaker.wait(now)), "trying again what did not get through"))
        if not waits:
            return False
        seconds, what = max(waits) if self.breaker.open else min(waits)
        if now + seconds > self._progress_at + pace.PATIENCE:
            return False
        self.tell(Waiting(what, seconds))
        await self._nap(max(seconds, 0.001))
        return True

    async def _nap(self, seconds: float) -> None:
        """Sleep that an interrupt ends."""
        self._wake.clear()
        sleep = asyncio.ensure_future(self.clock.sleep(seconds))
        wake = asyncio.ensure_future(self._wake.wait())
        await asyncio.wait({sleep, wake}, return_when=asyncio.FIRST_COMPLETED)
        for task in (sleep, wake):
            task.cancel()

    async def _after_suspension(self) -> None:
        """A machine that slept has dead connections; rules and windows are looked at anew with each claim anyway."""
        suspended = self.clock.suspended()
        if suspended - self._suspended > ASLEEP:
            self.tell(Waiting("this machine was suspended; connections are opened anew", 0))
            await self.wire.drop()
        self._suspended = suspended

    async def _land_all(self) -> None:
        """The line is stopped: start nothing, let what is in flight end, and try once more to write down how."""
        if self._flying:
            await asyncio.wait(self._flying.values(), timeout=GRACE)
        try:
            await self._write(self.log.commit, self._landed, [], self.permit, self._now())
        except LogError:
            return  # they stay claimed, and the next run calls them uncertain
        for one in self._landed:
            self.tell(one)
