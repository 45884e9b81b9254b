"""A person's name is written all in capitals, or all in small letters: "Dear MARIA".

Looks at persons whom the release goes to by default; a name of two letters may be initials. Why: it shows that a program wrote the
mail. Source: mails that begin with "Dear MARIA".
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import recipients
from pressctl.checks import Copy, Found, Level, Options

CODE = "TPL506"
LEVEL: Level = "warning"
FIX = "manual"
_PERSON = "FILE contacts/press.yaml: contacts: [{{id: desk, kind: person, name: {{given: {}, family: {}}}, email: m@news.example}}]\n"
BAD = (
    _PERSON.format("MARIA", "PÉREZ") + "audience: press\n---\nThe council meets.",
    _PERSON.format("maria", "de la cruz") + "audience: press\n---\nThe council meets.",
)
GOOD = (
    _PERSON.format("Maria", "de la Cruz") + "audience: press\n---\nThe council meets.",
    _PERSON.format("AJ", "McDonald") + "audience: press\n---\nThe council meets.",
    "FILE contacts/press.yaml: contacts: [{id: desk, name: NEWS DESK, email: m@news.example}]\naudience: press\n---\nThe council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    found = []
    for contact in text.of(recipients.recipients).reached:
        if contact.kind == "person" or contact.given or contact.family:
            parts = [part for part in (contact.given, contact.family) if part] or contact.name.split()
            shouted = any(part.isupper() and sum(map(str.isalpha, part)) > 2 for part in parts)
            if shouted or " ".join(parts).islower():
                found.append(contact)
    if found:
        what = "name is" if len(found) == 1 else "names are"
        where = f", in contacts/{found[0].list}.yaml line {found[0].place.line}" if found[0].place else ""
        message = f"the {what} all in capitals or in small letters: {recipients.named(contact.id for contact in found)}"
        yield Found(*text.top_line, message, f"write it as they write it themselves{where}")
