"""Forget somebody: out of the lists, the log, the sandbox and every copy of ours; only a keyed digest stays, so that it holds."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pressctl import contact_cache, contact_changes, suppressions
from pressctl import contact_editor as editor
from pressctl import contact_store as store
from pressctl import contacts as contact_files
from pressctl.contacts import Contact
from pressctl.delivery_log import DeliveryLog, holder, open_log
from pressctl.errors import ContactsError, Place, Refusal
from pressctl.office_secret import secret_of
from pressctl.suppressions import FOLDER, STATE


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done, and `left`: the places that still name them and that only a person can change."""

    entries: int
    files: tuple[str, ...]
    deliveries: int
    copies: int
    left: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to forget: every recipient they are reached at, and their entries."""

    recipients: frozenset[str]
    entries: tuple[Contact, ...]


def who(root: Path, person: str) -> Person:
    """The person with this id, address or web address, on whichever lists, with all the addresses of their entries.

    Raises ContactsError where an id is nobody's, or several people's.
    """
    everyone = contact_files.load(root)
    every = [one for each in everyone.lists.values() for one in each.contacts]
    found = store.find(everyone, person)
    wanted = {at for one in found for at in store.reached_at(one)} | ({store.recipient(person)} - {""})
    while more := {at for one in every if store.reached_at(one) & wanted for at in store.reached_at(one)} - wanted:
        wanted |= more
    entries = [one for one in every if one in found or store.reached_at(one) & wanted]
    if len({one.recipient for one in found if one.recipient}) > 1 and not store.recipient(person) and "/" not in person:
        names = ", ".join(f"{one.list}/{one.id}" for one in found)
        raise ContactsError(f"several lists have a contact `{person}`, with different addresses", hint=f"say which one: {names}")
    return Person(frozenset(wanted), tuple(entries))


def forget(root: Path, log: Path, person: Person, now: float, today: date) -> Forgotten:
    """Do it. The opt-out is written first and the lists last, so that the same command finishes what was interrupted.

    Raises Refusal where something still has to be settled; LogError; ContactsError.
    """
    if not person.recipients and not person.entries:
        raise Refusal("there is nobody to forget")
    with contextlib.ExitStack() as stack:
        book = _held(log, stack)
        if book is not None:
            book.refuse_unsettled(person.recipients)
        changed = [_suppress(root, person.recipients, today)] if person.recipients else []
        deliveries = book.forget(person.recipients, now) if book is not None else 0
    copies = _erase_copies(root, person)
    for path in sorted({Path(one.place.file) for one in person.entries if one.place is not None}):
        if not path.name.endswith(".age"):
            changed.append(_take_out(path, root, person))
    contact_cache.clear(root)
    names = tuple(dict.fromkeys(one.name for one in changed if one.before != one.after))
    return Forgotten(len(person.entries), names, deliveries, copies, tuple(_left(root, person)))


def _held(log: Path, stack: contextlib.ExitStack) -> DeliveryLog | None:
    """The log, with nobody else sending; None where there is none."""
    if not os.path.lexists(log):
        return None
    book = stack.enter_context(open_log(log))
    book.hold(holder("forgetting somebody"))
    return book


def _suppress(root: Path, recipients: Iterable[str], today: date) -> contact_changes.Changed:
    """A digest of each into the suppressions file, in the place of the address where that stands there."""
    secret = secret_of(root / STATE, create=True)
    assert secret is not None
    marks = {at: suppressions.digest(secret, at) for at in sorted(recipients)}
    known = suppressions.read(root)

    def put(text: str) -> str:
        text = contact_changes.without(text, set(marks)) if set(marks) & set(known) else text
        new = [
            {"digest": mark, "reason": "forgotten on their wish", "since": today.isoformat()}
            for mark in marks.values()
            if mark not in known.forgotten
        ]
        return editor.added(text or contact_changes.SUPPRESSIONS_HEAD, "suppressions", new) if new else text

    return contact_changes.rewrite(root, put)


def _take_out(path: Path, root: Path, person: Person) -> contact_changes.Changed:
    """Their entries out of one list; the other entries must read as before."""
    lines = {one.place.line for one in person.entries if one.place is not None and one.place.file == str(path)}
    with store.locked(root):
        file = store.read(path)
        found = editor.block(file.text, "contacts")
        if found is None:
            raise ContactsError("this list is written in a way that a command cannot change", Place(str(path)), editor.BY_HAND)
        before = contact_files.read_list(path, file.text).contacts
        text = editor.removed(file.text, "contacts", [editor.entry_with(file.text, found, line) for line in lines])
        after = contact_files.read_list(path, text).contacts
        if [one.id for one in after] != [one.id for one in before if one.place is not None and one.place.line not in lines]:
            raise ContactsError("taking the entry out would have touched others", Place(str(path)), editor.BY_HAND)
        return contact_changes.Changed(file.name, file.text, text, store.save(file, text))


def _erase_copies(root: Path, person: Person) -> int:
    """Rehearsals in the sandbox and previews that hold one of their addresses."""
    needles = [at.encode() for at in person.recipients]
    count = 0
    for folder in ("sandbox", "previews"):
        for file in sorted((root / STATE / folder).rglob("*")):
            if file.is_file() and not file.is_symlink():
                content = file.read_bytes().lower()
                if any(needle.lower() in content for needle in needles):
                    file.unlink()
                    count += 1
    return count


def _left(root: Path, person: Person) -> Iterable[Place]:
    """Where a contact file still says an address or a person's name: in a comment, a note, or an encrypted list."""
    names = {one.name for one in person.entries if one.kind == "person" or one.given}
    words = [re.escape(word) for word in {*person.recipients, *names} if len(word) > 3]
    yield from (one.place for one in person.entries if one.place is not None and one.place.file.endswith(".age"))
    if not words:
        return
    pattern = re.compile("|".join(words), re.IGNORECASE)
    for path in sorted((root / FOLDER).iterdir()):
        if path.is_file() and not path.name.startswith(".schema") and not path.name.endswith(".age"):
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
                if pattern.search(line):
                    yield Place(str(path), number)
