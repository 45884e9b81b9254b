"""The fixed words of a release, one table per language, and how dates and times are written in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

# A language is added by adding its table here, with the same keys, and its dates in `day` and `clock`.
LABELS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "release": "NEWS RELEASE",
        "advisory": "MEDIA ADVISORY",
        "statement": "STATEMENT",
        "update": "UPDATE",
        "correction": "CORRECTION",
        "kill": "KILL: DO NOT USE",
        "op-ed": "OPINION",
        "letter": "LETTER TO THE EDITOR",
        "factsheet": "FACT SHEET",
        "biography": "BIOGRAPHY",
        "immediate": "FOR IMMEDIATE RELEASE",
        "embargoed": "EMBARGOED UNTIL",
        "embargoed_subject": "EMBARGOED",
        "correction_subject": "CORRECTION",
        "update_subject": "UPDATE",
        "kill_subject": "KILL",
        "event": "Event",
        "what": "What",
        "when": "When",
        "where": "Where",
        "who": "Who",
        "access": "Access",
        "why": "Why",
        "about": "About",
        "contact": "Media contact",
        "end": "###",
        "notes": "Notes to editors",
        "image": "Image",
        "attention": "For:",
        "greeting": "Dear {name},",
        "greeting_desk": "Dear colleagues,",
        "addressed": "Addressed to",
        "why_you": "You receive this because your desk is on our press list.",
        "withdraw": "To be taken off the list, reply with the word unsubscribe.",
    },
}

# The headings under which an author may write the notes to editors (compared without case)
NOTES_HEADINGS = frozenset({"notes to editors", "note to editors", "notes to editor", "editor's notes", "editor’s notes"})

# The states as AP writes them after a city, by postal code; eight are never shortened
STATES: Mapping[str, str] = {
    "AL": "Ala.", "AK": "Alaska", "AZ": "Ariz.", "AR": "Ark.", "CA": "Calif.", "CO": "Colo.", "CT": "Conn.", "DE": "Del.",
    "FL": "Fla.", "GA": "Ga.", "HI": "Hawaii", "ID": "Idaho", "IL": "Ill.", "IN": "Ind.", "IA": "Iowa", "KS": "Kan.",
    "KY": "Ky.", "LA": "La.", "ME": "Maine", "MD": "Md.", "MA": "Mass.", "MI": "Mich.", "MN": "Minn.", "MS": "Miss.",
    "MO": "Mo.", "MT": "Mont.", "NE": "Neb.", "NV": "Nev.", "NH": "N.H.", "NJ": "N.J.", "NM": "N.M.", "NY": "N.Y.",
    "NC": "N.C.", "ND": "N.D.", "OH": "Ohio", "OK": "Okla.", "OR": "Ore.", "PA": "Pa.", "RI": "R.I.", "SC": "S.C.",
    "SD": "S.D.", "TN": "Tenn.", "TX": "Texas", "UT": "Utah", "VT": "Vt.", "VA": "Va.", "WA": "Wash.", "WV": "W.Va.",
    "WI": "Wis.", "WY": "Wyo.",
}  # fmt: skip

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")


def labels(language: str) -> Mapping[str, str]:
    """The table for a BCP 47 language tag; English where there is none yet."""
    return LABELS.get(language.partition("-")[0].lower(), LABELS["en"])


def day(value: date) -> str:
    """`Tuesday, July 8, 2025`: a month is shortened before a day except March to July, a weekday never (AP style)."""
    return f"{_WEEKDAYS[value.weekday()]}, {_MONTHS[value.month - 1]} {value.day}, {value.year}"


def clock(value: datetime) -> str:
    """`5 p.m.`, `5:30 p.m.`, `noon`, `midnight` (AP style)."""
    if value.minute == 0 and value.hour in (0, 12):
        return "noon" if value.hour else "midnight"
    minutes = f":{value.minute:02}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes} {_half(value)}"


def moment(start: datetime, end: datetime | None = None) -> str:
    """`Tuesday, July 8, 2025, 5 p.m. EDT`, or with an end `5 to 7 p.m. EDT`; both times carry their zone."""
    if end is None or end <= start:
        return f"{day(start)}, {clock(start)} {_zone(start)}"
    end = end.astimezone(start.tzinfo)
    if end.date() != start.date():
        return f"{moment(start)} to {moment(end)}"
    opening, closing = clock(start), clock(end)
    if _half(start) == _half(end) and opening.endswith("m."):
        opening = opening.removesuffix(f" {_half(start)}")
    return f"{day(start)}, {opening} to {closing} {_zone(end)}"


def _half(value: datetime) -> str:
    return "a.m." if value.hour < 12 else "p.m."


def _zone(value: datetime) -> str:
    """`EDT`; where the zone has no letters of its own, `UTC-3` or `UTC+5:30`."""
    name = value.tzname() or ""
    if name.isalpha():
        return name
    offset = value.utcoffset()
    if offset is None or not offset:
        return "UTC"
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02}" if rest else "")


def region(value: str) -> str:
    """A region as people read it: `Fla.` for the ISO 3166-2 code `US-FL`, the code alone for another country's."""
    country, dash, code = value.partition("-")
    if not dash or len(country) != 2 or not country.isupper():
        return value
    return STATES.get(code, code) if country == "US" else code
