"""An edition: what is the same for everybody, with slots where a recipient's own words go; and its digest.

All work that does not depend on the recipient is done before an edition exists: Markdown, sanitising, inlined styles.
What is left per recipient is a few short texts put between ready pieces. The delivery log keeps one edition and, per
recipient, only those texts, so that the exact message can be made again later, whatever happened to the files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from pressctl.errors import LogError
from pressctl.message import Address, Attachment, Endpoint, Message, Prepared
from pressctl.values import dataclass

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
    """One recipient's own words: what goes into the slots of each part, in order; and its language, "" for the original's."""

    text: tuple[str, ...] = ()
    html: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Pitch:
    """A personal paragraph for one segment, ready: `to` is what `selection.judged` reads, "" for everybody else."""

    to: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Edition:
    """A release with its templates, attachments and organisation, at one digest (SHA-256 in hex).

    All its languages are one edition, so that nobody gets it twice for having two of them: the digest covers the translations.
    """

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
    translations: tuple[Edition, ...] = field(default=(), repr=False)  # each sealed for itself, without translations of its own


def compose(edition: Edition, personal: Personal, to: Address | Endpoint, key: str) -> Message:
    """The message for one recipient in its language, by joining: no template runs here.

    `key` is the delivery's, and makes the Message-ID under the sender's domain (RFC 5322, section 3.6.4): the same
    delivery has the same one at each attempt. Raises ValueError where `personal` is of another edition, or the key
    cannot stand in a Message-ID.
    """
    if not (key.isascii() and key.isalnum()) and not _DOT_ATOM.fullmatch(key):
        raise ValueError(f"a key of letters, figures and dots is needed for the Message-ID, not {key!r}")
    version = version_in(edition, personal.language) if personal.language else edition
    return Message(
        to,
        version.sender,
        version.reply_to,
        version.subject,
        _join(version.text, personal.text),
        _join(version.html, personal.html),
        _headers(version.headers, key),
        files_of(edition, version),
        f"<{key}@{edition.sender.email.rpartition('@')[2]}>",
        version.date,
        version.data,
    )


def version_for(edition: Edition, languages: Sequence[str]) -> Edition:
    """The edition in the first of these languages in which it exists, the reader's region before others; else the original."""
    if not edition.translations:
        return edition
    versions = (edition, *edition.translations)
    return versions[matched([version.language for version in versions], languages)]


def matched(there: Sequence[str], wanted: Sequence[str]) -> int:
    """Which of the languages that are there somebody gets who reads the wanted ones, best first: by number; 0 for none of them."""
    for language in wanted:
        alike = [number for number, one in enumerate(there) if _primary(one) == _primary(language)]
        if alike:
            return next((number for number in alike if there[number].casefold() == language.casefold()), alike[0])
    return 0


def version_in(edition: Edition, language: str) -> Edition:
    """The translation into exactly this language tag, or the original for its own. Raises ValueError where there is none."""
    for version in (edition, *edition.translations):
        if version.language == language:
            return version
    raise ValueError(f"the edition has no text in {language!r}")


def files_of(edition: Edition, version: Edition) -> tuple[Attachment, ...]:
    """What travels with a language: its own files, else the original's; images within the text are always its own."""
    if version is edition or any(not file.cid for file in version.attachments):
        return version.attachments
    return version.attachments + tuple(file for file in edition.attachments if not file.cid)


def _primary(language: str) -> str:
    return language.partition("-")[0].casefold()


def pack(personal: Personal) -> bytes:
    """One recipient's words for the log, as JSON; the language only where it is not the original's."""
    import orjson

    values: dict[str, Any] = {"text": personal.text, "html": personal.html}
    return orjson.dumps(values | {"language": personal.language} if personal.language else values)


def unpack(data: bytes) -> Personal:
    """The words as they were packed. Raises ValueError or KeyError for what are none."""
    import orjson

    values = orjson.loads(data)
    return Personal(tuple(values["text"]), tuple(values["html"]), values.get("language", ""))


def _headers(headers: tuple[tuple[str, str], ...], key: str) -> tuple[tuple[str, str], ...]:
    """The same for everybody, but for a one-click URL, in which the key tells the list's page who asks."""
    if not headers or "{key}" not in headers[0][1]:
        return headers
    return tuple((name, value.replace("{key}", key)) for name, value in headers)


def _join(part: Part, own: tuple[str, ...]) -> Prepared:
    pieces = part.pieces
    if len(own) != len(pieces) - 1:
        raise ValueError(f"{len(own)} personal texts for {len(pieces) - 1} slots")
    if not own:
        return _alone(pieces[0])
    parts = [pieces[0]] * (2 * len(own) + 1)
    parts[2::2] = pieces[1:]
    parts[1::2] = own
    text = Prepared("".join(parts))
    text.json = _joined_json(_escaped(pieces), own)
    return text


def _joined_json(pieces: tuple[bytes, ...], own: tuple[str, ...]) -> bytes:
    """JSON escapes each character by itself, so escaped texts may be put together like the texts themselves."""
    import orjson

    parts = [pieces[0]] * (2 * len(own) + 1)
    parts[2::2] = pieces[1:]
    parts[1::2] = [orjson.dumps(text)[1:-1] for text in own]
    return b"".join(parts)


@lru_cache(64)
def _escaped(pieces: tuple[str, ...]) -> tuple[bytes, ...]:
    """The pieces as they stand in JSON: the first with the quote that opens, the last with the one that closes."""
    import orjson

    inner = [orjson.dumps(piece)[1:-1] for piece in pieces]
    return (b'"' + inner[0], *inner[1:-1], inner[-1] + b'"')


@lru_cache(64)
def _alone(piece: str) -> Prepared:
    """A part without slots, which is the same for everybody."""
    import orjson

    text = Prepared(piece)
    text.json = orjson.dumps(piece)
    return text


def sealed(edition: Edition) -> Edition:
    """The edition with its digest set."""
    return replace(edition, digest=digest(edition))


def digest(edition: Edition) -> str:
    """SHA-256 in hex over the canonical encoding of all that a recipient could get: no path, no clock, no line number."""
    import hashlib

    import orjson

    values = _plain(edition)
    if edition.translations:
        values["translations"] = [digest(version) for version in edition.translations]
    return hashlib.sha256(orjson.dumps(values, option=orjson.OPT_SORT_KEYS)).hexdigest()


def encode(edition: Edition) -> bytes:
    """The edition for the log: compressed JSON; `decode(encode(edition)) == edition`."""
    import zlib

    import orjson

    values = _whole(edition)
    if edition.translations:
        values["translations"] = [_whole(version) for version in edition.translations]
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
    if any(version.digest != digest(version) for version in (edition, *edition.translations)):
        raise LogError("the edition in the log is not what was written: its digest differs", hint="restore the log from a copy")
    return edition


def _whole(edition: Edition) -> dict[str, Any]:
    return _plain(edition) | {"digest": edition.digest, "places": [edition.text.places, edition.html.places]}


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
        translations=tuple(map(_from_plain, values.get("translations", ()))),
    )


def _part(text: list[list[str]], places: list[tuple[str, int]]) -> Part:
    pieces, slots = text
    return Part(tuple(pieces), tuple(slots), tuple((file, line) for file, line in places))
