"""Contacts for other programs: CSV that starts no formula, vCard 4.0, JSON. Notes are never among it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from pressctl.contacts import Contact
from pressctl.spreadsheet import formula_safe

COLUMNS = ("list", "id", "kind", "name", "given", "family", "title", "outlet", "email", "webhook", "phone", "beats", "tags", "languages",
           "region", "timezone", "tier", "embargo", "hold_until", "source", "verified")  # fmt: skip
FORMS = ("csv", "excel", "vcard", "json")


def data(contact: Contact) -> dict[str, Any]:
    """A contact as JSON-able data; the keys are those of a contact file, empty ones left out, and its list."""
    values = {name: getattr(contact, name, "") for name in COLUMNS} | {"title": contact.details.get("title", "")}
    values["tier"] = contact.tier or ""
    return {name: _plain(value) for name, value in [*values.items(), *contact.x.items()] if value not in ("", (), None)}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, tuple | list) else value


def as_text(contacts: Iterable[Contact], form: str) -> str:
    """All of them in one form of `FORMS`. `excel` is CSV with the mark by which Excel knows UTF-8."""
    if form == "json":
        return json.dumps([data(contact) for contact in contacts], ensure_ascii=False, indent=2) + "\n"
    if form == "vcard":
        from pressctl.vcard import card

        return "".join(card(contact) for contact in contacts)
    return ("\ufeff" if form == "excel" else "") + _csv(contacts)


def _csv(contacts: Iterable[Contact]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for contact in contacts:
        values = data(contact)
        cells = [values.get(name, "") for name in COLUMNS]
        writer.writerow([formula_safe(", ".join(cell) if isinstance(cell, list) else cell) for cell in cells])
    return out.getvalue()
