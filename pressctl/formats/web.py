"""The release as one web page, for people and for search engines.

HTML with the styles in it; JSON-LD (schema.org), Open Graph and microformats tell programs what is news, when, by whom. The
office's own `templates/web.html.j2` comes before the package's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.release import Release

SUFFIX = "html"
MEDIA_TYPE = "text/html"


def make(release: Release, config: Config) -> bytes:
    """The page by itself, without the files that stand beside it in a folder."""
    from pressctl import render

    return render.web(release, config).encode()
