"""The document's tree → the text part of a mail: paragraphs of 72 columns, links written out, no markup left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

WIDTH = 72  # columns; leaves room for a reply's `> ` within 78 (RFC 5322, section 2.1.1)
DEPTH = 40  # of nested quotes and lists; what is deeper is written at this depth
BREAK = "\v"  # a forced line break inside a paragraph, until it is laid out
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {"p", "ul", "ol", "li", "blockquote", "pre", "hr", "table", "div", "figure"}

Resolve = Callable[[str], str]


def wrap(text: str, width: int = WIDTH, first: str = "", rest: str = "") -> str:
    """Lines of at most `width` columns, broken at blanks only, so that a URL or a no-break space is never broken.

    `first` and `rest` stand before the first and the other lines.
    """
    lines: list[str] = []
    for piece in text.split(BREAK):
        line = rest if lines else first
        empty = True
        for word in piece.split(" "):
            word = word.strip("\n\t\r")
            if not word:
                continue
            if not empty and len(line) + 1 + len(word) > width:
                lines.append(line)
                line, empty = rest, True
            line = line + word if empty else f"{line} {word}"
            empty = False
        lines.append(line)
    return "\n".join(line.rstrip(" ") for line in lines)


def write(elements: list[Element], resolve: Resolve, image: str = "Image") -> str:
    """The text of these block elements, blocks parted by one empty line, without a line end at the end.

    `resolve` turns an element's raw text into what a person reads (the parser keeps some of it behind placeholders);
    `image` is the word before an image's alternative text.
    """
    return "\n\n".join(_Writer(resolve, image).blocks(elements, WIDTH, 0))


class _Writer:
    def __init__(self, resolve: Resolve, image: str) -> None:
        self.resolve = resolve
        self.image = image

    def blocks(self, elements: list[Element], width: int, depth: int) -> Iterator[str]:
        for element in elements:
            yield from (block for block in self.block(element, width, depth) if block.strip())

    def block(self, element: Element, width: int, depth: int) -> Iterator[str]:
        tag = element.tag
        if tag in _HEADINGS:
            yield wrap(self.inline(element, capitals=True), width)
        elif tag == "blockquote":
            yield self.quote(element, width, depth)
        elif tag in ("ul", "ol"):
            yield self.items(element, width, depth)
        elif tag == "pre":
            yield self.resolve("".join(element.itertext())).rstrip("\n")
        elif tag == "hr":
            yield "* * *"
        elif tag == "table":
            yield self.table(element)
        elif tag == "figure":
            yield "\n".join(filter(None, (wrap(self.inline(part), width) for part in _parts(element))))
        elif any(child.tag in _BLOCKS for child in element):
            yield from self.mixed(element, width, depth)
        else:
            yield wrap(self.inline(element), width)

    def mixed(self, element: Element, width: int, depth: int) -> Iterator[str]:
        """An element with both running text and blocks in it, such as an item that holds a list."""
        run = Element("p")
        run.text = element.text
        for child in element:
            if child.tag in _BLOCKS:
                yield wrap(self.inline(run), width)
                yield from self.block(child, width, depth)
                run = Element("p")
                run.text = child.tail
            else:
                run.append(child)
        yield wrap(self.inline(run), width)

    def quote(self, element: Element, width: int, depth: int) -> str:
        if depth >= DEPTH:
            return wrap(self.resolve(" ".join(element.itertext())), width)
        inner = "\n\n".join(block for block in self.mixed(element, max(width - 2, 20), depth + 1) if block.strip())
        return "\n".join(f"> {line}".rstrip(" ") for line in inner.split("\n"))

    def items(self, element: Element, width: int, depth: int) -> str:
        if depth >= DEPTH:
            return wrap(self.resolve(" ".join(element.itertext())), width)
        start = element.get("start", "1")
        number = int(start) if start.isdecimal() and len(start) < 9 else 1
        written = []
        loose = False
        for item in element:
            mark = f"{number}. " if element.tag == "ol" else "- "
            number += 1
            inner = [block for block in self.mixed(item, max(width - len(mark), 20), depth + 1) if block.strip()]
            loose = loose or any(child.tag == "p" for child in item)
            body = ("\n\n" if any(child.tag == "p" for child in item) else "\n").join(inner)
            written.append(mark + body.replace("\n", "\n" + " " * len(mark)))
        return _bare_ends(("\n\n" if loose else "\n").join(written))

    def table(self, element: Element) -> str:
        """Columns where they fit in the width; else each row as lines of `heading: cell`."""
        rows = [[self.inline(cell).replace(BREAK, " ").strip() for cell in row] for row in element.iter("tr")]
        if not rows:
            return ""
        widths = [max(len(row[column]) if column < len(row) else 0 for row in rows) for column in range(max(map(len, rows)))]
        if sum(widths) + 2 * len(widths) <= WIDTH:
            lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)) for row in rows]
            lines.insert(1, "  ".join("-" * width for width in widths))
            return _bare_ends("\n".join(lines))
        heads = rows[0]
        return "\n\n".join(
            "\n".join(wrap(f"{head}: {cell}" if head else cell, WIDTH, "", "  ") for head, cell in zip(heads, row, strict=False) if cell)
            for row in rows[1:] or [heads]
        )

    def inline(self, element: Element, capitals: bool = False, linked: bool = False) -> str:
        return "".join(self.pieces(element, capitals, linked))

    def pieces(self, element: Element, capitals: bool, linked: bool) -> Iterator[str]:
        yield self.words(element.text, capitals)
        for child in element:
            yield from self.one(child, capitals, linked)
            yield self.words(child.tail, capitals)

    def one(self, child: Element, capitals: bool, linked: bool) -> Iterator[str]:
        """The words of an element; `linked` where it stands in a link, so that a picture's own address is not told."""
        if child.tag == "br":
            yield BREAK
        elif child.tag == "img":
            alternative = self.words(child.get("alt"), capitals).strip()
            source = self.resolve(child.get("src") or "").strip()
            if alternative:
                words = f"[{self.image}: {alternative}]"
                yield words if linked or not source.lower().startswith("https://") else self.link(words, source)
        elif child.tag == "a":
            yield self.link(self.inline(child, capitals, linked=True).strip(), self.resolve(child.get("href") or "").strip())
        elif child.tag == "code":
            yield self.resolve("".join(child.itertext()))
        else:
            yield from self.pieces(child, capitals, linked)

    def link(self, text: str, target: str) -> str:
        shown = target.removeprefix("mailto:").removeprefix("tel:")
        if not target or not is_safe(target):
            return text
        if not text or _same(text, shown):
            return shown
        return f"{text} <{shown}>"

    def words(self, raw: str | None, capitals: bool) -> str:
        if not raw:
            return ""
        text = self.resolve(raw).replace("\n", " ").replace(BREAK, " ")
        return text.upper() if capitals else text


def _parts(figure: Element) -> Iterator[Element]:
    """What stands in a figure, each part as a paragraph of its own."""
    for child in figure:
        if child.tag == "figcaption":
            yield child
        else:
            paragraph = Element("p")
            paragraph.append(child)
            yield paragraph


def _same(text: str, target: str) -> bool:
    """Whether a link's words are its own address, as people write it: without scheme, www. or the last slash."""
    one, other = (re.sub(r"^https?://(?:www\.)?|^www\.|/$", "", word.casefold()) for word in (text, target))
    return one == other


def is_safe(target: str) -> bool:
    """Whether a link's target may be printed: the schemes that a mail may hold, in one line and without a blank."""
    return target.lower().startswith(("https://", "http://", "mailto:", "tel:")) and not any(character.isspace() for character in target)


def _bare_ends(text: str) -> str:
    return "\n".join(line.rstrip(" ") for line in text.split("\n"))


def unwrapped(text: str, width: int = WIDTH) -> str:
    """Text as `write` gives it, with the lines joined again that were broken only for their width: for programs, not for eyes."""
    out: list[str] = []
    last = ""
    for line in text.strip("\n").split("\n"):
        words = line.split(maxsplit=1)
        if out and out[-1].strip() and words and len(last) + 1 + len(words[0]) > width:
            out[-1] += " " + line.strip()
        else:
            out.append(line)
        last = line
    return "\n".join(out)
