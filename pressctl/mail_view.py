"""A delivery in the inbox as others want to see it: Mailpit's JSON about it, and its RFC 5322 source."""

from __future__ import annotations

import contextlib
import re
from base64 import b64decode
from typing import Any

from pressctl.errors import Refusal
from pressctl.inbox import Delivery, Inbox
from pressctl.message import Address, Attachment, Message, as_bytes

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_TURNS = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # they make an address read backwards


def one_line(value: object) -> str:
    """Somebody's text without line breaks, escape sequences and what turns the direction of reading."""
    return _TURNS.sub("", _CONTROL.sub(" ", str(value))).strip() if value else ""


def sender(delivery: Delivery) -> dict[str, str]:
    """`Name` and `Address` of who sent it."""
    return _person(delivery.sent.get("sender" if delivery.host else "From"))


def recipients(delivery: Delivery) -> list[dict[str, str]]:
    """`Name` and `Address` of who gets it; of a webhook, the host stands as the address."""
    if delivery.host:
        return [{"Name": one_line(delivery.sent.get("to")), "Address": delivery.host}]
    people = [_person(person) for name in ("To", "Cc") for person in delivery.sent.get(name) or []]
    return people + [{"Name": "", "Address": one_line(address)} for address in delivery.sent.get("Bcc") or []]


def reply_to(delivery: Delivery) -> list[dict[str, str]]:
    """`Name` and `Address` of where answers go."""
    found = [delivery.sent.get("reply_to")] if delivery.host else delivery.sent.get("ReplyTo") or []
    return [_person(person) for person in found if person]


def part(delivery: Delivery, name: str) -> str:
    """`Subject`, `Text` or `HTML` of either kind of delivery; "" where there is none."""
    value = delivery.sent.get(name.lower() if delivery.host else name, "")
    return value if isinstance(value, str) else ""


def attachments(delivery: Delivery) -> list[dict[str, Any]]:
    """`FileName`, `ContentType`, `ContentID`, `Size` in bytes and `Digest` of each."""
    found = delivery.sent.get("attachments" if delivery.host else "Attachments")
    listed = found if isinstance(found, list) else []
    return [_attachment(item, webhook=bool(delivery.host)) for item in listed if isinstance(item, dict)]


def summary(delivery: Delivery) -> dict[str, Any]:
    """Mailpit's MessageSummary."""
    return {
        **_common(delivery),
        "Created": delivery.received.isoformat(),
        "Attachments": len(attachments(delivery)),
        "Read": True,
        "Snippet": " ".join(part(delivery, "Text")[:500].split())[:250],
    }


def detail(delivery: Delivery) -> dict[str, Any]:
    """Mailpit's Message."""
    files = attachments(delivery)
    return {
        **_common(delivery),
        "Date": delivery.received.isoformat(),
        "Text": part(delivery, "Text"),
        "HTML": part(delivery, "HTML"),
        "Inline": [item for item in files if item["ContentID"]],
        "Attachments": [item for item in files if not item["ContentID"]],
        "ReturnPath": "",
    }


def raw(delivery: Delivery, inbox: Inbox) -> bytes:
    """The RFC 5322 source of a mail; the JSON as it came of a webhook's delivery, or where no sound mail can be made of it."""
    import orjson

    if not delivery.host:
        with contextlib.suppress(Refusal):
            return as_bytes(_message(delivery, inbox))
    return orjson.dumps(delivery.sent, option=orjson.OPT_INDENT_2)


def _message(delivery: Delivery, inbox: Inbox) -> Message:
    """The message that the adapter made the JSON from; `Date` is when it came. Raises Refusal for what is no sound mail."""
    sent = delivery.sent
    recipients = [Address(who["Email"], who.get("Name", "")) for name in ("To", "Cc") for who in sent.get(name) or []]
    if len(recipients) != 1 or sent.get("Bcc"):
        raise Refusal("this is not to exactly one recipient")
    replies = [Address(who["Email"], who.get("Name", "")) for who in sent.get("ReplyTo") or []]
    files = [Attachment(item["FileName"], item["ContentType"], content(item, inbox), item["ContentID"]) for item in attachments(delivery)]
    return Message(
        to=recipients[0],
        sender=Address(sent["From"]["Email"], sent["From"].get("Name", "")),
        reply_to=replies[0] if replies else None,
        subject=part(delivery, "Subject"),
        text=part(delivery, "Text"),
        html=part(delivery, "HTML"),
        headers=tuple((name, value) for name, value in (sent.get("Headers") or {}).items() if name.lower() != "message-id"),
        attachments=tuple(files),
        message_id=delivery.key,
        date=delivery.received,
        release={},
    )


def content(item: dict[str, Any], inbox: Inbox) -> bytes:
    """The bytes of one of `attachments`; what is no base64 is left out."""
    try:
        return b64decode(inbox.attachment(item["Digest"]))
    except ValueError:
        return b""


def _common(delivery: Delivery) -> dict[str, Any]:
    return {
        "ID": delivery.id,
        "MessageID": delivery.key.strip("<>"),
        "From": sender(delivery),
        "To": recipients(delivery),
        "Cc": [],
        "Bcc": [],
        "ReplyTo": reply_to(delivery),
        "Subject": one_line(part(delivery, "Subject")),
        "Tags": ["webhook"] if delivery.host else list(delivery.sent.get("Tags") or []),
        "Size": sum(item["Size"] for item in attachments(delivery)) + len(part(delivery, "Text")) + len(part(delivery, "HTML")),
    }


def _person(person: Any) -> dict[str, str]:
    if not isinstance(person, dict):
        return {"Name": "", "Address": ""}
    return {
        "Name": one_line(person.get("Name", person.get("name"))),
        "Address": one_line(person.get("Email", person.get("email"))),
    }


def _attachment(item: dict[str, Any], *, webhook: bool) -> dict[str, Any]:
    names = ("name", "type", "cid") if webhook else ("Filename", "ContentType", "ContentID")
    size = len(str(item.get("content", ""))) * 3 // 4 if webhook else item.get("Size", 0)
    shown = dict(zip(("FileName", "ContentType", "ContentID"), (one_line(item.get(name)) for name in names), strict=True))
    return {**shown, "Size": size, "Digest": str(item.get("Digest", ""))}
