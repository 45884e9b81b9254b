"""A picture has a format that mail programs do not show: SVG, WebP, AVIF, base64.

Source: caniemail.com: Gmail shows no SVG, Outlook for Windows no WebP and no AVIF.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl import links
from pressctl.checks import Copy, Found, Level, Options

CODE = "MED625"
LEVEL: Level = "warning"
FIX = "manual"
BAD = (
    "media: [{file: ⟦bus.webp⟧, alt: A bus}]\n---\nThe council meets.",
    "![A bus](⟦https://city.gov/bus.webp⟧)",
    "![A bus](⟦data:image/png;base64,AAAA⟧)",
)
GOOD = ("![A bus](https://city.gov/bus.png)",)


def check(text: Copy, options: Options) -> Iterator[Found]:
    media = text.key("media")
    for number, entry in enumerate(media if isinstance(media, list | tuple) else ()):
        if str(entry.get("file", "")).lower().endswith(".webp"):
            yield Found(*text.span(f"media[{number}].file"), "Outlook for Windows does not show this format", "use a JPEG or a PNG file")
    for link in text.of(links.pictures):
        target = link.target.lower().partition("?")[0]
        if target.endswith((".svg", ".webp", ".avif", ".heic", ".tif", ".tiff", ".bmp")) or target.startswith("data:"):
            yield Found(link.at, link.at + len(link.target), "mail programs do not show this format", "use a JPEG or a PNG file by https")
