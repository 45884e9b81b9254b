"""A picture is too small to print.

A newspaper needs some 1,800 pixels: six inches at 300 dots. Pictures of `media` that are in the office; those with a
`url`, where the large one lies, and logos are left alone.
Source: guides to press pictures (prezly.com, pr.co).

Options: `least`, pixels of the long side (1800).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "MED623"
LEVEL: Level = "advice"
FIX = "manual"
OPTIONS = {"least": 1800}
BAD = ("media: [{file: ⟦small.jpg⟧, alt: A bus}]\n---\nThe council meets.",)
GOOD = (
    "media: [{file: large.jpg, alt: A bus}]\n---\nThe council meets.",
    "media: [{file: small.jpg, alt: A bus, url: https://city.gov/large.jpg}]\n---\nThe council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not text.sends_files:
        return
    from pressctl import file_traces

    for item in text.of(file_traces.outgoing):
        if item.entry.get("url"):
            continue
        side = max(item.traces.width, item.traces.height)
        if item.role == "media" and item.traces.kind in ("jpeg", "png") and 0 < side < options["least"] and "logo" not in item.name.lower():
            yield Found(item.start, item.end, f"{item.name} has {side} pixels on its long side", "offer the picture as the camera made it")
