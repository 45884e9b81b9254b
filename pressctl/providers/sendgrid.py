"""SendGrid (Twilio): one JSON object a message; what became of it can be asked only with a paid add-on.

Reference: https://www.twilio.com/docs/sendgrid/api-reference/mail-send and the vendor's OpenAPI (twilio/sendgrid-oai),
…/for-developers/sending-email/getting-started-email-activity-api, …/api-reference/bounces-api, …/users-api (credits); 2026-11.

    [providers.sendgrid]
    api_key = { env = "SENDGRID_API_KEY" }
    # base_url = "https://api.eu.sendgrid.com"     # an account in the EU

Key window: none; a request that is repeated makes a second mail.
After a time-out: our key is the custom argument `pressctl_key`, asked as `unique_args['pressctl_key']` of the Email Activity
API: a paid add-on, and not for accounts in the EU. The list of fields has unique_args; this way to write it is not verified.
Batch: none, since personalizations share one body, and one id stands for all of them.
Reports: the account's lists of bounces, blocks and complaints by address; deliveries only come by webhook or the add-on.
Tracking of clicks, opens and subscriptions and Analytics are off in each request. DKIM: s1, s2, unless chosen otherwise.
Limits: 30 MB. A file's name beyond ASCII is spoiled (django-anymail's manual), so it is refused. Nothing in a text is evaluated
without `substitutions` or a template. Whether our Message-ID is kept is not verified, so it is not sent. An accepted message
is answered by 202 with an empty body: its header X-Message-Id is the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pressctl import mail_fields as mail
from pressctl.config import Secret
from pressctl.delivery import Outcome, accepted, uncertain
from pressctl.message import Message
from pressctl.provider import Doubt, Profile, Report, by_status, parsed, post, text

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("SendGrid", size_limit=30 << 20, tracking_off="tracking_settings: all off", lookup=True, events=True, dkim=("s1", "s2"))
_RESERVED = frozenset({"received", "dkim-signature", "content-type", "content-transfer-encoding"})  # and x-sg-…
_OFF = {name: {"enable": False} for name in ("click_tracking", "open_tracking", "subscription_tracking", "ganalytics")}
_OFF["click_tracking"] = {"enable": False, "enable_text": False}
_LISTS = ("bounces", "blocks", "spam_reports")


@dataclass(frozen=True, slots=True)
class Settings:
    """An API key with the right to send mail; reports also want the right to read suppressions."""

    api_key: Secret
    base_url: str = "https://api.sendgrid.com"

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.api_key.reveal()}"}


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One message: one personalization with one recipient, our key within it."""
    to = mail.recipient(message, "SendGrid")
    body: dict[str, Any] = {"personalizations": [{"to": [mail.named(to)], "custom_args": {"pressctl_key": key}}]}
    body |= {"from": mail.named(message.sender), "subject": message.subject}
    body |= {"reply_to": mail.named(message.reply_to)} if message.reply_to else {}
    body["content"] = [{"type": "text/plain", "value": message.text}, {"type": "text/html", "value": message.html}]
    body |= {"headers": mail.headers(message.headers, "SendGrid", _RESERVED), "tracking_settings": _OFF}
    if message.attachments:
        words = ("filename", "content", "type", "content_id")
        body["attachments"] = mail.files(message.attachments, "SendGrid", words, disposition="disposition", plain=True)
    return post(f"{settings.base_url}/v3/mail/send", body, settings.headers())


def outcome(response: httpx2.Response) -> Outcome:
    """202 with X-Message-Id is acceptance; 200 is that of a sandbox, which we never ask for."""
    name, status = mail.identity(response.headers.get("x-message-id")), response.status_code
    other = by_status(response, mail.said(parsed(response)))
    return other or (accepted(name, status) if name and status == 202 else uncertain("the answer holds no X-Message-Id", status))


def lookup(doubt: Doubt, settings: Settings) -> httpx2.Request:
    """The Email Activity of our key."""
    query = f"unique_args['pressctl_key']=\"{doubt.key}\""
    return mail.ask(f"{settings.base_url}/v3/messages", settings.headers(), limit="10", query=query)


def events(since: datetime, settings: Settings, page: str) -> httpx2.Request:
    """One list of addresses after another, each since a time."""
    url = f"{settings.base_url}/v3/suppression/{mail.stage(page, _LISTS)}"
    query = {"start_time": str(int(since.timestamp())), "limit": "500", "offset": str(mail.offset(page))}
    return mail.ask(url, settings.headers(), **query)


def _to_the_same(row: mail.Row, doubt: Doubt) -> bool:
    return text(row.get("to_email")).lower() == doubt.recipient.lower()


def _report(row: mail.Row) -> Report | None:
    at, reason = mail.moment(row.get("created")), text(row.get("reason"))
    kind = "complained" if "ip" in row or not reason else "bounced"  # a complaint has the reporter's ip and no reason
    status = mail.enhanced(row.get("status"), reason)
    return Report(kind, at, "", "", "", text(row.get("email")), status, reason) if at else None


def _right(answer: Any) -> str:
    scopes = mail.member(answer, "scopes")
    return "" if isinstance(scopes, list) and "mail.send" in scopes else "SendGrid's key has no right to send mail (mail.send)"


found = mail.finder("SendGrid", ("messages",), ("msg_id",), _to_the_same)
read_events = mail.reader(_report, size=500, stages=_LISTS)
probe = mail.asker("/v3/scopes")
probed = mail.prober("SendGrid", _right)
quota = mail.asker("/v3/user/credits")  # wants a right of its own: user.credits.read
quotas = mail.quotas(mail.quota("until the credits are reset", "remain", "total"))
