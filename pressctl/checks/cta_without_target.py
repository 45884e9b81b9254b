"""Readers are asked to act, and nothing says where.

Looks for calls (calls on, join us, sign the petition, donate, únase, assine, siyen …) outside quotations in a paragraph
without a link, a telephone number or an address, and the same in the next one; silent where `call_to_action` has a `url`
or `phone`, or an event says where to go. Why: a call without a link is lost. Source: salsalabs.com on releases by
nonprofits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options, pattern, words

CODE = "STR021"
LEVEL: Level = "advice"
FIX = "manual"
BAD = ("Bus Riders ⟦is calling on⟧ the council to stay.", "language: es\n---\n⟦Firme la petición⟧ hoy mismo.")
GOOD = (
    "Bus Riders is calling on the council to [sign](https://bus.example/sign).",
    "Sign the petition.\n\nIt is at bus.example/sign, or call 305-555-0100.",
    "“We are calling on the council,” she said.",
)
_CALL = pattern(
    r"\b(?:(?:is|are|am) calling (?:on|upon)|calls? (?:on|upon) (?=the|all|every|our|newsrooms|people|residents|members|everyone)|join us"
    r"|sign (?:the|our) petition|donate (?:to|at|now|today)|(?:please )?contact us|write to your"
    r"|hace(?:n|mos)? un llamado|[úu]n[ae]nse|[úu]nase|firm[ea] la petici[óo]n|assine a peti[çc][ãa]o|junte-se|siyen petisyon)",
    re.IGNORECASE,
)
_TARGET = pattern(r"https?://|www\.|\]\(|[\w+-]@[\w-]+\.|\w\.(?:org|com|net|example|info)\b|\b\d{3}[-. ]\d{4}\b|\+\d[\d ()-]{7,}")


_WORDS = words("calling calls call join sign donate contact write llamado únanse únase unanse unase firme firma assine junte-se siyen")


def check(text: Copy, options: Options) -> Iterator[Found]:
    action = text.key("call_to_action")
    if isinstance(action, dict) and (action.get("url") or action.get("phone")):
        return
    if not text.has(_WORDS):
        return
    for number, block in enumerate(text.paragraphs):
        call = _CALL.search(text.unquoted, block.start, block.end)
        if call is None:
            continue
        following = text.paragraphs[number + 1].end if number + 1 < len(text.paragraphs) else block.end
        if not _TARGET.search(text.source, block.start, following):
            yield Found(call.start(), call.end(), "readers are asked to act, and nothing says where", "give a link, a number or an address")
            return
