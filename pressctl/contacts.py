"""Contact files → Contacts: lists merged, the same recipient found once, suppressions, selecting by expression."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pressctl import addresses, document, files, plain_list, selection, suppressions
from pressctl.contact_keys import CONTACT, LIST, OUTLET, OUTLETS_FILE
from pressctl.document import Node, Problems
from pressctl.errors import ContactsError, Place
from pressctl.schema import SLUG
from pressctl.suppressions import FILE_LIMIT, FOLDER, Suppression, recipient_of

OUTLETS_NAME = "outlets.yaml"
LONG = 100_000  # characters; a shorter list is read sooner than the reader of long ones is made
ENCRYPTED = ".yaml.age"


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
    details: Mapping[str, Any] = field(default_factory=dict)  # the other keys of the schema, as read; never `notes`


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


def load(root: Path) -> Contacts:
    """All lists in `contacts/` of the office at `root`, and who is suppressed.

    Raises ContactsError with every mistake of the first file that has any. A suppressions file that is there and cannot
    be read stops everything: "nobody is suppressed" is never assumed of a file. An office without one suppresses nobody.
    """
    folder, names = names_in(root)
    refused = suppressions.read(root)
    outlets = _read_outlets(folder / OUTLETS_NAME) if OUTLETS_NAME in names else {}
    own: dict[str, Suppression] = {}
    readers: dict[str, _List] = {}
    for name in names:
        if slug := slug_of_file(name):
            if slug in readers:
                raise ContactsError(
                    "this list is there twice, as it is and encrypted", Place(str(folder / name)), "delete one of the two files"
                )
            readers[slug] = _List(folder / name, outlets, own)
            readers[slug].read(root)
    return Contacts({slug: reader.finish() for slug, reader in readers.items()}, refused.with_named(own))


def names_in(root: Path) -> tuple[Path, list[str]]:
    """The folder of contact files and the names in it, sorted, without hidden ones. Raises ContactsError."""
    folder = root / FOLDER
    if not folder.is_dir():
        raise ContactsError("there is no folder for contacts", Place(str(folder)), "make it, and in it a list such as national-press.yaml")
    names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    for name in names:
        if name.endswith(".yml"):
            raise ContactsError("a contact file's name ends in .yaml", Place(str(folder / name)), f"rename it to {name[:-4]}.yaml")
    return folder, names


def slug_of_file(name: str) -> str:
    """The list that a file of this name holds; "" where it holds none."""
    if name in (suppressions.NAME, OUTLETS_NAME) or not name.endswith((".yaml", ENCRYPTED)):
        return ""
    return name.removesuffix(".age").removesuffix(".yaml")


def read_file(root: Path, path: Path) -> ContactList:
    """One list's file by itself; outlets given elsewhere stay short names. Raises ContactsError with every mistake."""
    reader = _List(path, {}, {})
    reader.read(root)
    return reader.finish()


def read_list(path: Path, text: str) -> ContactList:
    """One list from its text alone, as it would be read from the file; outlets given elsewhere stay short names.

    Raises ContactsError with every mistake.
    """
    reader = _List(path, {}, {})
    reader.parse(text.replace("\r\n", "\n"))
    return reader.finish()


def select(contacts: Contacts, expressions: Sequence[str], saved: Mapping[str, str]) -> list[Contact]:
    """The contacts that any of the expressions chooses, in the order of the expressions and, within one, of the lists.

    An entry comes once; the same recipient may come several times, from several entries. `saved` are the configuration's
    selections, by name. Raises ContactsError, with the place within the expression.
    """
    names = known(contacts, saved)
    tests = [selection.compiled(expression, names) for expression in expressions]
    chosen = {id(contact): contact for test in tests for contact in names.contacts if test(contact)}
    return list(chosen.values())


def known(contacts: Contacts, saved: Mapping[str, str]) -> selection.Known:
    """What a selection expression may name in this office."""
    everyone = [contact for contact_list in contacts.lists.values() for contact in contact_list.contacts]
    return selection.Known.of(everyone, contacts.lists, saved)


def slug_of(*words: str) -> str:
    """A short name made from words: lower-case ASCII letters and digits, hyphens between."""
    plain = unicodedata.normalize("NFKD", " ".join(words)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-")


def _outlets(node: Node | None, problems: Problems) -> dict[str, dict[str, Any]]:
    if node is None:
        return {}
    if not isinstance(node, document.Mapping):
        problems.add("outlets are written as `short-name: {name: …}` lines", node)
        return {}
    outlets = {}
    for key, value in node.entries.items():
        if not SLUG.regex.fullmatch(key):
            problems.add(f"`{key}` is not {SLUG.form}", node.keys[key])
        outlets[key] = OUTLET.read(value, problems) or {}
    return outlets


def _read_outlets(path: Path) -> dict[str, dict[str, Any]]:
    top, problems = document.read(path, files.read_text(path, ContactsError, "outlets file"), ContactsError)
    OUTLETS_FILE.read(top, problems)
    outlets = _outlets(top.entries.get("outlets"), problems)
    problems.stop(ContactsError)
    return outlets


_DIRECT = ("kind", "beats", "tags", "languages", "region", "timezone", "tier", "hold_until", "verified", "x")
_DETAILS = ("title", "preferred", "format", "attachments", "vars", "consent", "phone")


class _List:
    """One list's file, read contact by contact: only the values are kept, never the whole document."""

    def __init__(self, path: Path, outlets: dict[str, dict[str, Any]], suppressions: dict[str, Suppression]) -> None:
        self.path = path
        self.file = str(path)
        self.slug = slug_of_file(path.name)
        self.outlets = outlets  # shared: a table given once in any file serves all
        self.suppressions = suppressions
        self.begin()

    def begin(self) -> None:
        """Nothing read yet."""
        self.problems = Problems(self.file)
        self.found: list[Contact] = []
        self.refusing: list[Suppression] = []
        self.ids: dict[str, int] = {}  # id → line
        self.recipients: dict[str, tuple[str, int]] = {}  # recipient → id and line
        self.own_outlets: dict[str, dict[str, Any]] = {}

    def read(self, root: Path) -> None:
        """Read the file; raises ContactsError with all that is wrong in it. What was read of a long one is kept."""
        if not SLUG.regex.fullmatch(self.slug):
            raise ContactsError("this file's name cannot name a list", Place(self.file), f"use {SLUG.form}")
        data = files.read_bytes(self.path, ContactsError, "contact list", FILE_LIMIT)
        if self.file.endswith(ENCRYPTED):
            from pressctl import age_file

            self.parse(files.decode(age_file.decrypt(self.path, data, FILE_LIMIT), self.path, ContactsError, "contact list"))
        elif len(data) <= LONG:
            self.parse(files.decode(data, self.path, ContactsError, "contact list"))
        else:
            from pressctl import contact_cache

            if kept := contact_cache.read(root, self.path, self.slug, data):
                self.title, self.own_outlets, self.found = kept.title, kept.outlets, kept.contacts
                self.refusing = [Suppression(*one) for one in kept.refusing]
            else:
                self.parse(files.decode(data, self.path, ContactsError, "contact list"))
                refusing = [(one.recipient, one.reason, one.since) for one in self.refusing]
                contact_cache.write(root, self.slug, data, contact_cache.Parsed(self.title, self.own_outlets, refusing, self.found))
        for key, outlet in self.own_outlets.items():
            self.outlets.setdefault(key, outlet)
        for suppression in self.refusing:
            self.suppressions.setdefault(suppression.recipient, suppression)

    def parse(self, text: str) -> None:
        """Read the file's text."""
        top = plain_list.parse(text, self.file, "contacts", CONTACT, self.take, self.read_node) if len(text) > LONG else None
        if top is None:
            self.begin()
            top = document.parse(text, self.problems, each={"contacts": self.read_node})
        if top is None:
            self.problems.stop(ContactsError)
            raise ContactsError("the contact list is empty", Place(self.file), "write `contacts:` and the first contact below it")
        options = LIST.read(top, self.problems) or {}
        self.title = options.get("list") or self.slug
        self.own_outlets = _outlets(top.entries.get("outlets"), self.problems)
        self.problems.stop(ContactsError)

    def finish(self) -> ContactList:
        """The list, with outlets' short names looked up, which may be in a file read later."""
        if self.outlets:
            self.found = [self.with_outlet(contact) for contact in self.found]
        return ContactList(self.slug, self.title, tuple(self.found))

    def with_outlet(self, contact: Contact) -> Contact:
        outlet = self.outlets.get(contact.outlet)
        if outlet is None:
            return contact
        return replace(
            contact,
            outlet=outlet["name"],
            region=contact.region or outlet.get("region", ""),
            languages=contact.languages or outlet.get("languages", ()),
        )

    def read_node(self, node: Node) -> None:
        """One contact, as soon as it is read; what is wrong with it is noted."""
        before = len(self.problems.found)
        options = CONTACT.read(node, self.problems)
        if options is None or not isinstance(node, document.Mapping):
            return
        if not (node.entries.keys() & {"email", "webhook", "phone"}):
            self.problems.add("the contact cannot be reached", node, "give it `email`, `webhook` or `phone`")
        if "email" in options and "webhook" in options:
            self.problems.add("the contact has both `email` and `webhook`", node.keys["webhook"], "keep the one that the outlet prefers")
        if len(self.problems.found) > before:
            return
        contact = self.contact(options, node.line, node.column)
        at = node.entries.get("id", node.entries["name"])
        if not contact.id:
            self.problems.add("the contact needs an `id`: none can be made from its name", node, "write id: and a short name")
        elif contact.id in self.ids:
            text = f"two contacts have the id `{contact.id}`, the first on line {self.ids[contact.id]}"
            self.problems.add(text, at, "give one of them an `id` of its own")
        elif contact.recipient in self.recipients:
            first, line = self.recipients[contact.recipient]
            text = f"the same recipient is on this list as `{first}` already, on line {line}"
            self.problems.add(text, node.entries["email" if contact.email else "webhook"], "keep one of the two")
        else:
            self.add(contact, options, node.line)

    def take(self, options: dict[str, Any], line: int, column: int) -> bool:
        """One contact whose values are right; False where the contact is not, which `read_node` then says."""
        if "name" not in options or not options.keys() & {"email", "webhook", "phone"} or ("email" in options and "webhook" in options):
            return False
        contact = self.contact(options, line, column)
        if not contact.id or contact.id in self.ids or contact.recipient in self.recipients:
            return False
        self.add(contact, options, line)
        return True

    def add(self, contact: Contact, options: dict[str, Any], line: int) -> None:
        self.ids[contact.id] = line
        self.found.append(contact)
        if not contact.recipient:
            return
        self.recipients[contact.recipient] = (contact.id, line)
        if refused := options.get("do_not_contact"):
            details = refused if isinstance(refused, dict) else {}
            if details.get("scope") != "phone":
                reason = details.get("reason", "marked do_not_contact")
                self.refusing.append(Suppression(contact.recipient, reason, details.get("since")))

    def contact(self, options: dict[str, Any], line: int, column: int) -> Contact:
        name, given, family = _name(options["name"])
        email = _best(options.get("email", ""))
        webhook = options.get("webhook", "")
        outlet = options.get("outlet", "")
        return Contact(
            id=options.get("id") or slug_of(outlet, name),
            name=name,
            list=self.slug,
            outlet=outlet,
            email=email,
            webhook=webhook,
            phone=_first_number(options.get("phone", "")),
            recipient=recipient_of(email, webhook),
            given=given,
            family=family,
            embargo=_embargo(options.get("embargo", "never")),
            source=options.get("source") or options.get("consent", {}).get("source", ""),
            place=Place(self.file, line, column),
            **{key: options[key] for key in _DIRECT if key in options},
            details={key: options[key] for key in _DETAILS if key in options} | _addresses(options.get("email", "")),
        )


def _name(value: str | dict[str, str]) -> tuple[str, str, str]:
    """Shown name, given name, family name."""
    if isinstance(value, str):
        return value, "", ""
    given, family = value.get("given", ""), value.get("family", "")
    return value.get("display") or f"{given} {family}".strip(), given, family


def _best(value: Any) -> str:
    """The address to use of one or several: the preferred one, else the first; none that bounced or is invalid."""
    if isinstance(value, str):
        return value
    entries = [{"address": item} if isinstance(item, str) else item for item in value]
    usable = [entry for entry in entries if entry.get("status", "ok") == "ok"]
    usable.sort(key=lambda entry: not entry.get("preferred", False))
    return str(usable[0]["address"]) if usable else ""


def _addresses(value: Any) -> dict[str, tuple[str, ...]]:
    """All addresses, of an entry that has several; the preferred one is in use."""
    if isinstance(value, str):
        return {}
    return {"addresses": tuple(item if isinstance(item, str) else str(item["address"]) for item in value if item)}


def _first_number(value: Any) -> str:
    if isinstance(value, str):
        return value
    return next((item if isinstance(item, str) else str(item["number"]) for item in value), "")


def _embargo(value: str | dict[str, Any]) -> str:
    """The short word for either way of writing it; `yes` is no agreement where the day is said to be missing."""
    if isinstance(value, str):
        return value
    return {"yes": "agreed", "no": "never", "ask": "ask"}[value["trust"]]


def nobody() -> Contact:
    """Nobody in particular: whom a general copy is addressed to."""
    email = "newsroom@newsroom.example"
    return Contact(id="general", name="News desk", list="", email=email, recipient=email)


def one_off(address: str) -> Contact:
    """Somebody on no list, for a single test copy. Raises ContactsError for an address that is none."""
    try:
        email = addresses.address(address)
    except ValueError as fault:
        raise ContactsError(f"`{address}` is not an address to test with: {fault}") from None
    return Contact(id="test", name="Test copy", list="", email=email, recipient=recipient_of(email, ""))
