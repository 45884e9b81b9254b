"""Contacts from a table or from vCards into a list: what is new is added, what is there stays, and all of it is told first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pressctl import contact_editor as editor
from pressctl import contact_store as store
from pressctl import contact_table, contacts, files, vcard
from pressctl.addresses import BadAddress, mailbox
from pressctl.contact_changes import in_order, new_list
from pressctl.contacts import Contact, ContactList, Contacts
from pressctl.document import Problems
from pressctl.errors import ContactsError, Place, Problem

_LISTS = ("beats", "tags", "languages")
_VCARD_KINDS = {"group": "desk", "individual": "person", "org": "outlet"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry to import: the keys of a contact file, and where it comes from. `number` is its row or card, from 1."""

    number: int
    line: int
    values: dict[str, Any]
    notes: tuple[str, ...] = ()
    what: str = "row"

    @property
    def called(self) -> str:
        """How it is named in messages."""
        return f"{self.what} {self.number}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an import would do: the list's file and its text after it, and a line for each entry that is not taken as it is."""

    file: store.TextFile
    text: str
    added: int
    told: tuple[str, ...]
    wrong: tuple[Problem, ...] = field(default=())


def read(source: Path, columns: Mapping[str, str], encoding: str) -> tuple[list[Candidate], list[str]]:
    """The entries of a file, and what to tell of how it was read. Raises ContactsError."""
    head = files.read_bytes(source, ContactsError, "file to import", contact_table.LIMIT)[:2000]
    plain = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n").upper()
    if plain.startswith(b"BEGIN:VCARD"):
        return list(_cards(source, encoding)), []
    table = contact_table.read(source, dict(columns), encoding)
    told = [f"read as {table.encoding}, separated by {'tabs' if table.separator == chr(9) else table.separator}"]
    if table.unknown:
        told.append(f"columns left out: {', '.join(name.strip()[:40] for name in table.unknown[:12])}; see --column")
    return [_from_row(row) for row in table.rows], told


def _from_row(row: contact_table.Row) -> Candidate:
    cells, notes = dict(row.cells), list[str]()
    number, fault = contact_table.phone(cells.pop("phone", "")) if "phone" in cells else ("", "")
    if fault:
        notes.append(f"row {row.number}: {fault}; it is left out")
    person = {key: cells.pop(key) for key in ("given", "family") if key in cells}
    cells.pop("list", None)
    for key in ("verified", "hold_until"):
        if key in cells and not _is_day(cells[key]):
            notes.append(f"row {row.number}: `{key}` is not a date written as 2026-07-03; it is left out")
            del cells[key]
    values: dict[str, Any] = {"id": cells.pop("id", "")}
    if person and cells.get("kind", "person") == "person":
        values |= {"kind": "person", "name": person}
        cells.pop("name", None)
        cells.pop("kind", None)
    else:
        values["name"] = cells.pop("name", "") or " ".join(person.values())
    values |= {key: _split(cell) if key in _LISTS else cell for key, cell in cells.items()}
    return Candidate(row.number, row.line, values | ({"phone": number} if number else {}), tuple(notes))


def _split(cell: str) -> list[str]:
    mark = ";" if ";" in cell else ":::" if ":::" in cell else "," if "," in cell else "|"
    return [part.strip(" *") for part in cell.split(mark) if part.strip(" *")]


def _is_day(cell: str) -> bool:
    try:
        return date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False


def _cards(source: Path, encoding: str) -> Iterator[Candidate]:
    data = files.read_bytes(source, ContactsError, "file to import", contact_table.LIMIT)
    text, _ = contact_table.decoded(source, data, encoding)
    try:
        for number, (line, lines) in enumerate(vcard.cards(text), 1):
            yield Candidate(number, line, _from_card(lines), what="card")
    except vcard.BadCard as fault:
        raise ContactsError(str(fault), Place(str(source), fault.line), "export the contacts again") from None


def _from_card(lines: Sequence[vcard.Property]) -> dict[str, Any]:
    said: dict[str, vcard.Property] = {}
    for one in lines:
        if one.name not in said or (one.preferred and not said[one.name].preferred):
            said[one.name] = one
    kind = _VCARD_KINDS.get(said["KIND"].text.lower(), "") if "KIND" in said else ""
    names = said["N"].parts if "N" in said else []
    person = {key: part for key, part in zip(("family", "given"), names, strict=False) if part}
    values: dict[str, Any] = {"name": said["FN"].text if "FN" in said else ""}
    if person and kind in ("", "person"):
        values = {"kind": "person", "name": {key: person[key] for key in ("given", "family") if key in person}}
    elif kind:
        values["kind"] = kind
    for name, key in (("TITLE", "title"), ("EMAIL", "email"), ("TEL", "phone"), ("NOTE", "notes")):
        if name in said:
            values[key] = said[name].text.removeprefix("tel:")
    if "ORG" in said:
        values["outlet"] = next((part for part in said["ORG"].parts if part), "")
    values["languages"] = [one.text for one in lines if one.name == "LANG"]
    values["tags"] = [part.strip() for one in lines if one.name == "CATEGORIES" for part in one.text.split(",") if part.strip()]
    return {key: value for key, value in values.items() if value}


def propose(root: Path, everyone: Contacts, name: str, source: Path, candidates: Sequence[Candidate]) -> Proposal:
    """What importing these into the list `name` does to its file. Writes nothing; what is wrong is in `wrong`."""
    path = store.path_of(root, name)
    file = store.read(path)
    there = everyone.lists.get(name, ContactList(name, name, ()))
    seen: dict[str, str] = {who: f"`{one.id}`" for one in there.contacts for who in store.reached_at(one)}
    ids = {one.id: one for one in there.contacts}
    entries, told, wrong = list[dict[str, Any]](), list[str](), list[Problem]()
    for candidate in candidates:
        told += candidate.notes
        found = _read(path, source, candidate, wrong, {"source": f"imported from {source.name}", "verified": ""} | candidate.values)
        if found is None:
            continue
        contact, values = found
        why = _why_not(everyone, contact, seen, ids)
        if why:
            told.append(f"{candidate.called}: {why}")
            continue
        seen |= {who: candidate.called for who in (contact.recipient,) if who}
        ids[contact.id] = contact
        entries.append(values)
    text = editor.added(file.text or new_list(name), "contacts", entries) if entries else file.text
    if entries:
        contacts.read_list(path, text)
    return Proposal(file, text, len(entries), tuple(told), tuple(wrong))


def _read(
    path: Path, source: Path, candidate: Candidate, wrong: list[Problem], values: dict[str, Any]
) -> tuple[Contact, dict[str, Any]] | None:
    """The entry as the list would hold it; None after noting what is wrong, at the row that it comes from."""
    values = {key: value for key, value in values.items() if value}
    place = Place(str(source), candidate.line)
    try:
        email = values.get("email", "")
        if email.startswith("mailto:"):
            values["email"] = email = email.removeprefix("mailto:")
        if email.endswith(">"):
            said = mailbox(email)
            values["email"] = said.email
            values.setdefault("name", said.name or said.email.partition("@")[0])
        elif email and "name" not in values and not values.get("outlet"):
            values["name"] = email.partition("@")[0]
        if "name" not in values and values.get("outlet"):
            values["name"] = values["outlet"]
        (contact,) = contacts.read_list(path, editor.added("contacts:\n", "contacts", [values])).contacts
    except BadAddress as fault:
        wrong.append(Problem(f"{candidate.called}: {fault}", place, fault.hint))
    except ContactsError as error:
        wrong.extend(Problem(f"{candidate.called}: {one.text}", place, one.hint) for one in error.problems)
    else:
        return contact, in_order(values | {"id": contact.id})
    return None


def _why_not(everyone: Contacts, contact: Contact, seen: Mapping[str, str], ids: Mapping[str, Contact]) -> str:
    """Why an entry is not taken; "" where it is."""
    if contact.recipient and (refused := everyone.suppressions.get(contact.recipient)):
        return f"gets nothing ({refused.reason}), so it is not taken"
    if contact.recipient in seen and contact.recipient:
        return f"the same recipient as {seen[contact.recipient]}, which stays as it is"
    if contact.id in ids:
        return f"the same id as `{contact.id}`, which stays as it is; give the new one an `id` column if it is another desk"
    return ""


def refuse_wrong(proposal: Proposal) -> None:
    """Raise ContactsError with everything that is wrong, if anything is."""
    problems = Problems("", list(proposal.wrong))
    if problems.found:
        raise ContactsError.of(problems.found)
