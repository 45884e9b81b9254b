"""The embedded inbox: deliveries stay on this machine and can be read on a page (`pressctl sandbox`).

Reference: `pressctl/sandbox.py`; it speaks Mailpit's send format, so a real Mailpit on this machine can stand in.

    [send]
    provider = "sandbox"                     # the default

    [providers.sandbox]
    concurrency = 32
    # base_url = "http://127.0.0.1:8025"     # an inbox that runs already; without it, each run starts its own

Key window: none, it takes whatever comes, so that a rehearsal meets the same doubts as a live run.
After a time-out: our own key is the Message-ID; `GET /api/v1/search?query=message-id:…` finds it.
Webhook contacts are rehearsed too: the sender posts them to `/webhook/HOST` of the inbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pressctl import mail_catcher
from pressctl.delivery import Outcome
from pressctl.errors import ConfigError
from pressctl.message import Message
from pressctl.provider import Doubt, Profile, on_this_machine

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("Sandbox, the embedded inbox", rehearsal=True, size_limit=30 * 1024 * 1024, lookup=True, lookup_authoritative=True)


@dataclass(frozen=True, slots=True)
class Settings:
    """`base_url` "" means the inbox that the run itself starts. Raises ConfigError for an address elsewhere."""

    base_url: str = ""

    def __post_init__(self) -> None:
        # a rehearsal skips embargo and sample-address checks, so it must be unable to leave the machine
        if self.base_url and not on_this_machine(self.base_url):
            raise ConfigError(
                "the sandbox's `base_url` is not on this machine, and a rehearsal never leaves it",
                hint="use http://127.0.0.1:PORT, or the provider `mailpit` for a Mailpit elsewhere",
            )


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One `POST /api/v1/send`; the Message-ID, made from the key, is our key there."""
    return mail_catcher.request(message, settings.base_url, {})


def outcome(response: httpx2.Response) -> Outcome:
    """200 with an `ID` is acceptance."""
    return mail_catcher.outcome(response)


def lookup(doubt: Doubt, settings: Settings) -> httpx2.Request:
    """Search by Message-ID."""
    return mail_catcher.lookup(doubt, settings.base_url, {})


def found(response: httpx2.Response, doubt: Doubt) -> Outcome | None:
    """A message with our Message-ID is proof."""
    return mail_catcher.found(response, doubt)
