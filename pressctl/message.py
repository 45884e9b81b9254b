"""Address, Attachment, Message: the values that leave, checked so that no line break or second recipient gets in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Address:
    """A mail address and the name shown with it. Both are one line; the domain is ASCII (A-label)."""

    email: str
    name: str = ""


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
