"""Contacts that have not agreed to embargoes would get nothing until it lifts; an error where that is everybody.

Looks at those whom the release goes to by default, while the embargo holds. `send` leaves them out by itself, so that some of them
is only worth knowing. Why: an embargo binds by agreement. Source: myprwire.com and embargo guides.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import recipients
from pressctl.checks import Copy, Found, Level, Options

CODE = "DAT112"
LEVEL: Level = "error"
FIX = "manual"
_LIST = "FILE contacts/press.yaml: contacts: [{{id: one, name: Desk, email: a@news.example, embargo: ask}}{}]\n"
_EMBARGO = "audience: press\nembargo: {}\n---\nThe council meets."
_AGREED = ", {id: two, name: Desk, email: b@wire.example, embargo: agreed}"
BAD = (
    _LIST.format("") + _EMBARGO.format("⟦2025-07-07T06:00-04:00⟧"),
    _LIST.format(_AGREED) + _EMBARGO.format("⟦2025-07-07T06:00-04:00⟧"),
)
GOOD = (
    _LIST.format(_AGREED) + _EMBARGO.format("2025-07-03T06:00-04:00"),
    _LIST.format(_AGREED).replace("ask", "agreed") + _EMBARGO.format("2025-07-07T06:00-04:00"),
    _LIST.format("") + "audience: press\n---\nThe council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    embargo = text.release.embargo
    reached = text.of(recipients.recipients).reached if embargo is not None and text.now < embargo else ()
    without = [contact.id for contact in reached if contact.embargo != "agreed"]
    if not without:
        return
    span = text.span("embargo.until" if "embargo.until" in text.values else "embargo")
    if len(without) == len(reached):
        hint = "telephone, and write `embargo: agreed` to those who agree"
        yield Found(*span, "nobody who is chosen has agreed to embargoes: nobody gets it before this one lifts", hint)
    else:
        get = "gets" if len(without) == 1 else "get"
        message = f"{recipients.named(without)} {get} nothing before the embargo lifts: they have not agreed to embargoes"
        yield Found(*span, message, "send again after it lifts: they are then written to", level="advice")
