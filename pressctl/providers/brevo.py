"""Brevo: one JSON object a message, with an idempotency key that is remembered for minutes.

Reference: https://developers.brevo.com/reference/send-transac-email, …/docs/heterogenous-versions-batch-emails (the key),
…/reference/get-email-event-report, …/get-account (credits); django-anymail's manual for what those do not say; 2026-11.

    [providers.brevo]
    api_key = { env = "BREVO_API_KEY" }

Key window: 15 minutes (the changelog; the guide says 30) by `headers.idempotencyKey`, a UUID made from ours. A key that is
known answers `duplicate_parameter` and nothing is sent again; it does not say what became of the first request, so such a
delivery stays uncertain until the events are asked.
After a time-out: our key is a tag, found among the events of the recipient's address (90 days); they come with a delay.
Batch: none, since versions of one message share what is not theirs, and how each fared is not told.
Reports: deliveries, bounces and complaints with our key; they are asked by day, so always those of 90 days.
Tracking cannot be switched off by a request: switch it off in the account (Transactional, Settings, Tracking).
Limits: 1000 requests a second; 20 MB is not verified. No inline images, no file names or header values beyond ASCII, the media
type is guessed from the name. `{{ }}` and `{% %}` in a text are kept from its template language. Our Message-ID is not sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from pressctl import mail_fields as mail
from pressctl.config import Secret
from pressctl.delivery import Outcome, accepted, stop, uncertain
from pressctl.message import Address, Message
from pressctl.provider import Doubt, Profile, Report, by_status, parsed, post, text

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("Brevo", key_window=timedelta(minutes=15), per_second=1000, size_limit=20 * 1024 * 1024, lookup=True, events=True)
_TEMPLATE, _MARKS = re.compile(r"\{(?=[{%#])"), ("{{", "{%", "{#")
_BOUNCES = {"hardbounce": "5.0.0", "softbounce": "4.0.0", "bounce": "", "invalid": "", "blocked": "", "error": ""}
_CREDITS = mail.quota("of the plan's credits", "credits", "")
_STOPS = ("unauthorized", "permission_denied", "not_enough_credits", "account_under_validation")


@dataclass(frozen=True, slots=True)
class Settings:
    """An API key (v3)."""

    api_key: Secret
    base_url: str = "https://api.brevo.com"

    def headers(self) -> dict[str, str]:
        return {"accept": "application/json", "api-key": self.api_key.reveal()}


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One message; its own headers and the key share the member `headers`."""
    to = mail.recipient(message, "Brevo")
    own = mail.headers(message.headers, "Brevo", frozenset({"idempotencykey", "sender.ip"}), plain=True)
    body: dict[str, Any] = {"sender": _address(message.sender), "to": [_address(to)], "tags": [key]}
    body |= {"replyTo": _address(message.reply_to)} if message.reply_to else {}
    body |= {"subject": mail.neutral(message.subject, _MARKS, _TEMPLATE), "textContent": mail.neutral(message.text, _MARKS, _TEMPLATE)}
    body["htmlContent"] = mail.neutral(message.html, _MARKS, _TEMPLATE, html=True)
    body["headers"] = {**own, "idempotencyKey": str(uuid5(NAMESPACE_URL, f"pressctl:{key}"))}
    if message.attachments:
        body["attachment"] = mail.files(message.attachments, "Brevo", ("name", "content", "", ""), plain=True)
    return post(f"{settings.base_url}/v3/smtp/email", body, settings.headers())


def outcome(response: httpx2.Response) -> Outcome:
    """201 with a `messageId` is acceptance; errors are `{code, message}`."""
    answer, status = parsed(response), response.status_code
    code, said = mail.member(answer, "code"), mail.said(answer)
    if 400 <= status < 500 and code == "duplicate_parameter" and "idempotency" in said.lower():
        return uncertain("Brevo knows this key from an earlier attempt and does not say what became of it", status)
    if 400 <= status < 500 and code in _STOPS:
        return stop(f"Brevo refuses the account: {said or code}", "look at the key, the sender and the credits at Brevo", status)
    name = mail.identity(mail.member(answer, "messageId"))
    return by_status(response, said) or (accepted(name, status) if name else uncertain("the answer holds no `messageId`", status))


def lookup(doubt: Doubt, settings: Settings) -> httpx2.Request:
    """The events of the recipient's address, newest first."""
    query = {"email": doubt.recipient, "days": "90", "sort": "desc", "limit": "2500"}
    return mail.ask(f"{settings.base_url}/v3/smtp/statistics/events", settings.headers(), **query)


def events(since: datetime, settings: Settings, page: str) -> httpx2.Request:
    """Everything of 90 days, newest first: a range of dates needs an end, which only a clock knows."""
    query = {"days": "90", "sort": "desc", "limit": "2500", "offset": str(mail.offset(page))}
    return mail.ask(f"{settings.base_url}/v3/smtp/statistics/events", settings.headers(), **query)


@lru_cache(maxsize=64)
def _address(address: Address) -> dict[str, str]:
    """A name with letters beyond ASCII and with a comma would get lost: such a one is encoded here (RFC 2047)."""
    if address.name.isascii() or not mail.has_specials(address.name):
        return mail.named(address)
    from email.header import Header

    return {"email": address.email, "name": Header(address.name, "utf-8").encode().replace("\n", "")}


def _report(row: mail.Row) -> Report | None:
    event, at = text(row.get("event")).lower().removesuffix("s"), mail.moment(row.get("date"))
    kind = {"delivered": "delivered", "spam": "complained"}.get(event) or ("bounced" if event in _BOUNCES else "")
    status = mail.enhanced(row.get("reason")) or _BOUNCES.get(event, "")
    key = re.search(r"\b[0-9a-f]{20,64}\b", text(row.get("tag")))
    ids = (key[0] if key else "", mail.identity(row.get("messageId")), mail.identity(row.get("messageId")))
    return Report(kind, at, *ids, text(row.get("email")), status, text(row.get("reason"))) if kind and at else None


found = mail.finder("Brevo", ("events",), ("messageId",), lambda row, doubt: doubt.key in text(row.get("tag"), 9999), size=2500)
read_events = mail.reader(_report, "events", size=2500)
probe = mail.asker("/v3/account")
probed = mail.prober("Brevo")
quotas = mail.quotas(lambda answer: next((_CREDITS(row) for row in mail.rows(answer, "plan") or [] if row.get("type") != "sms"), None))
