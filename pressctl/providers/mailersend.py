"""MailerSend: one JSON object a message, its id in a header of an answer without a body.

Reference: https://developers.mailersend.com/api/v1/email.html, https://www.mailersend.com/help/custom-headers and
…/how-to-add-a-custom-unsubscribe-header, the vendor's Python SDK with recorded answers (3daa260), django-anymail; read 2026-11.

    [providers.mailersend]
    api_token = { env = "MAILERSEND_API_TOKEN" }
    # custom_headers = false        # on a plan below Professional, which refuses headers of our own

Key window: none; a repeated request is a second mail.
After a time-out: nothing can be asked, the activity filters neither key nor recipient; a person sees our key there as a tag.
Batch: none, since /bulk-email answers with one id for all and cannot be asked by our key.
Reports: the lists of hard bounces and complaints, which tell the address and not the message; newest first is not verified.
List-Unsubscribe has a place of its own that takes one address: the https one where there is one, with its one-click header, else
`mailto:`. Where `custom_headers` is false MailerSend's own stands instead and our other headers are left out.
Tracking of opens, clicks and content is off in each request. {{ }} and {$ } in the text are kept from its template engine.
Limits: 25 MB (not verified); 120 requests a minute. A file's type is told by its name only, so both must agree. Our Message-ID is
not sent. ALL_SUPPRESSED in a 202 is a refusal; `x-send-paused` is an acceptance after which nothing leaves, so the line stops.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pressctl import mail_fields as mail
from pressctl.config import Secret
from pressctl.delivery import Outcome, accepted, rejected, uncertain
from pressctl.message import Message
from pressctl.provider import Profile, Report, by_status, parsed, post, text

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("MailerSend", per_second=2, size_limit=25 * 1024 * 1024, tracking_off="settings: track_… false", events=True)
_OFF = {"track_clicks": False, "track_opens": False, "track_content": False}
_TEMPLATE, _MARKS = re.compile(r"\{(?=[{$%#])"), ("{{", "{$", "{%", "{#")
_OWN_PLACE = frozenset({"list-unsubscribe", "list-unsubscribe-post", "precedence"})
_LISTS = ("hard-bounces", "spam-complaints")


@dataclass(frozen=True, slots=True)
class Settings:
    """A token with the right to send; reports also want the right to read suppressions."""

    api_token: Secret
    custom_headers: bool = True
    base_url: str = "https://api.mailersend.com"

    def headers(self) -> dict[str, str]:
        return {"accept": "application/json", "authorization": f"Bearer {self.api_token.reveal()}"}


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One message; our key is its tag."""
    body: dict[str, Any] = {"from": mail.named(message.sender), "to": [mail.named(mail.recipient(message, "MailerSend"))]}
    body |= {"reply_to": mail.named(message.reply_to)} if message.reply_to else {}
    body |= {"subject": mail.neutral(message.subject, _MARKS, _TEMPLATE), "text": mail.neutral(message.text, _MARKS, _TEMPLATE)}
    body |= {"html": mail.neutral(message.html, _MARKS, _TEMPLATE, html=True), "tags": [key], "settings": _OFF}
    body |= _headers(message) if settings.custom_headers else {}
    if message.attachments:
        words = ("filename", "content", "", "id")
        body["attachments"] = mail.files(message.attachments, "MailerSend", words, disposition="disposition", typed=True)
    return post(f"{settings.base_url}/v1/email", body, settings.headers())


def outcome(response: httpx2.Response) -> Outcome:
    """202 with X-Message-Id is acceptance, unless the warnings say that the recipient is suppressed."""
    status, answer = response.status_code, parsed(response)
    other = by_status(response, mail.said(answer))
    if other is not None:
        return other
    warnings = [text(warning.get("type")) for warning in mail.rows(answer, "warnings") or []]
    if "ALL_SUPPRESSED" in warnings or "SOME_SUPPRESSED" in warnings:  # there is one recipient, so some are all
        return rejected(f"MailerSend suppresses the address: {_reasons(answer) or 'no reason told'}", status)
    name = mail.identity(response.headers.get("x-message-id"))
    if not name or status != 202:
        return uncertain("the answer holds no X-Message-Id", status)
    if response.headers.get("x-send-paused", "").lower() == "true":
        said = "MailerSend has taken the message, but sending is paused for this domain"
        return replace(accepted(name, status, said), stop=said, hint="look at the domain at MailerSend: what it took waits there")
    return accepted(name, status)


def events(since: datetime, settings: Settings, page: str) -> httpx2.Request:
    """One list of addresses after another; they cannot be asked by time."""
    url = f"{settings.base_url}/v1/suppressions/{mail.stage(page, _LISTS)}"
    return mail.ask(url, settings.headers(), limit="100", page=str(mail.offset(page) // 100 + 1))


def _headers(message: Message) -> dict[str, Any]:
    own = mail.headers(message.headers, "MailerSend")
    body: dict[str, Any] = {"headers": [{"name": name, "value": value} for name, value in own.items() if name.lower() not in _OWN_PLACE]}
    told = {name.lower(): value for name, value in own.items()}
    body |= {"precedence_bulk": told["precedence"].lower() in ("bulk", "list", "junk")} if "precedence" in told else {}
    ways = sorted(re.findall(r"<([^<>]+)>", told.get("list-unsubscribe", "")), key=lambda way: not way.startswith("https:"))
    return body | ({"list_unsubscribe": ways[0]} if ways else {})


def _reasons(answer: Any) -> str:
    people = [person for warning in mail.rows(answer, "warnings") or [] for person in mail.rows(warning, "recipients") or []]
    found = people[0].get("reason") if people else None
    return ", ".join(text(reason) for reason in found)[:200] if isinstance(found, list) else ""


def _report(row: mail.Row) -> Report | None:
    at, address, said = mail.moment(row.get("created_at")), text(mail.member(row, "recipient", "email")), text(row.get("reason"))
    bounced = "reason" in row  # a complaint has none
    status = mail.enhanced(said) or ("5.0.0" if bounced else "")
    return Report("bounced" if bounced else "complained", at, "", "", "", address, status, said) if at and address else None


read_events = mail.reader(_report, "data", size=100, stages=_LISTS)
probe = mail.asker("/v1/api-quota")
probed = mail.prober("MailerSend")
quotas = mail.quotas(mail.quota("requests today", "remaining", "quota"))
