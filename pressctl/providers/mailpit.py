"""Mailpit: a mail catcher with a web page, or a relay where it is set up as one, so its deliveries count as live.

Reference: https://mailpit.axllent.org/docs/api-v1/ (operation `POST /api/v1/send`).

    [providers.mailpit]
    base_url = "http://127.0.0.1:8025"
    # username = "press"                            # only where Mailpit runs with MP_SEND_API_AUTH
    # password = { env = "MAILPIT_PASSWORD" }

Key window: none; a second request makes a second message.
After a time-out: our own key is the Message-ID; `GET /api/v1/search?query=message-id:…` finds it.
Mailpit writes the Date itself. It has no tracking to switch off.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pressctl import mail_catcher
from pressctl.config import Secret
from pressctl.delivery import Outcome
from pressctl.message import Message
from pressctl.provider import Doubt, Profile

if TYPE_CHECKING:
    import httpx2

# not authoritative: Mailpit deletes old messages when it holds its most, and anybody can empty it
PROFILE = Profile("Mailpit", size_limit=30 * 1024 * 1024, lookup=True)


@dataclass(frozen=True, slots=True)
class Settings:
    """Where Mailpit listens, and the account where its send API asks for one."""

    base_url: str = "http://127.0.0.1:8025"
    username: str = ""
    password: Secret | None = None


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One `POST /api/v1/send`; the Message-ID, made from the key, is our key there."""
    return mail_catcher.request(message, settings.base_url, _authorization(settings))


def outcome(response: httpx2.Response) -> Outcome:
    """200 with an `ID` is acceptance."""
    return mail_catcher.outcome(response)


def lookup(doubt: Doubt, settings: Settings) -> httpx2.Request:
    """Search by Message-ID."""
    return mail_catcher.lookup(doubt, settings.base_url, _authorization(settings))


def found(response: httpx2.Response, doubt: Doubt) -> Outcome | None:
    """A message with our Message-ID is proof."""
    return mail_catcher.found(response, doubt)


def _authorization(settings: Settings) -> dict[str, str]:
    if settings.password is None:
        return {}
    account = f"{settings.username}:{settings.password.reveal()}".encode()
    return {"authorization": "Basic " + b64encode(account).decode("ascii")}
