"""A picture tells where it was taken, or with whose camera.

GPS coordinates, serial numbers, owner and artist in EXIF or XMP of the files of `media`, of pictures in the body and of
attachments; `keep_location: true` accepts it. They are sent and published without these data, and the file in
the office still has them. Why: a detail in a picture has led agents to a source. Source: Columbia Journalism Review; CIPA
DC-008 (Exif).
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "MED626"
LEVEL: Level = "warning"
FIX = "manual"
BAD = (
    "media: [{file: ⟦with-place.jpg⟧, alt: A bus}]\n---\nThe council meets.",
    "media: [{file: ⟦with-serial.jpg⟧, alt: A bus}]\n---\nThe council meets.",
    "attachments: [⟦with-place.png⟧]\n---\nThe council meets.",
)
GOOD = (
    "media: [{file: large.jpg, alt: A bus}]\n---\nThe council meets.",
    "media: [{file: with-place.jpg, alt: A bus, keep_location: true}]\n---\nThe council meets.",
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not text.sends_files:
        return
    from pressctl import file_traces

    for item in text.of(file_traces.outgoing):
        kept = str(item.entry.get("keep_location", "")).lower() in ("true", "yes")
        hint = "it is sent without; clean the file too before others get it: exiftool -all= FILE"
        told = [f"{item.name} tells where it was taken"] if item.traces.place else []
        for words in () if kept else told + [f"{item.name} holds the {owner}" for owner in item.traces.owners]:
            yield Found(item.start, item.end, words, hint)
