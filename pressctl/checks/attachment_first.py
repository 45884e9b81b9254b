"""A file is attached to the mail.

A calendar file under 20 KB is fine. Why: newsrooms' filters hold mail with attachments back, and nobody opens a stranger's file.
Source: University of California, Berkeley, and Siena College, guides to press mail.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "MED628"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("attachments: [⟦plain.pdf⟧]\n---\nThe council meets.",)
GOOD = ("The council meets.", "FILE meeting.ics: BEGIN:VCALENDAR\nattachments: [meeting.ics]\n---\nThe council meets.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not text.sends_files:
        return
    from pressctl import file_traces

    for item in text.of(file_traces.outgoing):
        if item.role == "attachment" and not (item.name.endswith(".ics") and item.size < 20_000):
            yield Found(item.start, item.end, f"{item.name} travels with the mail", "put it on a web page and link to it")
