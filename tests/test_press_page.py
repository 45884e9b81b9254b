"""The page as other programs read it: valid HTML, schema.org's own terms, microformats, Open Graph; and what cannot break it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import html5lib
import mf2py  # type: ignore[import-untyped, unused-ignore]  # it has no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from render_samples import MEETING, NEW_YORK, office, release

from pressctl import render
from pressctl.kinds import KINDS
from pressctl.press_page import Beside, Link
from pressctl.release_keys import TYPES

BESIDE = Beside(
    "https://news.example/night-bus/",
    "../index.html",
    [Link("Calendar entry", "night-bus.ics", "text/calendar")],
    [Link("English", "index.html", language="en", here=True), Link("Español", "es.html", language="es")],
    [Link("Atom", "../atom.xml", "application/atom+xml")],
)


def page(folder: Path, beside: Beside | None = None, **changes: Any) -> str:
    return render.web(release(folder, **changes), office(folder, url="https://network.example/"), beside)


def linked(html: str) -> dict[str, Any]:
    [script] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    read: dict[str, Any] = json.loads(script)
    return read


@pytest.mark.parametrize("kind", TYPES)
def test_the_html_has_no_fault_that_the_standard_names(tmp_path: Path, kind: str) -> None:
    extra = {"correction_note": "It is Tuesday.", "links": [{"title": "Plan", "url": "https://bus.example"}], "usage": "Free"}
    html = page(tmp_path, BESIDE, kind=kind, events=(MEETING,), subhead="A line", extra=extra, body="Text.\n\n## Notes to editors\n\nNote.")
    html5lib.HTMLParser(strict=True).parse(html)  # raises at the first parse error of the HTML standard


def test_a_reader_finds_language_landmarks_headings_and_a_way_past_the_top(tmp_path: Path) -> None:
    html = page(tmp_path, BESIDE, language="es-US", events=(MEETING,))
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    assert tree.get("lang") == "es-US"
    assert [len(tree.findall(f".//{tag}")) for tag in ("main", "h1", "body/header", "body/footer")] == [1, 1, 1, 1]
    assert [element.get("href") for element in tree.findall(".//body/a")] == [f"#{element.get('id')}" for element in tree.iter("main")]
    levels = [int(element.tag[1]) for element in tree.iter() if re.fullmatch("h[1-6]", str(element.tag))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def terms(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a JSON-LD tree."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from terms(inner)


@pytest.mark.parametrize("kind", TYPES)
def test_each_term_is_one_of_schema_org_for_its_type(tmp_path: Path, kind: str) -> None:
    vocabulary = pytest.importorskip("msgspec_schemaorg.models")
    past = replace(
        MEETING, details={"status": "postponed", "previous_start": datetime(2025, 7, 1, tzinfo=UTC)}, end=datetime(2025, 7, 9, tzinfo=UTC)
    )
    extra = {"keywords": ("bus",), "copyright": "We", "usage": "https://network.example/use", "version": 2}
    changes = {"expires": datetime(2025, 7, 9, tzinfo=UTC), "subhead": "Line", "events": (MEETING, past), "extra": extra}
    article = linked(page(tmp_path, BESIDE, kind=kind, **changes))
    assert article["@context"] == "https://schema.org"
    seen = set()
    for one in terms(article):
        known = set(getattr(vocabulary, one["@type"]).__struct_fields__)
        assert {name for name in one if not name.startswith("@")} <= known, one["@type"]
        seen.add(one["@type"])
    assert seen == {"NewsArticle", "Organization"} | ({"Event", "Place", "PostalAddress"} if KINDS[kind].events else set())
    enums = pytest.importorskip("msgspec_schemaorg.enums")
    statuses = {one["eventStatus"] for one in article.get("about", ())}
    assert {status.removeprefix("https://schema.org/") for status in statuses} <= {
        member.value.rpartition("/")[2] for member in enums.EventStatusType
    }
    assert statuses == ({"https://schema.org/EventScheduled", "https://schema.org/EventRescheduled"} if KINDS[kind].events else set())


def test_the_article_says_what_the_page_says(tmp_path: Path) -> None:
    html = page(tmp_path, BESIDE, events=(MEETING,))
    article = linked(html)
    assert (article["headline"], article["dateline"]) == ("Residents ask city to keep the night bus", "KEY WEST, Fla.")
    assert article["datePublished"] == "2025-07-03T00:00:00-04:00"
    assert f'<meta property="article:published_time" content="{article["datePublished"]}">' in html
    assert f'<time class="dt-published" datetime="{article["datePublished"]}">' in html
    assert article["about"][0]["startDate"] == "2025-07-08T17:00:00-04:00"
    assert article["url"] == "https://news.example/night-bus/"
    assert "url" not in linked(page(tmp_path))


def test_microformats_find_entry_author_event_and_card(tmp_path: Path) -> None:
    html = page(tmp_path, BESIDE, events=(replace(MEETING, end=datetime(2025, 7, 8, 19, tzinfo=NEW_YORK)),))
    [entry] = [item for item in mf2py.parse(doc=html)["items"] if item["type"] == ["h-entry"]]
    said = entry["properties"]
    assert said["name"] == ["Residents ask city to keep the night bus"]
    assert said["published"] == ["2025-07-03T00:00:00-0400"]  # as its parser writes it
    assert said["url"] == ["https://news.example/night-bus/"]
    assert said["author"][0]["properties"]["name"] == ["Key West Example Network"]
    assert "A second paragraph." in said["content"][0]["value"]
    [event] = said["event"]
    assert (event["type"], event["properties"]["start"], event["properties"]["end"]) == (
        ["h-event"],
        ["2025-07-08T17:00:00-0400"],
        ["2025-07-08T19:00:00-0400"],
    )
    [card] = [child for child in entry["children"] if child["type"] == ["h-card"]]
    assert (card["properties"]["name"], card["properties"]["tel"]) == (["Press desk"], ["+1 305 555 0100"])


def test_open_graph_and_links_are_there(tmp_path: Path) -> None:
    html = page(tmp_path, BESIDE, language="es-US")
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    graph = {element.get("property"): element.get("content") for element in tree.iter("meta") if element.get("property")}
    assert (graph["og:type"], graph["og:title"], graph["og:locale"]) == ("article", "Residents ask city to keep the night bus", "es_US")
    assert graph["og:url"] == "https://news.example/night-bus/"
    relations = [(link.get("rel"), link.get("hreflang"), link.get("href")) for link in tree.iter("link")]
    assert ("alternate", "es", "es.html") in relations
    assert ("alternate", None, "../atom.xml") in relations
    assert ("canonical", None, "https://news.example/night-bus/") in relations


HOSTILE = "</script><script>alert(1)</script><!-- \" ' & \u2028 ]]> {{ x }} {% y %}"


def test_a_headline_cannot_end_the_script_or_the_page(tmp_path: Path) -> None:
    event = replace(MEETING, title=HOSTILE, purpose=HOSTILE)
    html = page(
        tmp_path,
        BESIDE,
        headline=HOSTILE,
        subhead=HOSTILE,
        summary=HOSTILE,
        events=(event,),
        extra={"usage": HOSTILE, "keywords": (HOSTILE,)},
    )
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    assert len(list(tree.iter("script"))) == 1
    assert linked(html)["headline"] == HOSTILE
    assert [element.text for element in tree.iter("h1")] == [HOSTILE]


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip))
def test_any_headline_comes_back_from_the_json(headline: str) -> None:
    assert linked(page(Path("/nowhere"), headline=headline))["headline"] == headline


def test_nothing_is_loaded_from_anywhere(tmp_path: Path) -> None:
    tree = html5lib.parse(page(tmp_path, BESIDE, events=(MEETING,)), namespaceHTMLElements=False)
    assert not [element for element in tree.iter() if element.tag in ("img", "iframe", "link") and element.get("rel") == "stylesheet"]
    assert not [element.get("src") for element in tree.iter() if element.get("src")]
    assert "@import" not in render.web(release(tmp_path), office(tmp_path))


def test_a_link_that_is_no_web_address_is_left_out(tmp_path: Path) -> None:
    links = [{"title": "Bad", "url": "javascript:alert(1)"}, {"title": "Good", "url": "https://bus.example"}]
    html = page(tmp_path, extra={"links": links})
    assert "javascript:" not in html
    assert "Bad" not in html
    assert '<a href="https://bus.example">Good</a>' in html
