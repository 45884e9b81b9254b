"""How a mail greets its recipient: a person by name, a desk by a neutral word, and never "Dear ,".

Names come from people, exports and other programs, so what is left of one after cleaning is looked at and not what was
written: a name of blanks, invisible characters, marks or the word `None` is no name, and is greeted like a desk.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pressctl.contacts import Contact

LONGEST = 100  # characters of a name or an own greeting; what is longer is no name
DEFAULTS = {"greeting": "Dear {name},", "greeting_desk": "Dear colleagues,"}  # of a logged edition without these labels
_PLAIN = re.compile(r"[A-Z][a-z]{1,30}(?:['-][A-Z][a-z]{1,30})?")  # most names: nothing in them to clean
# What programs write where there is no name. A person called Null is greeted by the other name, or like a desk; a word that
# is a name somewhere (Nan, Na) counts as none only where it stands alone.
_NOBODY = frozenset({"none", "null", "undefined", "unknown", "anonymous", "n/a", "firstname", "lastname", "fname", "lname"})
_NOBODY_ALONE = _NOBODY | {"nil", "nan", "na", "tba", "tbd", "tk", "xx", "xxx", "first", "last", "name", "surname", "test"}
_SALUTATIONS = {"dear", "estimado", "estimada", "estimados", "estimadas", "querido", "querida", "prezado", "prezada", "prezados",
                "caro", "cara", "hi", "hello", "hola"}  # fmt: skip
_WORD = re.compile(r"n/a|[^\W_]+")
_FILLERS = "\u115f\u1160\u3164\uffa0"  # letters by category that nobody sees (Unicode: default ignorable)
_MARKS = " .,;:!?¡¿-–—/'\"’‘“”()&+"
_ABBREVIATED = re.compile(r"(?:^|\s)(?:[JS]r|\w)\.$")
_PLACEHOLDER = re.compile(r"[{}\[\]<>%$|@\\=*_#]")


def greeting(contact: Contact, words: Mapping[str, str]) -> str:
    """One line, such as `Dear Maria Pérez,`, in the language of `words`, an edition's labels.

    The contact's own (`vars: {greeting: …}` or `x-greeting`) wins where there is something in it to read.
    """
    if (contact.details or contact.x) and (line := own_greeting(contact, words)):
        return line
    if name := name_of(contact):
        return (words.get("greeting") or DEFAULTS["greeting"]).replace("{name}", name)
    return words.get("greeting_desk") or DEFAULTS["greeting_desk"]


def own_greeting(contact: Contact, words: Mapping[str, str]) -> str:
    """The contact's own greeting, closed as the language closes one; "" where it says nothing, or is a salutation to nobody."""
    variables = contact.details.get("vars")
    own = variables.get("greeting") if isinstance(variables, Mapping) else None
    value = own or contact.x.get("x-greeting")
    pattern = words.get("greeting") or DEFAULTS["greeting"]
    line = _joined((value,)) if isinstance(value, str) else ""
    if not line or line.casefold().strip(_MARKS) in {*_SALUTATIONS, pattern.partition("{name}")[0].casefold().strip(_MARKS)}:
        return ""
    return line + pattern.rpartition("}")[2]


def name_of(contact: Contact) -> str:
    """A person's name as it can be written after `Dear`; "" for a desk, and where there is none."""
    if contact.kind != "person" and not contact.given and not contact.family:
        return ""
    given, family = contact.given, contact.family
    parts = (given, family) if contact.name.strip() == f"{given} {family}".strip() else (contact.name,)
    return _joined(parts) or _joined((given, family))


def _joined(parts: Iterable[str]) -> str:
    name = " ".join(part for part in map(cleaned, parts) if part)
    return "" if _NOBODY_ALONE.issuperset(_words(name)) else name


def cleaned(name: str) -> str:
    """What a reader sees of a name, in one line; "" where that is no name."""
    if _PLAIN.fullmatch(name) and name.casefold() not in _NOBODY:
        return name
    if len(name) > LONGEST or _PLACEHOLDER.search(name):
        return ""
    seen = " ".join(unicodedata.normalize("NFC", "".join(map(_shown, name))).split())
    seen = seen.lstrip(_MARKS).rstrip(_MARKS if not _ABBREVIATED.search(seen) else " ")
    return seen if any(map(_is_letter, seen)) and _NOBODY.isdisjoint(_words(seen)) else ""


def _words(name: str) -> list[str]:
    return _WORD.findall("".join(character for character in name.casefold() if not unicodedata.combining(character)))


def _shown(character: str) -> str:
    """The character; a blank for white space; nothing for what is invisible, a symbol or an emoji."""
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp") or character in "\t\n\r":
        return " "
    return "" if category[0] in "CS" or character in _FILLERS or "\ufe00" <= character <= "\ufe0f" else character


def _is_letter(character: str) -> bool:
    return unicodedata.category(character) in ("Lu", "Ll", "Lt", "Lo")
