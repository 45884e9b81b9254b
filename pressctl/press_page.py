"""What a release's web page shows beyond the mail: what stands beside it, its events in full, and what programs read in it.

Templates see it as `page`. Everything in it is public: of what the front matter holds, only what is printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pressctl import identity, labels, linked_data
from pressctl.anatomy import announced

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.release import Event, Release


@dataclass(frozen=True, slots=True)
class Link:
    """A file or page to go to: relative to the page, or absolute."""

    title: str
    href: str
    type: str = ""  # media type
    language: str = ""
    here: bool = False  # the page itself, among its translations


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a page. `url` is the page's own address, "" where the newsroom's is not known."""

    url: str = ""
    newsroom: str = ""
    files: Sequence[Link] = ()
    languages: Sequence[Link] = ()
    feeds: Sequence[Link] = ()
    past: bool = False


def values(release: Release, config: Config, facts: Mapping[str, Any], beside: Beside | None = None) -> dict[str, Any]:
    """The name `page` for the template. `facts` is the release as data."""
    from markupsafe import Markup

    beside = beside or Beside()
    words = labels.page_words(release.language)
    folder = beside.url.rpartition("/")[0] + "/" if beside.url else ""
    images = [_image(image, folder) for image in facts["images"] if image["alt"]]
    article = linked_data.article(release, config, facts, beside.url, images if folder else ())
    return {
        "uri": identity.uri(release, config),
        "url": beside.url,
        "newsroom": beside.newsroom,
        "words": words,
        "locale": release.language.replace("-", "_"),
        "published": release.issued.isoformat(),
        "expires": release.expires.isoformat() if release.expires else "",
        "standing": words["past"] if beside.past else "",
        "linked_data": Markup(linked_data.script(article)),  # noqa: S704 — JSON in which no character can end the element
        "files": list(map(as_values, beside.files)),
        "languages": list(map(as_values, beside.languages)),
        "feeds": list(map(as_values, beside.feeds)),
        "images": images if folder else [],
        "events": [shown(event, facts, release) for event, facts in zip(announced(release), facts["events"], strict=True)],
        "rights": " ".join(str(release.extra[key]) for key in ("copyright", "usage", "license") if release.extra.get(key)),
        "links": _links(release.extra.get("links")),
    }


def as_values(link: Link) -> dict[str, Any]:
    """A link as a template sees it."""
    return {name: getattr(link, name) for name in link.__slots__}


def _image(image: Mapping[str, Any], folder: str) -> dict[str, str]:
    """A picture beside the page as programs elsewhere find it."""
    return {"url": f"{folder}{image['name']}", **{name: str(image[name]) for name in ("alt", "caption", "credit")}}


def shown(event: Event, facts: Mapping[str, Any], release: Release) -> dict[str, Any]:
    """An event as data (`facts`), with its times for programs: RFC 3339 with the offset of the release's zone, or a day."""

    def moment(value: Any) -> str:
        local = value.astimezone(release.timezone)
        return str(local.date().isoformat() if event.details.get("all_day") else local.isoformat())

    off = event.details.get("status") in ("cancelled", "postponed")
    return {**facts, "start": moment(event.start), "end": moment(event.end) if event.end else "", "off": off}


def _links(value: Any) -> list[dict[str, str]]:
    """The pages to read on that can be linked: web addresses with a title or none."""
    found = []
    for link in value if isinstance(value, list | tuple) else ():
        url = str(link.get("url", "")) if isinstance(link, Mapping) else str(link)
        if url.startswith(("https://", "http://")) and url.isprintable():
            found.append({"url": url, "title": str(link.get("title") or url) if isinstance(link, Mapping) else url})
    return found
