"""SparkPost (Bird): one transmission a message, counts instead of a verdict, events that can be asked for by recipient.

Reference: https://developers.sparkpost.com/api/ (transmissions, events, template-language, errors; its repository at 88f24dc); 2026-11.

    [providers.sparkpost]
    api_key = { env = "SPARKPOST_API_KEY" }
    # base_url = "https://api.eu.sparkpost.com"      # an account in the EU
    # transactional = true                           # another list of suppressions, no List-Unsubscribe of SparkPost's

Key window: none; a repeated request is a second mail.
After a time-out: our key is the recipient's metadata, looked for among the recipient's events, which appear after a minute or more
and are kept for 10 days, so "not found" settles nothing. Batch: none, since the recipients of a transmission share its text.
Reports: deliveries, bounces and complaints of the last 10 days, with our key. Tracking of opens and clicks is off in each request.
Substitutions are off in the texts; sender, subject and headers are evaluated even so: braces there get an invisible sign between
them. A List-Unsubscribe of ours is replaced by SparkPost's own (django-anymail), which mail to many has by default.
Limits: 20 MB; 420 says that the plan's sending limit is reached. Our Message-ID is not sent: whether it is kept is not verified.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pressctl import mail_fields as mail
from pressctl.config import Secret
from pressctl.delivery import Outcome, accepted, rejected, stop, uncertain
from pressctl.message import Address, Message
from pressctl.provider import CannotCarry, Doubt, Profile, Report, by_status, parsed, post, text

if TYPE_CHECKING:
    import httpx2

PROFILE = Profile("SparkPost", size_limit=20 * 1024 * 1024, tracking_off="open_tracking, click_tracking false", lookup=True, events=True)
_SPANS = {"day": "today", "month": "this month"}
_KINDS = {"delivery": "delivered", "spam_complaint": "complained", "bounce": "bounced", "out_of_band": "bounced"}
_KINDS |= dict.fromkeys(("policy_rejection", "generation_failure", "generation_rejection"), "bounced")
_NO_BOUNCE = ("60", "80", "90", "100")  # bounce classes: automatic reply, subscribe, unsubscribe, challenge
_BRACES = re.compile(r"\{(?=\{)")


@dataclass(frozen=True, slots=True)
class Settings:
    """An API key for transmissions; look-up and reports also want events, the probe the account."""

    api_key: Secret
    transactional: bool = False
    base_url: str = "https://api.sparkpost.com"

    def headers(self) -> dict[str, str]:
        return {"authorization": self.api_key.reveal()}


def request(message: Message, settings: Settings, key: str, now: datetime) -> httpx2.Request:
    """One transmission with one recipient."""
    recipient = {"address": _named(mail.recipient(message, "SparkPost")), "metadata": {"pressctl_key": key}}
    options = {"open_tracking": False, "click_tracking": False, "transactional": settings.transactional, "perform_substitutions": False}
    body = {"options": options, "recipients": [recipient], "content": _content(message)}
    return post(f"{settings.base_url}/api/v1/transmissions", body, settings.headers())


def outcome(response: httpx2.Response) -> Outcome:
    """An id with one accepted recipient is acceptance; errors are `{errors: [{message, description, code}]}`."""
    answer, status = parsed(response), response.status_code
    said = mail.said({"errors": mail.member(answer, "results", "rcpt_to_errors")}) or mail.said(answer)
    if status == 420:
        return stop(f"SparkPost's sending limit is reached: {said}", "wait, or raise the plan, then run the same command again", status)
    other, results = by_status(response, said), mail.member(answer, "results")
    if other is not None:
        return other
    name, taken, refused = (mail.member(results, word) for word in ("id", "total_accepted_recipients", "total_rejected_recipients"))
    if (mail.number(refused), taken) == (1, 0):
        return rejected(said or "SparkPost refuses the recipient", status)
    sure = mail.identity(name) and (mail.number(taken), refused) == (1, 0) and status == 200
    return accepted(mail.identity(name)) if sure else uncertain("the answer does not count one accepted recipient", status)


def lookup(doubt: Doubt, settings: Settings) -> httpx2.Request:
    """The recipient's events since a little before."""
    return events(doubt.claimed_at - timedelta(minutes=10), settings, "", recipients=doubt.recipient)


def events(since: datetime, settings: Settings, page: str, **query: str) -> httpx2.Request:
    """Deliveries, bounces and complaints; of one recipient where `query` says so, then of any kind."""
    query = {"from": f"{since:%Y-%m-%dT%H:%M:%SZ}", "cursor": page or "initial"} | (query or {"events": ",".join(_KINDS)})
    return mail.ask(f"{settings.base_url}/api/v1/events/message", settings.headers(), per_page="1000", **query)


def _content(message: Message) -> dict[str, Any]:
    own = mail.headers(message.headers, "SparkPost", frozenset({"content-type", "content-transfer-encoding"}))
    if spoiled := [name for name, value in own.items() if "{{" in value]:
        raise CannotCarry(f"SparkPost would evaluate the braces in the header {spoiled[0]}", hint="write %7B%7B for {{")
    body: dict[str, Any] = {"from": _named(message.sender), "subject": mail.neutral(message.subject, ("{{",), _BRACES)}
    body |= {"text": message.text, "html": message.html, "headers": own}
    body |= {"reply_to": mail.neutral(mail.mailbox(message.reply_to), ("{{",), _BRACES)} if message.reply_to else {}
    for member, inline in (("attachments", False), ("inline_images", True)):
        if some := tuple(one for one in message.attachments if bool(one.cid) is inline):
            body[member] = mail.files(some, "SparkPost", ("name", "data", "type", "name"))  # an inline image's name is its cid
    return body


def _named(address: Address) -> dict[str, str]:
    return mail.named(replace(address, name=mail.neutral(address.name, ("{{",), _BRACES)))


def _report(row: mail.Row) -> Report | None:
    kind, at, said = _KINDS.get(text(row.get("type"))), mail.moment(row.get("timestamp")), text(row.get("raw_reason"))
    if not at or not kind or (kind == "bounced" and str(row.get("bounce_class")) in _NO_BOUNCE):
        return None
    ids = text(mail.member(row, "rcpt_meta", "pressctl_key")), mail.identity(row.get("transmission_id"))
    return Report(kind, at, *ids, "", text(row.get("raw_rcpt_to")), mail.enhanced(said) if kind == "bounced" else "", said)


found = mail.finder("SparkPost", ("results",), ("transmission_id",), mail.keyed("rcpt_meta", "pressctl_key"))
read_events = mail.reader(_report, "results", cursor=mail.linked("cursor", "links", "next"))
probe = mail.asker("/api/v1/account?include=usage")
probed = mail.prober("SparkPost")
quotas = mail.quotas(*(mail.quota(span, "used", "limit", "results", "usage", name, spent=True) for name, span in _SPANS.items()))
