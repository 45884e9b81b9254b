"""Feeds against their standards: JSON Feed's schema, an independent Atom reader, RFC 4287's own rules."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser  # type: ignore[import-untyped, unused-ignore]  # it has no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7
from render_samples import office

from pressctl import feeds

ENTRY = feeds.Entry(
    uri="urn:uuid:12020d1f-afcb-528a-befa-7e8893136029",
    url="https://news.example/night-bus/",
    title="Bus & <riders>",
    summary="A summary",
    html='<p>Text with <strong>a</strong> <a href="https://bus.example">link</a></p>',
    text="Text with a link",
    language="es",
    issued=datetime(2025, 7, 3, 4, tzinfo=UTC),
    tags=("bus",),
)
OLDER = feeds.Entry("urn:x:1", "https://news.example/old/", "Old", "", "<p>Old</p>", "Old", "en", datetime(2024, 1, 1, tzinfo=UTC))


def feed(*entries: feeds.Entry, base: str = "https://news.example/") -> feeds.Feed:
    return feeds.Feed("News", "en", entries, base, "", "atom.xml")


def test_an_atom_reader_gets_every_release() -> None:
    read = feedparser.parse(feeds.atom(feed(ENTRY, OLDER), office(Path("/x"), url="https://network.example/")))
    assert not read.bozo
    assert (read.version, read.feed.title, read.feed.updated) == ("atom10", "News", "2025-07-03T04:00:00Z")
    assert [link["rel"] for link in read.feed.links] == ["alternate", "self"]
    first = read.entries[0]
    assert (first.id, first.title_detail.value, first.link) == (ENTRY.uri, "Bus & <riders>", ENTRY.url)
    assert (first.published, first.updated, first.tags[0].term) == ("2025-07-03T04:00:00Z",) * 2 + ("bus",)
    assert first.content[0].type == "text/html"
    assert first.content[0].value == ENTRY.html


@pytest.mark.parametrize("entries", [(), (ENTRY,), (ENTRY, OLDER)])
def test_atom_keeps_the_rules_of_its_standard(entries: tuple[feeds.Entry, ...]) -> None:
    root = ElementTree.fromstring(feeds.atom(feed(*entries), office(Path("/x"))))
    space = "{http://www.w3.org/2005/Atom}"
    assert root.tag == f"{space}feed"
    for element in (root, *root.findall(f"{space}entry")):  # RFC 4287, sections 4.1.1 and 4.1.2
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{space}{name}")) == 1
        assert datetime.fromisoformat(element.find(f"{space}updated").text).tzinfo is not None  # type: ignore[arg-type, union-attr]  # it is there
        alternates = [
            (link.get("type"), link.get("hreflang")) for link in element.findall(f"{space}link") if link.get("rel") == "alternate"
        ]
        assert len(set(alternates)) == len(alternates)
    assert len(root.findall(f"{space}author")) == 1
    assert len({entry.find(f"{space}id").text for entry in root.findall(f"{space}entry")}) == len(entries)  # type: ignore[union-attr]  # as above


@pytest.mark.parametrize("base", ["", "https://news.example/"])
def test_json_feed_is_valid(oracles: Path, base: str) -> None:
    folder = oracles / "schemas"
    new, old = (json.loads((folder / name).read_text()) for name in ("feed-1.1.json", "feed-1.json"))
    registry: Registry[Any] = Registry().with_resource("feed-1", Resource.from_contents(old, DRAFT7))  # as the newer one names it
    validator = Draft7Validator(new, registry=registry)
    for entries in ((), (ENTRY,), (ENTRY, OLDER)):
        made = json.loads(feeds.json_feed(feed(*entries, base=base), office(Path("/x"), url="https://network.example/")))
        validator.validate(made)
        assert [item["id"] for item in made["items"]] == [entry.uri for entry in entries]
        assert ("feed_url" in made) == bool(base)
    assert not validator.is_valid(made | {"version": 1, "items": [{}]})


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_any_text_makes_well_formed_xml(text: str) -> None:
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    entry = feeds.Entry("urn:x:2", "https://news.example/", text, text, text, text, "en", OLDER.issued, (text,))
    read = feedparser.parse(feeds.atom(feed(entry), office(Path("/x"))))
    assert not read.bozo
    assert len(read.entries) == 1
