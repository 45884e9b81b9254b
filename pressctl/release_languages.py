"""A release in its other languages: finds its translations, and holds each to what the original has settled.

A translation is a file SLUG.es.md beside SLUG.md, or named in `translations`. It has the words; date, kind, embargo,
expiry, the times of events and whom to ask are the original's, so that no language can go out under other rules.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pressctl import release as releases
from pressctl.config import Config
from pressctl.errors import Place, Problem, ReleaseError
from pressctl.release import Event, Release

_SUFFIX = re.compile(r"(.+)\.([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.md")
_SHARED = ("id", "version", "supersedes", "topics", "urgency", "people", "exclusive", "channels")  # no words, or names
_HINT = "leave the key out: it is taken from the original"


def load(path: Path, config: Config) -> Release:
    """The release in a file; a translation together with what it takes from its original. Raises ReleaseError."""
    release = releases.load(path, config)
    source = original(path, str(release.extra.get("translation_of", "")), config)
    if source is None:
        return release
    return _adopted(release, releases.load(source, config), _suffix(path) or release.language)


def original(path: Path, named: str, config: Config) -> Path | None:
    """The file of the release that the one at `path` translates: `named`, or SLUG.md beside SLUG.es.md; else None."""
    folders = (path.parent, config.root / releases.FOLDER)
    if named and re.fullmatch(r"[\w.-]{1,100}", named):
        found = next((file for folder in folders if (file := folder / f"{named.removesuffix('.md')}.md").is_file()), None)
    else:
        match = _SUFFIX.fullmatch(path.name) if _suffix(path) else None
        found = path.with_name(f"{match[1]}.md") if match else None
    return found if found is not None and found.is_file() and found.resolve() != path.resolve() else None


def versions(release: Release, config: Config) -> tuple[Release, ...]:
    """The release in all its languages, the original first. Raises as `translations` does."""
    return (release, *translations(release, config))


def translations(release: Release, config: Config) -> tuple[Release, ...]:
    """The release's translations, by language. Raises ReleaseError for one that is missing, broken or at odds with it."""
    found: dict[str, Release] = {}
    for language, path, place in _files(release):
        if not path.is_file():
            raise ReleaseError(f"there is no file `{path.name}`", place, "write it beside the release, or take the line out")
        own = releases.load(path, config)
        source = original(path, str(own.extra.get("translation_of", "")), config)
        if source is None or source.resolve() != release.path.resolve():
            hint = f"write `translation_of: {release.slug}` in it, so that it is never sent as a release of its own"
            raise ReleaseError(f"{path.name} does not say that it translates {release.path.name}", Place(str(path)), hint)
        made = _adopted(own, release, language)
        if made.language.casefold() == release.language.casefold():
            raise ReleaseError(f"the release itself is in `{made.language}`", Place(str(path)), "give the file another language")
        known = found.setdefault(made.language.casefold(), made)
        if known.path != path:
            raise ReleaseError(f"there are two translations into `{made.language}`", place, f"keep {known.path.name} or {path.name}")
    return tuple(found[language] for language in sorted(found))


def _files(release: Release) -> Iterator[tuple[str, Path, Place]]:
    """Language, file and where it is named: those in `translations`, then the files beside the release."""
    listed = release.extra.get("translations", {})
    for language, name in listed.items():
        place = release.places.get(f"translations.{language}", Place(str(release.path)))
        if Path(name).name != name:
            raise ReleaseError(f"`{name}` is not the name of a file beside the release", place, "write SLUG.es.md, without a folder")
        yield language, release.path.with_name(name), place
    for name in sorted(os.listdir(release.path.parent)) if release.path.parent.is_dir() else ():
        path = release.path.with_name(name)
        match = _SUFFIX.fullmatch(name)
        if match and match[1] == release.slug and name not in listed.values() and (language := _suffix(path)):
            yield language, path, Place(str(path))


def _suffix(path: Path) -> str:
    """The language in a file's name; "" where there is none. One of three letters counts where the file says so too (`.old`)."""
    match = _SUFFIX.fullmatch(path.name)
    if match is None:
        return ""
    if (
        len(match[2].partition("-")[0]) == 3
        and str(releases.front(path).get("language", "")).partition("-")[0] != match[2].partition("-")[0]
    ):
        return ""
    return match[2]


def _adopted(own: Release, source: Release, language: str) -> Release:
    """The translation's words with the original's facts. Raises ReleaseError for each fact in which they differ."""
    problems = list(_differences(own, source))
    if "language" in own.places and own.language.partition("-")[0].casefold() != language.partition("-")[0].casefold():
        problems.append(Problem(f"this says `{own.language}`, and it is meant to be `{language}`", own.places["language"], "correct one"))
    if problems:
        raise ReleaseError.of(problems)
    shared = {key: source.extra[key] for key in _SHARED if key in source.extra}
    return replace(
        own,
        language=own.language if "language" in own.places else language,
        date=source.date,
        issued=source.issued,
        kind=source.kind,
        timezone=source.timezone,
        embargo=source.embargo,
        expires=source.expires,
        contacts=own.contacts if "contact" in own.places else source.contacts,
        boilerplate=own.boilerplate if "boilerplate" in own.places else source.boilerplate,
        events=tuple(map(_event, own.events, source.events)) if own.events else source.events,
        audience=source.audience,
        extra=shared | dict(own.extra) | {"translation_of": source.slug},
    )


def _differences(own: Release, source: Release) -> Iterator[Problem]:
    facts: list[tuple[str, Any, Any]] = [
        ("date", own.date, source.date),
        ("type", own.kind, source.kind),
        ("embargo", own.embargo, source.embargo),
        ("expires", own.expires, source.expires),
        ("timezone", own.timezone.key, source.timezone.key),
    ]
    for key, mine, theirs in facts:
        if key in own.places and mine != theirs:
            yield Problem(f"the `{key}` differs from that of {source.path.name}", own.places[key], "correct it" if key == "date" else _HINT)
    if own.events and len(own.events) != len(source.events):
        text = f"this has {len(own.events)} events, and {source.path.name} has {len(source.events)}"
        yield Problem(text, own.places.get("events"), "list the same ones in the same order")
        return
    for number, (mine, theirs) in enumerate(zip(own.events, source.events, strict=False)):
        if mine.start != theirs.start or (mine.end or theirs.end) != theirs.end:
            place = own.places.get(f"events[{number}].start")
            yield Problem(
                f"the time of `{mine.title}` differs from that in {source.path.name}", place, "write the same time, with its offset"
            )


def _event(own: Event, source: Event) -> Event:
    return replace(
        own,
        start=source.start,
        end=source.end,
        place=own.place or source.place,
        organizer=own.organizer or source.organizer,
        audience=source.audience,
        details={**source.details, **own.details},
    )
