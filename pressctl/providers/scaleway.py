"""Scaleway Transactional Email: one JSON object a message, a list of mails that can be asked by recipient and subject.

Reference: https://www.scaleway.com/en/developers/api/transactional-email/, the vendor's Python SDK (bc3a31e, tem/v1alpha1) and
django-anymail's manual; read 2026-11.

    [providers.scaleway]
    secret_key = { env = "SCALEWAY_SECRET_KEY" }
    project_id = "11111111-2222-3333-4444-555555555555"
    # region = "fr-par"

Key window: none; a repeated request is a second mail.
After a time-out: Scaleway keeps no key of ours, so it is asked for mails with our subject to the recipient since then. The key
stands in the header X-Pressctl-Key, for a person. How soon a mail is in the list is not documented: "not found" settles nothing.
Batch: none. Reports: the mails of the last days, handed over, or failed with the last server's words; complaints are not told.
There is no tracking. Limits, which support can raise: 2 MB, 10 attachments, of certain types; no inline images. Text and HTML need
10 characters. It makes its own Message-ID. A header or a file's name beyond ASCII is refused: what becomes of it is not verified.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formataddr
from typing import TYPE_CHECKING, Any

from pressctl import mail_fields as mail
from pressctl.config import Secret
from pressctl.delivery import Outcome, accepted, deferred, rejected, stop, uncertain
from pressctl.message import Message
from pressctl.provider import Doubt, Profile, Report, by_status, parsed, post, text

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("Scaleway TEM", size_limit=2 * 1024 * 1024, lookup=True, events=True)
_PATH, _PAGE = "/transactional-email/v1alpha1/regions/{0.region}/emails", 100


@dataclass(frozen=True, slots=True)
class Settings:
    """The secret half of an API key, and the project and region whose domain sends."""

    secret_key: Secret
    project_id: str
    region: str = "fr-par"
    base_url: str = "https://api.scaleway.com"

    def headers(self) -> dict[str, str]:
        return {"x-auth-token": self.secret_key.reveal()}


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One message."""
    to = mail.recipient(message, "Scaleway")
    own = {**mail.headers(message.headers, "Scaleway", plain=True), "X-Pressctl-Key": key}
    own |= {"Reply-To": formataddr((message.reply_to.name, message.reply_to.email), "utf-8")} if message.reply_to else {}
    body: dict[str, Any] = {"project_id": settings.project_id, "from": mail.named(message.sender), "to": [mail.named(to)]}
    body |= {"subject": message.subject, "text": message.text, "html": message.html}
    body["additional_headers"] = [{"key": name, "value": value} for name, value in own.items()]
    if message.attachments:
        body["attachments"] = mail.files(message.attachments, "Scaleway", ("name", "content", "type", ""), plain=True)
    return post(settings.base_url + _PATH.format(settings), body, settings.headers())


def outcome(response: httpx2.Response) -> Outcome:
    """One of `emails` with an id, that has not failed at once, is acceptance; errors are `{type, message}`."""
    answer, status = parsed(response), response.status_code
    kind, said = text(mail.member(answer, "type")), mail.said(answer)
    if kind == "quotas_exceeded" and status == 403:
        return stop(
            f"Scaleway's quota is used up: {said}", "raise the quota in Scaleway's console, then run the same command again", status
        )
    if status == 412:
        return stop(f"Scaleway is not ready to send: {said}", "look at the domain and the project in Scaleway's console", status)
    if status == 409 and kind == "transient_state":
        return deferred(said or kind, status)
    other, mails = by_status(response, said), mail.rows(answer, "emails") or []
    if other is not None:
        return other
    name, state = (mail.identity(mails[0].get("id")), mails[0].get("status")) if len(mails) == 1 else ("", "")
    if name and state in ("failed", "canceled"):
        return rejected(f"Scaleway says that the mail has {state}", status)
    return accepted(name) if name and status == 200 else uncertain("the answer does not hold one mail with an `id`", status)


def lookup(doubt: Doubt, settings: Settings) -> httpx2.Request:
    """The mails with our subject to the recipient since a little before."""
    since = f"{doubt.claimed_at - timedelta(minutes=10):%Y-%m-%dT%H:%M:%SZ}"
    return _list(settings, since=since, mail_rcpt=doubt.recipient, subject=doubt.subject)


def events(since: datetime, settings: Settings, page: str) -> httpx2.Request:
    """The mails since five days before, oldest first: what was sent so long ago may still fail."""
    start = f"{since - timedelta(days=5):%Y-%m-%dT%H:%M:%SZ}"
    return _list(settings, since=start, order_by="created_at_asc", page=str(mail.offset(page) // _PAGE + 1))


def _list(settings: Settings, **query: str) -> httpx2.Request:
    url = settings.base_url + _PATH.format(settings)
    return mail.ask(url, settings.headers(), project_id=settings.project_id, page_size=str(_PAGE), **query)


def _same(row: mail.Row, doubt: Doubt) -> bool:
    return text(row.get("mail_rcpt")).lower() == doubt.recipient.lower() and row.get("subject") == doubt.subject


def _report(row: mail.Row) -> Report | None:
    kind = {"sent": "delivered", "failed": "bounced"}.get(text(row.get("status")), "")
    last, at = (mail.rows(row, "last_tries") or [{}])[-1], mail.moment(row.get("updated_at"))
    said, flags = text(last.get("message")), row.get("flags")
    status = mail.enhanced(said) or ("5.0.0" if isinstance(flags, list) and "hard_bounce" in flags else "")
    ids = mail.identity(row.get("id")), mail.identity(row.get("message_id"))
    return Report(kind, at, "", *ids, text(row.get("mail_rcpt")), status if kind == "bounced" else "", said) if kind and at else None


found = mail.finder("Scaleway", ("emails",), ("id",), _same, size=_PAGE)
read_events = mail.reader(_report, "emails", size=_PAGE)
probe = mail.asker(_PATH + "?page_size=1&project_id={0.project_id}")
probed = mail.prober("Scaleway")
