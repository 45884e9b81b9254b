"""Words of a contact's private `notes` stand in the release.

Six words in a row that the file shares with a note in contacts/; encrypted lists are left alone. Why: a note says what nobody
outside the office may read. Source: privacy by design.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import recipients
from pressctl.checks import Copy, Found, Level, Options

CODE = "PRV814"
LEVEL: Level = "error"
FIX = "manual"
MASK = True
_NOTE = "FILE contacts/press.yaml: contacts: [{name: Desk, email: d@news.example, notes: Her editor is leaving for a paper in Miami.}]\n"
BAD = (
    _NOTE + "---\nWe hear ⟦her editor is leaving for a paper⟧ elsewhere.",
    _NOTE + "pitches:\n  default: We hear ⟦her editor is leaving for a paper⟧ elsewhere.\n---\nThe council meets.",
)
GOOD = (
    _NOTE + "---\nThe editor of a paper in Miami is leaving.",
    "FILE contacts/press.yaml: contacts:\\n- {name: The council meets on Tuesday at noon, email: d@news.example, notes: x}\n---\n"
    "The council meets on Tuesday at noon.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for start, end in text.of(recipients.leaked_notes):
        yield Found(start, end, "these words stand in a contact's private notes", "take them out")
