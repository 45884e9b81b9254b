"""An edition: what is the same for everybody, with slots where a recipient's own words go; and its digest.

All work that does not depend on the recipient is done before an edition exists: Markdown, sanitising, inlined styles.
What is left per recipient is a few short texts put between ready pieces. The delivery log keeps one edition and, per
recipient, only those texts, so that the exact message can be made again later, whatever happened to the files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pressctl.errors import LogError
from pressctl.message import Address, Attachment, Endpoint, Message

FORMAT = 1  # of `encode`; a reader refuses what it does not know
SIZE_LIMIT = 256 * 1024 * 1024  # bytes of a decoded edition; guards against a damaged or hostile log
_DOT_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")  # RFC 5322, section 3.2.3


@dataclass(frozen=True, slots=True)
class Part:
    """Text with slots: `pieces` are the n + 1 texts around n slots, `slots` the Jinja source of each.

    `places` says where each slot was written (`file:line`), for errors only: it is no part of the digest.
    """

    pieces: tuple[str, ...]
    slots: tuple[str, ...] = ()
    places: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Personal:
    """One recipient's own words: what goes into the slots of each part, in order."""

    text: tuple[str, ...] = ()
    html: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pitch:
    """A personal paragraph for one segment, ready: `to` is what `selection.judged` reads, "" for everybody else."""

    to: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Edition:
    """A release with its templates, attachments and organisation, at one digest (SHA-256 in hex)."""

    release: str  # slug
    digest: str
    language: str
    subject: str
    text: Part
    html: Part
    sender: Address
    reply_to: Address | None
    headers: tuple[tuple[str, str], ...]
    attachments: tuple[Attachment, ...]
    date: datetime
    data: Mapping[str, Any] = field(repr=False)  # the release as data: what `render --as json` prints
    words: Mapping[str, str] = field(default_factory=dict, repr=False)  # the labels of its language, for slots
    pitches: tuple[Pitch, ...] = ()  # the first that fits a recipient is the one it gets


def compose(edition: Edition, personal: Personal, to: Address | Endpoint, key: str) -> Message:
    """The message for one recipient, by joining: no template runs here.

    `key` is the delivery's, and makes the Message-ID under the sender's domain (RFC 5322, section 3.6.4): the same
    delivery has the same one at each attempt. Raises ValueError where `personal` is of another edition, or the key
    cannot stand in a Message-ID.
    """
    if not (key.isascii() and key.isalnum()) and not _DOT_ATOM.fullmatch(key):
        raise ValueError(f"a key of letters, figures and dots is needed for the Message-ID, not {key!r}")
    return Message(
        to,
        edition.sender,
        edition.reply_to,
        edition.subject,
        _join(edition.text, personal.text),
        _join(edition.html, personal.html),
        _headers(edition.headers, key),
        edition.attachments,
        f"<{key}@{edition.sender.email.rpartition('@')[2]}>",
        edition.date,
        edition.data,
    )


def _headers(headers: tuple[tuple[str, str], ...], key: str) -> tuple[tuple[str, str], ...]:
    """The same for everybody, but for a one-click URL, in which the key tells the list's page who asks."""
    if not headers or "{key}" not in headers[0][1]:
        return headers
    return tuple((name, value.replace("{key}", key)) for name, value in headers)


def _join(part: Part, own: tuple[str, ...]) -> str:
    pieces = part.pieces
    if len(own) != len(pieces) - 1:
        raise ValueError(f"{len(own)} personal texts for {len(pieces) - 1} slots")
    if not own:
        return pieces[0]
    parts = [pieces[0]] * (2 * len(own) + 1)
    parts[2::2] = pieces[1:]
    parts[1::2] = own
    return "".join(parts)


def sealed(edition: Edition) -> Edition:
    """The edition with its digest set."""
    return replace(edition, digest=digest(edition))


def digest(edition: Edition) -> str:
    """SHA-256 in hex over the canonical encoding of all that a recipient could get: no path, no clock, no line number."""
    import hashlib

    import orjson

    return hashlib.sha256(orjson.dumps(_plain(edition), option=orjson.OPT_SORT_KEYS)).hexdigest()


def encode(edition: Edition) -> bytes:
    """The edition for the log: compressed JSON; `decode(encode(edition)) == edition`."""
    import zlib

    import orjson

    values = _plain(edition) | {"digest": edition.digest, "places": [edition.text.places, edition.html.places]}
    return zlib.compress(orjson.dumps(values, option=orjson.OPT_SORT_KEYS), 6)


def decode(data: bytes) -> Edition:
    """The edition as it was encoded. Raises LogError where it is damaged, changed, or of a newer format."""
    import zlib

    import orjson

    unpack = zlib.decompressobj()
    try:
        raw = unpack.decompress(data, SIZE_LIMIT)
        if not unpack.eof or unpack.unused_data:
            raise LogError("the edition in the log is cut off or too large", hint="restore the log from a copy")
        values = orjson.loads(raw)
        if values["format"] != FORMAT:
            raise LogError(
                "the edition in the log is of another format", hint="it was written by another version of pressctl: use a newer one"
            )
        edition = _from_plain(values)
    except (zlib.error, ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise LogError("the edition in the log is damaged", hint="restore the log from a copy") from None
    if edition.digest != digest(edition):
        raise LogError("the edition in the log is not what was written: its digest differs", hint="restore the log from a copy")
    return edition


def _plain(edition: Edition) -> dict[str, Any]:
    from base64 import b64encode

    return {
        "format": FORMAT,
        "release": edition.release,
        "language": edition.language,
        "subject": edition.subject,
        "text": [edition.text.pieces, edition.text.slots],
        "html": [edition.html.pieces, edition.html.slots],
        "sender": [edition.sender.email, edition.sender.name],
        "reply_to": [edition.reply_to.email, edition.reply_to.name] if edition.reply_to else None,
        "headers": edition.headers,
        "attachments": [[a.name, a.media_type, b64encode(a.data).decode(), a.cid] for a in edition.attachments],
        "date": edition.date.isoformat(),
        "data": edition.data,
        "words": edition.words,
        # only where there are some: an edition without any keeps the digest that it had before there were pitches
        **({"pitches": [[pitch.to, pitch.text, pitch.html] for pitch in edition.pitches]} if edition.pitches else {}),
    }


def _from_plain(values: dict[str, Any]) -> Edition:
    from base64 import b64decode

    text_places, html_places = values["places"]
    return Edition(
        release=values["release"],
        digest=values["digest"],
        language=values["language"],
        subject=values["subject"],
        text=_part(values["text"], text_places),
        html=_part(values["html"], html_places),
        sender=Address(*values["sender"]),
        reply_to=Address(*values["reply_to"]) if values["reply_to"] else None,
        headers=tuple((name, value) for name, value in values["headers"]),
        attachments=tuple(Attachment(name, kind, b64decode(data, validate=True), cid) for name, kind, data, cid in values["attachments"]),
        date=datetime.fromisoformat(values["date"]),
        data=values["data"],
        words=values["words"],
        pitches=tuple(Pitch(to, text, html) for to, text, html in values.get("pitches", ())),
    )


def _part(text: list[list[str]], places: list[tuple[str, int]]) -> Part:
    pieces, slots = text
    return Part(tuple(pieces), tuple(slots), tuple((file, line) for file, line in places))
