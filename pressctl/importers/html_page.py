"""A saved web page: its article without the page around it, from WordPress and others.

What is trusted for the article: `itemprop=articleBody` and the classes of common themes, then `<article>`, then `<main>`. For
headline, day and publisher: the page's own heading, JSON-LD (schema.org NewsArticle), Open Graph. Share bars, related posts,
comments, author boxes, forms and pictures are taken out and listed. The day of publication is only an anchor: it is not the
day of issue. The release's words become Markdown; nothing but bold, italics, links, headings, lists and tables is kept of
their form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from pressctl.errors import Place, ReleaseError
from pressctl.importers import TEXT_LIMIT, Paragraph, Removed, Source
from pressctl.importers.plain_text import decode
from pressctl.pattern import words

DEPTH_LIMIT = 200  # elements inside each other; what stands deeper is read as if it stood there
_VOID = words("area base br col embed hr img input link meta source track wbr")
_SILENT = words("script style noscript template svg head")
_BLOCK = words(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header "
    "hr html li main nav ol p pre section table tbody thead tfoot tr td th ul summary"
)
_ARTICLE = words(
    "entry-content post-content article-content article-body articlebody story-body post-body td-post-content wp-block-post-content"
)
_FURNITURE = {
    "share-bar": words("share sharedaddy sharing social addtoany sharethis addthis sd-sharing likes-widget"),
    "related-posts": words("related relatedposts jp-relatedposts recommended read-more yarpp outbrain taboola"),
    "comments": words("comments comment respond comment-respond disqus comments-area comments-link"),
    "newsletter-form": words("newsletter subscribe subscription signup mc4wp mailchimp mailpoet jetpack-subscribe"),
    "author-box": words("author-box author-bio about-author author-info author-description"),
    "page-furniture": words("post-navigation nav-links breadcrumb breadcrumbs navigation cookie cookies advert advertisement ads "
                            "entry-footer entry-meta post-meta post-tags tags-links cat-links widget sidebar menu screen-reader-text "
                            "skip-link"),
}  # fmt: skip
_TAGS = {"nav": "page-furniture", "aside": "page-furniture", "form": "form", "button": "form", "footer": "page-furniture",
         "iframe": "embedded-page", "select": "form", "textarea": "form", "video": "film", "audio": "sound",
         "del": "struck-out", "s": "struck-out", "strike": "struck-out"}  # fmt: skip


_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)  # a mail's preview line; not what is only invisible


class Element:
    """An element of a page: its children are elements and texts."""

    __slots__ = ("attributes", "children", "line", "parent", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], line: int, parent: Element | None) -> None:
        self.tag = tag
        self.attributes = attributes
        self.line = line
        self.parent = parent
        self.children: list[Element | str] = []

    @property
    def classes(self) -> frozenset[str]:
        """The words of `class` and `id`, lower case."""
        return frozenset(f"{self.attributes.get('class', '')} {self.attributes.get('id', '')}".lower().split())

    def walk(self) -> Iterator[Element]:
        """This element and those below, in order."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack += [child for child in reversed(element.children) if isinstance(child, Element)]

    def text(self) -> str:
        """The words of this element and those below, in one line."""
        parts: list[str] = []
        stack: list[Element | str] = [self]
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                parts.append(node)
            elif node.tag not in _SILENT or node is self:
                parts.append(" " if node.tag in _BLOCK or node.tag == "br" else "")
                stack += reversed(node.children)
        return " ".join("".join(parts).split())


class _Tree(HTMLParser):
    """A page as elements; what is not closed is closed as browsers do it, as far as an article needs it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element("html", {}, 1, None)
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCK and self.at.tag == "p":
            self.handle_endtag("p")
        if tag == "li" and self.at.tag == "li":
            self.handle_endtag("li")
        attributes = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.root.attributes.update(attributes)
            return
        element = Element(tag, attributes, self.getpos()[0], self.at)
        self.at.children.append(element)
        if tag not in _VOID and self.depth < DEPTH_LIMIT:
            self.at = element
            self.depth += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        above: Element | None = self.at
        steps = 0
        while above is not None and above.tag != tag:
            above, steps = above.parent, steps + 1
        if above is not None and above.parent is not None:
            self.at = above.parent
            self.depth -= steps + 1

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


def takes(name: str, data: bytes) -> bool:
    """Whether it begins as a page does, or is called one."""
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head")) or (
        name.lower().endswith((".html", ".htm", ".xhtml")) and b"<" in start
    )


def read(data: bytes, path: Path) -> Source:
    """The article of a page. Raises ReleaseError where the page marks none, or several."""
    if len(data) > 4 * TEXT_LIMIT:
        raise ReleaseError(f"the page is too large: {len(data):,} bytes", Place(str(path)), "copy the release's text into a .txt file")
    text, questions = decode(data, path)
    root = tree(text)
    article, sure = _article(root, path)
    if not sure:
        questions = (*questions, "the page marks no article: is the draft all of the release, and nothing else?")
    facts = _Facts(root)
    reader = Reader()
    reader.furniture(article)
    reader.block(article)
    around = len(root.text().split()) - len(article.text().split()) - sum(len(removed.text.split()) for removed in reader.removed)
    if around > 0:
        reader.removed.append(Removed(article.line, "outside-the-article", f"the page around the article ({around:,} words)"))
    if not reader.paragraphs:
        raise ReleaseError("the page's article has no text", Place(str(path), article.line), "copy the release's text into a .txt file")
    return Source(
        path,
        tuple(reader.paragraphs),
        text.count("\n") + 1,
        removed=tuple(sorted(reader.removed, key=lambda removed: removed.line)),
        headlines=facts.headlines(article),
        anchor=facts.published,
        anchor_name="the page was published on" if facts.published else "",
        language=root.attributes.get("lang", ""),
        publisher=facts.publisher,
        url=facts.url,
        questions=questions,
    )


def tree(text: str) -> Element:
    """A page, or a piece of one, as elements."""
    parser = _Tree()
    parser.feed(text)
    parser.close()
    return parser.root


def _article(root: Element, path: Path) -> tuple[Element, bool]:
    """The element that holds the release, and whether the page says so."""
    ways: tuple[Callable[[Element], bool], ...] = (
        lambda e: e.attributes.get("itemprop", "").lower() == "articlebody" or bool(e.classes & _ARTICLE),
        lambda e: e.tag == "article",
        lambda e: e.tag == "main" or e.attributes.get("role") == "main",
    )
    for fits in ways:
        found = list(_outermost(root, fits))
        long = [element for element in found if len(element.text().split()) >= 40]
        if len(long) > 1:
            hint = "open the one that you mean, and save that page"
            raise ReleaseError(f"the page holds {len(long)} articles", Place(str(path), long[1].line), hint)
        if long:
            return long[0], True
    body = next((element for element in root.walk() if element.tag == "body"), root)
    running = [element for element in body.walk() if element.tag == "p" and len(element.text().split()) >= 12]
    if len(running) < 2:
        raise ReleaseError(
            "there is no article in this page", Place(str(path)), "copy the release's text into a .txt file, and import that"
        )
    return body, False


def _outermost(root: Element, fits: Callable[[Element], bool]) -> Iterator[Element]:
    """The elements that fit and stand in no other that does; comments are articles to some themes, but never the page's."""
    stack = [root]
    while stack:
        element = stack.pop()
        if fits(element):
            yield element
        elif _why(element) != "comments":
            stack += [child for child in reversed(element.children) if isinstance(child, Element)]


def _inside(element: Element, other: Element) -> bool:
    above = element.parent
    while above is not None:
        if above is other:
            return True
        above = above.parent
    return False


class _Facts:
    """What a page says about itself."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.meta: dict[str, str] = {}
        self.linked: dict[str, Any] = {}
        self.url = ""
        for element in root.walk():
            given = element.attributes
            if element.tag == "meta":
                self.meta.setdefault((given.get("property") or given.get("name") or "").lower(), given.get("content", "").strip())
            elif element.tag == "link" and given.get("rel") == "canonical":
                self.url = given.get("href", "")
            elif element.tag == "script" and given.get("type") == "application/ld+json" and not self.linked:
                self.linked = _news("".join(child for child in element.children if isinstance(child, str)))

    @property
    def published(self) -> date | None:
        """The day of publication."""
        times = [element.attributes.get("datetime", "") for element in self.root.walk() if element.tag == "time"]
        for value in (self.linked.get("datePublished"), self.meta.get("article:published_time"), *times[:1]):
            try:
                return date.fromisoformat(str(value)[:10])
            except ValueError:
                continue
        return None

    @property
    def publisher(self) -> str:
        """The site."""
        named = self.linked.get("publisher")
        name = named.get("name") if isinstance(named, dict) else named
        return _line(name if isinstance(name, str) and name else self.meta.get("og:site_name", ""))

    def headlines(self, article: Element) -> tuple[str, ...]:
        """What the page calls itself: its heading, then JSON-LD, Open Graph and the title without the site's name."""
        h1 = [e for e in self.root.walk() if e.tag == "h1" or "entry-title" in e.classes]
        own = [e.text() for e in h1 if not _inside(e, article)]
        title = next((e.text() for e in self.root.walk() if e.tag == "title"), "")
        found = [*own[:1], _line(self.linked.get("headline")), self.meta.get("og:title", ""), title]
        site = re.escape(self.publisher)
        plain = [re.sub(rf"\s+[|–—-]\s+{site}$", "", _line(value)) if site else _line(value) for value in found]
        return tuple(dict.fromkeys(value for value in plain if value))


def _line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _news(text: str) -> dict[str, Any]:
    """The article of a page's JSON-LD; empty where it has none or cannot be read."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    items = value if isinstance(value, list) else value.get("@graph", [value]) if isinstance(value, dict) else []
    for item in items if isinstance(items, list) else []:
        kinds = item.get("@type") if isinstance(item, dict) else None
        if isinstance(item, dict) and any(
            str(kind).endswith(("Article", "BlogPosting")) for kind in (kinds if isinstance(kinds, list) else [kinds])
        ):
            return item
    return {}


class Reader:
    """Elements in, paragraphs out; what is left out is listed."""

    def __init__(self) -> None:
        self.paragraphs: list[Paragraph] = []
        self.removed: list[Removed] = []
        self.blocks = 0

    def furniture(self, root: Element) -> None:
        """Take out what is no part of the text, unless half of the text is inside it."""
        most = len(root.text()) // 2
        gone: set[int] = set()
        owners: dict[int, Element] = {}
        stack = [root]
        while stack:
            element = stack.pop()
            why = _why(element) if element is not root else ""
            words_in = element.text() if why else ""
            if not why or element.parent is None or (not why.endswith(("image", "image-caption")) and len(words_in) > most):
                stack += [child for child in reversed(element.children) if isinstance(child, Element)]
                continue
            gone.add(id(element))
            owners[id(element.parent)] = element.parent
            shown = words_in or element.attributes.get("alt", "") or element.attributes.get("src", "")
            if why == "image":
                shown = " ".join(part for part in (element.attributes.get("alt", ""), f"({element.attributes.get('src', '')})") if part)
            if shown:
                self.removed.append(Removed(element.line, why, shown[:500]))
        for owner in owners.values():
            owner.children = [child for child in owner.children if id(child) not in gone]

    def block(self, root: Element) -> None:
        """The paragraphs of an element; text beside blocks is a paragraph too."""
        loose: list[Element | str] = []
        for child in root.children:
            if isinstance(child, Element) and (child.tag in _BLOCK or any(below.tag in _BLOCK for below in child.walk())):
                self.inline(loose, root)
                loose = []
                self.one(child)
            else:
                loose.append(child)
        self.inline(loose, root)

    def one(self, element: Element) -> None:
        tag = element.tag
        if tag == "table":
            self.table(element)
        elif any(child.tag in _BLOCK for child in element.walk() if child is not element):
            self.block(element)
        else:
            self.inline(element.children, element)

    def inline(self, nodes: list[Element | str], owner: Element) -> None:
        """Running text, a `<br>` beginning a new line of the same block."""
        self.blocks += 1
        line = next((node.line for node in nodes if isinstance(node, Element)), owner.line)
        for text in close_together(_flow(nodes)).split("\n"):
            plain = settled(re.sub(r"[ \t\r]+", " ", text).strip())
            if plain:
                self.paragraphs.append(self._paragraph(plain, owner, owner.line if owner.tag != "html" else line))

    def _paragraph(self, text: str, owner: Element, line: int) -> Paragraph:
        above: Element | None = owner
        while above is not None:
            if above.tag == "h1":
                return Paragraph(line, text, "title", self.blocks)
            if re.fullmatch(r"h[2-6]", above.tag):
                return Paragraph(line, text, "heading", self.blocks, int(above.tag[1]))
            if above.tag == "li":
                ordered = above.parent is not None and above.parent.tag == "ol"
                return Paragraph(line, f"{'1.' if ordered else '-'} {text}", "item", self.blocks)
            if above.tag == "blockquote":
                return Paragraph(line, f"> {text}", "paragraph", self.blocks)
            above = above.parent
        return Paragraph(line, text, "paragraph", self.blocks)

    def table(self, element: Element) -> None:
        rows = [list(_cells(row, ("td", "th"))) for row in _cells(element, ("tr",))]
        for caption in _cells(element, ("caption",)):
            self.inline(caption.children, caption)
        if not any(rows):
            self.block(element)
            return
        if all(len(row) == 1 for row in rows):  # a table that only makes a column: mails are full of them
            for row in rows:
                self.one(row[0])
            return
        self.blocks += 1
        for number, row in enumerate(rows):
            cells = [settled(escaped(cell.text())).replace("|", "\\|") for cell in row]
            if any(cells):
                line = row[0].line
                self.paragraphs.append(Paragraph(line, f"| {' | '.join(cells)} |", "table", self.blocks))
                if number == 0:
                    self.paragraphs.append(Paragraph(line, f"|{' --- |' * len(cells)}", "table", self.blocks))


def _cells(element: Element, tags: tuple[str, ...]) -> Iterator[Element]:
    """The rows of a table or the cells of a row, not those of tables inside it."""
    stack = [child for child in reversed(element.children) if isinstance(child, Element)]
    while stack:
        below = stack.pop()
        if below.tag in tags:
            yield below
        elif below.tag != "table":
            stack += [child for child in reversed(below.children) if isinstance(child, Element)]


def _why(element: Element) -> str:
    """Why an element is no part of the text; "" for what is."""
    if element.tag in ("img", "picture"):
        small = element.attributes.get("width") in ("0", "1") or element.attributes.get("height") in ("0", "1")
        return "tracking-image" if small else "image"
    if element.tag == "figcaption":
        return "image-caption"
    if element.tag in _TAGS:
        return _TAGS[element.tag]
    if "hidden" in element.attributes or _HIDDEN.search(element.attributes.get("style", "")):
        return "hidden"
    parts = element.classes | {
        part for name in element.classes for part in re.split(r"[-_]+", name) if part in ("sharedaddy", "relatedposts")
    }
    return next((why for why, names in _FURNITURE.items() if parts & names), "")


def _flow(nodes: list[Element | str]) -> str:
    parts = []
    for node in nodes:
        if isinstance(node, str):
            parts.append(escaped(re.sub(r"\s+", lambda space: space[0] if space[0] == "\xa0" else " ", node)))
        elif node.tag == "br":
            parts.append("\n")
        elif node.tag not in _SILENT:
            inner = _flow(node.children)
            sign = {"strong": "**", "b": "**", "em": "*", "i": "*"}.get(node.tag, "")
            bare = inner.strip()
            if sign and bare and "\n" not in bare:
                inner = inner.replace(bare, f"{sign}{bare}{sign}", 1)
            elif node.tag == "a":
                inner = link(inner, node.attributes.get("href", ""))
            parts.append(inner)
    return "".join(parts)


def link(text: str, target: str) -> str:
    """A link as Markdown; the text alone where the target is no page."""
    bare = text.strip()
    target = target.strip()
    if not bare or not re.match(r"https?://[^\s<>()\"]+$", target):
        return text
    shown = f"<{target}>" if bare.rstrip("/") == target.rstrip("/") else f"[{bare}]({target})"
    return text.replace(bare, shown, 1)


def escaped(text: str) -> str:
    """A piece of text in which Markdown finds nothing to do, but for what `settled` looks at in the whole paragraph."""
    text = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text.replace("\\", "\\\\") if "\\" in text else text)
    return re.sub(r"[*`]|\](?=\()", lambda sign: "\\" + sign[0], text)


def close_together(text: str) -> str:
    """Bold text that follows bold text inside the same marks."""
    return re.sub(r"(?<=\S)\*\*(\s*)\*\*(?=\S)", r"\1", text)


def settled(text: str) -> str:
    """A paragraph made of escaped pieces, without an underscore at the edge of a word or a beginning that Markdown would read.

    Both depend on what stands beside them, and a word or a paragraph can be in pieces; the targets of links stay.
    """
    edges = r"\]\([^()\s]*\)|<https?:[^<>\s]*>|(?<!\w)_(?=\w)|(?<=\w)_(?!\w)"
    text = re.sub(edges, lambda sign: "\\_" if sign[0] == "_" else sign[0], text)
    return re.sub(r"^(\s*)([#>+-]|\d+[.)])(?=\s)", lambda m: m[1] + (m[2][:-1] + "\\" + m[2][-1]), text)
