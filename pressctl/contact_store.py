"""Contact files on disk: one command at a time changes them, in one step, and never over somebody else's change."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pressctl import contacts as contact_files
from pressctl import files
from pressctl.contacts import Contact, Contacts
from pressctl.document import nearest
from pressctl.errors import ContactsError, Place
from pressctl.suppressions import FILE_LIMIT, FOLDER, STATE, recipient_of

WAIT = 30.0  # seconds for another command to end
BOM = "\ufeff"
HEAD = "# yaml-language-server: $schema=.schema.json\n"


@dataclass(frozen=True, slots=True)
class TextFile:
    """A contact file as it was read: its bytes, and its text without a byte order mark, its line ends as they are."""

    path: Path
    data: bytes | None  # None: the file is not there yet
    text: str

    @property
    def name(self) -> str:
        """How it is called in messages."""
        return f"{FOLDER}/{self.path.name}"


@contextlib.contextmanager
def locked(root: Path) -> Iterator[None]:
    """Nobody else's command changes the office's contact files meanwhile. Raises ContactsError after `WAIT` seconds."""
    path = root / STATE / "contacts.lock"
    try:
        files.private_folder(path.parent)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError as fault:
        raise ContactsError(f"the lock of the contact files cannot be opened: {fault.strerror}", Place(str(path))) from None
    try:
        _wait(handle, path)
        yield
    finally:
        os.close(handle)


def _wait(handle: int, path: Path) -> None:
    end = time.monotonic() + WAIT
    while True:
        try:
            files.lock(handle)
        except OSError:
            if time.monotonic() > end:
                text = "another pressctl is changing the contact files"
                raise ContactsError(text, Place(str(path)), "wait until it has ended, then run the same command again") from None
            time.sleep(0.02)
        else:
            return


def read(path: Path, what: str = "contact list") -> TextFile:
    """The file as it is now; an empty text where it is not there. Raises ContactsError."""
    if path.name.endswith(".age"):
        raise ContactsError(
            "this list is encrypted, and commands only read it",
            Place(str(path)),
            "open it with `age`, edit it, and encrypt it again for everybody who needs it",
        )
    if not os.path.lexists(path):
        return TextFile(path, None, "")
    data = files.read_bytes(path, ContactsError, what, FILE_LIMIT)
    files.decode(data, path, ContactsError, what)  # says what is wrong with it
    return TextFile(path, data, data.decode("utf-8").removeprefix(BOM))


def save(file: TextFile, text: str) -> Path | None:
    """Put `text` in the file's place: whole or not at all, its mode kept; a new one is for its owner only.

    A link stays, and the file that it leads to is changed: that one's path is returned. Raises ContactsError where the
    file is not as it was read, or cannot be written.
    """
    if text == file.text:
        return None
    mark = BOM if file.data is not None and file.data.startswith(BOM.encode()) else ""
    try:
        now = file.path.read_bytes() if os.path.lexists(file.path) else None
        if now != file.data:
            raise ContactsError(
                "the file was changed by somebody else meanwhile, and is left as it is",
                Place(str(file.path)),
                "look at it, then run the same command again",
            )
        files.write(file.path, (mark + text).encode(), 0o600)
    except OSError as fault:
        raise ContactsError(f"the file cannot be written: {fault.strerror}", Place(str(file.path)), "nothing was changed") from None
    return file.path.resolve() if file.path.is_symlink() else None


def path_of(root: Path, name: str) -> Path:
    """The file of a list by its name; the list need not be there yet. Raises ContactsError for what is no name."""
    from pressctl.schema import SLUG

    if not SLUG.regex.fullmatch(name) or f"{name}.yaml" in (contact_files.OUTLETS_NAME, "suppressions.yaml"):
        shown = name if name.isprintable() else "this"
        raise ContactsError(f"`{shown}` cannot name a list", hint=f"use {SLUG.form}, such as national-press")
    closed = root / FOLDER / f"{name}{contact_files.ENCRYPTED}"
    return closed if closed.exists() else root / FOLDER / f"{name}.yaml"


def recipient(person: str) -> str:
    """The recipient that an address or a web address stands for; "" for anything else. Raises ContactsError."""
    from pressctl import addresses

    try:
        if "://" in person:
            return recipient_of("", addresses.endpoint(person))
        if "@" in person:
            return recipient_of(addresses.address(person), "")
    except ValueError as fault:
        raise ContactsError(f"this is not an address: {fault}") from None
    return ""


def find(everyone: Contacts, person: str) -> list[Contact]:
    """The entries of a contact: by id, `list/id`, address or web address; empty where an address is on no list.

    Raises ContactsError with the nearest id where an id is nobody's.
    """
    entries = [contact for one in everyone.lists.values() for contact in one.contacts]
    if wanted := recipient(person):
        return [contact for contact in entries if wanted in reached_at(contact)]
    within, _, name = person.rpartition("/")
    found = [contact for contact in entries if contact.id == name and within in ("", contact.list)]
    if not found:
        shown = person if person.isprintable() else "of this name"
        raise ContactsError(f"there is no contact `{shown}`", hint=nearest(name, (c.id for c in entries)) or "see `pressctl contacts list`")
    return found


def reached_at(contact: Contact) -> frozenset[str]:
    """Every recipient that an entry stands for: also addresses of it that are not the one in use."""
    others = (recipient_of(address, "") for address in contact.details.get("addresses", ()))
    return frozenset({contact.recipient, *others} - {""})
