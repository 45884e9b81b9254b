"""An attached calendar lacks what calendars need: UID, DTSTAMP, an organizer, or a time zone that every reader knows.

A time without a zone is another moment on every machine; a zone's name without its rules is hours off in Outlook. Why: the
event lands in the diary at the wrong hour, or twice. Source: RFC 5545, sections 3.6.1, 3.8.2.4 and 3.6.5; RFC 5546, section 3.2.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import attached_data
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "MCH954"
LEVEL: Level = "error"
FIX = "manual"
_HEAD = "BEGIN:VCALENDAR\\nVERSION:2.0\\nMETHOD:PUBLISH\\nBEGIN:VEVENT\\n"
_OWN = "UID:1\\nDTSTAMP:20250701T120000Z\\nORGANIZER:mailto:press@example.org\\n"
_END = "END:VEVENT\\nEND:VCALENDAR\\n\nattachments: [⟦event.ics⟧]\n---\nThe council meets."
_GOOD_END = _END.replace("⟦", "").replace("⟧", "")
BAD = (
    f"FILE event.ics: {_HEAD}DTSTAMP:20250701T120000Z\\nORGANIZER:mailto:a@example.org\\nDTSTART:20250708T210000Z\\n{_END}",
    f"FILE event.ics: {_HEAD}UID:1\\nDTSTAMP:20250701T120000Z\\nDTSTART:20250708T210000Z\\n{_END}",
    f"FILE event.ics: {_HEAD}{_OWN}DTSTART:20250708T170000\\n{_END}",
    f"FILE event.ics: {_HEAD}{_OWN}DTSTART;TZID=America/New_York:20250708T170000\\n{_END}",
)
GOOD = (
    f"FILE event.ics: {_HEAD}{_OWN}DTSTART:20250708T210000Z\\n{_GOOD_END}",
    f"FILE event.ics: {_HEAD}{_OWN}DTSTART;VALUE=DATE:20250708\\n{_GOOD_END}",
    f"FILE event.ics: BEGIN:VTIMEZONE\\nTZID:X\\nEND:VTIMEZONE\\n{_HEAD}{_OWN}DTSTART;TZID=X:20250708T170000\\n{_GOOD_END}",
)
_ZONE = pattern(r';TZID="?([^":;]+)"?')


def check(text: Copy, options: Options) -> Iterator[Found]:
    for file in text.of(attached_data.files) if text.sends_files else ():
        lines = attached_data.calendar_lines(file)
        for fault in dict.fromkeys(_faults(lines)):
            yield Found(file.start, file.end, f"{file.name}: {fault}", "let `render --as ics` make it from `events`")


def _faults(lines: list[tuple[str, str, str]]) -> Iterator[str]:
    zones, inside, names, published = set(), "", set[str](), ("METHOD", "", "PUBLISH") in lines
    for name, _, value in lines:
        inside = value if name == "BEGIN" else inside
        if name == "TZID" and inside == "VTIMEZONE":
            zones.add(value)
    for name, parameters, value in lines:
        if (name, value) == ("BEGIN", "VEVENT"):
            inside, names = "VEVENT", set()
        elif (name, value) == ("END", "VEVENT"):
            needed = ("UID", "DTSTAMP", "DTSTART", *(("ORGANIZER",) if published else ()))
            yield from (f"an event has no {one}" for one in needed if one not in names)
            inside = ""
        elif inside == "VEVENT":
            names.add(name)
            zone = _ZONE.search(parameters)
            if name in ("DTSTART", "DTEND") and zone and zone[1] not in zones:
                yield f"the time zone {zone[1]} is named, and its rules are not there"
            elif name in ("DTSTART", "DTEND") and not zone and "T" in value and not value.endswith("Z"):
                yield f"{name} has no time zone"
