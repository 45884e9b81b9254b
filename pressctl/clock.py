"""Time, injected: what a run asks of the machine's clocks, and tests turn by hand."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """The three times that a run needs, and waiting."""

    def now(self) -> float:
        """Seconds since 1970, UTC; may jump."""

    def monotonic(self) -> float:
        """Seconds that never run backwards and may stand still while the machine is suspended."""

    def suspended(self) -> float:
        """Seconds that the machine has been suspended since it started."""

    def boot(self) -> str:
        """What tells this start of the machine from all others; "" where nothing does."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


def booted(clock: Clock) -> str:
    """Which start of the machine this is, and when it was by the clock of now: it moves back where the clock is set back."""
    boot = clock.boot()
    return f"{boot} {clock.now() - clock.monotonic() - clock.suspended():.3f}" if boot else ""


def set_back(before: str, now: str) -> float:
    """Seconds by which the clock was set back between two moments of `booted`; 0 where the machine was started anew since."""
    boot, _, seconds = before.partition(" ")
    same, _, later = now.partition(" ")
    return max(0.0, float(seconds) - float(later)) if boot and boot == same else 0.0


class Forward:
    """A clock's time as a run counts it: never slower than time passes, since a clock that is set back must not open a
    window that is closed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._suspended = clock.suspended()
        self.booted = booted(clock)
        self.latest, self._elapsed = clock.now(), clock.monotonic() + self._suspended

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        elapsed = self._clock.monotonic() + self._suspended
        self.latest = max(self._clock.now(), self.latest + elapsed - self._elapsed)
        self._elapsed = elapsed
        return self.latest

    def slept(self) -> float:
        """Seconds that the machine has been suspended since this was last asked."""
        before, self._suspended = self._suspended, self._clock.suspended()
        return self._suspended - before


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

    def boot(self) -> str:
        """The kernel's name for it (Linux, random(4)); "" elsewhere."""
        try:
            return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except OSError:
            return ""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        import asyncio

        await asyncio.sleep(seconds)
