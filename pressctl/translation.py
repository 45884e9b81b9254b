"""A translation and its original: which file is the other's, and the state of the original that was translated."""

from __future__ import annotations

import re
from pathlib import Path

from pressctl import files, news_copy
from pressctl.errors import PressctlError, ReleaseError
from pressctl.news_copy import Copy

_SUFFIX = re.compile(r"(.+)\.([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.md")
_WORDS = re.compile(r"\w+")


def original(text: Copy) -> Copy | None:
    """The release that this one translates: named by `translation_of`, or SLUG.md beside SLUG.es.md; None where there is none."""
    if text.raw:
        return None
    path = _original_path(text)
    try:
        if path is None or not path.is_file() or path.resolve() == text.path.resolve():
            return None
        source = files.read_text(path, ReleaseError, "release")
        return news_copy.read(source, path, text.config, text.now)
    except (PressctlError, OSError, ValueError, RuntimeError):
        return None


def _original_path(text: Copy) -> Path | None:
    named = text.key("translation_of")
    folders = (text.path.parent, text.config.root / "releases")
    if isinstance(named, str) and named and re.fullmatch(r"[\w.-]{1,100}", named):
        names = [folder / f"{named.removesuffix('.md')}.md" for folder in folders]
        return next((path for path in names if path.is_file()), None)
    match = _SUFFIX.fullmatch(text.path.name)
    return text.path.with_name(f"{match[1]}.md") if match else None


def state(text: Copy) -> str:
    """Twelve hex digits over the words of headline, subhead and body: what `source_hash` holds in a translation."""
    import hashlib

    words = " ".join(_WORDS.findall(text.shared.prose.casefold()))
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
