"""What the newsroom has shown: of each release the name, the version, and a digest of its words; no word itself.

Kept in the office's state, so that `check` sees a release that was changed without a new version, or under a new name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressctl import identity
from pressctl.values import dataclass

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.news_copy import Copy
    from pressctl.release import Release

_FILE = "published.json"
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Shown:
    """A release as it was first shown in its newest version. `state` is twelve hex digits over its words and events."""

    name: str
    version: int
    state: str


def state(release: Release) -> str:
    """Twelve hex digits over the words of headline, subhead and body, and over the events: what readers would call changed."""
    words = " ".join(_WORDS.findall(" ".join((release.headline, release.subhead, release.body)).casefold()))
    events = [[event.title, event.start.timestamp(), event.end.timestamp() if event.end else 0, event.place.name if event.place else ""]
              for event in release.events]  # fmt: skip
    import hashlib
    import json

    return hashlib.sha256(json.dumps([words, events]).encode()).hexdigest()[:12]


def remembered(root: Path) -> Mapping[str, Shown]:
    """What was shown, by the release's file name without .md; nothing where there is no record, or none that can be read."""
    from pressctl import office

    try:
        written = (office.state(root) / _FILE).read_text("utf-8")
    except (OSError, ValueError):
        return {}
    import json

    try:
        read: Any = json.loads(written)
        return {slug: Shown(str(one["name"]), int(one["version"]), str(one["state"])) for slug, one in read.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}


def of(text: Copy) -> Mapping[str, Shown]:
    """`remembered`, for the rules."""
    return remembered(text.config.root)


def remember(config: Config, releases: Iterable[Release]) -> None:
    """Note releases that are shown now. One that is noted in this version keeps what it was. Raises OSError."""
    import json

    from pressctl.files import private_folder, write

    known = dict(remembered(config.root))
    for release in releases:
        before, version = known.get(release.slug), identity.version(release)
        if before is None or before.version < version:
            known[release.slug] = Shown(identity.name(release), version, state(release))
    private_folder(config.state)
    value = {slug: {"name": one.name, "version": one.version, "state": one.state} for slug, one in sorted(known.items())}
    write(config.state / _FILE, (json.dumps(value, indent=1) + "\n").encode(), 0o600)
