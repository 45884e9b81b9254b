"""Resend: one JSON object a message, and a real idempotency key.

Reference: https://resend.com/docs/api-reference/emails/send-email, …/errors, …/rate-limit and the vendor's OpenAPI; 2026-11.

    [providers.resend]
    api_key = { env = "RESEND_API_KEY" }           # one for sending only is enough, but it cannot read reports

Key window: 24 hours by `Idempotency-Key`, for batches too: the same body gives the first answer again, another body a 409.
After a time-out: replay under the key. Nothing can be looked up by it.
Batch: 100 messages, all or none; without attachments, since the sources disagree about those.
Reports: all mails, newest first, each with its last event; the time is that of sending, and no status code is told.
Tracking is set for a domain, not for a message: the probe names the domains that track. DKIM: Domain Connect's template.
Quota: `GET /usage` (…/usage/retrieve-usage), with a full key, and in private beta: else it is not told.
Limits: 40 MB after base64; 5 requests a second at first (an older copy of that page: 2). Where an attachment's name and
type disagree Resend drops the mail without a word (django-anymail's manual): refused here. Nothing in a text is evaluated
without `template`. Our Message-ID is not sent: whether Resend keeps it is not verified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pressctl import mail_fields as mail
from pressctl.config import Secret
from pressctl.delivery import Outcome, accepted, stop, uncertain
from pressctl.message import Message
from pressctl.provider import CannotCarry, Profile, Report, by_status, parsed, post, text

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("Resend", key_window=timedelta(hours=24), batch=100, per_second=5, size_limit=40 << 20, events=True, dkim=("resend",))
_KINDS = {"delivered": "delivered", "bounced": "bounced", "suppressed": "bounced", "failed": "bounced", "complained": "complained"}
_SPANS = {"daily": "in 24 hours", "monthly": "this month"}
_STOPS = ("daily_quota_exceeded", "monthly_quota_exceeded", "invalid_idempotent_request", "invalid_idempotency_key", "security_error")


@dataclass(frozen=True, slots=True)
class Settings:
    """The account's API key."""

    api_key: Secret
    base_url: str = "https://api.resend.com"

    def headers(self, key: str = "") -> dict[str, str]:
        return {"authorization": f"Bearer {self.api_key.reveal()}"} | ({"idempotency-key": key} if key else {})


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One message under our key."""
    return post(f"{settings.base_url}/emails", _body(message, key), settings.headers(key))


def outcome(response: httpx2.Response) -> Outcome:
    """200 with an `id` is acceptance; errors are `{statusCode, name, message}`."""
    return _refusal(response) or _accepted(parsed(response))


def batch_request(items: Sequence[tuple[Message, str]], settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """An array of whole messages under one key of its own; raises CannotCarry for attachments."""
    if any(message.attachments for message, _ in items):
        raise CannotCarry("Resend's batch has no place for an attachment", hint="send them one by one: `batch = 1`")
    return post(f"{settings.base_url}/emails/batch", [_body(message, own) for message, own in items], settings.headers(key))


def events(since: datetime, settings: Settings, page: str) -> httpx2.Request:
    """The mails of the account, newest first; it cannot be asked by time."""
    return mail.ask(f"{settings.base_url}/emails", settings.headers(), limit="100", **({"after": page} if page else {}))


def _body(message: Message, key: str) -> dict[str, Any]:
    body: dict[str, Any] = {"from": mail.mailbox(message.sender), "to": [mail.mailbox(mail.recipient(message, "Resend"))]}
    body |= {"subject": message.subject, "text": message.text, "html": message.html}
    body |= {"headers": mail.headers(message.headers, "Resend"), "tags": [{"name": "pressctl_key", "value": key.replace(".", "_")}]}
    body |= {"reply_to": [mail.mailbox(message.reply_to)]} if message.reply_to else {}
    if message.attachments:
        body["attachments"] = mail.files(message.attachments, "Resend", ("filename", "content", "content_type", "content_id"), typed=True)
    return body


def _accepted(answer: Any) -> Outcome:
    name = mail.identity(mail.member(answer, "id"))
    return accepted(name) if name else uncertain("the answer holds no `id`", 200)


def _report(row: mail.Row) -> Report | None:
    kind, at, to = _KINDS.get(str(row.get("last_event"))), mail.moment(row.get("created_at")), row.get("to")
    address = text(to[0]) if isinstance(to, list) and len(to) == 1 else ""
    ids = mail.identity(row.get("id")), mail.identity(row.get("message_id"))
    return Report(kind, at, "", *ids, address, "", text(row["last_event"])) if kind and at else None


def _refusal(response: httpx2.Response) -> Outcome | None:
    answer, status = parsed(response), response.status_code
    name, said = mail.member(answer, "name"), mail.said(answer)
    if status == 409 and name == "concurrent_idempotent_requests":
        return uncertain("Resend is still working on the first request with this key", status)
    if 400 <= status < 500 and name in _STOPS:
        return stop(f"Resend refuses: {said or name}", "look at the account at Resend, then run the same command again", status)
    return by_status(response, said)


def _tracking(answer: Any) -> str:
    tracks = [row for row in mail.rows(answer, "data") or [] if True in (row.get("open_tracking"), row.get("click_tracking"))]
    return ", ".join(f"Resend tracks the readers of mail from {text(row.get('name'))}: switch that off there" for row in tracks)


batch_outcomes = mail.in_order(_refusal, _accepted, "data")
read_events = mail.reader(_report, "data", cursor=lambda answer, rows: mail.identity(rows[-1].get("id")) if answer.get("has_more") else "")
probe = mail.asker("/domains")
probed = mail.prober("Resend", _tracking, fine="restricted_api_key")
quota = mail.asker("/usage")
quotas = mail.quotas(*(mail.quota(span, "used", "limit", "emails", name, spent=True) for name, span in _SPANS.items()))
