"""Changes to the office's lists, one at a time: add, edit, suppress, unsuppress; checked before anything is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pressctl import contact_editor as editor
from pressctl import contact_store as store
from pressctl import contacts as contact_files
from pressctl import suppressions
from pressctl.contact_keys import CONTACT
from pressctl.contacts import Contact, Contacts
from pressctl.document import nearest
from pressctl.errors import ContactsError, Place, Refusal
from pressctl.suppressions import FOLDER

_LISTS = frozenset({"beats", "tags", "languages"})
SUPPRESSIONS_HEAD = """\
# Who gets nothing, whatever list they are on, now or later. An entry here holds after the contact is deleted, too.
# If this file is there and cannot be read, pressctl sends nothing at all.

suppressions:
"""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a command did: the file by its short name, its text before and after, and where a link led."""

    name: str
    before: str
    after: str
    link: Path | None = None


def fields(words: Sequence[str]) -> dict[str, Any]:
    """`tier=2 tags=a,b name.given=Maria phone=` as keys and values; None takes a key out. Raises ContactsError."""
    values: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        top = key.partition(".")[0]
        if not equals:
            raise ContactsError("each change is written as key=value", hint="such as tier=2, or phone= to take it out")
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_-]*)?", key):
            raise ContactsError("this is not the name of a key", hint=f"use {', '.join(CONTACT.table)}")
        if top not in CONTACT.table and not top.startswith("x-"):
            hint = nearest(top, CONTACT.table) or "keys of your own start with `x-`"
            raise ContactsError(f"`{top}` is not a key of the contact", hint=hint)
        text = text.strip()
        values[key] = [part.strip() for part in text.strip("[]").split(",") if part.strip()] if key in _LISTS and text else text or None
    return values


def add(root: Path, name: str, values: Mapping[str, Any], today: date) -> Changed:
    """A new entry at the end of a list, which is made where it is not there. Raises ContactsError, Refusal."""
    everyone = contact_files.load(root) if (root / FOLDER).is_dir() else Contacts({}, {})
    whole = dict[str, Any]()
    for key, value in ({"verified": today.isoformat()} | dict(values)).items():
        top, _, below = key.partition(".")
        whole[top] = {**whole.get(top, {}), below: value} if below else value
    path = store.path_of(root, name)
    (contact,) = contact_files.read_list(path, editor.added("contacts:\n", "contacts", [whole])).contacts
    refuse_suppressed(everyone, contact)
    whole = in_order(whole | {"id": contact.id})  # a name that stays, whatever is edited later
    return _saved(root, path, lambda text: editor.added(text or new_list(name), "contacts", [whole]))


def in_order(values: Mapping[str, Any]) -> dict[str, Any]:
    """The keys in the order of the schema, one's own last."""
    return {key: values[key] for key in (*CONTACT.table, *values) if key in values}


def new_list(name: str) -> str:
    """The head of a list that is not there yet."""
    return f"{store.HEAD}list: {editor.scalar(name.replace('-', ' ').capitalize())}\ncontacts:\n"


def refuse_suppressed(everyone: Contacts, contact: Contact) -> None:
    """Raise Refusal for somebody who wants nothing: to be on a list again is for them to say."""
    found = everyone.suppressions.get(contact.recipient) if contact.recipient else None
    if found is not None:
        raise Refusal(
            f"this recipient gets nothing: {found.reason}" + (f", since {found.since}" if found.since else ""),
            hint="if they want releases again: `pressctl contacts unsuppress ADDRESS --reason WHY`",
        )


def edit(root: Path, person: str, changes: Mapping[str, Any]) -> Changed:
    """One entry with keys set or taken out. Raises ContactsError, also where several lists have the contact."""
    quick = _quickly(root, person)
    if quick is None:
        found = store.find(contact_files.load(root), person)
        if len(found) != 1:
            where = ", ".join(f"{one.list}/{one.id}" for one in found)
            text = "several lists have this contact" if found else "nobody on a list has this address"
            raise ContactsError(text, hint=f"say which one: {where}" if found else "add it with `pressctl contacts add`")
        assert found[0].place is not None
        quick = Path(found[0].place.file), found[0].place.line
    path, line = quick

    def put(text: str) -> str:
        found = editor.block(text, "contacts")
        if found is None:
            raise ContactsError("this list is written in a way that a command cannot change", Place(str(path)), editor.BY_HAND)
        start, end = editor.entry_with(text, found, line)
        try:
            return text[:start] + editor.changed(text[start:end], changes) + text[end:]
        except ContactsError as fault:
            raise ContactsError(fault.problems[0].text, Place(str(path), line), fault.problems[0].hint) from None

    return _saved(root, path, put, line=line, keys=frozenset(changes))


def _quickly(root: Path, person: str) -> tuple[Path, int] | None:
    """File and line of an entry that says its id on a line of its own in one long list: found without reading them all."""
    within, _, name = person.rpartition("/")
    folder, names = contact_files.names_in(root)
    places = []
    for file in names:
        slug = contact_files.slug_of_file(file)
        if not slug or within not in ("", slug):
            continue
        if file.endswith(contact_files.ENCRYPTED):
            return None
        text = store.read(folder / file).text
        found = editor.block(text, "contacts")
        if found is None or editor.has_open_quotes(text) or len(text) <= contact_files.LONG:
            return None
        if f"id: {name}" in text or f"id: '{name}" in text or f'id: "{name}' in text:
            entry = editor.entry_named(text, found, name)
            if entry is None:
                return None
            places.append((folder / file, text.count("\n", 0, entry[0]) + 1))
    return places[0] if len(places) == 1 else None


def _saved(root: Path, path: Path, change: Any, *, line: int = 0, keys: frozenset[str] = frozenset()) -> Changed:
    with store.locked(root):
        file = store.read(path)
        text = change(file.text)
        _check(path, file.text, text, line, keys)
        return Changed(file.name, file.text, text, store.save(file, text))


def _check(path: Path, before: str, after: str, line: int, keys: frozenset[str]) -> None:
    """Raise ContactsError where the list would not be read as it was, but for this one entry.

    Of a long list only the entry is read, where its change cannot touch another one.
    """
    own = _entry(after, line) if line and len(after) > contact_files.LONG and not editor.has_open_quotes(after) else ""
    if own and _concerns_itself(before, own, keys):
        read = contact_files.read_list(path, "\n" * (line - 2) + "contacts:\n" + own)
        if len(read.contacts) == 1:
            return
    old = (
        []
        if not before or re.search(r"^contacts:[ \t]*(?:#.*)?\s*\Z", before, re.M)
        else list(contact_files.read_list(path, before).contacts)
    )
    new = contact_files.read_list(path, after).contacts
    same = {_bare(one) for one in new if one.place is None or one.place.line != line}
    if any(_bare(one) not in same for one in old if one.place is None or one.place.line != line):
        raise ContactsError("this change would have touched other entries, and was not made", Place(str(path), line), editor.BY_HAND)


def _bare(contact: Contact) -> str:
    return repr(replace(contact, place=None))


def _entry(text: str, line: int) -> str:
    found = editor.block(text, "contacts")
    if found is None:
        return ""
    start, end = editor.entry_with(text, found, line)
    return text[start:end]


def _concerns_itself(before: str, own: str, keys: frozenset[str]) -> bool:
    """Whether nobody else's id or address can be the same as this entry's is now."""
    spot = editor.values_of(own)
    if "id" in keys or (keys & {"name", "name.given", "name.family", "name.display", "outlet"} and spot.value("id") is None):
        return False
    for key in keys & {"email", "webhook"}:
        pair = spot.value(key)
        if pair is not None:
            said = pair[1].text
            if not said or not said.isascii() or "xn--" in said.lower() or said.lower() in before.lower():
                return False
    return True


def suppress(root: Path, recipient: str, reason: str, since: date) -> Changed:
    """Somebody gets nothing from now on. Raises Refusal where that is so already."""
    known = suppressions.read(root)
    if recipient in known:
        raise Refusal(f"this recipient gets nothing already: {known[recipient].reason}")
    key = "webhook" if "://" in recipient else "email"
    values = {key: recipient, "reason": reason, "since": since.isoformat()}
    return rewrite(root, lambda text: editor.added(text or SUPPRESSIONS_HEAD, "suppressions", [values]))


def unsuppress(root: Path, recipient: str, reason: str, today: date) -> Changed:
    """Somebody may be written to again; why stays in the file as a comment. Raises Refusal where nobody is suppressed."""
    known = suppressions.read(root)
    if recipient not in known:
        raise Refusal("this recipient is not in the suppressions file", hint="`pressctl contacts why` tells what holds for them")
    marks = {recipient, suppressions.digest(known.secret, recipient) if known.forgotten else recipient}

    def put(text: str) -> str:
        return without(text, marks) + f"# {today}: an entry was taken out: {' '.join(reason.split())}\n"

    return rewrite(root, put)


def without(text: str, recipients: frozenset[str] | set[str]) -> str:
    """The suppressions file without the entries of these recipients or digests."""
    found = editor.block(text, "suppressions")
    if found is None:
        raise ContactsError("the suppressions are written in a way that a command cannot change", hint="edit contacts/suppressions.yaml")
    gone = []
    for start, end in found.entries:
        values = editor.values_of(text[start:end])
        for key in ("email", "webhook", "digest"):
            pair = values.value(key)
            if pair and (pair[1].text if key == "digest" else store.recipient(pair[1].text)) in recipients:
                gone.append((start, end))
    return editor.removed(text, "suppressions", gone)


def rewrite(root: Path, put: Any) -> Changed:
    """Change the suppressions file; it must read afterwards. Raises ContactsError."""
    path = root / FOLDER / suppressions.NAME
    with store.locked(root):
        file = store.read(path, "suppressions file")
        text = put(file.text)
        suppressions.parse(path, text.replace("\r\n", "\n"), root)
        return Changed(file.name, file.text, text, store.save(file, text))
