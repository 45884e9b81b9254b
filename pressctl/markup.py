"""A release's Markdown → harmless HTML and readable text, both from one tree, with the dateline in its place."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from pressctl import plaintext
from pressctl.errors import Place, ReleaseError
from pressctl.labels import notes_headings

if TYPE_CHECKING:
    import markdown

BODY_LIMIT = 100_000  # characters; a release has some 3,000, and the Markdown parser's time is not linear
OPEN_LIMIT = 20  # brackets; the parser looks for each one's partner to the end of the paragraph, again and again
EXTENSIONS = ("tables", "sane_lists")  # no `smarty`: the quotation marks are the author's

_TAGS = {"p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "pre", "code", "em", "strong", "b", "i",
         "u", "s", "sub", "sup", "q", "cite", "abbr", "span", "a", "img", "table", "thead", "tbody", "tr", "th", "td", "div"}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt"}, "ol": {"start"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"},
               "abbr": {"title"}, "*": {"lang", "dir"}}  # fmt: skip
_SCHEMES = {"https", "http", "mailto", "tel"}  # http for links only: an agenda on an old server is still a source
_IMAGE = re.compile(r'<img((?:\s+[a-z-]+="[^"]*")*)\s*/?>')
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_PLACEHOLDER = re.compile("\x02([^\x02\x03]*)\x03")


@dataclass(frozen=True, slots=True)
class Body:
    """A release's body. `html` keeps no image (their alternative texts stand there), `web` keeps those by https.

    `lede` is the first paragraph without dateline, in one line; the notes to editors are parted from the rest.
    """

    html: str
    web: str
    text: str
    lede: str
    notes_html: str = ""
    notes_web: str = ""
    notes_text: str = ""


def convert(source: str, dateline: str, image: str, place: Place | None = None) -> Body:
    """The body of a release. `dateline` opens the first paragraph; `image` is the word for an image in its language.

    Raises ReleaseError for a body that is too long or nested beyond reading.
    """
    if len(source) > BODY_LIMIT:
        raise ReleaseError(
            f"the body is too long: {len(source):,} characters, and {BODY_LIMIT:,} are allowed",
            place,
            "a release is one page; put the rest on a web page and link to it",
        )
    if any(_unclosed(block) > OPEN_LIMIT for block in re.split(r"\n[ \t]*\n", source)):
        raise ReleaseError(f"more than {OPEN_LIMIT} brackets are opened and not closed in one paragraph", place, "close or delete them")
    try:
        return _convert(source, dateline, image)
    except RecursionError:
        raise ReleaseError("the body is nested too deeply", place, "take out some levels of quotes or lists") from None


def _unclosed(block: str) -> int:
    """The most brackets of one kind that are open at once."""
    most = 0
    for opening, closing in ("[]", "()"):
        depth = 0
        for character in re.findall(rf"[{re.escape(opening + closing)}]", block):
            depth = max(0, depth + (1 if character == opening else -1))
            most = max(most, depth)
    return most


def _convert(source: str, dateline: str, image: str) -> Body:
    import markdown

    parser = markdown.Markdown(extensions=list(EXTENSIONS), output_format="html")
    root = _tree(parser, source)
    for element in root.iter("h1"):
        element.tag = "h2"  # the headline is the only first heading
    main, notes = _part_notes(list(root))
    resolve = _resolver(parser)
    lede = " ".join(resolve("".join(main[0].itertext())).split()) if main and main[0].tag == "p" else ""
    if dateline:
        _open_with(main, _plain(dateline))
    web, notes_web = clean(_html(parser, main)), clean(_html(parser, notes))
    return Body(
        html=without_images(web, image),
        web=web,
        text=plaintext.write(main, resolve, image),
        lede=lede,
        notes_html=without_images(notes_web, image),
        notes_web=notes_web,
        notes_text=plaintext.write(notes, resolve, image),
    )


def _tree(parser: markdown.Markdown, source: str) -> Element:
    """The steps of `Markdown.convert` up to the tree, which that function does not hand out."""
    lines = source.split("\n")
    for preprocessor in parser.preprocessors:
        lines = preprocessor.run(lines)
    root: Element = parser.parser.parseDocument(lines).getroot()  # type: ignore[assignment]  # a document always has a root
    for processor in parser.treeprocessors:
        changed: Element | None = processor.run(root)
        if changed is not None:
            root = changed
    return root


def _html(parser: markdown.Markdown, elements: Sequence[Element]) -> str:
    top = Element("div")
    top.extend(elements)
    text: str = parser.serializer(top)
    text = text[text.index(">") + 1 : text.rindex("<")].strip() if elements else ""
    for postprocessor in parser.postprocessors:
        text = postprocessor.run(text)
    return text.strip()


def _part_notes(elements: list[Element]) -> tuple[list[Element], list[Element]]:
    """The body, and what stands below the heading for notes to editors, up to the next heading of that level."""
    for start, element in enumerate(elements):
        if element.tag in ("h2", "h3", "h4") and "".join(element.itertext()).strip().rstrip(":").casefold() in notes_headings():
            end = next((i for i in range(start + 1, len(elements)) if elements[i].tag in ("h2", element.tag)), len(elements))
            return elements[:start] + elements[end:], elements[start + 1 : end]
    return elements, []


def _open_with(elements: list[Element], dateline: str) -> None:
    """Put the dateline before the first paragraph's words; a body that has none gets a paragraph for it."""
    paragraph = next((element for element in elements if element.tag == "p"), None)
    if paragraph is None:
        paragraph = Element("p")
        elements.insert(0, paragraph)
    opening = Element("span", {"class": "dateline"})
    opening.text = dateline
    opening.tail = " — " + (paragraph.text or "").lstrip()
    paragraph.text = None
    paragraph.insert(0, opening)


def _plain(text: str) -> str:
    """The text without the two characters that mark the parser's placeholders."""
    return text.replace("\x02", "").replace("\x03", "")


def _resolver(parser: markdown.Markdown) -> plaintext.Resolve:
    """What a person reads where the parser keeps raw HTML, entities and escaped characters behind placeholders."""
    stash = parser.htmlStash.rawHtmlBlocks

    def one(match: re.Match[str]) -> str:
        inner = match[1]
        if inner == "amp":
            return "&"
        if inner.isdecimal() and int(inner) < 0x110000:
            return chr(int(inner))
        number = inner.removeprefix("wzxhzdk:")
        if number != inner and number.isdecimal() and int(number) < len(stash):
            raw: Any = stash[int(number)]
            return readable(raw if isinstance(raw, str) else "".join(raw.itertext()))
        return ""

    def resolve(raw: str) -> str:
        if "\x02" not in raw and "&" not in raw:
            return raw
        return _PLACEHOLDER.sub("", html.unescape(_PLACEHOLDER.sub(one, raw)))

    return resolve


def readable(raw: str) -> str:
    """The words in a piece of raw HTML: no tags, no scripts, no styles."""
    import nh3

    spaced = re.sub(r"<(br|/p|/div|/li|/h[1-6]|/tr)\b", r" <\1", raw, flags=re.IGNORECASE)
    return html.unescape(nh3.clean(spaced, tags=set(), attributes={}))


def clean(raw: str) -> str:
    """HTML with only what an article needs: no script, style, frame, form or picture from elsewhere than https."""
    import nh3

    return nh3.clean(
        raw,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        allowed_classes={"span": {"dateline"}},
        url_schemes=_SCHEMES,
        link_rel=None,
        strip_comments=True,
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src" and not value.lower().startswith("https://"):
        return None
    if tag == "a" and name == "href" and not plaintext.is_safe(value):
        return None  # a relative link leads nowhere in a mail
    return value


def without_images(cleaned: str, image: str) -> str:
    """Cleaned HTML with each image replaced by its alternative text: a mail loads nothing from anywhere."""

    def words(match: re.Match[str]) -> str:
        alternative = dict(_ATTRIBUTE.findall(match[1])).get("alt", "").strip()
        return f"[{html.escape(image)}: {alternative}]" if alternative else ""

    return _IMAGE.sub(words, cleaned)
