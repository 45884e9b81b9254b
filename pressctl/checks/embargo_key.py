"""An attached ninjs file names the embargo as another generation does: `embargoed` in 3.x, `embargoedUntil` in 1.x and 2.x.

Why: the reading system does not know the key, and publishes at once. Source: IPTC, ninjs 1.6, 2.2 and 3.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import attached_data
from pressctl.checks import Copy, Found, Level, Options

CODE = "MCH952"
LEVEL: Level = "error"
FIX = "manual"
_NEW = '{"uri": "urn:x:1", "standard": {"name": "ninjs", "version": "3.1"}, '
_OLD = '{"uri": "urn:x:1", "standard": {"name": "ninjs", "version": "1.6"}, '
_REST = "\nattachments: [⟦a.json⟧]\n---\nThe council meets."
BAD = (
    f'FILE a.json: {_NEW}"embargoed": "2025-07-07T10:00:00Z"}}{_REST}',
    f'FILE a.json: {_OLD}"embargoedUntil": "2025-07-07T10:00:00Z"}}{_REST}',
    'FILE a.json: {"uri": "urn:x:1", "pubStatus": "usable", "embargoed": "2025-07-07T10:00:00Z"}' + _REST,
)
GOOD = (
    f'FILE a.json: {_NEW}"embargoedUntil": "2025-07-07T10:00:00Z"}}\nattachments: [a.json]\n---\nThe council meets.',
    f'FILE a.json: {_OLD}"embargoed": "2025-07-07T10:00:00Z"}}\nattachments: [a.json]\n---\nThe council meets.',
    'FILE a.json: {"embargoed": true}\nattachments: [a.json]\n---\nThe council meets.',
    "The council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not text.sends_files:
        return
    for file in text.of(attached_data.files):
        if not (value := attached_data.ninjs(file)):
            continue
        new = attached_data.generation(value) == 3
        wrong, right = ("embargoed", "embargoedUntil") if new else ("embargoedUntil", "embargoed")
        if wrong in value:
            yield Found(file.start, file.end, f"{file.name} says `{wrong}`, which its version of ninjs does not know", f"name it `{right}`")
