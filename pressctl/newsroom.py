"""The newsroom: every release that may be public now, as pages with an index and feeds; nothing of any other, not even its name.

    index.html, atom.xml, feed.json             all releases, newest first; index.es.html and so on for each other language
    SLUG/                                       one folder a release (see `press_kit`)
    SLUG/index.html                             alone, where a release was withdrawn or a newer version has replaced it

What may be public is decided here, for each release and each translation by itself, by the time that is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pressctl import feeds, identity, press_kit, releases_on_file
from pressctl.anatomy import bodies
from pressctl.labels import day, labels, moment, own_name, page_words
from pressctl.plaintext import unwrapped
from pressctl.press_page import Link, as_values

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.release import Release
    from pressctl.releases_on_file import Filed

FEED_LENGTH = 50  # releases in a feed; the index has all
_RESERVED = ("op-ed", "letter")  # offered to one paper: public only where `channels` says so


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A release that is not public, and why."""

    slug: str
    reason: str


@dataclass(frozen=True, slots=True)
class Newsroom:
    """The folder's files by name, the releases in it, newest first, and what is not in it."""

    files: Mapping[str, bytes]
    public: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    shown: tuple[Release, ...] = ()  # the public ones, for `published.remember`


@dataclass(frozen=True, slots=True)
class Item:
    """A release that is public, with those of its translations that are."""

    release: Release
    translations: tuple[Release, ...] = ()
    past: bool = False

    def version_in(self, language: str) -> Release | None:
        """The release in a language, None where there is none."""
        return next((one for one in (self.release, *self.translations) if one.language == language), None)


@dataclass(slots=True)
class _Sorted:
    """All releases, each in its place."""

    public: list[Item] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    withdrawn: list[Release] = field(default_factory=list)  # had been public, or would be
    replaced: list[tuple[Release, Release]] = field(default_factory=list)  # the old one, the newer one


def newsroom(config: Config, now: datetime, known: frozenset[str] = frozenset()) -> Newsroom:
    """The newsroom at a time (with zone). `known` are the names of the files that an earlier run wrote.

    Raises ReleaseError where one release cannot be read: then nothing can be said of what may be public.
    """
    everything = list(releases_on_file.every(config))
    found = _sorted(everything, config, now, known)
    base, title = (
        config.site.url,
        config.site.title or f"{config.organization.name}: {page_words(config.organization.language)['newsroom']}",
    )
    made: dict[str, bytes] = {}
    for item in found.public:
        around = press_kit.Around(base, "../index.html", _feed_links("", "../", page_words(config.organization.language)), item.past)
        kit = press_kit.kit(item.release, config, item.translations, around)
        made |= {f"{item.release.slug}/{name}": data for name, data in kit.items()}
    for release in found.withdrawn:
        made[f"{release.slug}/index.html"] = _notice(release, config, "withdrawn")
    for old, newer in found.replaced:
        made[f"{old.slug}/index.html"] = _notice(old, config, "newer", f"../{newer.slug}/index.html")
    made |= _front(found.public, config, base, title)
    shown = tuple(item.release for item in found.public)
    return Newsroom(made, tuple(one.slug for one in shown), tuple(sorted(found.left_out, key=lambda one: one.slug)), shown)


def _sorted(everything: Sequence[Filed], config: Config, now: datetime, known: frozenset[str]) -> _Sorted:
    found = _Sorted()
    killed: dict[str, int] = {}
    for filed in everything:
        release = filed.release
        if release.kind == "kill" and release.extra.get("status") not in ("draft", "withdrawn") and release.issued <= now:
            killed[identity.name(release)] = max(killed.get(identity.name(release), 0), identity.version(release))
    newest: dict[str, Item] = {}
    for filed in everything:
        release, was = filed.release, f"{filed.release.slug}/index.html" in known
        reason = why_not(release, now) or _unsafe(release, config, now)
        dead = identity.version(release) <= killed.get(identity.name(release), 0)
        if reason or dead:
            found.left_out.append(LeftOut(release.slug, reason or "was killed"))
            over = dead or release.extra.get("status") == "withdrawn"
            if not _embargoed(release, now) and ((dead and not reason) or (over and was)):
                found.withdrawn.append(release)
            continue
        item = Item(
            _public(release), tuple(_translations(filed, config, now, found)), release.expires is not None and release.expires <= now
        )
        _keep_newest(item, newest, found)
    found.public = sorted(newest.values(), key=lambda item: (item.release.issued, item.release.slug), reverse=True)
    return found


def _keep_newest(item: Item, newest: dict[str, Item], found: _Sorted) -> None:
    name = identity.name(item.release)
    other = newest.get(name)
    if other is None:
        newest[name] = item
        return
    old, new = sorted((other, item), key=lambda one: (identity.version(one.release), one.release.issued))
    newest[name] = new
    found.left_out.append(LeftOut(old.release.slug, f"`{new.release.slug}` has replaced it"))
    found.replaced = [(one, new.release) for one, _ in found.replaced if identity.name(one) == name] + [
        pair for pair in found.replaced if identity.name(pair[0]) != name
    ]
    found.replaced.append((old.release, new.release))


def _translations(filed: Filed, config: Config, now: datetime, found: _Sorted) -> Iterator[Release]:
    """Those that may be public; the original is."""
    for one in filed.translations:
        reason = why_not(one, now) or _unsafe(one, config, now)
        if reason:
            found.left_out.append(LeftOut(one.slug, reason))
        else:
            yield _public(one)


def _public(release: Release) -> Release:
    """As it reads when its embargo is over: for immediate release."""
    return replace(release, embargo=None, extra={key: value for key, value in release.extra.items() if key != "embargo_note"})


def why_not(release: Release, now: datetime) -> str:
    """Why a release may not be public at this time; "" where it may."""
    status, channels = release.extra.get("status"), release.extra.get("channels")
    if release.embargo is not None and _embargoed(release, now):
        return f"is embargoed until {moment(release.embargo.astimezone(release.timezone))}"
    if status in ("draft", "withdrawn"):
        return "is a draft" if status == "draft" else "is withdrawn"
    if release.kind == "kill":
        return "is a kill, which only takes others away"
    if any(later > now for later in _pictures_embargoed(release)):
        return f"has a picture that is embargoed until {moment(max(_pictures_embargoed(release)).astimezone(release.timezone))}"
    if release.issued > now:
        return f"is dated {day(release.date)}"
    if channels is not None and "web" not in channels:
        return "has no `web` among its `channels`"
    if release.kind in _RESERVED and channels is None:
        return f"is of the type {release.kind}, which is offered to one paper; `channels: [web]` makes it public"
    return ""


def _pictures_embargoed(release: Release) -> list[datetime]:
    return [entry["embargo"] for entry in release.extra.get("media", ()) if isinstance(entry.get("embargo"), datetime)]


def _embargoed(release: Release, now: datetime) -> bool:
    return release.embargo is not None and release.embargo > now


def _unsafe(release: Release, config: Config, now: datetime) -> str:
    """What the rules that guard people say, and the one of translations that are behind their original."""
    from pressctl import check

    codes = [finding.code for finding in check.errors(release, config, now) if finding.code.startswith("PRV") or finding.code == "L10902"]
    return f"is held back by `pressctl check {release.path.name}`: {', '.join(dict.fromkeys(codes))}" if codes else ""


def _notice(release: Release, config: Config, said: str, newer: str = "") -> bytes:
    """A page that says only that there is nothing here any more: not one word of the release."""
    from pressctl import render

    words = page_words(release.language)
    page = {"language": release.language, "said": words[said], "newer": newer, "words": words, "newsroom": "../index.html"}
    return render.page(render.NOTICE_HTML, config, {"organization": _issuer(config), "page": page}).encode()


def _issuer(config: Config) -> dict[str, str]:
    organization = config.organization
    desk = organization.reply_to or organization.sender
    return {"name": organization.name, "url": organization.url, "address": organization.address, "email": desk.email}


def _front(items: Sequence[Item], config: Config, base: str, title: str) -> dict[str, bytes]:
    """The index and the feeds: of everything in the office's language, and of each other language there is."""
    from pressctl import render

    main = config.organization.language
    languages = list(dict.fromkeys([main, *sorted({one.language for item in items for one in (item.release, *item.translations)})]))
    made: dict[str, bytes] = {}
    for language in languages:
        mark = "" if language == main else f".{language.lower()}"
        chosen = [(item, item.version_in(language)) for item in items]
        listed = [(item, one or item.release) for item, one in chosen if one is not None or language == main]
        words = page_words(language)
        own = title if language == main else f"{config.site.title or config.organization.name}: {words['newsroom']}"
        page = {
            "language": language,
            "title": own,
            "heading": config.site.title or words["newsroom"],
            "url": f"{base}{_index(mark)}" if base and mark else base,
            "words": words,
            "feeds": [as_values(link) for link in _feed_links(mark, "", words)],
            "languages": [as_values(_index_link(other, main, here=other == language)) for other in languages] if len(languages) > 1 else [],
            "releases": [_listed(item, one, config) for item, one in listed],
        }
        made[_index(mark)] = render.page(render.NEWSROOM_HTML, config, {"organization": _issuer(config), "page": page}).encode()
        entries = [_entry(item, one, config, base) for item, one in listed if _in_feed(one)][:FEED_LENGTH]
        feed = feeds.Feed(own, language, entries, base, "" if base and not mark else _index(mark), f"atom{mark}.xml")
        made[f"atom{mark}.xml"] = feeds.atom(feed, config)
        made[f"feed{mark}.json"] = feeds.json_feed(replace(feed, name=f"feed{mark}.json"), config)
    return made


def _index(mark: str) -> str:
    return f"index{mark}.html"


def _index_link(language: str, main: str, *, here: bool) -> Link:
    return Link(own_name(language), _index("" if language == main else f".{language.lower()}"), "text/html", language, here)


def _feed_links(mark: str, up: str, words: Mapping[str, str]) -> list[Link]:
    return [Link("Atom", f"{up}atom{mark}.xml", "application/atom+xml"), Link("JSON Feed", f"{up}feed{mark}.json", "application/feed+json")]


def _in_feed(release: Release) -> bool:
    channels = release.extra.get("channels")
    return channels is None or "feed" in channels


def _file(item: Item, release: Release) -> str:
    return "index.html" if release is item.release else f"{release.language.lower()}.html"


def _listed(item: Item, release: Release, config: Config) -> dict[str, Any]:
    """A release as the index shows it."""
    slug = item.release.slug
    others = [one for one in (item.release, *item.translations) if one is not release]
    links = [Link(own_name(one.language), f"{slug}/{_file(item, one)}", language=one.language) for one in others]
    words = labels(release.language)
    return {
        "language": release.language,
        "label": words.get(release.kind, words["release"]),
        "published": release.issued.isoformat(),
        "date": day(release.date, release.language),
        "past": item.past,
        "href": f"{slug}/{_file(item, release)}",
        "headline": release.headline,
        "summary": release.summary or bodies(release, config).body.lede,
        "languages": [as_values(link) for link in links],
    }


def _entry(item: Item, release: Release, config: Config, base: str) -> feeds.Entry:
    written = bodies(release, config)
    body = written.body
    file = _file(item, release)
    folder = f"{base}{item.release.slug}/"
    html = re.sub(r'(<img\b[^>]*\bsrc=")(?![a-z]+:)', lambda match: match[1] + folder, body.web + written.media.web)
    return feeds.Entry(
        uri=identity.uri(release, config),
        url=folder + ("" if base and file == "index.html" else file),
        title=release.headline,
        summary=release.summary or body.lede,
        html=html,
        text=unwrapped(body.text),
        language=release.language,
        issued=release.issued,
        tags=tuple(str(word) for word in release.extra.get("keywords") or ()),
    )
