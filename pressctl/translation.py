"""A translation and its original: which file is the other's, and the state of the original that was translated."""

from __future__ import annotations

import re

from pressctl import files, news_copy, release_languages
from pressctl.errors import PressctlError, ReleaseError
from pressctl.news_copy import Copy

_WORDS = re.compile(r"\w+")


def original(text: Copy) -> Copy | None:
    """The release that this one translates: named by `translation_of`, or SLUG.md beside SLUG.es.md; None where there is none."""
    if text.raw:
        return None
    try:
        path = release_languages.original(text.path, str(text.key("translation_of") or ""), text.config)
        if path is None:
            return None
        source = files.read_text(path, ReleaseError, "release")
        return news_copy.read(source, path, text.config, text.now)
    except (PressctlError, OSError, ValueError, RuntimeError):
        return None


def state(text: Copy) -> str:
    """Twelve hex digits over the words of headline, subhead and body: what `source_hash` holds in a translation."""
    import hashlib

    words = " ".join(_WORDS.findall(text.prose.casefold()))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def present(text: Copy, language: str) -> bool:
    """Whether the release has a translation: listed in `translations`, or a file SLUG.LANGUAGE.md."""
    listed = text.key("translations")
    if isinstance(listed, dict) and language in listed:
        return True
    stem = text.path.name.removesuffix(".md")
    try:
        return any(text.path.parent.glob(f"{glob_escape(stem)}.{language}*.md"))
    except (OSError, ValueError):
        return False


def glob_escape(name: str) -> str:
    """A file name as a pattern that matches it alone."""
    return re.sub(r"([*?[])", r"[\1]", name)
