"""No media contact is given, neither by the release nor by the organization.

Why: an editor who cannot reach anybody tonight does not run the story. Source: Montana Nonprofit Association, media
toolkit; ereleases.com on releases and advisories.
"""

from __future__ import annotations

from collections.abc import Iterator

from pressctl.checks import Copy, Found, Level, Options

CODE = "STR004"
LEVEL: Level = "error"
FIX = "manual"
BAD = ("BARE\nThe council meets.",)
GOOD = ("The council meets.", "contact: {name: Press desk, email: press@example.org}\n---\nThe council meets.")


def check(text: Copy, options: Options) -> Iterator[Found]:
    if not text.release.contacts:
        yield Found(
            *text.span("contact"), "no media contact is given", "write `contact:` with name, email and phone, or [[organization.contacts]]"
        )
