"""Mailjet (Sinch): fifty JSON objects a request, and a CustomID that can be asked for.

Reference: https://dev.mailjet.com/reference/email/send-emails/ (v3.1), …/email/messages/; django-anymail; Domain Connect (DKIM); 2026-11.

    [providers.mailjet]
    api_key = { env = "MAILJET_API_KEY" }
    secret_key = { env = "MAILJET_SECRET_KEY" }
    # base_url = "https://api.us.mailjet.com"      # an account in the US

Key window: none; a request that is repeated makes a second mail.
After a time-out: our key is the CustomID, asked with `GET /v3/REST/message`; how soon a message is there is not documented.
Batch: 50 messages, results in the order sent; good ones go out also where others fail, and then the status may be 400.
Reports: the state of each message by our key: deliveries, bounces, complaints; the time is that of sending, the cause a number.
Tracking is off in each request, which overrides the account; its template language stays off. Limits: 15 MB of attachments. It
forbids Message-ID, Date and List-Id among the headers: List-Id is left out, and nothing else; further names are not verified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pressctl import mail_fields as mail
from pressctl.config import Secret
from pressctl.delivery import Move, Outcome, accepted, rejected, stop, uncertain
from pressctl.message import Message
from pressctl.provider import Doubt, Profile, Report, by_status, parsed, post, text

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("Mailjet", batch=50, size_limit=20 << 20, tracking_off="TrackOpens disabled", lookup=True, events=True, dkim=("mailjet",))
_KINDS = {"sent": "delivered", "opened": "delivered", "clicked": "delivered", "spam": "complained"}
_KINDS |= dict.fromkeys(("bounce", "hardbounced", "softbounced", "blocked"), "bounced")
_STATES = {1: "5.1.1", 2: "5.2.1", 3: "5.2.2", 4: "5.1.2"}  # StateID: user unknown, inactive, over quota, invalid domain


@dataclass(frozen=True, slots=True)
class Settings:
    """The two keys of an account or subaccount."""

    api_key: Secret
    secret_key: Secret
    base_url: str = "https://api.mailjet.com"

    def headers(self) -> dict[str, str]:
        return mail.basic(self.api_key.reveal(), self.secret_key.reveal())


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """An array of one message."""
    return post(f"{settings.base_url}/v3.1/send", {"Messages": [_body(message, key)]}, settings.headers())


def outcome(response: httpx2.Response) -> Outcome:
    """`Status` success with a MessageID is acceptance; errors stand in the message's own result, or alone."""
    one, status = batch_outcomes(response, 1)[0], response.status_code
    return uncertain("the answer says success and failure at once", status) if one.move is Move.ACCEPT and status >= 300 else one


def batch_request(items: Sequence[tuple[Message, str]], settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """An array of whole messages."""
    return post(f"{settings.base_url}/v3.1/send", {"Messages": [_body(*item) for item in items]}, settings.headers())


def lookup(doubt: Doubt, settings: Settings) -> httpx2.Request:
    """The message with our key."""
    return mail.ask(f"{settings.base_url}/v3/REST/message", settings.headers(), CustomID=doubt.key)


def events(since: datetime, settings: Settings, page: str) -> httpx2.Request:
    """The messages sent since a time, with their state."""
    query = {"FromTS": str(int(since.timestamp())), "ShowCustomID": "true", "ShowContactAlt": "true", "Limit": "1000", "Sort": "ID"}
    return mail.ask(f"{settings.base_url}/v3/REST/message", settings.headers(), **query, Offset=str(mail.offset(page)))


def _body(message: Message, key: str) -> dict[str, Any]:
    to = mail.recipient(message, "Mailjet")
    body: dict[str, Any] = {"From": mail.named(message.sender, "Email", "Name"), "To": [mail.named(to, "Email", "Name")]}
    body |= {"ReplyTo": mail.named(message.reply_to, "Email", "Name")} if message.reply_to else {}
    body |= {"Subject": message.subject, "TextPart": message.text, "HTMLPart": message.html, "TemplateLanguage": False}
    body |= {"CustomID": key, "TrackOpens": "disabled", "TrackClicks": "disabled"}
    body["Headers"] = mail.headers(message.headers, "Mailjet", without=frozenset({"list-id"}))
    for member, inline in (("Attachments", False), ("InlinedAttachments", True)):
        if some := tuple(one for one in message.attachments if bool(one.cid) is inline):
            body[member] = mail.files(some, "Mailjet", ("Filename", "Base64Content", "ContentType", "ContentID"))
    return body


def _refusal(response: httpx2.Response) -> Outcome | None:
    mixed = response.status_code == 400 and mail.rows(parsed(response), "Messages")
    return None if mixed else by_status(response, mail.said(parsed(response)))


def _result(answer: Any) -> Outcome:
    error, to, status = (mail.rows(answer, "Errors") or [{}])[0], mail.rows(answer, "To") or [], mail.member(answer, "Status")
    code, said = mail.number(error.get("StatusCode")), f"{mail.said(error)} ({text(error.get('ErrorCode'))})"
    if status == "error" and code in (401, 402, 403):
        return stop(f"Mailjet refuses the account: {said}", "look at the keys and the sender at Mailjet", code)
    if status == "error" and 400 <= code < 500:
        return rejected(said, code)
    name = mail.identity(to[0].get("MessageID")) if status == "success" and len(to) == 1 else ""
    return accepted(name) if name else uncertain("the answer holds no `MessageID`", 200)


def _report(row: mail.Row) -> Report | None:
    kind, at = _KINDS.get(text(row.get("Status")).lower()), mail.moment(row.get("ArrivedAt"))
    status = _STATES.get(mail.number(row.get("StateID")), "") if kind == "bounced" else ""
    ids = text(row.get("CustomID")), mail.identity(row.get("ID"))
    return Report(kind, at, *ids, "", text(row.get("ContactAlt")), status, text(row.get("Status"))) if kind and at else None


batch_outcomes = mail.in_order(_refusal, _result, "Messages")
found = mail.finder("Mailjet", ("Data",), ("ID",))
read_events = mail.reader(_report, "Data", size=1000)
probe = mail.asker("/v3/REST/sender?Limit=1")
probed = mail.prober("Mailjet")
