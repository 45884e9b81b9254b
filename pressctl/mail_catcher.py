"""The JSON in which a mail catcher takes a message: Mailpit's `POST /api/v1/send`, which the sandbox speaks too.

Two providers speak it and may not import each other, so the format stands here: made and read by the adapters, checked
by the sandbox. Source: Mailpit's OpenAPI description (server/ui/api/v1/swagger.json, operation SendMessageParams).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pressctl import provider
from pressctl.delivery import Outcome, accepted, deferred, uncertain
from pressctl.message import Address, Attachment, Endpoint, Message
from pressctl.provider import CannotCarry, Doubt

if TYPE_CHECKING:
    import httpx2
    import orjson

SEND = "/api/v1/send"

OWN_FIELDS = frozenset({"to", "from", "cc", "bcc", "reply-to", "date", "subject", "content-type", "mime-version", "message-id"})
"""Headers that Mailpit refuses under `Headers`, or that we fill from the message's own field."""


def request(message: Message, base_url: str, headers: Mapping[str, str]) -> httpx2.Request:
    """The request that hands the message to a catcher at `base_url`; raises CannotCarry naming what has no place."""
    return provider.post(base_url.rstrip("/") + SEND, body(message), headers)


def body(message: Message) -> dict[str, Any]:
    """The message in Mailpit's words. `Date` has no place there: the catcher sets its own."""
    if isinstance(message.to, Endpoint):
        raise CannotCarry("a mail catcher takes mail, and this recipient is a webhook", hint="give the contact an `email`")
    content: dict[str, Any] = {
        "From": _address(message.sender),
        "To": [_address(message.to)],
        "Subject": message.subject,
        "Text": message.text,
        "HTML": message.html,
        "Headers": _headers(message),
    }
    if message.reply_to:
        content["ReplyTo"] = [_address(message.reply_to)]
    if message.attachments:
        content["Attachments"] = _attachments(message.attachments)
    return content


def outcome(response: httpx2.Response) -> Outcome:
    """200 with a JSON `ID` is acceptance; anything else in the 200s is no evidence. Errors come as `{"Error": …}`."""
    answer = provider.parsed(response)
    said = provider.text(answer.get("Error")) if isinstance(answer, dict) else ""
    other = provider.by_status(response, said)
    if other is not None:
        return other
    name = answer.get("ID") if isinstance(answer, dict) else None
    if response.status_code == 200 and isinstance(name, str) and name.strip():
        return accepted(provider.text(name))
    return uncertain("the answer holds no evidence of acceptance: no `ID`", response.status_code)


def lookup(doubt: Doubt, base_url: str, headers: Mapping[str, str]) -> httpx2.Request:
    """Ask for the message by its Message-ID (Mailpit's search syntax)."""
    import httpx2

    query = {"query": f'message-id:"{doubt.message_id.strip("<>")}"'}
    return httpx2.Request("GET", base_url.rstrip("/") + "/api/v1/search", params=query, headers=headers)


def found(response: httpx2.Response, doubt: Doubt) -> Outcome | None:
    """It has it, it has nothing, or (any other answer) nobody knows."""
    answer = provider.parsed(response)
    messages = answer.get("messages") if isinstance(answer, dict) and response.status_code == 200 else None
    if not isinstance(messages, list):
        return None
    for message in messages:
        if isinstance(message, dict) and str(message.get("MessageID", "")).strip("<>") == doubt.message_id.strip("<>"):
            return accepted(provider.text(message.get("ID")))
    return None if messages else deferred("the inbox has nothing with this Message-ID")


def problem(sent: Any) -> str:
    """What a catcher must refuse in a body that it was sent, in one line; "" where it can be taken."""
    if not isinstance(sent, dict):
        return "the body is not a JSON object"
    if not _is_address(sent.get("From")):
        return "`From` must be an object with an `Email`"
    for name in ("To", "Cc", "ReplyTo"):
        if not _each(sent.get(name), _is_address):
            return f"`{name}` must be a list of objects with an `Email`"
    if not _each(sent.get("Bcc"), _is_text) or not _each(sent.get("Tags"), _is_text):
        return "`Bcc` and `Tags` must be lists of text"
    if not (sent.get("To") or sent.get("Cc") or sent.get("Bcc")):
        return "there is no recipient"
    if not all(isinstance(sent.get(name, ""), str) for name in ("Subject", "Text", "HTML")):
        return "`Subject`, `Text` and `HTML` must be text"
    return _problem_of_parts(sent)


def _problem_of_parts(sent: Mapping[str, Any]) -> str:
    headers = sent.get("Headers", {})
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        return "`Headers` must be an object of texts"
    for name in headers:
        if name.lower() in OWN_FIELDS - {"message-id"}:
            return f"`Headers` may not hold {name}: it has a field of its own"
    if not _each(sent.get("Attachments"), _is_attachment):
        return "`Attachments` must be a list of objects with `Content` and `Filename`"
    return ""


def _each(value: Any, fits: Any) -> bool:
    return value is None or (isinstance(value, list) and all(map(fits, value)))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_address(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("Email"), str) and "@" in value["Email"] and _is_text(value.get("Name", ""))


def _is_attachment(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and all(isinstance(value.get(name), str) for name in ("Content", "Filename"))
        and all(isinstance(value.get(name, ""), str) for name in ("ContentType", "ContentID"))
    )


def _address(address: Address) -> dict[str, str]:
    return {"Email": address.email, "Name": address.name} if address.name else {"Email": address.email}


def _headers(message: Message) -> dict[str, str]:
    _fit(tuple(name for name, _ in message.headers))
    return {"Message-ID": message.message_id, **dict(message.headers)}


@lru_cache(maxsize=64)
def _fit(names: tuple[str, ...]) -> None:
    """Raise CannotCarry for headers that have no place; asked once for all messages that have the same ones."""
    seen = set(OWN_FIELDS)
    for name in names:
        if name.lower() in seen:
            raise CannotCarry(f"a mail catcher has no place for a second or reserved header {name}", hint="take it out of the headers")
        seen.add(name.lower())


@lru_cache(maxsize=4)
def _attachments(attachments: tuple[Attachment, ...]) -> orjson.Fragment:
    """The attachments as finished JSON; once per edition, since all its messages share the same files."""
    import orjson

    parts = []
    for attachment in attachments:
        part = {
            "Content": b64encode(attachment.data).decode("ascii"),
            "Filename": attachment.name,
            "ContentType": attachment.media_type,
        }
        parts.append({**part, "ContentID": attachment.cid} if attachment.cid else part)
    return orjson.Fragment(orjson.dumps(parts))
