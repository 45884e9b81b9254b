"""What holds a run back: pauses, rates, the breaker, refusals, patience; and what stops it. It keeps count and does nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pressctl import pace
from pressctl.clock import Clock, Forward
from pressctl.delivery import Move, Outcome
from pressctl.errors import PressctlError, Problem, ProviderStop
from pressctl.outgoing import Route

MEND = "mend what the reason names: the sender's domain, the text, an attachment"
TOO_LARGE = "make the attachments smaller, or send links to them instead"
STATUS_PAGE = "nothing else was sent; look at the provider's status page, then run the same command again"


@dataclass(slots=True)
class Brakes:
    """Those of one run. `time` is seconds since 1970, all else monotonic seconds."""

    clock: Clock
    time: Forward
    chance: Callable[[], float]
    breaker: pace.Breaker = field(default_factory=pace.Breaker)
    refusals: pace.Refusals = field(default_factory=pace.Refusals)
    budget: pace.Budget = field(default_factory=pace.Budget)
    problem: Problem | None = None  # what stopped the run, as it is told
    error: PressctlError | None = None  # and as it ends the command
    bug: BaseException | None = None  # a mistake of ours
    interrupts: int = 0
    given_up: bool = False  # on what is under way, too
    accepted_any: bool = False
    _progress_at: float = field(init=False)
    _paused: dict[str, float] = field(default_factory=dict)  # account → until when its provider asked for a pause
    _paced: dict[str, float] = field(default_factory=dict)  # the same, until its rate lets the next request go

    def __post_init__(self) -> None:
        self._progress_at = self.clock.monotonic()

    # ── stopping ─────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def stopping(self) -> bool:
        """Whether nothing new may leave in this run."""
        return self.problem is not None or self.error is not None or self.bug is not None or self.interrupts > 0 or self.given_up

    def stop(self, text: str, hint: str) -> None:
        """Stop the line; the first reason is the one that is told."""
        if self.problem is None:
            self.problem = Problem(text, None, hint)
            self.error = ProviderStop(text, None, hint)

    # ── waiting ──────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def nobody_waits(self) -> bool:
        """Whether no account waits for anything: the way of most."""
        return not self._paused and not self._paced

    def wait(self, route: Route) -> float:
        """Seconds until this account may be used again, by its provider's wish or its rate; 0 or less where it may be now."""
        name = route.account.name
        if name not in self._paused and name not in self._paced:
            return 0.0
        return max(self._paused.get(name, 0.0), self._paced.get(name, 0.0)) - self.clock.monotonic()

    def pause_left(self, route: Route) -> float:
        """Seconds of a pause that its provider asked for, which also holds for what has been claimed."""
        name = route.account.name
        return self._paused[name] - self.clock.monotonic() if name in self._paused else 0.0

    def pause(self, route: Route, seconds: float) -> None:
        """Nobody sends through this account before; where that is too long, the run stops."""
        if seconds > pace.LONGEST_PAUSE or self.beyond_patience(seconds):
            until = datetime.fromtimestamp(self.time.now() + min(seconds, 1e9), UTC)
            self.stop(f"the provider asks for a pause until {until:%Y-%m-%d %H:%M} UTC", "run the same command again after that")
        name = route.account.name
        self._paused[name] = max(self._paused.get(name, 0.0), self.clock.monotonic() + seconds)

    def keep_to_rate(self, route: Route, seconds: float) -> None:
        """The account's rate lets its next request go after so many seconds."""
        self._paced[route.account.name] = self.clock.monotonic() + seconds

    def beyond_patience(self, seconds: float) -> bool:
        """Whether a wait of so many seconds is longer than a run without an acceptance waits."""
        return self.clock.monotonic() + seconds > self._progress_at + pace.PATIENCE

    # ── how many at once ─────────────────────────────────────────────────────────────────────────────────────────

    @property
    def canaries(self) -> int:
        """How many may be tried while nobody was accepted yet."""
        return max(1, pace.CANARIES - self.refusals.refused)

    def most(self, concurrency: int, *, batching: bool) -> int:
        """How many requests may be under way."""
        if self.stopping:
            return 0
        if self.breaker.open:
            return 1 if self.breaker.wait(self.clock.monotonic()) == 0 else 0
        if not self.accepted_any:
            return min(concurrency, 1 if batching else self.canaries)
        return concurrency

    def most_in_one(self, form: int) -> int:
        """How many messages may go in one request, of which `form` has room for so many."""
        return form if self.accepted_any and not self.breaker.failures else min(form, self.canaries)

    # ── what an answer says ──────────────────────────────────────────────────────────────────────────────────────

    def heed(self, route: Route, outcome: Outcome) -> float | None:
        """What an answer says about the provider, beyond the delivery that it belongs to.

        Returns until when, in seconds since 1970, the log is to remember a pause that it asked for.
        """
        now = self.clock.monotonic()
        self.budget.note(outcome)
        if outcome.move is Move.ACCEPT:
            self.accepted_any, self._progress_at = True, now
        if outcome.stop:
            self.stop(outcome.stop, outcome.hint)
        if why := self.breaker.note(outcome, keyed=route.keyed, now=now):
            self.stop(why, STATUS_PAGE)
        if why := self.refusals.note(outcome):
            self.stop(why, f"nothing else was sent; {TOO_LARGE if outcome.status == 413 else MEND}")
        if outcome.retry_after is not None or (outcome.status == 429 and not outcome.stop):
            return self._slow_down(route, outcome)
        return None

    def _slow_down(self, route: Route, outcome: Outcome) -> float:
        """Retry-After holds for the account as a whole: nobody sends through it before."""
        seconds = outcome.retry_after if outcome.retry_after is not None else pace.backoff(3, self.chance) + 1.0
        self.pause(route, seconds)
        return self.time.now() + min(seconds, pace.LONGEST_MEMORY)

    def due_at(self, outcome: Outcome, counted: int, *, keyed: bool) -> tuple[float, str]:
        """When a delivery may be tried again, in seconds since 1970, after `counted` attempts before this one; and what to say."""
        due_at = pace.again_at(outcome, counted + int(outcome.counts), keyed=keyed, now=self.time.now(), chance=self.chance)
        return self.budget.spend(outcome, due_at)
