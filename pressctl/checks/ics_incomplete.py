"""An attached calendar file lacks what calendars need: UID, DTSTAMP, ORGANIZER, or a time that is the same everywhere.

A time without `Z` and without a time zone is another hour for each reader; a named zone has to be described in the file. Files that
`render` makes have all of it. Source: RFC 5545, sections 3.6.1, 3.3.5 and 3.6.5; RFC 5546 (ORGANIZER).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "MCH954"
LEVEL: Level = "error"
FIX = "manual"
_FILE = "FILE releases/bus.ics: BEGIN:VCALENDAR\\nBEGIN:VEVENT\\n{}\\nEND:VEVENT\\nEND:VCALENDAR\n"
_WHOLE = "UID:a@bus.example\\nDTSTAMP:20250701T120000Z\\nORGANIZER:mailto:press@example.org\\nDTSTART:20250708T210000Z"
_REST = "attachments: [⟦bus.ics⟧]\n---\nThe council meets."
BAD = (
    _FILE.format("DTSTART:20250708T210000Z") + _REST,
    _FILE.format(_WHOLE.replace("T210000Z", "T210000")) + _REST,
    _FILE.format(_WHOLE.replace("DTSTART:20250708T210000Z", "DTSTART;TZID=America/New_York:20250708T170000")) + _REST,
)
GOOD = (
    _FILE.format(_WHOLE) + _REST.replace("⟦", "").replace("⟧", ""),
    _FILE.format(_WHOLE.replace("DTSTART:20250708T210000Z", "DTSTART;VALUE=DATE:20250708")) + _REST.replace("⟦", "").replace("⟧", ""),
    "The council meets.",
)
_TIME = re.compile(r"^(?:DTSTART|DTEND|RECURRENCE-ID)((?:;[^:\n]*)?):\d{8}T\d{6}(Z?)\s*$", re.MULTILINE)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not text.sends_files:
        return
    from pressctl import file_traces

    for start, end, name, source in text.of(file_traces.calendars):
        missing = [key for key in ("UID", "DTSTAMP", "ORGANIZER") if not re.search(rf"^{key}[;:]", source, re.MULTILINE)]
        if missing:
            yield Found(start, end, f"{name} has no {' and no '.join(missing)}", "export it again from a calendar program")
        floating = [match for match in _TIME.finditer(source) if not match[2] and "TZID" not in match[1]]
        if floating:
            yield Found(start, end, f"{name} has a time without a time zone", "write it in UTC, with a Z at its end")
        elif ";TZID=" in source and "BEGIN:VTIMEZONE" not in source:
            yield Found(start, end, f"{name} names a time zone that it does not describe", "write the times in UTC, with a Z at their end")
