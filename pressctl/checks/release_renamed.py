"""A release that was sent has lost its file: this one may be the same under another name.

A receipt SLUG.sent.json without its SLUG.md, of a day on or after this release's date. Why: the file's name is the release's name
in the log, in calendars and in links; under another one, everybody gets it again. Source: RFC 4287 (Atom), section 4.2.6; RFC 5545, UID.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import sent_before
from pressctl.checks import Copy, Found, Level, Options

CODE = "STR027"
LEVEL: Level = "error"
FIX = "manual"
_RECEIPT = 'FILE releases/night-bus.sent.json: {"log": "x", "run": 1, "edition": "9f2c", "at": "2025-07-0%s"}\n'
BAD = (_RECEIPT % "3T16:00:00+00:00" + "The council meets.",)
GOOD = (
    _RECEIPT % "1T16:00:00+00:00" + "The council meets.",
    "FILE releases/night-bus.md: x\n" + _RECEIPT % "3T16:00:00+00:00" + "The council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for slug in text.of(sent_before.orphans):
        message = f"`{slug}` was sent, and its file is gone: if this is it under another name, everybody would get it again"
        yield Found(*text.top_line, message, f"name the file {slug}.md again; or delete {slug}.sent.json if this is another release")
