"""English, as US newsrooms print it (AP style)."""

from __future__ import annotations

from datetime import date, datetime

from pressctl.ap_style import STATES as STATES  # part of a language's face

LABELS = {
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
    "withdrawn": "DO NOT PUBLISH. TAKE DOWN WHAT IS PUBLISHED.",
    "background": "BACKGROUND FOR EDITORS",
    "exclusive": "OFFERED EXCLUSIVELY TO {outlet}",
    "embargoed_subject": "EMBARGOED",
    "correction_subject": "CORRECTION",
    "update_subject": "UPDATE",
    "kill_subject": "KILL",
    "correction_note": "Correction",
    "update_note": "What is new",
    "kill_note": "Withdrawn",
    "correction_of": "This corrects “{headline}” of {date}.",
    "update_of": "This updates “{headline}” of {date}.",
    "kill_of": "This withdraws our release of {date}.",
    "by": "By {name}",
    "statement_by": "Statement by {name}",
    "words": "{count} words",
    "as_of": "As of {date}",
    "event": "Event",
    "what": "What",
    "when": "When",
    "cancelled": "CANCELED: {when}",
    "postponed": "{when} (postponed from {before})",
    "where": "Where",
    "who": "Who",
    "access": "Access",
    "why": "Why",
    "photo": "Photos",
    "interpretation": "Interpretation",
    "rsvp": "RSVP",
    "about": "About",
    "contact": "Media contact",
    "end": "###",
    "notes": "Notes to editors",
    "image": "Image",
    "media": "Pictures and media",
    "credit": "Photo:",
    "full_size": "Full-size picture",
    "attention": "For:",
    "greeting": "Dear {name},",
    "greeting_desk": "Dear colleagues,",
    "addressed": "Addressed to",
    "why_you": "You receive this because your desk is on our press list.",
    "withdraw": "To be taken off the list, reply with the word unsubscribe.",
}
PAGE = {  # words of the web page that stand on no mail
    "skip": "Skip to the text",
    "newsroom": "News releases",
    "headline": "Release",
    "files": "Files",
    "calendar": "Calendar entry",
    "card": "Contact card",
    "pdf": "PDF",
    "data": "Data (ninjs)",
    "languages": "Other languages",
    "follow": "Follow",
    "withdrawn": "This release has been withdrawn. Please do not use it.",
    "newer": "There is a newer version of this release.",
    "newer_link": "Read the newer version",
    "past": "This release is no longer current.",
    "past_short": "past",
    "none": "There are no releases yet.",
    "all": "All releases",
    "rights": "Use",
    "more": "More",
}
NOTES_HEADINGS = ("notes to editors", "note to editors", "notes to editor", "editor's notes", "editor’s notes")
LANGUAGES = {"en": "English", "es": "Spanish", "fr": "French", "ht": "Haitian Creole", "pt": "Portuguese"}
ZONES: dict[str, str] = {}  # AP prints the zone's letters
MOMENT, UNTIL = "{day}, {time} {zone}", "{start} to {end}"
UNREVIEWED = ""

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")


def day(value: date) -> str:
    """`Tuesday, July 8, 2025`: a month is shortened before a day except March to July, a weekday never."""
    return f"{_WEEKDAYS[value.weekday()]}, {_MONTHS[value.month - 1]} {value.day}, {value.year}"


def clock(value: datetime) -> str:
    """`5 p.m.`, `5:30 p.m.`, `noon`, `midnight`."""
    if value.minute == 0 and value.hour in (0, 12):
        return "noon" if value.hour else "midnight"
    minutes = f":{value.minute:02}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes} {_half(value)}"


def hours(start: datetime, end: datetime) -> str:
    """`9 to 11 a.m.`, `10 a.m. to noon`, of one day."""
    opening, closing = clock(start), clock(end)
    if _half(start) == _half(end) and closing.endswith("m."):
        opening = opening.removesuffix(f" {_half(start)}")
    return f"{opening} to {closing}"


def _half(value: datetime) -> str:
    return "a.m." if value.hour < 12 else "p.m."
