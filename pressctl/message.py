"""Address, Attachment, Message: the values that leave, checked so that no line break or second recipient gets in."""

from __future__ import annotations

import re
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from pressctl.errors import Refusal
from pressctl.values import dataclass

# C0 and C1 controls, line and paragraph separators, halves of surrogate pairs: none has a place in a header
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Text that already looks encoded would be decoded by the reader, line breaks in it included (CVE-2024-6923 and its kin)
_ENCODED_WORD = re.compile(r"=\?[^?\s]*\?[bq]\?[^?\s]*\?=", re.IGNORECASE)
_NOT_ONE_ADDRESS = re.compile(r"[\s<>,;\"()]|@.*@")


_LINE = 998  # octets without CRLF, RFC 5322 section 2.1.1
_FOLD = 76  # octets; the same section recommends 78
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+")
_OURS = frozenset({"from", "to", "cc", "bcc", "reply-to", "sender", "subject", "date", "message-id", "mime-version",
                   "resent-from", "resent-to", "resent-cc", "resent-bcc"})  # fmt: skip

_Part = tuple[list[str], bytes]  # header lines without CRLF (folded ones hold it), and the encoded body


_FOLDED = "\r\n "
_CONTROL_OCTETS = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")


def one_line(value: str, what: str) -> str:
    """The value itself, where it can stand in a header. Raises Refusal for a control character or a ready encoded word."""
    if not value.isprintable() and _CONTROL.search(value):  # the first is far quicker, and also says no to a no-break space
        raise Refusal(f"the {what} holds a line break or another control character", hint="delete it")
    if "=?" in value and _ENCODED_WORD.search(value):
        raise Refusal(f"the {what} holds encoded text (=?…?=)", hint="write it in plain letters")
    return value


@dataclass(frozen=True, slots=True)
class Address:
    """A mail address and the name shown with it. Both are one line; the domain is ASCII (A-label)."""

    email: str
    name: str = ""

    def __post_init__(self) -> None:
        """Raises Refusal where this could become more than one address or more than one line."""
        one_line(self.name, "name of an address")
        if _ADDRESS.fullmatch(self.email):
            return
        if _CONTROL.search(self.email) or _NOT_ONE_ADDRESS.search(self.email):
            raise Refusal("this is not one mail address", hint="one address, without blanks, commas or brackets")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A recipient reached by HTTP POST: a newsroom's intake, a webhook."""

    url: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with the message; `cid` is set for an image shown inside the HTML part."""

    name: str
    media_type: str
    data: bytes = field(repr=False)
    cid: str = ""


class Prepared(str):
    """Text whose JSON is known already, `json` with its quotes: what is the same for all recipients is escaped once for them."""

    __slots__ = ("json",)
    json: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """One message to exactly one recipient, complete: nothing is added to it on the way out.

    `headers` are those beyond From, To, Reply-To, Subject, Date and Message-ID. `release` is the release as data, for
    recipients that are programs. `date` is the date of the release, with its zone; a provider may set its own.
    """

    to: Address | Endpoint
    sender: Address
    reply_to: Address | None
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]
    attachments: tuple[Attachment, ...]
    message_id: str  # with angle brackets, RFC 5322 section 3.6.4
    date: datetime
    release: Mapping[str, Any] = field(repr=False)

    def __post_init__(self) -> None:
        """Raises Refusal for a subject that is not one line."""
        one_line(self.subject, "subject")


def as_bytes(message: Message) -> bytes:
    """The message as RFC 5322 and MIME have it: CRLF, lines of at most 998 octets; the same message gives the same bytes.

    Raises Refusal where it cannot be written so that exactly one recipient reads out of it again: an endpoint, a
    non-ASCII local part (that needs SMTPUTF8, RFC 6531), a header that does not fit its form.
    """
    if isinstance(message.to, Endpoint):
        raise Refusal("this recipient is reached by a webhook, not by mail", hint="use a provider that carries webhooks")
    from email.utils import format_datetime

    fields = [
        ("From", _address("From", message.sender)),
        ("To", _address("To", message.to)),
        *([("Reply-To", _address("Reply-To", message.reply_to))] if message.reply_to else []),
        ("Subject", _unstructured("Subject", one_line(message.subject, "subject"))),
        ("Date", format_datetime(message.date)),
        ("Message-ID", _structured("Message-ID", message.message_id)),
        *((name, _own(name, value)) for name, value in message.headers),
        ("MIME-Version", "1.0"),
    ]
    head, body = _content(message)
    lines = [f"{name}: {value}" for name, value in fields] + head
    raw = "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body
    _prove(raw, message.to, [name for name, _ in fields] + [line.partition(":")[0] for line in head])
    return raw


def _prove(raw: bytes, to: Address, names: list[str]) -> None:
    """Read the bytes as any receiver would: exactly these headers, one recipient, no line too long."""
    from email.parser import BytesHeaderParser
    from email.utils import getaddresses

    parsed = BytesHeaderParser().parsebytes(raw)
    recipients = [address for _, address in getaddresses(parsed.get_all("To", []))]
    bare = raw.replace(b"\r\n", b"")
    whole = (
        parsed.keys() == names
        and recipients == [to.email]
        and not parsed.defects
        and max(map(len, raw.split(b"\r\n"))) <= _LINE
        and b"\n" not in bare
        and b"\r" not in bare
    )
    if not whole:
        raise Refusal(
            "the message cannot be written so that one recipient and nothing else reads out of it", hint="look at its names and subject"
        )


def _address(field: str, address: Address) -> str:
    if not _ADDRESS.fullmatch(address.email):
        raise Refusal(f"the address in {field} is not one that plain mail can carry", hint="only letters of ASCII before and after the @")
    name = one_line(address.name, f"name in {field}")
    if not name:
        return address.email
    if len(name) <= 60 and name.isascii() and "=?" not in name and "  " not in name and name == name.strip():
        phrase = name if _ATOMS.fullmatch(name) else '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    else:
        phrase = _encoded(name, _FOLD - len(field) - 2)
    last = phrase.rpartition("\r\n")[2]
    room = _FOLD if "\r\n" in phrase else _FOLD - len(field) - 2
    return f"{phrase}{' ' if len(last) + len(address.email) + 3 <= room else _FOLDED}<{address.email}>"


def _unstructured(field: str, value: str) -> str:
    """Plain where it is plain ASCII, folded at blanks; else encoded words."""
    words = value.split(" ")
    if not value.isascii() or "=?" in value or not all(words) or max(map(len, words)) > _FOLD - len(field) - 2:
        return _encoded(value, _FOLD - len(field) - 2) if value else ""
    lines, room = [words[0]], _FOLD - len(field) - 2
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
            room = _FOLD - 1
    return _FOLDED.join(lines)


def _encoded(value: str, room: int) -> str:
    """RFC 2047 encoded words, each of whole characters and at most 75 octets, the shorter of its two encodings."""
    quoted = sum(1 if (c.isalnum() and c.isascii()) or c == " " else 3 * len(c.encode()) for c in value)
    encode, kind = (_q, "q") if quoted <= 4 * len(value.encode()) / 3 else (lambda text: b64encode(text.encode()).decode(), "b")
    words: list[str] = []
    chunk = ""
    for character in value:
        most = min(75, room if not words else _FOLD - 1)
        if chunk and len(encode(chunk + character)) + len("=?utf-8?q??=") > most:
            words.append(f"=?utf-8?{kind}?{encode(chunk)}?=")
            chunk = ""
        chunk += character
    return _FOLDED.join([*words, f"=?utf-8?{kind}?{encode(chunk)}?="])


def _q(text: str) -> str:
    """The Q encoding with only what a phrase, too, may hold (RFC 2047, section 5, rule 3)."""
    octets = (chr(octet) if chr(octet).isalnum() and octet < 128 else "_" if octet == 32 else f"={octet:02X}" for octet in text.encode())
    return "".join(octets)


def _own(name: str, value: str) -> str:
    if not _NAME.fullmatch(name) or name.lower() in _OURS or name.lower().startswith("content-"):
        raise Refusal(f"the header {name!r} is not one that may be added", hint="take it out of the headers")
    return _structured(name, value)


def _structured(name: str, value: str) -> str:
    """One line, never an encoded word; a long list of URIs is folded between them (RFC 2369) where it must be."""
    if not value or not value.isascii() or not value.isprintable() or value != value.strip() or "=?" in value:
        raise Refusal(f"the header {name} takes plain ASCII on one line", hint="encode the address in it (percent signs, xn--)")
    if len(name) + 2 + len(value) > _LINE:
        value = value.replace(">, <", f">,{_FOLDED}<")
    if any(len(line) > _LINE for line in f"{name}: {value}".split("\r\n")):
        raise Refusal(f"the header {name} is too long: a line of mail has at most {_LINE} octets", hint="shorten the address in it")
    return value


def _content(message: Message) -> _Part:
    body = _text("plain", message.text)
    if message.html:
        rich = _text("html", message.html)
        images = [attachment for attachment in message.attachments if attachment.cid]
        if images:
            rich = _several(message, "related", [rich, *map(_file, images)])
        body = _several(message, "alternative", [body, rich])
    files = [attachment for attachment in message.attachments if not (attachment.cid and message.html)]
    return _several(message, "mixed", [body, *map(_file, files)]) if files else body


def _text(kind: str, text: str) -> _Part:
    """A text part as 7bit, quoted-printable or base64, whichever is the plainest that fits."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    raw = text.encode("utf-8")
    if text.isascii() and all(len(line) <= _FOLD + 2 for line in text.split("\n")) and not _CONTROL_OCTETS.search(raw):
        encoding, body = "7bit", raw.replace(b"\n", b"\r\n")
    else:
        quoted = b2a_qp(raw, istext=True).replace(b"\n", b"\r\n")
        based = _base64(raw.replace(b"\n", b"\r\n"))
        encoding, body = ("quoted-printable", quoted) if len(quoted) <= len(based) else ("base64", based)
    return [f"Content-Type: text/{kind}; charset=utf-8", f"Content-Transfer-Encoding: {encoding}"], body


def _file(attachment: Attachment) -> _Part:
    name = one_line(attachment.name, "name of an attachment")
    kind = attachment.media_type if _MEDIA_TYPE.fullmatch(attachment.media_type) else "application/octet-stream"
    head = [f"Content-Type: {kind}", "Content-Transfer-Encoding: base64"]
    where = "attachment"
    if attachment.cid:
        head.append(f"Content-ID: {_structured('Content-ID', f'<{attachment.cid}>')}")
        where = "inline"
    head.append(f"Content-Disposition: {where}{_filename(name)}")
    return head, _base64(attachment.data)


def _filename(name: str) -> str:
    """The parameter for a file's name: plain where it is plain, else by RFC 2231, in pieces where it is long."""
    if re.fullmatch(r"[A-Za-z0-9._-]{1,60}", name):
        return f';\r\n filename="{name}"'
    from urllib.parse import quote

    coded = quote(name, safe="")
    if len(coded) <= 50:
        return f";\r\n filename*=utf-8''{coded}"
    pieces = re.findall(r"(?:%..|[^%]){1,16}", coded)
    pieces[0] = f"utf-8''{pieces[0]}"
    return "".join(f";\r\n filename*{number}*={piece}" for number, piece in enumerate(pieces))


def _several(message: Message, kind: str, parts: list[_Part]) -> _Part:
    from hashlib import sha256

    number = 0
    while True:  # the boundary comes from the message's id, so that the same message gives the same bytes
        boundary = "=_" + sha256(f"{message.message_id} {kind} {number}".encode()).hexdigest()[:32]
        if not any(boundary.encode() in body for _, body in parts):
            break
        number += 1
    mark = boundary.encode()
    body = b"".join(b"--" + mark + b"\r\n" + "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + data + b"\r\n" for head, data in parts)
    return [f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"'], body + b"--" + mark + b"--\r\n"


def _base64(data: bytes) -> bytes:
    text = b64encode(data)
    return b"\r\n".join(text[start : start + 76] for start in range(0, len(text), 76))
