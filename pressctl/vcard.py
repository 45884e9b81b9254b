"""vCards: 3.0 (RFC 2426) and 4.0 (RFC 6350) read, also the 2.1 that telephones make; 4.0 written."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pressctl.contacts import Contact
from pressctl.content_lines import escaped, folded

_LINE = re.compile(r"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)((?:;(?:\"[^\"]*\"|[^\":;])*)*):(.*)", re.DOTALL)
_KINDS = {"desk": "group", "person": "individual", "outlet": "org"}


@dataclass(frozen=True, slots=True)
class Property:
    """One line of a card: its name in capitals, its parameters' text in capitals, its value as written; `line` from 1."""

    name: str
    parameters: str
    value: str
    line: int

    @property
    def preferred(self) -> bool:
        """Whether the card says that this is the one to use."""
        return re.search(r"PREF(=1)?(?![0-9=])", self.parameters) is not None

    @property
    def text(self) -> str:
        """The value with its escapes undone."""
        return unescaped(self.value)

    @property
    def parts(self) -> list[str]:
        """The components of a structured value."""
        return [unescaped(part) for part in re.split(r"(?<!\\);", self.value)]


class BadCard(ValueError):
    """What is wrong with a card; `line` from 1."""

    def __init__(self, text: str, line: int) -> None:
        super().__init__(text)
        self.line = line


def cards(text: str) -> Iterator[tuple[int, list[Property]]]:
    """Each card of a file with the line on which it begins. Raises BadCard."""
    current: list[Property] | None = None
    began = 0
    for number, line in _unfolded(text):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise BadCard("this is no line of a vCard", number)
        name, parameters, value = match[1].upper(), match[2].upper(), match[3]
        if name == "BEGIN" and value.strip().upper() == "VCARD":
            if current is not None:
                raise BadCard(f"a card begins here before the one of line {began} has ended", number)
            current, began = [], number
        elif name == "END" and current is not None:
            yield began, current
            current = None
        elif current is None:
            raise BadCard("this line stands outside of a card", number)
        elif name == "VERSION" and value.strip() not in ("2.1", "3.0", "4.0"):
            raise BadCard("this vCard's version is not known: 2.1, 3.0 and 4.0 are", number)
        else:
            current.append(Property(name, parameters, _decoded(value, parameters), number))
    if current is not None:
        raise BadCard("this card never ends: END:VCARD is missing", began)


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Logical lines: what begins with a blank goes on the line before; so does quoted-printable after a `=`."""
    held, began = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r")
        if began and line[:1] in (" ", "\t"):
            held += line[1:]
        elif began and held.endswith("=") and "QUOTED-PRINTABLE" in held.upper():
            held = held[:-1] + line
        else:
            if began:
                yield began, held
            held, began = line, number
    if began:
        yield began, held


def _decoded(value: str, parameters: str) -> str:
    if "QUOTED-PRINTABLE" not in parameters:
        return value
    charset = re.search(r"CHARSET=([A-Z0-9_-]+)", parameters)
    try:
        return quopri.decodestring(value.encode()).decode(charset[1] if charset else "utf-8", "replace")
    except LookupError:
        return quopri.decodestring(value.encode()).decode("utf-8", "replace")


def unescaped(value: str) -> str:
    """A value without its backslashes."""
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], value).strip()


def card(contact: Contact) -> str:
    """One contact as a vCard 4.0, its lines folded at 75 octets."""
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"KIND:{_KINDS[contact.kind]}", f"FN:{escaped(contact.name)}"]
    if contact.given or contact.family:
        lines.append(f"N:{escaped(contact.family)};{escaped(contact.given)};;;")
    for name, value in (("ORG", contact.outlet), ("TITLE", str(contact.details.get("title", ""))), ("EMAIL", contact.email)):
        if value:
            lines.append(f"{name}:{escaped(value)}")
    if contact.phone:
        lines.append(f"TEL;VALUE=text:{escaped(contact.phone)}")
    if contact.webhook:
        lines.append(f"URL:{contact.webhook}")
    lines += [f"LANG;PREF={number}:{language}" for number, language in enumerate(contact.languages, 1)]
    if contact.tags or contact.beats:
        lines.append("CATEGORIES:" + ",".join(escaped(word) for word in (*contact.tags, *contact.beats)))
    lines.append("END:VCARD")
    return "".join(folded(line) for line in lines)
