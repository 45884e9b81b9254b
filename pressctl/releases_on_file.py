"""All releases of the office as they are on file, each with its translations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pressctl import release as releases

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.release import Release


@dataclass(frozen=True, slots=True)
class Filed:
    """A release and its translations: SLUG.es.md beside SLUG.md, in the order of their names."""

    release: Release
    translations: tuple[Release, ...] = ()


def every(config: Config) -> Iterator[Filed]:
    """The releases by name. Raises ReleaseError for the first that cannot be read."""
    for slug in releases.slugs(config):
        yield Filed(releases.load(config.root / releases.FOLDER / f"{slug}.md", config), translations_of(slug, config))


def translations_of(slug: str, config: Config) -> tuple[Release, ...]:
    """The translations of a release of the office, each in another language. Raises ReleaseError."""
    from pressctl.translation import glob_escape

    paths = sorted((config.root / releases.FOLDER).glob(f"{glob_escape(slug)}.*.md"))
    loaded = [releases.load(path, config) for path in paths if releases.is_translation(path.name, slug)]
    return tuple({one.language: one for one in loaded}.values())
