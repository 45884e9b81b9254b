"""A newsroom's intake that is a program: the release is posted as JSON to the contact's own `webhook` URL.

Reference: https://www.standardwebhooks.com/ (signature: `v1,` and HMAC-SHA256 of `id.timestamp.body` in base64).

    [providers.webhook]
    # secret = { env = "PRESS_WEBHOOK_SECRET" }      # "whsec_" and base64; signs each request

The body: see `_body`; `type` is "release", `release` the release as data. Any complete 2xx answer but a web page is acceptance.
Key window: none promised, but `webhook-id` is the same for each attempt, so a receiver can drop a second one.
After a time-out: nothing can be asked; a person asks the newsroom.
Each URL is its own account: a refusal there, or a redirect, speaks of that recipient and does not stop the others.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pressctl import provider
from pressctl.config import Secret
from pressctl.delivery import Outcome, accepted, rejected, uncertain
from pressctl.errors import ConfigError
from pressctl.message import Address, Attachment, Endpoint, Message
from pressctl.provider import CannotCarry, Profile

if TYPE_CHECKING:
    import httpx2
    import orjson

PROFILE = Profile("Webhook, a program that takes releases", carries=frozenset({"webhook"}))


@dataclass(frozen=True, slots=True)
class Settings:
    """`base_url` is there for every provider and unused: each contact has its own. Raises ConfigError for a bad secret."""

    base_url: str = ""
    secret: Secret | None = None

    def __post_init__(self) -> None:
        _signing_key(self)


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One POST to the recipient's URL; `webhook-id` is the key, the timestamp is `now`."""
    if isinstance(message.to, Address):
        raise CannotCarry("a webhook takes no mail, and this recipient is a mail address", hint="choose another provider for it")
    url = message.to.url
    if not (url.startswith("https://") or (url.startswith("http://") and provider.on_this_machine(url))):
        raise CannotCarry("a webhook's URL must begin with https://", hint="correct the contact's `webhook`")
    body = provider.as_json(_body(message, message.to, key))
    stamp = str(int(now.timestamp()))
    headers = {"webhook-id": key, "webhook-timestamp": stamp}
    if secret := _signing_key(settings):
        signature = hmac.digest(secret, f"{key}.{stamp}.".encode() + body, hashlib.sha256)
        headers["webhook-signature"] = "v1," + b64encode(signature).decode()
    return provider.post(url, body, headers)


def outcome(response: httpx2.Response) -> Outcome:
    """Any 2xx is acceptance, but for a web page. What would stop a line elsewhere ends here with this one recipient."""
    status = response.status_code
    other = provider.by_status(response)
    if other is None and response.headers.get("content-type", "").startswith("text/html"):
        return uncertain("a web page answered, not a program: is this the right URL, or a login page of this network?", status)
    if other is None:
        name = answer.get("id") if isinstance(answer := provider.parsed(response), dict) else None
        return accepted(provider.text(name) if isinstance(name, str) else "", status)
    if status in (301, 302, 303):  # many programs answer so after processing a POST (RFC 9110, section 15.4)
        return uncertain(f"{other.reason}: it redirects, perhaps after taking it", status)
    if other.stop and status != 511:
        return rejected(other.reason, status)
    return other


def _body(message: Message, to: Endpoint, key: str) -> dict[str, Any]:
    return {
        "type": "release",
        "id": key,
        "message_id": message.message_id,
        "to": to.name,
        "sender": message.sender,
        "reply_to": message.reply_to,
        "subject": message.subject,
        "date": message.date,
        "text": message.text,
        "html": message.html,
        "headers": message.headers,
        "attachments": _attachments(message.attachments),
        "release": message.release,
    }


@lru_cache(maxsize=4)  # all messages of an edition share the same files
def _attachments(attachments: tuple[Attachment, ...]) -> orjson.Fragment:
    import orjson

    parts = [{"name": a.name, "type": a.media_type, "cid": a.cid, "content": b64encode(a.data).decode("ascii")} for a in attachments]
    return orjson.Fragment(orjson.dumps(parts))


def _signing_key(settings: Settings) -> bytes:
    """The bytes behind `whsec_…`, b"" where requests are not signed."""
    if settings.secret is None:
        return b""
    try:
        key = b64decode(settings.secret.reveal().removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not key:
        raise ConfigError("the webhook secret is not `whsec_` and base64", hint="copy it again from the receiver's settings")
    return key
