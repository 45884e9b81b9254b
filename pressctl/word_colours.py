"""The colour of each word of an HTML page and the ground it stands on, inherited as a mail program does.

Only what stands in style attributes is looked at (a finished mail has nothing else), as #rgb or #rrggbb.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_COLOUR = re.compile(r"(?<![-\w])(color|background(?:-color)?)\s*:\s*(#[0-9a-f]{6}|#[0-9a-f]{3})\b", re.IGNORECASE)
_HEX = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def read(html: str) -> list[tuple[str, str, str]]:
    """Colour, ground and words of each piece of text that is shown, in order; black on white where nothing is said."""
    reader = _Reader()
    reader.feed(html)
    return reader.found


@dataclass(slots=True)
class _Reader(HTMLParser):
    """Elements in, and the words between them out."""

    found: list[tuple[str, str, str]] = field(default_factory=list)
    stack: list[tuple[str, str, str]] = field(default_factory=list)  # tag, colour, ground

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        _, colour, ground = self.stack[-1] if self.stack else ("", "#000000", "#ffffff")
        attributes = {name: value or "" for name, value in attrs}
        own = {match[1].lower(): match[2] for match in _COLOUR.finditer(attributes.get("style", ""))}
        painted = attributes.get("bgcolor", "")
        ground = own.get("background-color") or own.get("background") or (painted if _HEX.fullmatch(painted) else ground)
        hidden = _HIDDEN.search(attributes.get("style", "")) or tag in ("head", "script", "style", "title")
        self.stack.append((tag, "" if hidden or not colour else own.get("color", colour), ground))

    def handle_endtag(self, tag: str) -> None:
        if any(open_tag == tag for open_tag, _, _ in self.stack):
            while self.stack.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self.stack and self.stack[-1][1]:
            self.found.append((self.stack[-1][1], self.stack[-1][2], data.strip()))
