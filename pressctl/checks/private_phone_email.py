"""A telephone number or a mail address that belongs to no declared contact.

The contacts of release and organization are declared, the sender, addresses in the organization's own domain, and those of
governments with the numbers beside them. A line that calls itself a contact, a hotline, a free number and a desk's address
(press@, info@) are nobody's own. Why: somebody's private number goes to every newsroom. Source: desk practice.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from pressctl import links
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "PRV809"
LEVEL: Level = "warning"
FIX = "manual"
MASK = True
BAD = ("Call Rita at ⟦305 555 0199⟧ or ⟦1-305-555-0198⟧ for it.", "Write to ⟦rita@private.example⟧ now.")
GOOD = (
    "Call +1 305 555 0100, or write to press@example.org.",
    "Case 12-345 is at https://bus.example/305-555-0199.",
    "Call the Night Bus Hotline at 305 555 0199, or 1-800-555-0199. Write to sao.media@buses.example or info@buses.example.",
    "Media contact: Rita Example, 305 555 0199",
    "The city answers at 305-809-3700 and clerk@cityofkeywest-fl.gov.",
)
_OFFICE = pattern(r"@[\w.-]+\.(?:gov|mil|gob|gouv|jus|leg)(?:\.[a-z]{2})?$", re.IGNORECASE)  # a government's: nobody's own
_BESIDE = 200  # characters: the number of that office's desk stands in the lines around it
_DESK = pattern(
    r"(?<![A-Za-z0-9])(?:press|media|news|newsroom|info|contact|comms|communications?|publicaffairs|pio|office|help|hotline|tips?|prensa|imprensa)"
    r"(?=[._@-])",
    re.IGNORECASE,
)
_CONTACT = pattern(r"(?:(?:media|press)\s)?contacts?:|contacto(?: de prensa)?:|contato(?: para a imprensa)?:|kontak", re.IGNORECASE)
_FREE = pattern(r"(?:\+?1[ .-]?)?\(?8(?:00|33|44|55|66|77|88)\)?[ .-]")
_LINE = pattern(
    r"\b(?:(?:hotline|tip\s?line|information line|help\s?line|switchboard|toll-free|relay|tty|tdd)\b[^.!?\n]{0,40}"
    r"|(?:office|desk|department)(?:\sat)?:?\s)$",
    re.IGNORECASE,
)
_DIGITS = pattern(r"\+?\d[\d ().-]{5,}\d")


def check(text: Copy, options: Options) -> Iterator[Found]:
    spans = [(span, True) for span in text.of(links.phones)] + [(span, False) for span in text.of(links.emails)]
    if not spans:
        return
    organization = text.config.organization
    declared = " ".join(
        [
            str(text.key("call_to_action") or ""),
            str(text.key("contact") or ""),
            *(f"{c.email} {c.phone}" for c in (*text.release.contacts, *organization.contacts)),
            organization.sender.email,
            organization.reply_to.email if organization.reply_to else "",
            *(str(event.details) for event in text.release.events),
        ]
    ).lower()
    numbers = {links.digits(match[0]) for match in _DIGITS.finditer(declared)}
    own = organization.sender.email.rpartition("@")[2].lower()
    offices = [start for start, end in text.of(links.emails) if _OFFICE.search(text.source, start, end)]
    addresses = [(link.start, link.end) for link in text.of(links.links)]
    for (start, end), phone in spans:
        value = text.source[start:end].lower()
        known = links.digits(value) in numbers if phone else value in declared or value.endswith("@" + own)
        at = bisect_left(offices, start - (_BESIDE if phone else 0))
        known = known or _public(text, start, end, phone=phone) or (at < len(offices) and offices[at] <= start + (_BESIDE if phone else 0))
        if not known and not any(first <= start < last and "@" not in text.source[first:last] for first, last in addresses):
            what = "a telephone number" if phone else "a mail address"
            yield Found(start, end, f"{what} that belongs to no declared contact", "declare it in `contact`, or take it out")


def _public(text: Copy, start: int, end: int, *, phone: bool) -> bool:
    """Whether the text itself gives it as a desk's: a contact line, a hotline, an office, a free number, press@."""
    own = _FREE.match(text.source, start, end) if phone else _DESK.search(text.source, start, end)
    labelled = _CONTACT.match(text.prose, text.block(start).start, start) or _LINE.search(text.prose, max(0, start - 60), start)
    return own is not None or labelled is not None
