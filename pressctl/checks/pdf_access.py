"""An attached PDF cannot be read aloud: no tags, no language, no title.

Source: ISO 14289-1 (PDF/UA-1); PDF Association.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "MED631"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("attachments: [⟦report.pdf⟧]\n---\nThe council meets.",)
GOOD = ("attachments: [plain.pdf]\n---\nThe council meets.",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not text.sends_files:
        return
    from pressctl import file_traces

    for item in text.of(file_traces.outgoing):
        traces = item.traces
        if traces.kind == "pdf" and item.size < 2_000_000:
            absent = [
                word for word, there in (("tags", traces.tagged), ("language", traces.language), ("title", traces.title)) if not there
            ]
            if absent:
                yield Found(item.start, item.end, f"{item.name} has no {' and no '.join(absent)}", "export it again as a tagged PDF")
