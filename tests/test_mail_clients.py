"""The finished mail against what Gmail, Outlook for Windows and Apple Mail show (caniemail.com), and in inverted colours.

`python tests/test_mail_clients.py FOLDER-OF-ORACLES` prints the table: each feature in use, and its value per client.
"""

from __future__ import annotations

import colorsys
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY
from render_samples import MEETING, NEW_YORK, NEWSROOM, office, release
from test_images import desk, jpeg, png_of

from pressctl import render
from pressctl.edition import compose
from pressctl.errors import Place
from pressctl.message import Address, Message
from pressctl.pitches import Pitch
from pressctl.release import load

CLIENTS = {
    "Gmail web": ("gmail", "desktop-webmail"),
    "Gmail iOS": ("gmail", "ios"),
    "Gmail Android": ("gmail", "android"),
    "Outlook Win": ("outlook", "windows"),
    "Mail macOS": ("apple-mail", "macos"),
    "Mail iOS": ("apple-mail", "ios"),
}

# What the mail uses → caniemail's page about it. What has no page there is in the table below, with the reason.
PROPERTIES = {
    "margin": "css-margin", "padding": "css-padding", "padding-left": "css-padding", "background-color": "css-background-color",
    "display": "css-display", "max-height": "css-max-height", "overflow": "css-overflow", "opacity": "css-opacity",
    "font-size": "css-font-size", "line-height": "css-line-height", "font-family": "css-font", "font-style": "css-font",
    "font-weight": "css-font-weight", "text-align": "css-text-align", "vertical-align": "css-vertical-align", "width": "css-width",
    "height": "css-height", "max-width": "css-max-width", "border-collapse": "css-border-collapse", "border": "css-border",
    "border-top": "css-border", "border-bottom": "css-border", "border-left": "css-border", "letter-spacing": "css-letter-spacing",
    "text-decoration": "css-text-decoration", "white-space": "css-white-space", "word-break": "css-word-break",
}  # fmt: skip
ELEMENTS = {
    "body": "html-body", "div": "html-div", "span": "html-span", "table": "html-table", "tbody": "html-table", "thead": "html-table",
    "tr": "html-table", "td": "html-table", "th": "html-table", "h1": "html-h1-h6", "h2": "html-h1-h6", "h3": "html-h1-h6",
    "h4": "html-h1-h6", "blockquote": "html-blockquote", "ul": "html-lists", "ol": "html-lists", "li": "html-lists", "hr": "html-hr",
    "code": "html-code", "pre": "html-pre", "strong": "html-strong", "img": "html-img",
}  # fmt: skip
ATTRIBUTES = {
    "lang": "html-lang", "role": "html-role", "aria-label": "html-aria-label", "align": "html-align", "width": "html-width",
    "height": "html-height", "cellpadding": "html-cellpadding", "cellspacing": "html-cellspacing",
}  # fmt: skip
UNITS = {"px": "css-unit-px", "%": "css-unit-percent", "em": "css-unit-em"}
NO_PAGE = {  # caniemail has no page about these
    "html": "the document", "head": "the document", "title": "not shown in the text", "meta": "says how to read the bytes",
    "p": "HTML 2", "a": "HTML 2", "br": "HTML 2", "em": "HTML 2", "href": "HTML 2", "alt": "HTML 2", "src": "HTML 2",
    "border=": "HTML 3.2; 0 on layout tables", "scope": "read by screen readers, shown by none", "class": "no style sheet is sent",
    "style": "HTML 4; its properties are looked at", "name": "of meta", "content": "of meta", "charset": "of meta", "start": "HTML 3.2",
    "color": "CSS 1; #rrggbb only, which a test below holds", "mso-hide": "Outlook's: hides the preheader there too",
    "-webkit-text-size-adjust": "Apple's own: keeps the sizes on a telephone held sideways",
}  # fmt: skip


@dataclass(frozen=True)
class Use:
    """One feature in use: caniemail's page, and where."""

    slug: str
    tag: str
    name: str
    value: str


Within = Callable[[Use], bool]
# Partly supported, and used only within the supported part.
WITHIN: Mapping[str, tuple[Within, str]] = {
    "css-margin": (
        lambda use: "-" not in use.value and "auto" not in use.value and use.tag not in ("span", "body"),
        "no negative ones, no auto",
    ),
    "css-display": (lambda use: use.value == "none" and use.tag != "img", "none, on no image"),
    "css-font-size": (lambda use: use.value.endswith("px"), "px"),
    "css-font-weight": (lambda use: use.value in ("bold", "normal"), "bold"),
    "css-text-align": (lambda use: use.value in ("left", "center"), "left and center"),
    "css-padding": (lambda use: use.tag in ("td", "th", "body"), "of cells; body's is 0"),
    "css-border": (
        lambda use: use.tag in ("td", "th", "table", "hr") and not re.search(r"\b(?:9|\d\d)px", use.value),
        "of cells and rules, under 8 px",
    ),
    "css-max-width": (lambda use: use.tag == "table", "of tables"),
    "css-width": (lambda use: use.tag in ("table", "td", "th"), "of tables and cells"),
    "css-height": (lambda use: use.tag == "img", "of images"),
    "css-line-height": (lambda use: not use.value.endswith("em"), "a number, or px"),
    "html-lists": (lambda use: use.name not in ("reversed", "value"), "plain lists"),
    "html-width": (lambda use: use.value.isdecimal(), "whole pixels"),
    "html-height": (lambda use: use.value.isdecimal(), "whole pixels"),
}
# Not supported somewhere, and no meaning is lost.
DECORATION: Mapping[str, tuple[Within, str]] = {
    "css-max-height": (lambda use: use.tag == "div", "one of several ways to hide the preheader; display: none stands beside it"),
    "css-overflow": (lambda use: use.value == "hidden", "as above"),
    "css-opacity": (lambda use: use.value == "0", "as above"),
    "css-display": (lambda use: (use.tag, use.value) == ("img", "block"), "of an image alone in its block: else some pixels more below it"),
    "css-padding": (lambda use: use.tag in ("blockquote", "ul", "ol"), "the indent of quotes and lists, which have one by default"),
    "css-border": (
        lambda use: use.tag == "blockquote" or (use.tag, use.value) == ("img", "0"),
        "the line beside a quote, which is indented anyway; of an image 0, the default without a link",
    ),
    "css-max-width": (lambda use: use.tag == "img", "its width attribute stands beside it; Outlook for Windows has no narrow screen"),
    "css-width": (lambda use: use.tag == "img", "its width attribute stands beside it; Apple Mail reads this one"),
    "css-letter-spacing": (lambda use: True, "a little air in capitals"),
    "css-text-decoration": (lambda use: use.value == "underline", "links are underlined by default"),
    "css-white-space": (lambda use: use.tag == "pre", "long lines of code wrap; a pre keeps its lines by default"),
    "css-word-break": (lambda use: True, "a very long word or address wraps on a telephone"),
    "html-body": (lambda use: True, "becomes a div in Gmail: language and label stand on a div of our own, colours on the cells"),
    "css-margin": (lambda use: (use.tag, use.value) == ("body", "0"), "some pixels of white around the mail"),
    "html-meta-color-scheme": (lambda use: True, "where it is not known colours may be inverted, which a test below holds"),
}


@dataclass
class Element:
    """An element with its style; `colour` and `ground` are what it inherits and has."""

    tag: str
    attributes: dict[str, str]
    style: dict[str, str]
    colour: str
    ground: str
    text: str = ""
    parents: tuple[str, ...] = ()


@dataclass
class Tree(HTMLParser):
    """Elements in order, each with its own text."""

    found: list[Element] = field(default_factory=list)
    stack: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def __hash__(self) -> int:
        return id(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        pairs = (part.split(":", 1) for part in attributes.get("style", "").split(";") if part.strip())
        style = {name.strip(): value.strip() for name, value in pairs}
        above = self.stack[-1] if self.stack else Element("", {}, {}, "#000000", "#ffffff")
        colour, ground = style.get("color", above.colour), style.get("background-color", above.ground)
        element = Element(tag, attributes, style, colour, ground, "", tuple(one.tag for one in self.stack))
        self.found.append(element)
        if tag not in ("meta", "br", "hr", "img", "link", "input"):
            self.stack.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.stack:
            self.stack[-1].text += data


def elements(html: str) -> list[Element]:
    tree = Tree()
    tree.feed(html)
    return tree.found


def uses(message: Message) -> Iterator[Use]:
    """Every feature that the finished HTML part and its images use. Fails for one that has neither page nor reason."""
    for element in elements(message.html):
        tag = element.tag
        yield from _named(ELEMENTS, tag, tag, tag, "")
        for name, value in element.attributes.items():
            if (tag, element.attributes.get("name"), name) == ("meta", "color-scheme", "content"):
                yield Use("html-meta-color-scheme", tag, name, value)
            elif name == "href" and value.startswith("mailto:"):
                yield Use("html-mailto-links", tag, name, value)
            yield from _named(ATTRIBUTES, "border=" if name == "border" else name, tag, name, value)
        for name, value in element.style.items():
            yield from _named(PROPERTIES, name, tag, name, value)
            for unit in re.findall(r"\d(%|[a-z]+)", re.sub(r"#[0-9a-f]{6}", "", value)):
                yield from _named(UNITS, unit, tag, name, value)
            assert "(" not in value, f"{value}: a function that no page is named for"
    for image in message.attachments:
        if image.cid:
            yield Use(f"image-{image.media_type.removeprefix('image/').replace('jpeg', 'jpg')}", "img", image.name, "")


def _named(pages: Mapping[str, str], key: str, tag: str, name: str, value: str) -> Iterator[Use]:
    if key in pages:
        yield Use(pages[key], tag, name, value)
    else:
        assert key in NO_PAGE, f"`{key}` is used and not in the table: name caniemail's page about it"


BODY = """\
The commission will keep the **night bus**, it *said*. The [agenda](https://city.example/agenda) has it.

![A hall](photos/hall.jpg)

## What changes

- Two lines:
    1. hospital
    2. airport

> The plan costs $40,000.

### In figures

| Line | Riders |
|---|---|
| Night | 200 |

The order says `line N`. Write to <desk@network.example>.

    12:30 code

#### Deeper

---

More words.

5. five

## Notes to editors

- The names are not final.
"""


def full(root: Path) -> Message:
    """Every kind of part: pitch, pictures, table, quote, lists, event, notes, correction, call to action."""
    desk(root, hall_jpg=jpeg(1400, 800), map_png=png_of(600, 500))
    (root / "contacts").mkdir()
    media = (
        {"file": "photos/hall.jpg", "caption": "The hall", "credit": "I. Sample", "url": "https://files.example/hall.jpg"},
        {"file": "photos/map.png", "alt": "A map", "credit": "I. Sample"},
        {"url": "https://files.example/talk.mp4", "caption": "The hearing", "credit": "City clerk"},
    )
    extra = {
        "media": media,
        "correction_note": "The vote was on Tuesday.",
        "call_to_action": {"text": "Ask for a seat.", "phone": "+1 305 555 0100", "url": "https://network.example/press"},
    }
    event = replace(MEETING, purpose="To vote", end=datetime(2025, 7, 8, 19, tzinfo=NEW_YORK))
    pitch = Pitch("", "You wrote about *night workers* in [May](https://wire.example/may).", Place("x.md"), Place("x.md"))
    made = release(root, BODY, kind="correction", subhead="A second line", events=(event,), extra=extra, pitches=(pitch,))
    return _mail(render.prepare(made, office(root, url="https://network.example")))


def sample(root: Path) -> Message:
    """The release of the repository, as the README sends it."""
    config = office(root)
    return _mail(render.prepare(load(REPOSITORY / "releases" / "key-west-287g.md", config), config))


def _mail(edition: Any) -> Message:
    return compose(edition, render.personal(edition, NEWSROOM), Address(NEWSROOM.email), "k1")


MAILS = pytest.mark.parametrize("make", [sample, full])


def newest(feature: Mapping[str, Any], client: tuple[str, str]) -> str:
    values = feature["stats"].get(client[0], {}).get(client[1], {})
    return list(values.values())[-1] if values else "u"


@MAILS
def test_all_that_carries_meaning_is_shown_by_gmail_outlook_and_apple_mail(
    make: Callable[[Path], Message], tmp_path: Path, oracles: Path
) -> None:
    pages = _pages(oracles)
    lost = []
    for use in set(uses(make(tmp_path))):
        values = {name: newest(pages[use.slug], client) for name, client in CLIENTS.items()}
        partly = all(value[0] in "ya" for value in values.values())
        if all(value[0] == "y" for value in values.values()):
            continue
        if partly and use.slug in WITHIN and WITHIN[use.slug][0](use):
            continue
        if use.slug not in DECORATION or not DECORATION[use.slug][0](use):
            lost.append((use, values))
    assert not lost


def _pages(oracles: Path) -> dict[str, Any]:
    file = oracles / "schemas" / "caniemail.json"
    if not file.is_file():
        pytest.skip("caniemail.json is not among the oracles")
    return {page["slug"]: page for page in json.loads(file.read_text(encoding="utf-8"))["data"]}


def test_no_exception_is_kept_that_nothing_needs(tmp_path: Path, oracles: Path) -> None:
    pages = _pages(oracles)
    used = {use for make in (sample, full) for use in uses(make(tmp_path))}
    needed = {use.slug for use in used if any(newest(pages[use.slug], client)[0] != "y" for client in CLIENTS.values())}
    assert set(DECORATION) <= needed
    assert set(WITHIN) <= needed
    assert {name for pages in (PROPERTIES, ELEMENTS, ATTRIBUTES) for name in pages.values()} <= {use.slug for use in used}


@pytest.mark.parametrize(
    ("html", "named"),
    [
        ('<div style="gap: 4px">x</div>', "gap"),
        ("<section>x</section>", "section"),
        ('<p draggable="true">x</p>', "draggable"),
        ('<p style="margin: 2vw">x</p>', "vw"),
        ('<p style="color: rgb(1, 2, 3)">x</p>', "rgb"),
    ],
)
def test_a_feature_that_is_not_in_the_table_fails(tmp_path: Path, html: str, named: str) -> None:
    with pytest.raises(AssertionError, match=named):
        list(uses(replace(sample(tmp_path), html=html)))


@MAILS
def test_the_mail_is_small_and_asks_nobody_for_anything(make: Callable[[Path], Message], tmp_path: Path) -> None:
    html = make(tmp_path).html
    assert len(html.encode()) < 30_000
    found = elements(html)
    assert not {one.tag for one in found} & {
        "script",
        "style",
        "link",
        "form",
        "iframe",
        "object",
        "embed",
        "base",
        "video",
        "audio",
        "svg",
    }
    assert all(one.attributes["src"].startswith("cid:") for one in found if one.tag == "img")
    assert not re.search(r"url\(|@import|\ssrcset=|\son[a-z]+=|javascript:", html)
    assert all(int(one.attributes["width"]) > 1 for one in found if one.tag == "img")


@MAILS
def test_a_screen_reader_hears_one_column_in_order(make: Callable[[Path], Message], tmp_path: Path) -> None:
    found = elements(make(tmp_path).html)
    html, body, wrapper = found[0], next(one for one in found if one.tag == "body"), next(one for one in found if one.tag == "div")
    assert html.attributes["lang"] == wrapper.attributes["lang"] == "en"
    assert wrapper.attributes["role"] == "article"
    assert body.parents == ("html",)
    levels = [int(one.tag[1]) for one in found if re.fullmatch("h[1-6]", one.tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for table in [one for one in found if one.tag == "table"]:
        layout = table.attributes.get("role") == "presentation"
        data = table.attributes.get("class") == "facts" or not table.attributes.get("class")
        assert layout != data, "a table is layout, or data with headings"
    rows = [one for one in found if one.tag == "tr" and one.parents.count("table") == 1]
    assert len(rows) == sum(cell.tag in ("td", "th") and cell.parents.count("table") == 1 for cell in found)
    assert all("alt" in one.attributes for one in found if one.tag == "img")
    assert next(one for one in found if one.text.strip() and "body" in one.parents).attributes["class"] == "preheader"


PARTS = ("Key West Example Network", "CORRECTION", "FOR IMMEDIATE RELEASE", "Thursday, July 3, 2025", "Residents ask city", "A second line",
         "The vote was on Tuesday.", "KEY WEST, Fla.", "What changes", "Ask for a seat.", "City Commission meeting", "About Key West",
         "Pictures and media", "Media contact", "###", "Notes to editors", "PO Box 1")  # fmt: skip


def test_the_parts_stand_in_the_order_of_the_trade_in_both_parts_of_the_mail(tmp_path: Path) -> None:
    message = full(tmp_path)
    shown = re.sub(r"<[^>]*>", " ", message.html.partition('class="page"')[2])
    for text in (shown, message.text):
        words = " ".join(text.split()).casefold()
        at = 0
        for part in PARTS:
            assert part.casefold() in words[at:], part
            at = words.index(part.casefold(), at)


TEXT = """\
Dear colleagues,

You wrote about night workers in May <https://wire.example/may>.

------------------------------------------------------------------------

KEY WEST EXAMPLE NETWORK

CORRECTION
FOR IMMEDIATE RELEASE
Thursday, July 3, 2025

RESIDENTS ASK CITY TO KEEP THE NIGHT BUS

A second line

CORRECTION: The vote was on Tuesday.

KEY WEST, Fla. — The commission will keep the night bus, it said. The
agenda <https://city.example/agenda> has it.

[Image: A hall]
The hall (Photo: I. Sample)
Full-size picture <https://files.example/hall.jpg>

WHAT CHANGES

- Two lines:
  1. hospital
  2. airport

> The plan costs $40,000.

IN FIGURES

Line   Riders
-----  ------
Night  200

The order says line N. Write to desk@network.example.

12:30 code

DEEPER

* * *

More words.

5. five

Ask for a seat. +1 305 555 0100 https://network.example/press

EVENT

What: City Commission meeting
When: Tuesday, July 8, 2025, 5 to 7 p.m. EDT
Where: City Hall, 1300 White St., Key West, Fla. 33040
Who: City Commission
Why: To vote
Access: Step-free

ABOUT KEY WEST EXAMPLE NETWORK

The network works for fair rules on the island.

PICTURES AND MEDIA

[Image: A map]
Photo: I. Sample

The hearing – City clerk – talk.mp4 <https://files.example/talk.mp4>

MEDIA CONTACT

Press desk, on call
+1 305 555 0100
press@network.example

###

NOTES TO EDITORS

- The names are not final.
"""


def test_the_text_part_reads_as_a_release(tmp_path: Path) -> None:
    assert full(tmp_path).text.rpartition("\n" + "-" * 72)[0] == TEXT


@MAILS
def test_each_link_is_told_in_the_text_part_once_and_whole(make: Callable[[Path], Message], tmp_path: Path) -> None:
    message = make(tmp_path)
    links = [one.attributes["href"] for one in elements(message.html) if one.tag == "a"]
    text = message.text
    for link in links:
        shown = re.sub("^(?:mailto|tel):", "", link)
        found = text.replace(" ", "") if link.startswith("tel:") else text
        assert len(re.findall(rf"{re.escape(shown)}(?!/)", found)) == links.count(link), link
    assert all(len(line) <= 78 for line in text.split("\n") if "://" not in line)


def ratio(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def negative(colour: str) -> str:
    """Each part turned round, as a negative."""
    return "#" + "".join(f"{255 - int(colour[n : n + 2], 16):02x}" for n in (1, 3, 5))


def lightness(colour: str) -> str:
    """The same hue as light as it was dark, as Gmail and Outlook turn colours round."""
    hue, light, strong = colorsys.rgb_to_hls(*(int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)))
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, 1 - light, strong))


@MAILS
@pytest.mark.parametrize("turned", [str, negative, lightness])
def test_every_word_is_easy_to_see_as_written_and_in_inverted_colours(
    make: Callable[[Path], Message], turned: Callable[[str], str], tmp_path: Path
) -> None:
    pairs = {(one.colour, one.ground) for one in elements(make(tmp_path).html) if one.text.strip() and "body" in one.parents}
    assert len(pairs) >= 4
    for colour, ground in pairs:
        assert re.fullmatch(r"#[0-9a-f]{6}", colour)
        assert ratio(turned(colour), turned(ground)) >= 4.5
        assert colour != "#000000", "pure black on white becomes glaring white on black"


def table(root: Path, oracles: Path) -> str:
    """Each feature in use with its newest value per client, and what stands against a no."""
    pages = _pages(oracles)
    slugs = sorted({use.slug for make in (sample, full) for use in uses(make(root))})
    lines = ["| feature | " + " | ".join(CLIENTS) + " | why nothing is lost |", "|---" * (len(CLIENTS) + 2) + "|"]
    for slug in slugs:
        values = [newest(pages[slug], client).split(" ")[0] for client in CLIENTS.values()]
        reasons = [f"used within: {WITHIN[slug][1]}"] if slug in WITHIN else []
        reasons += [f"decoration: {DECORATION[slug][1]}"] if slug in DECORATION else []
        lines.append(f"| {slug} | {' | '.join(values)} | {'' if set(values) == {'y'} else '; '.join(reasons)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        print(table(Path(folder), Path(sys.argv[1])))
