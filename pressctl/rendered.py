"""The mail as it will leave, for the rules that judge it; made only where it could differ from what is known to be sound.

The package's own templates are proven by its tests: with them, and a body of common length without HTML, nothing that a
rule about the rendered mail looks for can happen, so `check` does not load the template engine for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pressctl.news_copy import Copy

if TYPE_CHECKING:
    from pressctl.edition import Edition
    from pressctl.errors import Problem

LONG = 20_000  # characters of a body that can make a mail of 80 KB


@dataclass(frozen=True, slots=True)
class Made:
    """The edition, or what keeps it from being made; neither where it need not be made."""

    edition: Edition | None = None
    problem: Problem | None = None
    template: bool = False  # the problem is a template's

    @property
    def html(self) -> str:
        """The HTML part without personal blocks."""
        return "".join(self.edition.html.pieces) if self.edition else ""

    @property
    def plain(self) -> str:
        """The text part without personal blocks."""
        return "".join(self.edition.text.pieces) if self.edition else ""


def own_templates(text: Copy) -> dict[str, str]:
    """The office's templates that differ from the package's, by name."""
    folder, package = text.config.root / "templates", _package_templates()
    try:
        files = sorted(folder.rglob("*.j2")) if folder.is_dir() and not folder.samefile(package) else []
        return {
            path.relative_to(folder).as_posix(): source
            for path in files
            if (source := path.read_text("utf-8", "replace")) != _source(package / path.relative_to(folder))
        }
    except OSError:
        return {}


def _package_templates() -> Path:
    """As `render.package_office`, which is not loaded for this."""
    installed = Path(__file__).parent / "office"
    return (installed if installed.is_dir() else Path(__file__).parent.parent) / "templates"


def _source(path: Path) -> str | None:
    return path.read_text("utf-8", "replace") if path.is_file() else None


def made(text: Copy) -> Made:
    """The mail of a release that can be read, where it has to be looked at."""
    special = len(text.release.body) > LONG or re.search(r"<[a-zA-Z/]", text.release.body) is not None or bool(text.of(own_templates))
    if text.raw or text.missing or text.problems or not text.release.body.strip() or not special:
        return Made()
    from pressctl import render
    from pressctl.errors import PressctlError, TemplateError

    try:
        return Made(render.single(text.release, text.config))
    except PressctlError as error:
        return Made(problem=error.problems[0], template=isinstance(error, TemplateError))
    except (OSError, RecursionError, ValueError):
        return Made()
