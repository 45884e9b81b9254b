"""Gmail: your own mailbox at Google, by its API; the sent mail lies in Sent, and replies land where you read mail anyway.

Reference: https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/send, …/guides/handle-errors, …/quota;
https://support.google.com/a/answer/166852 (mails a day), …/answer/174124 (DKIM: `google` unless chosen otherwise); read 2026-11.

    [providers.gmail]
    token = { env = "GMAIL_TOKEN" }

An OAuth access token, from any helper that prints one: `token = { command = "gcloud auth print-access-token" }`. It lives an hour:
when it ends, the run stops, and the same command goes on. Scope gmail.send sends; gmail.readonly beside it lets `resolve` search.
Key window: none; a second request sends a second mail.
After a time-out: our Message-ID is kept and searched for. How soon it shows is not documented, so "not found" settles nothing.
Over the daily limit (500 mails, or 2,000 with Workspace) a mail may get its 200 and bounce; the 429 comes minutes later.
Bounces arrive as mail. There is no tracking. Limits: 36,700,160 bytes, about 2 a second.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from pressctl import mail_fields as mail
from pressctl.config import Secret
from pressctl.delivery import Outcome, accepted, deferred, stop, uncertain
from pressctl.message import Message, as_bytes
from pressctl.provider import CannotCarry, Doubt, Profile, by_status, parsed, post, retry_after

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("Gmail", per_second=2, size_limit=36_700_160, lookup=True, dkim=("google",))
_SEND = "/gmail/v1/users/me/messages/send"
_SMALL = 3_000_000  # bytes; a larger message goes as it is to the address for uploads
_SLOWER = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
_STOPS = {
    "authError": "the token has ended: run the same command again, which gets a new one",
    "insufficientPermissions": "the token needs the scope gmail.send",
    **dict.fromkeys(("dailyLimitExceeded", "quotaExceeded"), "the project's quota is used up: look at the Google Cloud console"),
    "accessNotConfigured": "switch the Gmail API on in the project of the token",
    "failedPrecondition": "this account has no Gmail mailbox that may send",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """An OAuth access token."""

    token: Secret
    base_url: str = "https://gmail.googleapis.com"

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token.reveal()}"}


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """The finished message in `raw`, or by itself where it is large. Raises CannotCarry beyond the limit."""
    mail.recipient(message, "Gmail")
    raw = as_bytes(message)
    if len(raw) > PROFILE.size_limit:
        raise CannotCarry(f"Gmail takes messages of at most {PROFILE.size_limit} bytes", hint="make the attachments smaller")
    if len(raw) > _SMALL:
        target = f"{settings.base_url}/upload{_SEND}?uploadType=media"
        return post(target, raw, {"content-type": "message/rfc822", **settings.headers()})
    return post(settings.base_url + _SEND, {"raw": urlsafe_b64encode(raw).decode("ascii")}, settings.headers())


def outcome(response: httpx2.Response) -> Outcome:
    """200 with an `id` is acceptance; an error's reasons are read before its status."""
    answer, status = parsed(response), response.status_code
    reasons, said = _reasons(answer), mail.said(mail.member(answer, "error"))
    if 400 <= status < 500:
        for reason in filter(_STOPS.get, reasons):
            return stop(f"Gmail refuses: {said or reason}", _STOPS[reason], status)
        if status == 429 or _SLOWER.intersection(reasons):
            return deferred(said or f"HTTP {status}", status, _wait(response, said), counts=False)
    name = mail.identity(mail.member(answer, "id")) if status == 200 else ""
    return by_status(response, said) or (accepted(name) if name else uncertain("the answer holds no `id`", status))


def lookup(doubt: Doubt, settings: Settings) -> httpx2.Request:
    """The messages with our Message-ID, wherever they are in the mailbox."""
    query = {"q": f"rfc822msgid:{doubt.message_id.strip('<>')}", "includeSpamTrash": "true"}
    return mail.ask(f"{settings.base_url}/gmail/v1/users/me/messages", settings.headers(), **query)


def found(response: httpx2.Response, doubt: Doubt) -> Outcome | None:
    """A message with our Message-ID is proof; a token that may not read gives no verdict."""
    answer = parsed(response) if response.status_code == 200 else None
    for row in mail.rows(answer, "messages") or []:
        return accepted(mail.identity(row.get("id")))
    nothing = mail.member(answer, "resultSizeEstimate") == 0 and not mail.member(answer, "messages")
    return deferred("Gmail finds nothing with this Message-ID") if nothing else None


probe = mail.asker("/gmail/v1/users/me/profile")


def probed(response: httpx2.Response) -> str:
    """A token that may only send cannot read the profile, and is good."""
    only_sends = response.status_code == 403 and "insufficientPermissions" in _reasons(parsed(response))
    return "" if only_sends else mail.prober("Gmail")(response)


def _reasons(answer: Any) -> list[str]:
    """The reasons in Google's older form and in its newer one."""
    rows = (row for name in ("errors", "details") for row in mail.rows(answer, "error", name) or [])
    return [row["reason"] for row in rows if isinstance(row.get("reason"), str)]


def _wait(response: httpx2.Response, said: str) -> float | None:
    """Seconds until the time that Gmail names in words, "Retry after 2026-07-03T14:00:00.000Z", by the answer's own clock."""
    at = mail.moment(said.partition("Retry after ")[2].partition(" ")[0])
    with suppress(ValueError, TypeError):
        return max(0.0, (at - parsedate_to_datetime(response.headers.get("date", ""))).total_seconds()) if at else retry_after(response)
    return None
