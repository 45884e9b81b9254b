"""Two clocks, ours and the provider's: what waits for a moment goes only when both say that it has come.

An embargo is lifted by a clock. One that is minutes ahead would send copy to people who never agreed to hold it, and nobody
could take it back. Each answer tells the provider's time (Date: RFC 9110, section 6.6.1), so that is asked before such a
release goes out, and heard again with each answer.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pressctl.http1 import Answer, Broken
from pressctl.provider import Account, answered_at
from pressctl.wire import Exchange, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from pressctl.clock import Clock

SKEW = 120.0  # seconds between the two, beyond which one of them is wrong
_PROBE_LIMIT = 4 * 1024 * 1024  # bytes of an answer to a probe, which may be a list


class TwoClocks:
    """The machine's clock, and the provider's as far as it was heard: that one runs on by the time that passes here."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._theirs: float | None = None  # seconds since 1970, as last heard
        self._heard = 0.0  # seconds of running time, when it was

    def _passed(self) -> float:
        return self._clock.monotonic() + self._clock.suspended()

    def heard(self, response: httpx2.Response) -> None:
        """Take the answer's Date in, where it has one. It is cut to the second and has travelled: never ahead of the truth."""
        moment = answered_at(response)
        if moment is not None:
            self._theirs, self._heard = moment.timestamp(), self._passed()

    def moments(self) -> list[datetime]:
        """What time it is: by our clock, then by the provider's where that is known."""
        now = [self._clock.now()]
        if self._theirs is not None:
            now.append(self._theirs + self._passed() - self._heard)
        return [datetime.fromtimestamp(one, UTC) for one in now]

    @property
    def known(self) -> bool:
        """Whether the provider's time was heard."""
        return self._theirs is not None

    @property
    def ahead(self) -> float:
        """Seconds by which our clock is ahead of the provider's; 0 where that is not known."""
        ours, *theirs = self.moments()
        return (ours - theirs[0]).total_seconds() if theirs else 0.0

    @property
    def disagree(self) -> bool:
        """Whether one of the two must be wrong."""
        return abs(self.ahead) > SKEW

    def difference(self) -> str:
        """In words: "this machine's clock is 7 min ahead of the provider's"."""
        ahead = self.ahead
        span = f"{abs(ahead) / 60:.0f} min" if self.disagree else f"{abs(ahead):.0f} s"
        return f"this machine's clock is {span} {'ahead of' if ahead > 0 else 'behind'} the provider's"


class DatedWire(Wire):
    """A wire on which both clocks hear each answer's Date."""

    def __init__(self, clocks: TwoClocks, *, concurrency: int, timeout: float) -> None:
        super().__init__(concurrency=concurrency, timeout=timeout)
        self._clocks = clocks

    def begin(self, request: httpx2.Request, tell: Callable[[Answer | Broken], None], still: Callable[[], bool] | None = None) -> Exchange:
        """Send a request, whose body must have been read, once. `tell` is called exactly once, later, and must not raise."""

        def heard(result: Answer | Broken) -> None:
            if isinstance(result, Answer):
                self._clocks.heard(result.response)
            tell(result)

        return super().begin(request, heard, still)


async def ask(via: Account, clocks: TwoClocks) -> None:
    """Ask the provider for its time by the call that changes nothing, where it has one; no answer is no mistake here."""
    module: Any = via.module
    if not hasattr(module, "probe"):
        return
    wire = Wire(concurrency=1, timeout=min(via.timeout, 20.0), answer_limit=_PROBE_LIMIT)
    try:
        result = await wire.exchange(module.probe(via.settings))
    finally:
        await wire.close()
    if isinstance(result, Answer):
        clocks.heard(result.response)
