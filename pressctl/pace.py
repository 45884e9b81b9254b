"""When to try again, and when to stop trying: back-off, the breaker, patience. Pure; time and chance are passed in."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from pressctl.delivery import Evidence, Move, Outcome

NEVER = 1e16  # seconds since 1970: not in this run
ATTEMPTS = 4  # of one delivery in one run, counting only those that speak against it
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds, of the back-off between attempts
LONGEST_PAUSE = 3600.0  # seconds; a provider that asks for more than this ends the run instead
LONGEST_MEMORY = 86400.0  # seconds for which the log remembers a pause that a provider asked for
PATIENCE = 900.0  # seconds without an acceptance after which a run stops waiting
FAILURES = 3  # in a row, and the breaker opens
LATELY = 20  # outcomes of which more than a fifth may not be failures, or the breaker opens
RETRIES = 20.0  # that any run has; a small one needs its few
EARNED = 0.1  # of a retry, for each message that the provider took or refused: so retries stay near a tenth of the traffic
CANARIES = 3  # requests at once until the first is accepted


def backoff(attempt: int, chance: Callable[[], float]) -> float:
    """Seconds before attempt `attempt + 1`: full jitter over a capped exponential, so that retries do not arrive in waves."""
    return chance() * float(min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempt, 20)))


def again_at(outcome: Outcome, counted: int, *, keyed: bool, now: float, chance: Callable[[], float]) -> float:
    """When a delivery may be tried again after this outcome, in seconds since 1970; NEVER where not in this run.

    `counted` is the number of attempts that speak against it, this one included.
    """
    if outcome.move in (Move.ACCEPT, Move.REJECT) or outcome.stop:
        return 0.0
    if outcome.move is Move.LOSE and not keyed:
        return NEVER
    if counted >= (2 if outcome.evidence is Evidence.INCOMPLETE and not keyed else ATTEMPTS):
        return NEVER
    return now + (outcome.retry_after or 0.0) + backoff(counted, chance)


@dataclass(slots=True)
class Budget:
    """How many retries a run may still make. Retries are new load on a provider that has too much of it already.

    Whatever happens, a run makes at most `RETRIES` and a tenth of what got through. A wait that the provider itself asked
    for costs nothing.
    """

    left: float = RETRIES
    told: bool = False

    def note(self, outcome: Outcome) -> None:
        """Take an outcome in."""
        if outcome.move in (Move.ACCEPT, Move.REJECT):
            self.left += EARNED

    def spend(self, outcome: Outcome, due_at: float) -> tuple[float, str]:
        """When it is really due, NEVER where this run has no retry left for it; and what to say, for the first one of those."""
        if not outcome.counts or outcome.stop or not 0 < due_at < NEVER:
            return due_at, ""
        if self.left >= 1:
            self.left -= 1
            return due_at, ""
        said, self.told = not self.told, True
        return NEVER, "so much was tried again that what fails from here on waits for the next run" if said else ""


@dataclass(slots=True)
class Breaker:
    """Stops claiming after failures in a row, or too many of late; then one probe at a time, until one succeeds.

    A failure that may have been applied, at a provider without keys, ends the run: each further try could leave one
    more delivery uncertain.
    """

    failures: int = 0
    opened: int = 0  # times in a row
    closed_until: float = 0.0  # monotonic seconds
    unproven: int = 0  # answers in a row that claim success and prove nothing
    lately: deque[bool] = field(default_factory=lambda: deque(maxlen=LATELY))  # the last outcomes, True for a failure
    often: bool = False  # too many failures among them, and no probe has succeeded since

    def note(self, outcome: Outcome, *, keyed: bool, now: float) -> str:
        """Take an outcome in; returns why the run must end, or ""."""
        if outcome.move in (Move.ACCEPT, Move.REJECT):
            self.failures = self.unproven = 0
            self.lately.append(False)
            if self.often and now >= self.closed_until:  # a probe, and not what was under way when it opened
                self.often = False
                self.lately.clear()
            self.opened = self.opened if self.often else 0
            return ""
        if outcome.evidence is Evidence.REFUSED:  # a 429, a stop: the provider works
            return ""
        self.failures += 1
        self.lately.append(True)
        self.often = self.often or sum(self.lately) > LATELY // 5
        proven = outcome.move is not Move.LOSE
        self.unproven = self.unproven + 1 if not proven and 200 <= outcome.status < 300 else 0
        if self.unproven >= 2:
            return "success without any proof of it, twice in a row: is this network's login page, or a proxy, answering?"
        if not self.open:
            return ""
        if not proven and not keyed:
            if self.failures >= FAILURES:
                return f"{self.failures} failures in a row that may have been applied ({outcome.reason})"
            many = f"{sum(self.lately)} failures among {len(self.lately)} requests"
            return f"{many}, the last of which may have been applied ({outcome.reason})"
        if now >= self.closed_until:  # it has just opened, or a probe: not what was under way when it opened
            self.closed_until = now + min(LONGEST_WAIT, 5.0 * 2.0 ** min(self.opened, 10))
            self.opened += 1
        return ""

    @property
    def open(self) -> bool:
        """True while only one probe at a time may go."""
        return self.failures >= FAILURES or self.often

    def wait(self, now: float) -> float:
        """Seconds until the next probe may go; 0 where one may go now."""
        return max(0.0, self.closed_until - now) if self.open else 0.0


@dataclass(slots=True)
class Refusals:
    """Notices that every message is refused in the same way: then it is not the recipients who are wrong."""

    refused: int = 0
    reasons: set[str] = field(default_factory=set)
    accepted_any: bool = False

    def note(self, outcome: Outcome) -> str:
        """Take an outcome in; returns why the run must end, or ""."""
        if outcome.move is not Move.REJECT or self.accepted_any:
            self.accepted_any = self.accepted_any or outcome.move is Move.ACCEPT
            return ""
        self.refused += 1
        self.reasons.add(outcome.reason)
        if self.refused >= CANARIES and len(self.reasons) == 1:
            return f"the provider refuses every message in the same way: {outcome.reason}"
        return ""
