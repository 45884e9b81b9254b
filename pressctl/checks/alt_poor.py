"""An alternative text says nothing: a file's name, "image of", or what the caption says.

Or it is longer than a screen reader likes. Source: WebAIM and W3C on alternative texts.

Options: `most`, characters (150).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pressctl import links
from pressctl.checks import Copy, Found, Level, Options, pattern

CODE = "MED621"
LEVEL: Level = "warning"
FIX = "manual"
OPTIONS = {"most": 150}
BAD = (
    "![⟦IMG_1234.jpg⟧](https://city.gov/bus.jpg)",
    "![⟦Image of a bus⟧](https://city.gov/bus.jpg)",
    "media: [{file: bus.jpg, alt: ⟦A bus at night⟧, caption: A bus at night}]\n---\nThe council meets.",
)
GOOD = (
    "![A bus at night](https://city.gov/bus.jpg)",
    "media: [{file: bus.jpg, alt: A bus at night, caption: The last line}]\n---\nIt meets.",
)
_POOR = pattern(
    r"(?:image|picture|photo(?:graph)?|graphic|imagen|foto|imagem)(?: of| de)?\b.{0,4}|(?:image|picture|photo(?:graph)?|imagen"
    r"|foto|imagem) (?:of|de|showing)\b.*|\S+\.(?:jpe?g|png|gif|webp|svg)|(?:IMG|DSC|DSCN|PXL)_?\d+\S*|\d+",
    2,
)


def check(text: Copy, options: Options) -> Iterator[Found]:
    for link in text.of(links.pictures):
        if link.text.strip() and (why := _why(link.text.strip(), "", options)):
            start = text.source.find(link.text, link.start)
            yield Found(start, start + len(link.text), why, "say what there is to see, as on the telephone")
    media = text.key("media")
    for number, entry in enumerate(media if isinstance(media, list | tuple) else ()):
        if (
            isinstance(entry, Mapping)
            and entry.get("alt")
            and (why := _why(str(entry["alt"]).strip(), str(entry.get("caption", "")), options))
        ):
            yield Found(*text.span(f"media[{number}].alt"), why, "say what there is to see, as on the telephone")


def _why(alt: str, caption: str, options: Options) -> str:
    if _POOR.fullmatch(alt):
        return "the alternative text says nothing of the picture"
    if caption and alt.casefold().strip(". ") == caption.casefold().strip(". "):
        return "the alternative text repeats the caption"
    return f"the alternative text has {len(alt)} characters" if len(alt) > options["most"] else ""
