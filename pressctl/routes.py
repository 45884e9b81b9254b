"""Through which account each recipient is reached: mail through one, webhooks by whose they are; a rehearsal stays here."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pressctl import provider
from pressctl.config import Config
from pressctl.plan import Planned
from pressctl.provider import Account, account

if TYPE_CHECKING:
    from pressctl.outgoing import Route

WEBHOOK = "webhook"


def hooks(config: Config, planned: Iterable[Planned]) -> dict[str, Account]:
    """The accounts that webhooks may go to, by channel: "webhook" for programs, "webhook:NAME" for each room.

    All rooms, since an older run may have planned through any of them; none where the plan has no webhook. Raises
    ConfigError where a section cannot be used.
    """
    if not any(one.channel == WEBHOOK for one in planned):
        return {}
    rooms = {f"{WEBHOOK}:{room.name}": room for room in provider.rooms(config, os.environ)}
    return {WEBHOOK: account(config, WEBHOOK, os.environ), **rooms}


def channel(planned: Planned, accounts: Mapping[str, Account]) -> str:
    """The channel of one recipient: "email", or that of the room or program behind its webhook."""
    if planned.channel != WEBHOOK:
        return planned.channel
    room = provider.for_webhook(planned.contact.webhook, [via for name, via in accounts.items() if name != WEBHOOK])
    return WEBHOOK if room is None else f"{WEBHOOK}:{room.name}"


def make(mail: Account, hooked: Mapping[str, Account], secret: bytes, sandbox: str) -> dict[str, Route]:
    """The route of each channel. `sandbox` is the inbox's URL in a rehearsal, where everything goes to it; else ""."""
    from pressctl.outgoing import Route

    rehearsal = mail.module.PROFILE.rehearsal
    if rehearsal and not mail.settings.base_url:
        mail = replace(mail, settings=replace(mail.settings, base_url=sandbox))
    found = {"email": Route(mail, identity(mail, secret))}
    for name, via in hooked.items():
        if rehearsal:
            via = via if name == WEBHOOK else provider.rehearsed(via, hooked[WEBHOOK])
            via = replace(via, per_second=0.0, concurrency=mail.concurrency)
        found[name] = Route(via, identity(via, secret), _to_sandbox(mail.settings.base_url) if rehearsal else None)
    return found


def _to_sandbox(base_url: str) -> Callable[[str], str]:
    return lambda url: f"{base_url}/webhook/{urlsplit(url).hostname}"


def identity(via: Account, secret: bytes) -> str:
    """Account and credentials, the latter only as a short keyed digest: a changed token is another account."""
    credentials = "\0".join(via.secrets)
    return f"{via.name}:{hmac.new(secret, credentials.encode(), hashlib.sha256).hexdigest()[:8]}"
