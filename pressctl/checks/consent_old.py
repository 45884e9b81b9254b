"""A consent is old, or was taken back.

An error where `withdrawn` is set. Why: a consent can be taken back, and lives change. Source: Online News Association, guides
on people at risk.

Options: `months`, after which a consent is asked for again (12).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pressctl.checks import Copy, Found, Level, Options

CODE = "PRV816"
LEVEL: Level = "advice"
FIX = "manual"
OPTIONS = {"months": 12}
BAD = (
    "people: [{name: Rita Sample, consent: {given_on: ⟦2023-07-01⟧}}]\n---\nRita Sample drives the bus.",
    "people: [{name: Rita Sample, consent: {given_on: 2025-07-01, withdrawn: ⟦2025-07-02⟧}}]\n---\nRita Sample drives the bus.",
)
GOOD = (
    "people: [{name: Rita Sample, consent: {given_on: 2025-07-01}}]\n---\nRita Sample drives the bus.",
    "people: [Rita]\n---\nThe council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for path, value in text.values.items():
        if path.startswith("people[") and path.endswith(".consent.withdrawn") and value.text.lower() not in ("", "false", "no"):
            yield Found(value.start, value.end, "this consent was taken back", "take the person out of the text", level="error")
        if path.startswith("people[") and path.endswith(".consent.given_on"):
            try:
                given = date.fromisoformat(value.text.strip()[:10])
            except ValueError:
                continue
            months = (text.sent_on.year - given.year) * 12 + text.sent_on.month - given.month
            if months > options["months"]:
                yield Found(value.start, value.end, f"this consent is {months} months old", "ask again")
