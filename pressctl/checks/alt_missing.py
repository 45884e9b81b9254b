"""A picture has no alternative text.

Pictures in the body and those of `media`; `decorative: true` is for pictures that say nothing. Why: the mail shows the words
instead of the picture, and screen readers read them. Source: IPTC Photo Metadata Standard, Alt Text; WCAG 2.2, criterion 1.1.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pressctl import links
from pressctl.checks import Copy, Found, Level, Options

CODE = "MED620"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("⟦![](https://city.gov/bus.jpg)⟧", "media:\n  - {file: ⟦bus.jpg⟧, caption: A bus}\n---\nThe council meets.")
GOOD = (
    "![A bus at night](https://city.gov/bus.jpg)",
    "media: [{file: line.png, decorative: true}, {file: bus.jpg, alt: A bus}]\n---\n![](line.png)\n\n![](bus.jpg)",
    "media:\n  - {file: bus.jpg, alt: A bus at night}\n  - {file: line.png, decorative: true}\n  - {file: song.mp3}\n---\nThe "
    "council meets.",
)
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg", ".tif", ".tiff")


def check(text: Copy, options: Options) -> Iterator[Found]:
    media = text.key("media")
    told = {entry.get("file") for entry in media or () if entry.get("alt") or entry.get("decorative") is True}
    for link in text.of(links.pictures):
        if not link.text.strip() and link.target not in told:
            yield Found(link.start, link.end, "the picture has no alternative text", "say in the brackets what there is to see")
    for number, entry in enumerate(media if isinstance(media, list | tuple) else ()):
        if not isinstance(entry, Mapping):
            continue
        name = str(entry.get("file") or entry.get("url") or "")
        picture = name.lower().endswith(_PICTURES) or str(entry.get("type", "")).startswith("image")
        if picture and not entry.get("alt") and str(entry.get("decorative", "")).lower() not in ("true", "yes"):
            key = "file" if entry.get("file") else "url"
            yield Found(*text.span(f"media[{number}].{key}"), "the picture has no alternative text", "add `alt:`, or `decorative: true`")
