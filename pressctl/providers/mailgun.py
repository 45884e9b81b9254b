"""Mailgun (Sinch): a form a message; its events can be asked by recipient.

Reference: https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages, …/events; mailgun-go's types of
events; django-anymail's manual; 2026-11.

    [providers.mailgun]
    api_key = { env = "MAILGUN_API_KEY" }
    domain = "mg.example.org"
    # base_url = "https://api.eu.mailgun.net"      # a domain in the EU

Key window: none; a request that is repeated makes a second mail.
After a time-out: our key travels as variable `pressctl_key` and as the Message-ID, and is looked for among the recipient's events
since the attempt. They are kept for 3 days and more by plan, and come with a delay, so "not found" settles nothing.
Batch: none, since one body and recipient variables (16 KB in all) are what it has.
Reports: deliveries, bounces and complaints with our key and the server's status; soft failures are tried again and left out.
Tracking is off in each request. `%recipient…%` and its kin in a text are kept from its template language.
Limits: 25 MB a message. A variable stands in a header that the recipient could read: it holds the key and nothing else. A name
with letters beyond ASCII and brackets shows extra quotes in some clients (django-anymail). A key for sending only reads no events.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pressctl import mail_fields as mail
from pressctl.config import Secret
from pressctl.delivery import Outcome, accepted, uncertain
from pressctl.message import Address, Message
from pressctl.provider import Doubt, Profile, Report, by_status, parsed, post, text

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("Mailgun", size_limit=25 * 1024 * 1024, tracking_off="o:tracking no", lookup=True, events=True)
_TEMPLATE, _MARKS = re.compile("%(?=recipient|unsubscribe_|tag_unsubscribe_|mailing_list_)"), ("%recipient", "unsubscribe_", "%mailing_")
_KEY, _ID, _NEXT = ("user-variables", "pressctl_key"), ("message", "headers", "message-id"), ("paging", "next")


@dataclass(frozen=True, slots=True)
class Settings:
    """A key and the sending domain it belongs to."""

    api_key: Secret
    domain: str
    base_url: str = "https://api.mailgun.net"

    def headers(self) -> dict[str, str]:
        return mail.basic("api", self.api_key.reveal())

    def events(self, **query: str) -> httpx2.Request:
        return mail.ask(f"{self.base_url}/v3/{self.domain}/events", self.headers(), ascending="yes", limit="300", **query)


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One multipart form (RFC 7578)."""
    own = {"to": mail.mailbox(mail.recipient(message, "Mailgun")), "h:Message-Id": message.message_id, "v:pressctl_key": key}
    own |= {"text": mail.neutral(message.text, _MARKS, _TEMPLATE), "html": mail.neutral(message.html, _MARKS, _TEMPLATE, html=True)}
    boundary, shared = _shared(message.sender, message.reply_to, message.subject, message.headers, message.attachments)
    kind = {"content-type": f"multipart/form-data; boundary={boundary.decode()}"}
    content = b"".join((shared, *(mail.form_field(boundary, *item) for item in own.items()), b"--", boundary, b"--\r\n"))
    return post(f"{settings.base_url}/v3/{settings.domain}/messages", content, settings.headers() | kind)


def outcome(response: httpx2.Response) -> Outcome:
    """200 with an `id` is acceptance; errors are `{message}`."""
    name = mail.identity(mail.member(parsed(response), "id"))
    other = by_status(response, mail.said(parsed(response)))
    return other or (accepted(name) if name else uncertain("the answer holds no `id`", response.status_code))


def lookup(doubt: Doubt, settings: Settings) -> httpx2.Request:
    """The recipient's events since a little before the attempt: clocks differ."""
    return settings.events(recipient=doubt.recipient, begin=str(int((doubt.claimed_at - timedelta(minutes=10)).timestamp())))


def events(since: datetime, settings: Settings, page: str) -> httpx2.Request:
    """Events since a time, oldest first; `page` is what the last answer named as the next one."""
    if page:
        return mail.ask(f"{settings.base_url}/v3/{settings.domain}/events/{page}", settings.headers())
    return settings.events(begin=str(int(since.timestamp())), event="delivered OR failed OR complained")


def _ours(row: mail.Row, doubt: Doubt) -> bool:
    same = mail.member(row, *_KEY) == doubt.key or mail.identity(mail.member(row, *_ID)) == doubt.message_id.strip("<>")
    return same and row.get("event") != "rejected"  # that alone: taken at first, and never sent


@lru_cache(maxsize=4)  # all messages of an edition share them
def _shared(sender: Address, reply_to: Address | None, subject: str, own: mail.Headers, files: mail.Files) -> tuple[bytes, bytes]:
    fields = {"from": mail.mailbox(sender), "subject": mail.neutral(subject, _MARKS, _TEMPLATE), "o:tracking": "no"}
    fields |= {"o:tracking-clicks": "no", "o:tracking-opens": "no"} | ({"h:Reply-To": mail.mailbox(reply_to)} if reply_to else {})
    fields |= {f"h:{name}": value for name, value in mail.headers(own, "Mailgun").items()}
    return mail.form(fields, files)


def _report(row: mail.Row) -> Report | None:
    event, at, status = text(row.get("event")), mail.moment(row.get("timestamp")), row.get("delivery-status")
    kind = {"delivered": "delivered", "failed": "bounced", "complained": "complained"}.get(event)
    if kind is None or at is None or (event == "failed" and row.get("severity") == "temporary"):
        return None
    said = next(filter(None, map(text, (mail.member(status, "message"), mail.member(status, "description"), row.get("reason")))), "")
    code = (mail.enhanced(mail.member(status, "enhanced-code"), said) or "5.0.0") if event == "failed" else ""
    name = mail.identity(mail.member(row, *_ID))
    return Report(kind, at, text(mail.member(row, *_KEY)), name, name, text(row.get("recipient")), code, said)


def _state(answer: Any) -> str:
    state = text(mail.member(answer, "domain", "state")) or "not told"
    return "" if state == "active" else f"Mailgun's domain is {state}, not active: look at its DNS records there"


found = mail.finder("Mailgun", ("items",), _ID, _ours, size=300)
read_events = mail.reader(_report, "items", cursor=lambda answer, _: re.sub(r".*/|[^\w=%-]", "", text(mail.member(answer, *_NEXT), 2000)))
probe = mail.asker("/v4/domains/{0.domain}")
probed = mail.prober("Mailgun", _state)
