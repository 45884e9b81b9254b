"""The newsroom's feeds: Atom (RFC 4287) and JSON Feed 1.1 (jsonfeed.org/version/1.1), of what is public already.

Neither has a word for an embargo: whatever is handed in here is published. No clock: a feed is as new as its newest release.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from pressctl import identity

if TYPE_CHECKING:
    from pressctl.config import Config

_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # of a feed without entries, whose `updated` must say something


@dataclass(frozen=True, slots=True)
class Entry:
    """One release. `url` is its page's address, relative to the feed where the newsroom's address is not known."""

    uri: str
    url: str
    title: str
    summary: str
    html: str
    text: str
    language: str
    issued: datetime
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """All of one feed. `base` is the newsroom's address with a slash at its end, or ""; `page` the index it belongs to."""

    title: str
    language: str
    entries: Sequence[Entry]
    base: str = ""
    page: str = "index.html"
    name: str = ""  # of the file itself


def atom(feed: Feed, config: Config) -> bytes:
    """The feed as Atom."""
    ElementTree.register_namespace("", _ATOM)
    root = ElementTree.Element(f"{{{_ATOM}}}feed", {"xml:lang": feed.language})
    _add(root, "id", uuid.uuid5(uuid.NAMESPACE_URL, f"press:{identity.domain(config)}/newsroom/{feed.language}").urn)
    _add(root, "title", feed.title)
    _add(root, "updated", _moment(max((entry.issued for entry in feed.entries), default=_BEGINNING)))
    author = _add(root, "author")
    _add(author, "name", config.organization.name)
    if config.organization.url:
        _add(author, "uri", config.organization.url)
    _add(root, "link", rel="alternate", type="text/html", href=feed.base + feed.page)
    if feed.base:
        _add(root, "link", rel="self", type="application/atom+xml", href=feed.base + feed.name)
    for entry in feed.entries:
        _entry(root, entry)
    ElementTree.indent(root, " ")
    text: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _entry(root: ElementTree.Element, entry: Entry) -> None:
    element = _add(root, "entry", **{"xml:lang": entry.language})
    _add(element, "id", entry.uri)
    _add(element, "title", entry.title)
    _add(element, "published", _moment(entry.issued))
    _add(element, "updated", _moment(entry.issued))
    _add(element, "link", rel="alternate", type="text/html", hreflang=entry.language, href=entry.url)
    _add(element, "summary", entry.summary)
    for tag in entry.tags:
        _add(element, "category", term=tag)
    _add(element, "content", entry.html, type="html")


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    clean = {key: _NOT_XML.sub("", value) for key, value in attributes.items()}
    element = ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}", clean)
    element.text = _NOT_XML.sub("", text) or None
    return element


def json_feed(feed: Feed, config: Config) -> bytes:
    """The feed as JSON Feed."""
    import orjson

    author = {"name": config.organization.name} | ({"url": config.organization.url} if config.organization.url else {})
    made: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": f"{feed.base}{feed.page}",
        **({"feed_url": f"{feed.base}{feed.name}"} if feed.base else {}),
        "language": feed.language,
        "authors": [author],
        "items": [_item(entry) for entry in feed.entries],
    }
    return orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _item(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.uri,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.html,
        "content_text": entry.text,
        "date_published": _moment(entry.issued),
        "date_modified": _moment(entry.issued),
        "language": entry.language,
        "tags": list(entry.tags),
    }


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
