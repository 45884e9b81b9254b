"""Postmark: one JSON object a message, metadata that can be searched for, a stream of its own for mail to many.

Reference: https://postmarkapp.com/developer/api/email-api, …/messages-api, …/bounce-api, …/overview (error codes); 2026-11.

    [providers.postmark]
    server_token = { env = "POSTMARK_SERVER_TOKEN" }
    # stream = "broadcast"          # where Postmark wants mail to many

Key window: none; a repeated request is a second mail.
After a time-out: our key is the metadata `pressctl_key`, searched with `GET /messages/outbound`, which keeps 45 days (7 to 365 by
choice); how soon a message shows up there is not documented, so "not found" settles nothing.
Batch: 500 messages, answers in the order sent, HTTP 200 also where some failed: the codes are read first.
Reports: bounces and complaints with our mail's id, asked in Eastern Time; deliveries cannot be listed. Tracking is off in each
request, but a server that tracks opens does so anyway (docs, "Tracking opens per email"): the probe tells. A broadcast stream adds
an unsubscribe link unless Postmark's support switched that off. Limits: 10 MB a message, 50 MB a batch. Our Message-ID is not sent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pressctl import mail_fields as mail
from pressctl.config import Secret
from pressctl.delivery import Outcome, accepted, deferred, rejected, stop, uncertain
from pressctl.message import Message
from pressctl.provider import Doubt, Profile, Report, by_status, parsed, post, text

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("Postmark", batch=500, tracking_off="TrackOpens false, TrackLinks None", lookup=True, events=True)
_STOPS = (10, 400, 401, 405, 412, 413)  # ErrorCodes: token, sender's signature, credits, account pending or closed
_NO_BOUNCE = frozenset({"Transient", "Unsubscribe", "Subscribe", "AutoResponder", "AddressChange", "OpenRelayTest", "InboundError"})
_FILLED, _MARKS = re.compile(r"\{(?=\{\{?\s*pm:)"), ("{{",)  # {{{ pm:unsubscribe }}}, filled in where the stream is a broadcast


@dataclass(frozen=True, slots=True)
class Settings:
    """A server's token, and the message stream that mail goes through."""

    server_token: Secret
    stream: str = "broadcast"
    base_url: str = "https://api.postmarkapp.com"

    def headers(self) -> dict[str, str]:
        return {"accept": "application/json", "x-postmark-server-token": self.server_token.reveal()}


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One message."""
    return post(f"{settings.base_url}/email", _body(message, settings, key), settings.headers())


def outcome(response: httpx2.Response) -> Outcome:
    """ErrorCode 0 with a MessageID is acceptance."""
    return _refusal(response) or _result(parsed(response))


def batch_request(items: Sequence[tuple[Message, str]], settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """A bare array of whole messages."""
    return post(f"{settings.base_url}/email/batch", [_body(one, settings, own) for one, own in items], settings.headers())


def lookup(doubt: Doubt, settings: Settings) -> httpx2.Request:
    """Search by our key."""
    return mail.ask(f"{settings.base_url}/messages/outbound", settings.headers(), count="1", offset="0", metadata_pressctl_key=doubt.key)


def events(since: datetime, settings: Settings, page: str) -> httpx2.Request:
    """Bounces and complaints, newest first."""
    start = f"{since - timedelta(hours=5):%Y-%m-%d}"  # a day of Eastern Time
    return mail.ask(f"{settings.base_url}/bounces", settings.headers(), count="500", offset=str(mail.offset(page)), fromdate=start)


def _body(message: Message, settings: Settings, key: str) -> dict[str, Any]:
    body: dict[str, Any] = {"From": mail.mailbox(message.sender), "To": mail.mailbox(mail.recipient(message, "Postmark"))}
    body |= {"ReplyTo": mail.mailbox(message.reply_to)} if message.reply_to else {}
    body |= {"Subject": mail.neutral(message.subject, _MARKS, _FILLED), "TextBody": mail.neutral(message.text, _MARKS, _FILLED)}
    body |= {"HtmlBody": mail.neutral(message.html, _MARKS, _FILLED, html=True), "MessageStream": settings.stream}
    body |= {"Metadata": {"pressctl_key": key}, "TrackOpens": False, "TrackLinks": "None"}
    body["Headers"] = [{"Name": name, "Value": value} for name, value in mail.headers(message.headers, "Postmark").items()]
    if message.attachments:
        body["Attachments"] = mail.files(message.attachments, "Postmark", ("Name", "Content", "ContentType", "ContentID"), cid="cid:{}")
    return body


def _refusal(response: httpx2.Response) -> Outcome | None:
    answer, status = parsed(response), response.status_code
    code, said = mail.number(mail.member(answer, "ErrorCode")), mail.said(answer)
    if code and 400 <= status < 500 and status != 429:
        return _result(answer, status)
    return deferred(said, status) if status == 503 and code == 100 else by_status(response, said)  # 100: maintenance


def _result(answer: Any, status: int = 200) -> Outcome:
    code, said, name = mail.number(mail.member(answer, "ErrorCode")), mail.said(answer), mail.identity(mail.member(answer, "MessageID"))
    if code in _STOPS:
        return stop(f"Postmark refuses the account: {said}", "look at the server's token, sender and credits at Postmark", status)
    if code or (name and "inactive address" in said):  # with one recipient the latter means that nothing was sent
        return deferred(said, status) if code == 100 else rejected(said or f"ErrorCode {code}", status)
    return accepted(name, status) if name else uncertain("the answer holds no `MessageID`", status)


def _report(row: mail.Row) -> Report | None:
    event, at, said = text(row.get("Type")), mail.moment(row.get("BouncedAt")), text(row.get("Details")) or text(row.get("Description"))
    kind = "complained" if event == "SpamComplaint" else "bounced" if event and event not in _NO_BOUNCE else ""
    status = mail.enhanced(said) or {"HardBounce": "5.0.0", "SoftBounce": "4.0.0"}.get(event, "")
    return Report(kind, at, "", mail.identity(row.get("MessageID")), "", text(row.get("Email")), status, said) if kind and at else None


batch_outcomes = mail.in_order(_refusal, _result)
found = mail.finder("Postmark", ("Messages",), ("MessageID",))
read_events = mail.reader(_report, "Bounces", size=500)
probe = mail.asker("/server")
probed = mail.prober("Postmark", lambda answer: "Postmark tracks opens: switch that off there" if mail.member(answer, "TrackOpens") else "")
