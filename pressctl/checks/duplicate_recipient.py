"""One newsroom gets the release twice: at two spellings of an address, or as a desk and as a person.

Looks at those whom the release goes to by default. The same address on two lists is no matter: it gets one copy. Why: two copies
in one newsroom read as spam. Source: desk practice; media databases choose one contact per outlet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl import recipients
from pressctl.checks import Copy, Found, Level, Options

CODE = "TPL512"
LEVEL: Level = "warning"
FIX = "manual"
_LIST = (
    "FILE contacts/press.yaml: contacts: [{{id: one, name: Desk, outlet: Keys Daily, email: {}}}, {}]\n"
    "audience: press\n---\nThe council meets."
)
BAD = (
    _LIST.format("news@daily.example", "{id: two, name: News, email: news+press@daily.example}"),
    _LIST.format("news@daily.example", "{id: two, kind: person, name: Maria Pérez, outlet: Keys Daily, email: m@daily.example}"),
)
GOOD = (
    _LIST.format("news@daily.example", "{id: two, name: Radio desk, outlet: Keys Daily, email: radio@daily.example}"),
    _LIST.format("news@daily.example", "{id: two, kind: person, name: Maria Pérez, outlet: Keys Weekly, email: m@daily.example}"),
)
_TAG = re.compile(r"\+[^@]*@")


def check(text: Copy, options: Options) -> Iterator[Found]:
    first: dict[str, str] = {}
    outlets: dict[str, dict[bool, list[str]]] = {}
    twins: list[str] = []
    for contact in text.of(recipients.recipients).reached:
        if contact.email and (other := first.setdefault(_TAG.sub("@", contact.recipient), contact.id)) != contact.id:
            twins += [other, contact.id]
        if contact.outlet:
            outlets.setdefault(contact.outlet.casefold(), {}).setdefault(contact.kind == "person", []).append(contact.id)
    if twins:
        message = f"one inbox at two spellings of its address: {recipients.named(twins)}"
        yield Found(*text.span("audience"), message, "keep the one that they read")
    both = [one for kinds in outlets.values() if len(kinds) == 2 for one in (kinds[False][0], kinds[True][0])]
    if both:
        message = f"a desk and a person of the same outlet both get it: {recipients.named(both)}"
        yield Found(*text.span("audience"), message, "choose one of the two, such as `not kind:person`")
