"""A message as JMAP's Email object, the parts of its body by name (RFC 8621 sections 4.1 and 4.6, 2019)."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from pressctl import mail_fields as mail
from pressctl.jmap_account import BLOB, Account, Call, digest
from pressctl.message import Attachment, Message
from pressctl.provider import CannotCarry

_LONG = 900  # octets of a header's value; a line of mail has at most 998 (RFC 5322 section 2.1.1)


def draft(message: Message, account: Account) -> dict[str, Any]:
    """The Email to create in the folder of drafts; the server writes the MIME text from it. Raises CannotCarry."""
    alternatives = [{"type": "text/plain", "partId": "text"}]
    values = {"text": {"value": message.text}}
    if message.html:
        rich: dict[str, Any] = {"type": "text/html", "partId": "html"}
        values["html"] = {"value": message.html}
        images = [one for one in message.attachments if one.cid]
        alternatives.append(_several("related", [rich, *(_file(one, account) for one in images)]) if images else rich)
    body = _several("alternative", alternatives)
    files = [one for one in message.attachments if not (one.cid and message.html)]
    addresses = {"from": message.sender, "to": mail.recipient(message, "JMAP"), "replyTo": message.reply_to}
    return {
        "mailboxIds": {account.drafts: True},
        "keywords": {"$draft": True, "$seen": True},
        **{name: [mail.named(one)] for name, one in addresses.items() if one},
        "subject": message.subject,
        "messageId": [message.message_id.strip("<>")],
        "sentAt": message.date.isoformat(timespec="seconds"),
        **{f"header:{name}:asRaw": _raw(value) for name, value in mail.headers(message.headers, "JMAP", plain=True).items()},
        "bodyStructure": _several("mixed", [body, *(_file(one, account) for one in files)]) if files else body,
        "bodyValues": values,
    }


def uploads(message: Message, account: Account) -> list[Call]:
    """The calls that bring the files along in the same request, where the server offers it (RFC 9404 section 4.1)."""
    if BLOB not in account.using:
        return []
    missing = {digest(one): one for one in message.attachments if digest(one) not in account.blobs}
    create = {name: {"data": [{"data:asBase64": b64encode(one.data).decode("ascii")}]} for name, one in missing.items()}
    return [("Blob/upload", {"create": create}, "files")] if create else []


def _several(kind: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": f"multipart/{kind}", "subParts": parts}


def _file(file: Attachment, account: Account) -> dict[str, Any]:
    name = digest(file)
    blob = account.blobs.get(name) or (f"#{name}" if BLOB in account.using else "")
    if not blob:
        what = "inline image" if file.cid else "attachment"
        raise CannotCarry(f"the {what} {file.name} is not at the mail server yet", hint="leave it out, or choose another provider")
    part = {"type": file.media_type, "name": file.name, "blobId": blob, "disposition": "inline" if file.cid else "attachment"}
    return part | ({"cid": file.cid} if file.cid else {})


def _raw(value: str) -> str:
    """The octets after the colon; a long list of URIs is folded between them (RFC 2369), where the server would not."""
    return " " + (value.replace(">, <", ">,\r\n <") if len(value) > _LONG else value)
