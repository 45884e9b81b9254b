"""What a release is called in every form, for good: its name, its version, its URI.

A name is never made of the headline or of a date, which may be corrected: programs that took the release know it by this
name and must find it again. A correction, an update or a kill is the same thing in a higher version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressctl.pattern import pattern

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.release import Release

_SUPERSEDES = pattern(r"(.+?)(?:@(\d{1,4}))?")
_TRANSLATION = pattern(r"(.+)\.([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)")


def name(release: Release) -> str:
    """The name that never changes: the key `id`, else that of what this one supersedes or translates, else the file's."""
    for key in ("id", "supersedes", "translation_of"):
        value = release.extra.get(key)
        if isinstance(value, str) and value.strip():
            match = _SUPERSEDES.fullmatch(value.strip()) if key == "supersedes" else None
            return match[1] if match else value.strip().removesuffix(".md")
    match = _TRANSLATION.fullmatch(release.slug)
    return match[1] if match else release.slug


def version(release: Release) -> int:
    """The number of this version, from 1: as written, else one more than what it supersedes."""
    written = release.extra.get("version")
    if isinstance(written, int):
        return written
    match = _SUPERSEDES.fullmatch(str(release.extra.get("supersedes", "")).strip())
    return int(match[2]) + 1 if match and match[2] else 1


def uri(release: Release, config: Config) -> str:
    """A URN that is the same for every version of this release in this language (RFC 9562, a UUID of version 5)."""
    translation = _TRANSLATION.fullmatch(release.slug)
    language = release.language if translation or release.extra.get("translation_of") else ""
    import uuid  # asks the platform for much at its import

    return uuid.uuid5(uuid.NAMESPACE_URL, f"press:{domain(config)}/{name(release)}/{language}").urn


def event_uid(release: Release, config: Config, number: int) -> str:
    """The UID of the event with this number, from 1: the same in every version and translation (RFC 7986, section 5.3)."""
    import uuid

    return f"{uuid.uuid5(uuid.NAMESPACE_URL, f'press:{domain(config)}/{name(release)}/event/{number}')}"


def domain(config: Config) -> str:
    """The domain of the sender, under which the names are unique."""
    return config.organization.sender.email.rpartition("@")[2].lower()
