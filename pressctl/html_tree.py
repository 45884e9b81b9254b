"""Cleaned HTML of a body → a tree of plain data: paragraphs, lists, links, for writers that do not speak HTML."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

Node = dict[str, Any]
_INLINE = {"strong": "strong", "b": "strong", "em": "emph", "i": "emph", "cite": "emph", "sub": "sub", "sup": "super"}
_BLOCKS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "pre", "table", "thead", "tbody", "tr",
                     "th", "td", "hr", "figure", "figcaption", "img"})  # fmt: skip
_VOID = frozenset({"br", "hr", "img"})


class _Reader(HTMLParser):
    """Elements as {tag, attributes, children}; the HTML is nh3's, so every element that needs it is closed."""

    def __init__(self, pictures: frozenset[str]) -> None:
        super().__init__()
        self.pictures = pictures
        self.root: Node = {"tag": "", "attributes": {}, "children": []}
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node: Node = {"tag": tag, "attributes": {name: value or "" for name, value in attrs}, "children": []}
        if tag == "img" and node["attributes"].get("src") not in self.pictures:
            alternative = node["attributes"].get("alt", "").strip()
            self.open[-1]["children"].append(f"[{alternative}]" if alternative else "")
            return
        self.open[-1]["children"].append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if any(node["tag"] == tag for node in self.open[1:]):
            while self.open.pop()["tag"] != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1]["children"].append(data)


def blocks(html: str, pictures: frozenset[str] = frozenset()) -> list[Node]:
    """The blocks: p, heading (`level` from 2), quote, list, enum, table, raw, rule, figure; text that stands alone becomes a p.

    `pictures` are the files that are there: each becomes a figure with `file`, `alt`, `caption`; of any other its words stay.
    """
    reader = _Reader(pictures)
    reader.feed(html)
    reader.close()
    return _blocks(reader.root["children"])


def _blocks(children: list[Any]) -> list[Node]:
    made: list[Node] = []
    loose: list[Any] = []

    def flush() -> None:
        if inner := _inline(loose):
            made.append({"type": "p", "children": inner})
        loose.clear()

    for child in children:
        if isinstance(child, str) or child["tag"] not in _BLOCKS:
            loose.append(child)
            continue
        flush()
        made += _block(child)
    flush()
    return made


def _block(node: Node) -> list[Node]:
    tag, children = node["tag"], node["children"]
    if tag in ("p", "figcaption"):
        inner = _inline(children)
        figures = [_figure(image, []) for image in _all(node, "img")]
        return [*([{"type": "p", "children": inner}] if inner else []), *figures]
    if tag == "img":
        return [_figure(node, [])]
    if tag == "figure":
        images, captions = _all(node, "img"), _all(node, "figcaption")
        return [_figure(images[0], captions[0]["children"] if captions else [])] if images else _blocks(children)
    if tag[0] == "h" and tag[1:].isdecimal():
        return [{"type": "heading", "level": int(tag[1:]), "children": _inline(children)}]
    if tag == "blockquote":
        return [{"type": "quote", "children": _blocks(children)}]
    if tag in ("ul", "ol"):
        items = [_blocks(child["children"]) for child in children if not isinstance(child, str) and child["tag"] == "li"]
        start = node["attributes"].get("start", "1")
        kind: Node = {"type": "list"} if tag == "ul" else {"type": "enum", "start": int(start) if start.isdecimal() else 1}
        return [kind | {"items": items}] if items else []
    if tag == "hr":
        return [{"type": "rule"}]
    if tag == "pre":
        return [{"type": "raw", "text": _text(children).strip("\n")}]
    if tag == "table":
        return _table(node)
    return _blocks(children)


def _figure(image: Node, caption: list[Any]) -> Node:
    attributes = image["attributes"]
    return {"type": "figure", "file": attributes["src"], "alt": attributes.get("alt", ""), "caption": _inline(caption)}


def _table(node: Node) -> list[Node]:
    rows = [[cell for cell in row["children"] if not isinstance(cell, str)] for row in _all(node, "tr")]
    rows = [row for row in rows if row]
    if not rows:
        return []
    columns = max(map(len, rows))
    head = rows[0] if all(cell["tag"] == "th" for cell in rows[0]) else []
    body = rows[1:] if head else rows

    def padded(row: list[Node]) -> list[list[Node]]:
        return [_inline(cell["children"]) for cell in row] + [[]] * (columns - len(row))

    return [
        {
            "type": "table",
            "columns": columns,
            "head": padded(head) if head else [],
            "rows": [[{"children": cell} for cell in padded(row)] for row in body],
        }
    ]


def _all(node: Node, tag: str) -> list[Node]:
    found: list[Node] = []
    for child in node["children"]:
        if not isinstance(child, str):
            found += [child] if child["tag"] == tag else _all(child, tag)
    return found


def _inline(children: list[Any]) -> list[Node]:
    """Text and what marks it; white space as HTML shows it, none at the ends."""
    made = _pieces(children)
    while made and made[0].get("type") == "text" and not made[0]["text"].strip():
        made.pop(0)
    while made and made[-1].get("type") == "text" and not made[-1]["text"].strip():
        made.pop()
    return made


def _pieces(children: list[Any]) -> list[Node]:
    made: list[Node] = []
    for child in children:
        if isinstance(child, str):
            text = " ".join(child.split())
            if child[:1].isspace():
                text = " " + text
            if child[-1:].isspace() and text.strip():
                text += " "
            made.append({"type": "text", "text": text})
            continue
        tag, attributes, inner = child["tag"], child["attributes"], _pieces(child["children"])
        if tag == "br":
            made.append({"type": "break"})
        elif tag == "img":
            continue
        elif tag == "code":
            made.append({"type": "code", "text": _text(child["children"])})
        elif tag == "a" and attributes.get("href"):
            made.append({"type": "link", "href": attributes["href"], "children": inner})
        elif tag in _INLINE:
            made.append({"type": _INLINE[tag], "children": inner})
        elif tag == "span" and attributes.get("class") == "dateline":
            made.append({"type": "strong", "children": inner})
        else:
            made += inner
    return made


def _text(children: list[Any]) -> str:
    return "".join(child if isinstance(child, str) else _text(child["children"]) for child in children)
