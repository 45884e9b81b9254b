"""What the tests of rules share: an office, and the findings of a text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pressctl import check
from pressctl.config import Config, MediaContact, Organization
from pressctl.finding import Finding
from pressctl.message import Address

PRESS = MediaContact("Press desk", "", "press@example.org", "+1 305 555 0100")
ZONE = ZoneInfo("America/New_York")
NOON = datetime(2025, 7, 3, 16, 0, tzinfo=UTC)


def office(name: str = "Residents", *, bare: bool = False, root: Path | None = None, **other: object) -> Config:
    """A configuration; `bare` has neither contact nor boilerplate. `other` are tables such as `check`."""
    organization = Organization(
        name, Address("press@example.org"), None, "", "en", ZONE, "" if bare else "About us.", () if bare else (PRESS,)
    )
    return Config(root or Path(), Path("pressctl.toml"), organization, "sandbox", (), {}, other=other)


def findings(text: str, config: Config | None = None, *, raw: bool = False, now: datetime = NOON) -> tuple[Finding, ...]:
    """What all rules say about a text."""
    return check.check_text(text, Path("releases/example.md"), config or office(), now, raw=raw)
