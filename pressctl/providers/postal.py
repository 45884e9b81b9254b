"""Postal: the finished message, handed to a mail server of one's own, which always answers 200.

Reference: https://apiv1.postalserver.io/controllers/send/raw and the source, postalserver/postal at 8ef8960 (legacy_api controllers,
message_parser.rb), since the published pages are older; read 2026-11.

    [providers.postal]
    base_url = "https://postal.example.org"
    api_key = { env = "POSTAL_API_KEY" }            # an API credential of the mail server, not of the organization

Key window: none; a repeated request is a second mail.
After a time-out: nothing can be asked without Postal's own number of the message. A person finds it in the web page by `msgid:`:
the Message-ID, made from our key, is kept, since the whole message is ours. Batch: none, it cannot be asked by our key.
Reports: none without that number; Postal tells them by webhook. Tracking happens only where a tracking domain was set up, and
cannot be switched off in a request: the source compares X-AMP with `skip` in a way that is never true.
Limits: the API knows none; 14 MB by SMTP as shipped. HTTP 200 is always the answer: `status` in it is read first.
An answer about a wrong key holds that key, so nothing of it but `message` is ever shown.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pressctl import mail_fields as mail
from pressctl.config import Secret
from pressctl.delivery import Outcome, accepted, rejected, stop, uncertain
from pressctl.message import Message, as_bytes
from pressctl.provider import Profile, by_status, parsed, post, text

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("Postal", size_limit=19 * 1024 * 1024)  # 14 MB in base64
_STOPS = {  # codes that speak of the account, with the words that Postal lacks for some of them
    "AccessDenied": "no API key was given",
    "InvalidServerAPIKey": "the API key is not valid",
    "ServerSuspended": "the mail server is suspended",
    "UnauthenticatedFromAddress": "the sender's domain is not verified for this mail server",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Where Postal's web server listens, and the mail server's API credential."""

    base_url: str
    api_key: Secret

    def headers(self) -> dict[str, str]:
        return {"x-server-api-key": self.api_key.reveal()}


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One finished message to one recipient; raises Refusal where it cannot be written."""
    to = mail.recipient(message, "Postal")
    data = b64encode(as_bytes(message)).decode("ascii")
    body = {"mail_from": message.sender.email, "rcpt_to": [to.email], "data": data, "bounce": False}
    return post(f"{settings.base_url}/api/v1/send/raw", body, settings.headers())


def outcome(response: httpx2.Response) -> Outcome:
    """`status` success with the number of one message is acceptance; `error` and `parameter-error` were not applied."""
    answer, status = parsed(response), response.status_code
    other = by_status(response)
    if other is not None:
        return other
    verdict, code = mail.member(answer, "status"), text(mail.member(answer, "data", "code"))
    said = text(mail.member(answer, "data", "message"))
    if verdict == "error" and code in _STOPS:
        return stop(
            f"Postal refuses the account: {_STOPS[code]} ({code})", "look at the mail server's credentials and domains in Postal", status
        )
    if verdict == "parameter-error" or (verdict == "error" and code):
        return rejected(": ".join(filter(None, (code, said))) or "Postal refuses the request", status)
    messages = mail.member(answer, "data", "messages") if verdict == "success" else None
    names = [mail.identity(mail.member(one, "id")) for one in messages.values()] if isinstance(messages, dict) else []
    return accepted(names[0]) if len(names) == 1 and names[0] else uncertain("the answer holds no number of a message", status)


def probe(settings: Settings) -> httpx2.Request:
    """Ask for a message without saying which."""
    return mail.ask(f"{settings.base_url}/api/v1/messages/message", settings.headers())


def probed(response: httpx2.Response) -> str:
    """A good credential gets as far as hearing that the number is missing."""
    answer: Any = parsed(response)
    if response.status_code == 200 and mail.member(answer, "status") in ("parameter-error", "success"):
        return ""
    code = text(mail.member(answer, "data", "code"))
    said = _STOPS.get(code, code) or f"HTTP {response.status_code}"
    return f"Postal refuses the credentials: {said}" if code else f"Postal cannot be asked: {said}: is `base_url` right?"
