"""A delivery in the inbox as others want to see it: Mailpit's JSON about it, and its RFC 5322 source."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import TYPE_CHECKING, Any

from pressctl.inbox import Delivery, Inbox

if TYPE_CHECKING:
    from email.mime.base import MIMEBase

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_TURNS = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # they make an address read backwards
_MEDIA_TYPE = re.compile(r"(?:application|audio|font|image|text|video)/[A-Za-z0-9.+-]+")
_HEADER_NAME = re.compile(r"[!-9;-~]+")  # RFC 5322, section 3.6.8


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
    """The RFC 5322 source of a mail, or the JSON of a webhook's delivery."""
    if delivery.host:
        import orjson

        return orjson.dumps(delivery.sent, option=orjson.OPT_INDENT_2)
    return _mail(delivery, inbox)


def _mail(delivery: Delivery, inbox: Inbox) -> bytes:
    """The source, by the older of the standard library's two mail policies: the newer one fails on some odd addresses."""
    from email.mime.multipart import MIMEMultipart
    from email.utils import format_datetime

    mail: MIMEBase = _alternatives(delivery, inbox)
    files = [item for item in attachments(delivery) if not item["ContentID"]]
    if files:
        mail = MIMEMultipart("mixed", _subparts=[mail, *(_file_part(item, inbox) for item in files)])
    people = {"From": [sender(delivery)], "To": recipients(delivery), "Reply-To": reply_to(delivery)}
    fields = [(name, ", ".join(map(_mailbox, listed))) for name, listed in people.items() if listed]
    fields += [("Subject", _encoded(part(delivery, "Subject"))), ("Date", format_datetime(delivery.received))]
    given = delivery.sent.get("Headers") or {}
    fields += [(name, _encoded(value)) for name, value in given.items() if _HEADER_NAME.fullmatch(name)]
    body_fields = mail.items()
    for name in mail.keys():  # noqa: SIM118 - a message is no dict, and iterating over it is deprecated
        del mail[name]
    for name, value in [*fields, *body_fields]:
        mail[name] = value
    return mail.as_bytes()


def _alternatives(delivery: Delivery, inbox: Inbox) -> MIMEBase:
    from email.charset import QP, Charset
    from email.mime.multipart import MIMEMultipart
    from email.mime.text import MIMEText

    readable = Charset("utf-8")
    readable.body_encoding = QP
    text = MIMEText(part(delivery, "Text"), "plain", readable)  # type: ignore[arg-type]  # the stubs know names only
    if not part(delivery, "HTML"):
        return text
    html: MIMEBase = MIMEText(part(delivery, "HTML"), "html", readable)  # type: ignore[arg-type]  # as above
    images = [item for item in attachments(delivery) if item["ContentID"]]
    if images:
        html = MIMEMultipart("related", _subparts=[html, *(_file_part(item, inbox) for item in images)])
    return MIMEMultipart("alternative", _subparts=[text, html])


def _file_part(item: dict[str, Any], inbox: Inbox) -> MIMEBase:
    from email import encoders
    from email.mime.base import MIMEBase

    kind = item["ContentType"] if _MEDIA_TYPE.fullmatch(item["ContentType"]) else "application/octet-stream"
    attached = MIMEBase(*kind.split("/"))
    attached.set_payload(content(item, inbox))
    encoders.encode_base64(attached)
    attached.add_header("Content-Disposition", "inline" if item["ContentID"] else "attachment", filename=("utf-8", "", item["FileName"]))
    if item["ContentID"]:
        attached["Content-ID"] = _encoded(f"<{item['ContentID']}>")
    return attached


def _mailbox(who: dict[str, str]) -> str:
    from email.utils import formataddr

    address = _encoded(who["Address"])
    return formataddr((who["Name"], address)) if address.isascii() else address


def _encoded(value: str) -> str:
    """A header's value, in folded encoded words where it is not ASCII (RFC 2047)."""
    from email.header import Header

    line = one_line(value)
    return line if line.isascii() else Header(line, "utf-8", maxlinelen=60).encode()  # room for the name


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
