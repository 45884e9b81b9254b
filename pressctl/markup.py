"""A release's Markdown → harmless HTML and readable text, both from one tree, with the dateline in its place."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from pressctl import plaintext
from pressctl.errors import Place, ReleaseError
from pressctl.labels import notes_headings
from pressctl.values import dataclass

if TYPE_CHECKING:
    import markdown

    from pressctl.images import Image, Picture

BODY_LIMIT = 100_000  # characters; a release has some 3,000, and the Markdown parser's time is not linear
WIDTH, HEIGHT = 560, 420  # pixels; what the column of a mail leaves for a picture, and what leaves words beside it in sight
OPEN_LIMIT = 20  # brackets; the parser looks for each one's partner to the end of the paragraph, again and again

_TAGS = {"p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "pre", "code", "em", "strong", "b", "i",
         "u", "s", "sub", "sup", "q", "cite", "abbr", "span", "a", "img", "table", "thead", "tbody", "tr", "th", "td", "div", "figure",
         "figcaption"}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "width", "height"}, "ol": {"start"}, "td": {"colspan", "rowspan"},
               "th": {"colspan", "rowspan"}, "abbr": {"title"}, "*": {"lang", "dir"}}  # fmt: skip
_SCHEMES = {"https", "http", "mailto", "tel"}  # http for links only: an agenda on an old server is still a source
_FIGURE = {"<figure": '<div class="picture"', "</figure>": "</div>", "<figcaption": '<p class="caption"', "</figcaption>": "</p>"}
_LINK_OR_IMAGE = re.compile(r'<(a|/a|img)\b((?:\s+[a-z-]+="[^"]*")*)\s*/?>')
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_RAW_LINK = re.compile(r"<a\s[^<>]*\bhref=[\"']?(https?://[^\"'\s<>]{1,600})[\"']?[^<>]*>([^<>]{1,300})</a>", re.IGNORECASE)
_PLACEHOLDER = re.compile("\x02([^\x02\x03]*)\x03")


@dataclass(frozen=True, slots=True)
class Body:
    """A release's body. `html`, for a mail, shows the pictures that travel with it; `web` those that lie beside the page, and
    those by https. In place of any other stands its alternative text.

    `lede` is the first paragraph without dateline, in one line; the notes to editors are parted from the rest.
    """

    html: str
    web: str
    text: str
    lede: str
    notes_html: str = ""
    notes_web: str = ""
    notes_text: str = ""


NOTHING = Body("", "", "", "")


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of a release, and the words printed with them: `credit` before the maker's name, `full_size` on a link."""

    images: Sequence[Image] = ()
    credit: str = "Photo:"
    full_size: str = "Full-size picture"

    def named(self, target: str) -> Image | None:
        """The picture that a body names in this way."""
        return next((image for image in self.images if target in image.targets), None)

    def shown(self, name: str) -> Image | None:
        """The picture of this file name."""
        return next((image for image in self.images if image.name == name), None)


def convert(source: str, dateline: str, image: str, place: Place | None = None, pictures: Pictures | None = None) -> Body:
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
        return _convert(source, dateline, image, pictures or Pictures())
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


def named_pictures(source: str) -> tuple[tuple[str, str], ...]:
    """Target and alternative text of each picture that Markdown itself writes, in order; none of a body that `convert` refuses."""
    if len(source) > BODY_LIMIT or any(_unclosed(block) > OPEN_LIMIT for block in re.split(r"\n[ \t]*\n", source)):
        return ()
    parser = _parser()
    try:
        root = _tree(parser, source)
    except RecursionError:
        return ()
    resolve = _resolver(parser)
    return tuple((resolve(image.get("src") or "").strip(), resolve(image.get("alt") or "").strip()) for image in root.iter("img"))


def gallery(pictures: Sequence[Picture], image: str, words: Pictures) -> Body:
    """Pictures one below the other, each with what is said of it, as body and text; empty where there are none."""
    import markdown

    parser = markdown.Markdown(output_format="html")
    elements = [_figure(picture, words) if picture.cid else _told(picture) for picture in pictures]
    return _body(parser, elements, [], image, words, "")


def _parser() -> markdown.Markdown:
    """Markdown with tables and strict lists; extensions by their classes, since a name is looked for in every installed package."""
    import markdown
    from markdown.extensions.sane_lists import SaneListExtension
    from markdown.extensions.tables import TableExtension

    return markdown.Markdown(extensions=[TableExtension(), SaneListExtension()], output_format="html")


def _convert(source: str, dateline: str, image: str, pictures: Pictures) -> Body:
    parser = _parser()
    root = _tree(parser, source)
    for element in root.iter("h1"):
        element.tag = "h2"  # the headline is the only first heading
    resolve = _resolver(parser)
    main, notes = _part_notes(list(root))
    if pictures.images:
        main, notes = _with_figures(main, pictures, resolve), _with_figures(notes, pictures, resolve)
    first = next((element for element in main if element.tag != "figure"), None)
    lede = " ".join(resolve("".join(first.itertext())).split()) if first is not None and first.tag == "p" else ""
    if dateline:
        _open_with(main, _plain(dateline))
    return _body(parser, main, notes, image, pictures, lede)


def _body(parser: markdown.Markdown, main: list[Element], notes: list[Element], image: str, pictures: Pictures, lede: str) -> Body:
    resolve, names = _resolver(parser), frozenset(one.name for one in pictures.images)
    web, notes_web = clean(_html(parser, main), names), clean(_html(parser, notes), names)
    return Body(
        html=for_mail(web, image, pictures),
        web=web,
        text=plaintext.write(main, resolve, image),
        lede=lede,
        notes_html=for_mail(notes_web, image, pictures),
        notes_web=notes_web,
        notes_text=plaintext.write(notes, resolve, image),
    )


def _with_figures(elements: list[Element], pictures: Pictures, resolve: plaintext.Resolve) -> list[Element]:
    """The elements with the release's own pictures: one that stands by itself gets its caption below it."""
    for element in elements:
        for image in element.iter("img"):
            found = pictures.named(resolve(image.get("src") or "").strip())
            if found is not None:
                _point(image, found)
    written: list[Element] = []
    for element in elements:
        alone = [(child, image) for child in element for image in child.iter("img")] if _only_pictures(element) else []
        known = [(child, found) for child, image in alone if (found := pictures.shown(image.get("src") or "")) is not None]
        written += [_figure(found, pictures, child) for child, found in known] if known and len(known) == len(alone) else [element]
    return written


def _only_pictures(element: Element) -> bool:
    """Whether a paragraph holds pictures, linked ones too, and no word beside them."""
    words = [element.text, *(text for child in element.iter() if child is not element for text in (child.text, child.tail))]
    tags = {child.tag for child in element.iter() if child is not element}
    return element.tag == "p" and "img" in tags and tags <= {"a", "img", "br"} and not any(text and text.strip() for text in words)


def _point(image: Element, found: Picture) -> None:
    for key, value in {"src": found.name, "alt": _plain(found.alt), "width": str(found.width), "height": str(found.height)}.items():
        image.set(key, value)


def _figure(picture: Picture, words: Pictures, shown: Element | None = None) -> Element:
    """A picture with caption, credit and the way to the full-size file; `shown` is the element that the body has for it."""
    figure = Element("figure")
    if shown is None:
        shown = Element("img")
        _point(shown, picture)
    shown.tail = None
    figure.append(shown)
    caption = _caption(picture, words)
    if caption.text or len(caption):
        figure.append(caption)
    return figure


def _told(picture: Picture) -> Element:
    """What is said of a picture or film that lies elsewhere, and its address."""
    element = Element("p")
    words = (picture.caption or picture.alt, picture.credit)
    element.text = "".join(f"{_plain(part)} – " for part in words if part)
    element.append(_link(picture.url, picture.url.rpartition("/")[2].partition("?")[0] or picture.url))
    return element


def _caption(picture: Picture, words: Pictures) -> Element:
    element = Element("figcaption")
    credit = f"{words.credit} {picture.credit}" if picture.credit else ""
    element.text = _plain(f"{picture.caption} ({credit})" if picture.caption and credit else picture.caption or credit)
    if picture.url:
        if element.text:
            element.append(Element("br"))
        element.append(_link(picture.url, words.full_size))
    return element


def _link(target: str, words: str) -> Element:
    link = Element("a", {"href": _plain(target)})
    link.text = _plain(words)
    return link


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
    """The words in a piece of raw HTML, links with their address: no tags, no scripts, no styles."""
    import nh3

    raw = _RAW_LINK.sub(lambda match: f"{match[2]} &lt;{match[1]}&gt;", raw)
    spaced = re.sub(r"<(br|/p|/div|/li|/h[1-6]|/tr)\b", r" <\1", raw, flags=re.IGNORECASE)
    return html.unescape(nh3.clean(spaced, tags=set(), attributes={}))


def clean(raw: str, names: frozenset[str] = frozenset()) -> str:
    """HTML with only what an article needs: no script, style, frame, form or picture from elsewhere than https.

    `names` are the files beside the page that a picture may name.
    """
    import nh3

    def attribute(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src" and not value.lower().startswith("https://") and value not in names:
            return None
        if tag == "img" and name in ("width", "height") and not value.isdecimal():
            return None
        if tag == "a" and name == "href" and not plaintext.is_safe(value):
            return None  # a relative link leads nowhere in a mail
        return value

    return nh3.clean(
        raw,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        allowed_classes={"span": {"dateline"}},
        url_schemes=_SCHEMES,
        link_rel=None,
        strip_comments=True,
    )


def for_mail(cleaned: str, image: str, pictures: Pictures) -> str:
    """Cleaned HTML as a mail shows it: its own pictures by their Content-ID; any other, which is not loaded, as a link."""
    linked = False

    def one(match: re.Match[str]) -> str:
        nonlocal linked
        if match[1] != "img":
            linked = match[1] == "a"
            return match[0]
        attributes = dict(_ATTRIBUTE.findall(match[2]))
        source, alternative = html.unescape(attributes.get("src", "")), attributes.get("alt", "").strip()
        own = pictures.shown(source)
        if own is not None:
            share = min(1, WIDTH / own.width, HEIGHT / own.height)
            width, height = max(1, round(own.width * share)), max(1, round(own.height * share))
            size = f'width="{width}" height="{height}" style="width: {width}px"'  # the second for Apple Mail, which ignores the first
            return f'<img src="cid:{html.escape(own.cid)}" alt="{alternative}" {size} class="shown">'
        words = f"[{html.escape(image)}: {alternative}]" if alternative else ""
        return f'<a href="{html.escape(source)}">{words}</a>' if words and source and not linked else words

    mail = _LINK_OR_IMAGE.sub(one, cleaned) if "<img" in cleaned else cleaned
    if "<fig" in mail:
        for tag, other in _FIGURE.items():
            mail = mail.replace(tag, other)
    return mail
