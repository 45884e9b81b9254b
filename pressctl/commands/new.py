"""A release scaffold: everything filled in but what only you can know"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pressctl.config import Config

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def new(headline: Annotated[str, typer.Argument(metavar="HEADLINE", help="One idea, present tense, at most 100 characters.")]) -> None:
    """Make a release file from its headline.

    Example: pressctl new "Residents ask city to keep the night bus"
    """
    from pressctl import config as configuration
    from pressctl import show
    from pressctl.errors import Place, Refusal, ReleaseError
    from pressctl.files import write
    from pressctl.schema import is_control

    config = configuration.load(configuration.find(Path.cwd()))
    if not headline.strip() or any(is_control(character) for character in headline):
        raise ReleaseError(
            "a headline is one line of text", hint='put it in quotes: pressctl new "Residents ask city to keep the night bus"'
        )
    path = config.root / "releases" / f"{slug(headline)}.md"
    if path.exists():
        raise Refusal("this release is there already", Place(str(path)), "edit it, or choose another headline")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, scaffold(headline.strip(), config).encode())
    except OSError as fault:
        raise ReleaseError(f"the release cannot be written: {fault.strerror}", Place(str(path)), "make the folder writable") from None
    show.emit(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))
    show.say("Next: write it, then look at it with `pressctl render` and rehearse with `pressctl send`.")


def slug(headline: str) -> str:
    """A file name from a headline: at most six words, lower case, ASCII."""
    plain = unicodedata.normalize("NFKD", headline).encode("ascii", "ignore").decode().lower()
    words = [word for word in re.findall(r"[a-z0-9]+", plain) if word not in ("a", "an", "the", "of", "to", "in", "on", "for", "and")]
    return "-".join(words[:6]) or "release"


def scaffold(headline: str, config: Config) -> str:
    """The text of a new release; the place is taken from the organization's postal address where it names one."""
    from pressctl.document import quoted

    today = datetime.now(config.organization.timezone).date()
    place = re.search(r"([A-Z][\w .'-]+, [A-Z][a-z]+\.?)(?: \d|$)", config.organization.address)
    return f"""---
headline: {quoted(headline)}
dateline: {quoted(place[1] if place else "City, State")}
date: {today.isoformat()}
# subhead: one line that adds what the headline leaves out
# embargo: {today.isoformat()}T06:00-04:00     # only to contacts that agreed; leave out for immediate release
# events:
#   - title: City Commission meeting
#     start: {today.isoformat()}T17:00-04:00
#     place: {{name: City Hall, street: 1 Main St., city: Key West}}
---

Who does what, when, where and why: the news in one or two sentences.

The next most important facts, in short paragraphs.

“A sentence that somebody really said and has approved,” said Given Family, title of the organization.

What readers can do, with a link or a number.
"""
