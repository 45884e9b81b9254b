"""A picture or a file is heavy.

Pictures in the body over 300 KB, files to download over 8 MB. Why: many readers are on a telephone. Source: guides to press
pictures (pr.co).

Options: `inline`, KB (300); `download`, MB (8).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "MED624"
LEVEL: Level = "warning"
FIX = "manual"
OPTIONS = {"inline": 300, "download": 8}
BAD = ("media: [{file: ⟦heavy.jpg⟧, alt: A bus}]\n---\nThe council meets.", "![A bus](⟦heavy.jpg⟧)")
GOOD = ("media: [{file: large.jpg, alt: A bus}]\n---\nThe council meets.", "![A bus](small.jpg)")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not text.sends_files:
        return
    from pressctl import file_traces

    for item in text.of(file_traces.outgoing):
        limit = options["inline"] * 1000 if item.role == "picture" else options["download"] * 1_000_000
        if item.role != "attachment" and item.size > limit:
            yield Found(item.start, item.end, f"{item.name} has {item.size / 1000:,.0f} KB", "make a smaller copy")
