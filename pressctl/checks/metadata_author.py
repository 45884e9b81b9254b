"""A file that goes out tells who made it: an author, a local path.

Looks at the attachments and the files of `media`: PDF, Word and pictures. The organization's own name is fine. Why: groups that
stay anonymous are found by it. Source: security guides for activists and reporters (freedom.press).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "PRV815"
LEVEL: Level = "error"
FIX = "manual"
BAD = (
    "attachments: [⟦report.pdf⟧]\n---\nThe council meets.",
    "media: [{file: ⟦report.docx⟧}]\n---\nThe council meets.",
)
GOOD = ("The council meets.", "attachments: [plain.pdf]\n---\nThe council meets.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not text.sends_files:
        return
    from pressctl import file_traces

    issuer = text.issuer.casefold()
    for item in text.of(file_traces.outgoing):
        for what, value in item.traces.authors:
            if value.casefold() not in issuer and issuer not in value.casefold():
                yield Found(item.start, item.end, f"{item.name} names its {what}", "save it again without properties")
