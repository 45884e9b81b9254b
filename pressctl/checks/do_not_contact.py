"""Somebody who wants nothing from the office is chosen by name.

An `id:` in `audience` or in a pitch, of a contact that is suppressed or marked `do_not_contact`. On a list such a contact is simply
left out, and the plan says so; chosen by name, somebody means to write to them. Source: GDPR, article 21; every mail provider's rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl import recipients
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "TPL511"
LEVEL: Level = "error"
FIX = "manual"
_LIST = (
    "FILE contacts/press.yaml: contacts: [{id: gone, name: Desk, email: desk@gone.example, do_not_contact: true},"
    " {id: news, name: Desk, email: desk@news.example}]\n"
)
BAD = (
    _LIST + "audience: ['⟦press and id:gone⟧']\n---\nThe council meets.",
    _LIST + "audience: press\npitches:\n  - to: ⟦id:gone⟧\n    text: You asked in May.\n---\nThe council meets.",
)
GOOD = (
    _LIST + "audience: press\n---\nThe council meets.",
    _LIST + "audience: press and not id:gone\n---\nThe council meets.",
    _LIST + "audience: 'id:news'\n---\nThe council meets.",
)
_ID = pattern(r"\bid:\s*\"?([^\s()\"]+)", re.IGNORECASE)


def check(text: Copy, options: Options) -> Iterator[Found]:
    office = text.of(recipients.recipients)
    places = [(value.text, value.start, value.end) for value in text.values.values() if value.path.split("[")[0] == "audience"]
    for pitch in text.release.pitches:
        start = text.offset(pitch.place.line, pitch.place.column)
        places.append((pitch.to, start, start + len(pitch.to)))
    for expression, start, end in places:
        ids = {match[1].casefold() for match in _ID.finditer(expression)}
        for contact in office.chooses(expression) if ids else ():
            if contact.id.casefold() in ids and office.suppressions.get(contact.recipient):
                hint = "take them out, or ask them and then delete the suppression"
                yield Found(start, end, f"`{contact.id}` wants nothing from this office", hint)
