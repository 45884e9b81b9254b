"""Why somebody is written to: every entry that has the address, what holds for it, and what it received."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pressctl import contact_store as store
from pressctl import contacts as contact_files
from pressctl.contacts import Contact
from pressctl.delivery_log import Delivery, open_log
from pressctl.suppressions import Suppression


@dataclass(frozen=True, slots=True)
class History:
    """The recipients that were looked for, the entries that have them, their suppressions, and their deliveries."""

    recipients: frozenset[str]
    entries: tuple[Contact, ...]
    suppressed: tuple[Suppression, ...]
    deliveries: tuple[Delivery, ...]

    def data(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {
            "recipients": sorted(self.recipients),
            "entries": [
                {
                    "contact": one.id, "list": one.list, "place": str(one.place), "source": one.source,
                    "verified": one.verified.isoformat() if one.verified else None, "consent": str(one.details.get("consent", "")) or None,
                }
                for one in self.entries
            ],
            "suppressed": [{"reason": one.reason, "since": one.since.isoformat() if one.since else None} for one in self.suppressed],
        }  # fmt: skip


def of(root: Path, log: Path, person: str) -> History:
    """Everything that is known of a contact's id, an address or a web address. Raises ContactsError, LogError."""
    everyone = contact_files.load(root)
    found = store.find(everyone, person)
    wanted = {who for one in found for who in store.reached_at(one)} | ({store.recipient(person)} - {""})
    every = [one for each in everyone.lists.values() for one in each.contacts]
    entries = [one for one in every if one in found or store.reached_at(one) & wanted]
    suppressed = [one for who in sorted(wanted) if (one := everyone.suppressions.get(who))]
    deliveries: list[Delivery] = []
    if os.path.lexists(log):
        with open_log(log) as book:
            deliveries = book.received(sorted(wanted))
    return History(frozenset(wanted), tuple(entries), tuple(suppressed), tuple(deliveries))
