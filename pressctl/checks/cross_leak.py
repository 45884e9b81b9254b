"""What goes to many names one of them: a contact's address in the release, a person's name in a pitch to others.

An address is an error anywhere in the file or in the office's own templates, a name in a pitch that others get too. A contact's
name in the text itself is a warning, but for quoted people and those in `people`. The office's own contacts are left alone. Why:
everybody sees who else is on the list. Source: privacy by design.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pressctl import links, recipients, speech
from pressctl.checks import Copy, Found, Level, Options
from pressctl.recipients import Recipients
from pressctl.rendered import own_templates

if TYPE_CHECKING:
    from pressctl.contacts import Contact

CODE = "TPL507"
LEVEL: Level = "error"
FIX = "manual"
MASK = True
_LIST = (
    "FILE contacts/press.yaml: contacts: [{id: m-perez, kind: person, name: {given: Maria, family: Pérez}, email: maria@daily.example},"
    " {name: Desk, email: desk@wire.example}]\naudience: press\n"
)
BAD = (
    _LIST + "---\nAs we told ⟦Maria@daily.example⟧, the council meets.",
    _LIST + "pitches: {press: As we told ⟦Maria Pérez⟧ in May.}\n---\nThe council meets.",
    _LIST + "---\nThe council met ⟦Maria Pérez⟧ in May.",
    "FILE templates/email.txt.j2: {{ body.text }} desk@wire.example\n" + _LIST + "---\nThe council meets.",
)
GOOD = (
    _LIST + "---\nWrite to press@example.org.",
    _LIST + "pitches: {'id:m-perez': As you wrote, Maria Pérez.}\n---\nThe council meets.",
    _LIST + "people: [{name: Maria Pérez}]\n---\nThe council met Maria Pérez in May.",
    _LIST + "---\n“The bus has to stay on the road,” said Maria Pérez, a rider.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    office = text.of(recipients.recipients)
    addresses = {contact.recipient for contact in office.everyone if contact.email} - text.of(links.own_emails)
    if not addresses:
        return
    for match in links.EMAIL.finditer(text.source) if "@" in text.source else ():
        if match[0].casefold() in addresses:
            yield Found(*match.span(), "a contact's address stands in what everybody gets", "take it out")
    for name, source in text.of(own_templates).items():
        if "@" in source and any(match[0].casefold() in addresses for match in links.EMAIL.finditer(source)):
            yield Found(*text.top_line, f"templates/{name} holds a contact's address", "take it out")
    names = {one.name.casefold(): one for one in office.everyone if one.kind == "person" and " " in one.name.strip()}
    yield from _in_pitches(text, names, office)
    quoted = {speaker.name for speaker in text.of(speech.speakers)} if names else set()
    for person in text.of(speech.people) if names else ():
        if person.name.casefold() in names and person.name not in quoted and speech.entry(text, person.name) is None:
            yield Found(person.start, person.end, "somebody on the press list is named here", "list them in `people`", level="warning")


def _in_pitches(text: Copy, names: Mapping[str, Contact], office: Recipients) -> Iterator[Found]:
    for pitch in text.release.pitches if office.known is not None else ():
        start = text.offset(pitch.text_place.line, pitch.text_place.column)
        folded = pitch.text.casefold()
        for name in [name for name in names if name in folded]:
            match = re.compile(re.escape(name), re.IGNORECASE).search(text.source, start)
            if match is not None and {one.recipient for one in office.chooses(pitch.to)} != {names[name].recipient}:
                yield Found(*match.span(), "this pitch names one of those who get it, or another contact", "take the name out")
