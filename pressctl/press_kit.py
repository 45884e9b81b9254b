"""A release as a folder that opens offline: the page, what it shows, and the forms that other programs take.

index.html      the page; ES.html and so on for each translation
SLUG.ics        its events          SLUG.vcf    its media contacts
SLUG.pdf        where the extra is installed
release.json    ninjs 3.1           and its pictures and attachments, under their own names
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pressctl import files, labels
from pressctl import images as pictures
from pressctl.errors import ConfigError, Place, ReleaseError
from pressctl.press_page import Beside, Link

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.release import Release

ATTACHMENT_LIMIT = 25 * 1024 * 1024  # bytes
_OWN = frozenset({"index.html", "release.json"})  # names that no attachment may take


@dataclass(frozen=True, slots=True)
class Around:
    """Where the folder stands. `base` is the newsroom's address with a slash at its end, "" where it is not known.

    `languages` are the release's other pages, `newsroom` and `feeds` lead out of the folder; `past` says that it is no
    news any more.
    """

    base: str = ""
    newsroom: str = ""
    feeds: Sequence[Link] = ()
    past: bool = False


def kit(release: Release, config: Config, translations: Sequence[Release] = (), around: Around | None = None) -> dict[str, bytes]:
    """The folder's files by name. The same input gives the same bytes.

    Raises ReleaseError for a body, a picture or an attachment that cannot be used, TemplateError for a template at fault.
    """
    around = around or Around()
    made: dict[str, bytes] = {}
    pages = [(release, "index.html"), *((other, f"{other.language.lower()}.html") for other in translations)]
    for one, name in pages:
        beside, parts = _beside(one, config, name, "" if one is release else f".{one.language.lower()}")
        made |= parts
        languages = [_language(other, file, here=other is one) for other, file in pages] if len(pages) > 1 else []
        url = f"{around.base}{release.slug}/{'' if name == 'index.html' else name}" if around.base else ""
        full = Beside(url, around.newsroom, beside.files, languages, around.feeds, around.past)
        made[name] = _page(one, config, full)
    return made


def _page(release: Release, config: Config, beside: Beside) -> bytes:
    from pressctl import render

    return render.web(release, config, beside).encode()


def _language(release: Release, file: str, *, here: bool) -> Link:
    return Link(labels.own_name(release.language), file, "text/html", release.language, here)


def _beside(release: Release, config: Config, page: str, mark: str) -> tuple[Beside, Mapping[str, bytes]]:
    """What goes beside one language's page, and the links to it. `mark` parts a translation's files from the original's."""
    made: dict[str, bytes] = {}
    links: list[Link] = []
    words, stem = labels.page_words(release.language), release.slug
    forms = [("ics", f"{stem}.ics", words["calendar"]), ("vcf", f"{stem}.vcf", words["card"]), ("pdf", f"{stem}.pdf", words["pdf"]),
             ("ninjs", f"release{mark}.json", words["data"])]  # fmt: skip
    for form, name, title in forms:
        data = _form(form, release, config)
        if data is not None:
            made[name] = data
            links.append(Link(title, name, _media_type(form)))
    for image in pictures.found(release, config):
        _refuse_taken(image.name, made, page, release, "media")
        made[image.name] = image.content
    for path in release.attachments:
        name, place = path.name, release.places.get("attachments", Place(str(release.path)))
        _refuse_taken(name, made, page, release, "attachments")
        data = files.read_bytes(path, ReleaseError, "attachment", ATTACHMENT_LIMIT)
        made[name] = pictures.without_traces(path, data, release, place)
        links.append(Link(name, name))
    return Beside(files=links), made


def _refuse_taken(name: str, made: Mapping[str, bytes], page: str, release: Release, key: str) -> None:
    if name in _OWN or name in made or name == page or name.startswith("."):
        raise ReleaseError(f"the file {name} has the name of another file of the page", release.places.get(key), "rename it")


def _form(form: str, release: Release, config: Config) -> bytes | None:
    """One form, or None where the release has nothing for it or its package is not installed."""
    from pressctl import formats

    if form == "pdf" and "pdf" not in release.extra.get("channels", ("pdf",)):
        return None
    if (form == "ics" and not release.events) or (form == "vcf" and not release.contacts):
        return None
    module = formats.module(form)
    try:
        made: bytes = module.make(release, config)
    except ConfigError:
        if form == "pdf":  # an extra: the folder is whole without it
            return None
        raise
    return made


def _media_type(form: str) -> str:
    from pressctl import formats

    return str(formats.module(form).MEDIA_TYPE)
