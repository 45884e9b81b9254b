"""What a run sends next, in order and made ready to leave: alone or in batches, a replay only inside its key's window."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol, TypeVar

from pressctl import batch, pace
from pressctl.clock import set_back
from pressctl.delivery import State
from pressctl.delivery_log import Batch, Claim, Delivery, DeliveryLog
from pressctl.edition import Edition
from pressctl.errors import ConfigError
from pressctl.outgoing import Digests, Ready, Route, claims_of, request_for
from pressctl.provider import CannotCarry

if TYPE_CHECKING:
    from pressctl.brakes import Brakes

T = TypeVar("T")
AHEAD = 4 * 1024 * 1024  # bytes of requests made ahead, while the log is being written
BATCHES_AHEAD = 2  # batches that wait to be claimed; what waits are rows, the request is made when it leaves
REPLAY_MARGIN = 120.0  # seconds before the end of a key's window in which it is not used any more; longer for a slow account


class Write(Protocol):
    """Has the log's own thread do something, after all that it was given before."""

    def __call__(self, function: Callable[..., T], *values: object) -> Awaitable[T]: ...


class Due:
    """What is due in one run of the log. `under_way` are the ids of what is in flight, by their request's first delivery."""

    def __init__(
        self,
        log: DeliveryLog,
        run: int,
        edition: Edition,
        routes: Mapping[str, Route],
        brakes: Brakes,
        write: Write,
        under_way: Collection[int],
    ) -> None:
        self._log, self._run, self._edition, self._routes = log, run, edition, routes
        self._brakes, self._time, self._write, self._under_way = brakes, brakes.time, write, under_way
        self._concurrency = sum(route.account.concurrency for route in routes.values())
        self.ready: deque[Ready] = deque()
        self.parted = False  # whether what was refused as a batch goes before all others: it may show that nobody will be accepted
        self._rows: deque[Delivery] = deque()  # read from the log, no request made yet
        self._cursor = (0, 0)  # wave and id of the last planned row that was read
        self._digests = Digests()
        self._forms: dict[str, batch.Form | None] = {}  # account → how the edition goes in batches through it
        self._parts: dict[int, int] = {}  # delivery → the most that its next batch may hold, since a larger one was refused

    @property
    def empty(self) -> bool:
        """Whether nothing that was read waits any more."""
        return not self.ready and not self._rows

    def most_ahead(self, claims: Iterable[Ready]) -> int:
        """How many requests are made while these are being claimed: as many as may be under way, and memory allows."""
        size = max((len(ready.request.content) for ready in claims if ready.request), default=0) or 1
        return min(BATCHES_AHEAD if self.batching else self._concurrency, AHEAD // size)

    async def fill(self, wanted: int) -> None:
        """Make requests until so many are ready, or nothing is due."""
        now = self._time.now()
        while len(self.ready) < wanted and not self._brakes.stopping:
            if not self._rows:
                await self._read()
            if not self._rows:
                return
            row = self._rows.popleft()
            ready = self._prepare(row, now) if self._alone(row) else await self._next(row, now)
            if ready is None:
                continue
            if ready.replay and not ready.batch:
                ready.until = await self._write(self._until, ready)
            if now < ready.until:
                self.ready.append(ready)
            else:
                await self.shelve(ready)

    async def shelve(self, ready: Ready) -> None:
        """Leave it to a later run, or to a person: its window has closed."""
        await self._write(self._log.shelve, pace.NEVER, *(claim.delivery for claim in ready.claims))

    def put_back(self) -> None:
        """Make the requests anew: a signature's time grows old."""
        self._rows.extendleft(claim.delivery for claim in reversed(claims_of(self.ready)))
        self.ready.clear()

    def start_over(self) -> None:
        """Read again from the beginning."""
        self.parted, self._cursor = False, (0, 0)
        self._rows.clear()
        self.ready.clear()

    # ── one by one ───────────────────────────────────────────────────────────────────────────────────────────────

    def _alone(self, row: Delivery) -> bool:
        """Whether it goes in a request of its own and never left before: the way of most."""
        route = self._routes.get(row.channel)
        return row.state is not State.UNCERTAIN and (route is None or self.form(route) is None)

    async def _next(self, row: Delivery, now: float) -> Ready | None:
        """The batch that this one begins, or was lost in; else this one alone. None where it cannot be carried."""
        if row.state is State.UNCERTAIN:
            lost = await self._write(self._log.batch, row)
            return self._prepare(row, now) if lost is None else self._again(lost)
        rows = await self._gather(row)
        if len(rows) == 1:
            return self._prepare(row, now)
        route, name = self._routes[row.channel], batch.new_id()
        form = self.form(route)
        assert form is not None
        return Ready([form.claim(one, route.identity, name) for one in sorted(rows, key=lambda one: one.id)], route, None)

    async def _read(self, gathered: Iterable[Delivery] = ()) -> None:
        """What waits for another attempt first: a key is a lease, and it runs out; then what is planned, in order."""
        held = {claim.delivery.id for claim in claims_of(self.ready)} | set(self._under_way) | {row.id for row in gathered}
        size = max(4 * self._concurrency, *(form.most for form in self._forms.values() if form), 1)
        again = await self._write(self._log.due_again, self._run, self._time.now(), size)
        planned = self._log.due(self._run, self._cursor, size)
        if planned:
            self._cursor = (planned[-1].wave, planned[-1].id)
        self._rows.extend(row for row in again if row.id not in held)
        self._rows.extend(planned)

    def _prepare(self, delivery: Delivery, now: float) -> Ready | None:
        route = self._routes.get(delivery.channel)
        if route is None:
            name = delivery.channel.partition(":")[2]
            text = f"`{name}`, through which {delivery.contact} was planned, is no longer configured"
            self._brakes.error = ConfigError(text, hint="put its section back")
            return None
        try:
            request = request_for(delivery, self._edition, route, now)
        except CannotCarry as fault:
            self._brakes.problem, self._brakes.error = fault.problems[0], fault
            return None
        return Ready([Claim(delivery, route.identity, self._digests.of(request))], route, request)

    def _until(self, ready: Ready) -> float:
        """Until when what may have been applied may be sent again: same key, same bytes, same account, inside the key's window."""
        delivery, window = ready.claim.delivery, ready.route.account.module.PROFILE.key_window
        first = self._log.first_claim(delivery, ready.route.identity)
        if window is None or first is None or delivery.account != ready.route.identity:
            return 0.0
        claimed_at, digest, then = first
        if digest != ready.claim.digest or claimed_at > self._time.latest:  # made of other bytes, or under another clock
            return 0.0
        margin = max(REPLAY_MARGIN, ready.route.account.timeout + REPLAY_MARGIN / 2) + set_back(then, self._time.booted)
        return claimed_at + window.total_seconds() - margin

    # ── batches ──────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def batching(self) -> bool:
        """Whether any account of this run takes more than one message a request."""
        return any(form is not None and form.most > 1 for form in map(self.form, self._routes.values()))

    def form(self, route: Route) -> batch.Form | None:
        """How the edition goes in batches through this account; None where it cannot."""
        name = route.account.name
        if name not in self._forms:
            self._forms[name] = batch.form_of(self._edition, route.account)
        return self._forms[name]

    def no_more_batches(self, route: Route) -> None:
        """From now on this account takes one message a request."""
        self._forms[route.account.name] = None

    def part(self, claims: Iterable[Claim], most: int, *, first: bool) -> None:
        """These go in batches of at most so many from now on, before all others where they are to be the `first`."""
        self.parted = first
        self._parts |= dict.fromkeys((claim.delivery.id for claim in claims), most)

    async def _gather(self, first: Delivery) -> list[Delivery]:
        """What may leave in one request with this one: the next of the same channel and wave, as many as there is room for."""
        form = self.form(self._routes[first.channel])
        if form is None:
            return [first]
        most = self._brakes.most_in_one(form.most)
        rows, most, size = [first], min(most, self._parts.get(first.id, most)), form.room_for(first)
        while len(rows) < most:
            if not self._rows:
                await self._read(rows)
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
        route = self._routes[members[0].channel]
        form, window = self.form(route), route.account.module.PROFILE.key_window
        waiting = [row for row in members if row.state is State.UNCERTAIN and row.run == self._run]
        if not waiting:  # settled since it was read
            return None
        claims = [Claim(row, route.identity, b"", lost.id) for row in waiting]
        until = 0.0
        if form is not None and window is not None and lost.whole and len(waiting) == len(members) and lost.first <= self._time.latest:
            claims = [form.claim(row, route.identity, lost.id) for row in members]
            same = [claim.digest for claim in claims] == [digest for _, digest in lost.members]
            if same and {row.account for row in members} == {route.identity}:
                until = lost.first + window.total_seconds() - REPLAY_MARGIN - set_back(lost.booted, self._time.booted)
        return Ready(claims, route, None, until)
