"""Mailtrap: one JSON object a message or five hundred, a log that can be asked, a stream of its own for mail to many.

Reference: https://docs.mailtrap.io/, the vendor's OpenAPI (mailtrap/mailtrap-openapi f96b352), django-anymail's manual; read 2026-11.

    [providers.mailtrap]
    api_token = { env = "MAILTRAP_API_TOKEN" }
    # send_url = "https://send.api.mailtrap.io"      # the transactional stream, instead of the bulk one

Key window: none; a repeated request is a second mail. After a time-out: our key is the custom variable `pressctl_key`, looked for among
the recipient's mails in the account's log. How soon and how long one is there depends on the plan: "not found" settles nothing.
Batch: 500 messages, results in the order sent, HTTP 200 also where some failed; a lost one is asked for message by message.
Reports: the log, asked for deliveries, bounces and complaints, with our key and the time of sending. Tracking is set for a domain: the
probe tells. A file's name beyond ASCII is spoiled, so it is refused. Nothing in a text is evaluated without a template. Our Message-ID
is not sent. Without a User-Agent a request may be blocked. Limits: 50 MB a batch, that of a message is not documented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pressctl import __version__
from pressctl import mail_fields as mail
from pressctl.config import Secret
from pressctl.delivery import Outcome, accepted, rejected, uncertain
from pressctl.message import Message
from pressctl.provider import Doubt, Profile, Report, by_status, parsed, post, text

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("Mailtrap", batch=500, size_limit=50 * 1024 * 1024, lookup=True, events=True, dkim=("rwmt1", "rwmt2"))
_EVENTS = {"delivery": ("delivered", ""), "bounce": ("bounced", "5.0.0"), "soft_bounce": ("bounced", "4.0.0"), "spam": ("complained", "")}
_STAGES = tuple(_EVENTS)


@dataclass(frozen=True, slots=True)
class Settings:
    """`send_url` is the stream that mail goes through, `base_url` that of the account's log."""

    api_token: Secret
    send_url: str = "https://bulk.api.mailtrap.io"
    base_url: str = "https://mailtrap.io"

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.api_token.reveal()}", "user-agent": f"pressctl/{__version__}"}


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One message."""
    return post(f"{settings.send_url}/api/send", _body(message, key), settings.headers())


def outcome(response: httpx2.Response) -> Outcome:
    """`success` with one of `message_ids` is acceptance; HTTP 200 alone is not."""
    return by_status(response, mail.said(parsed(response))) or _result(parsed(response))


def batch_request(items: Sequence[tuple[Message, str]], settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """An array of whole messages, without the `base` that they could share."""
    return post(f"{settings.send_url}/api/batch", {"requests": [_body(*item) for item in items]}, settings.headers())


def lookup(doubt: Doubt, settings: Settings) -> httpx2.Request:
    """The recipient's mails since a little before."""
    return _log(settings, doubt.claimed_at - timedelta(minutes=10), "to", "ci_equal", doubt.recipient)


def events(since: datetime, settings: Settings, page: str) -> httpx2.Request:
    """The mails that one kind of event is known of, kind by kind; what was sent five days ago may still bounce."""
    return _log(settings, since - timedelta(days=5), "events", "include_event", mail.stage(page, _STAGES), page.partition(" ")[2])


def read_events(response: httpx2.Response, page: str) -> tuple[list[Report] | None, str]:
    """One page of the mails with the kind of event that `page` names."""
    found, stage = mail.answered(response, "messages"), mail.stage(page, _STAGES)
    cursor = mail.identity(mail.member(parsed(response), "next_page_cursor")) if found else ""
    following = f"{stage} {cursor}" if cursor else (*_STAGES, "")[_STAGES.index(stage) + 1]
    return (None, "") if found is None else ([report for row in found if (report := _report(row, stage))], following)


def _log(settings: Settings, since: datetime, by: str, operator: str, value: str, cursor: str = "") -> httpx2.Request:
    query = {"sent_after": f"{since:%Y-%m-%dT%H:%M:%SZ}", f"{by}][operator": operator, f"{by}][value": value}
    asked = {f"filters[{name}]": value for name, value in query.items()} | ({"search_after": cursor} if cursor else {})
    return mail.ask(f"{settings.base_url}/api/email_logs", settings.headers(), **asked)


def _body(message: Message, key: str) -> dict[str, Any]:
    body: dict[str, Any] = {"from": mail.named(message.sender), "to": [mail.named(mail.recipient(message, "Mailtrap"))]}
    body |= {"reply_to": mail.named(message.reply_to)} if message.reply_to else {}
    body |= {"subject": message.subject, "text": message.text, "html": message.html}
    body |= {"headers": mail.headers(message.headers, "Mailtrap"), "custom_variables": {"pressctl_key": key}}
    words = ("filename", "content", "type", "content_id")
    files = mail.files(message.attachments, "Mailtrap", words, disposition="disposition", plain=True)
    return body | ({"attachments": files} if message.attachments else {})


def _result(answer: Any) -> Outcome:
    names, success = mail.member(answer, "message_ids"), mail.member(answer, "success")
    if success is False and not names:
        return rejected(mail.said(answer) or "Mailtrap refuses the message", 200)
    name = mail.identity(names[0]) if success is True and isinstance(names, list) and len(names) == 1 else ""
    return accepted(name) if name else uncertain("the answer holds no `message_ids`", 200)


def _report(row: mail.Row, stage: str) -> Report | None:
    at, name, (kind, status) = mail.moment(row.get("sent_at")), mail.identity(row.get("message_id")), _EVENTS[stage]
    key = text(mail.member(row, "custom_variables", "pressctl_key"))
    return Report(kind, at, key, name, "", text(row.get("to")), status, stage) if at and name else None


batch_outcomes = mail.in_order(lambda response: by_status(response, mail.said(parsed(response))), _result, "responses")
found = mail.finder("Mailtrap", ("messages",), ("message_id",), mail.keyed("custom_variables", "pressctl_key"), size=100)
probe = mail.asker("/api/domains")
probed = mail.prober("Mailtrap", mail.tracking("Mailtrap", "data", "domain_name", "open_tracking_enabled", "click_tracking_enabled"))
quota = mail.asker("/api/billing/usage")
quotas = mail.quotas(mail.quota("this billing cycle", "current", "limit", "sending", "usage", "sent_messages_count", spent=True))
