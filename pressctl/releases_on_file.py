"""All releases of the office as they are on file, each with its translations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pressctl import release as releases
from pressctl import release_languages

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.release import Release


@dataclass(frozen=True, slots=True)
class Filed:
    """A release and its translations, by language."""

    release: Release
    translations: tuple[Release, ...] = ()


def every(config: Config) -> Iterator[Filed]:
    """The releases by name. Raises ReleaseError for the first that cannot be read."""
    for slug in releases.slugs(config):
        path = config.root / releases.FOLDER / f"{slug}.md"
        release = releases.load(path, config)
        if release_languages.original(path, str(release.extra.get("translation_of", "")), config) is None:
            yield Filed(release, release_languages.translations(release, config))
