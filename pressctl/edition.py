"""An edition: what is the same for everybody, with slots where a recipient's own words go; and its digest.

All work that does not depend on the recipient is done before an edition exists: Markdown, sanitising, inlined styles.
What is left per recipient is a few short texts put between ready pieces. The delivery log keeps one edition and, per
recipient, only those texts, so that the exact message can be made again later, whatever happened to the files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pressctl.message import Address, Attachment


@dataclass(frozen=True, slots=True)
class Part:
    """Text with slots: `pieces` are the n + 1 texts around n slots, `slots` the Jinja source of each."""

    pieces: tuple[str, ...]
    slots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Personal:
    """One recipient's own words: what goes into the slots of each part, in order."""

    text: tuple[str, ...] = ()
    html: tuple[str, ...] = ()


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
