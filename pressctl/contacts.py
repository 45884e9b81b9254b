"""Contact files → Contacts: lists merged, the same recipient found once, suppressions, selecting by expression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pressctl.errors import Place


@dataclass(frozen=True, slots=True)
class Contact:
    """A desk or a person of one list.

    `email` is normalised: domain in lower case and as A-label (UTS 46), local part as written. `recipient` is what
    makes two entries the same: the address with its case folded, or the webhook's URL; "" where there is only a phone.
    """

    id: str
    name: str  # as shown: a desk's name, or "Given Family"
    list: str  # the list's file name without .yaml
    outlet: str = ""
    email: str = ""
    webhook: str = ""
    phone: str = ""
    recipient: str = ""
    kind: str = "desk"  # desk | person | outlet
    given: str = ""
    family: str = ""
    beats: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    region: str = ""
    timezone: str = ""
    tier: int = 0  # waves go out in this order; 0 (not given) goes last
    embargo: str = "never"  # agreed | ask | never
    hold_until: date | None = None
    source: str = ""
    verified: date | None = None
    x: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Suppression:
    """Somebody who gets nothing. `recipient` as in Contact."""

    recipient: str
    reason: str
    since: date | None = None


@dataclass(frozen=True, slots=True)
class ContactList:
    """One file of contacts."""

    slug: str
    title: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Contacts:
    """All lists of a press office, in the order of their file names, and who is suppressed."""

    lists: Mapping[str, ContactList]
    suppressions: Mapping[str, Suppression]  # by recipient
