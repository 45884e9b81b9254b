"""A picture lacks its caption, its credit, or what may be done with it.

Pictures of `media`; logos are left alone. Why: a newsroom cannot print a picture without knowing whose it is. Source: IPTC Photo
Metadata Standard; guides to press pictures (prezly.com).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pressctl.checks import Copy, Found, Level, Options

CODE = "MED622"
LEVEL: Level = "warning"
FIX = "manual"
BAD = ("media: [{file: ⟦bus.jpg⟧, alt: A bus at night, caption: The last line}]\n---\nThe council meets.",)
GOOD = (
    "media: [{file: bus.jpg, alt: A bus, caption: The last line, credit: Ana Example, usage: Free to use with "
    "credit}]\n---\nThe council meets.",
    "media: [{file: logo.png, alt: Our sign}]\n---\nThe council meets.",
    "usage: Free to use\n---\nThe council meets.",
)
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".tif", ".tiff")


def check(text: Copy, options: Options) -> Iterator[Found]:
    media = text.key("media")
    for number, entry in enumerate(media if isinstance(media, list | tuple) else ()):
        if not isinstance(entry, Mapping):
            continue
        key = "file" if entry.get("file") else "url"
        name = str(entry.get(key) or "").lower()
        if not name.endswith(_PICTURES) or "logo" in name or str(entry.get("decorative", "")).lower() in ("true", "yes"):
            continue
        usage = entry.get("usage") or entry.get("license") or text.key("usage")
        absent = [
            word for word, value in (("caption", entry.get("caption")), ("credit", entry.get("credit")), ("usage", usage)) if not value
        ]
        if absent:
            yield Found(*text.span(f"media[{number}].{key}"), f"the picture has no {' and no '.join(absent)}", f"add `{absent[0]}:`")
