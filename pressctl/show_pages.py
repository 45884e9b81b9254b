"""What `render` says after it has written a folder: where, what is in it, and what was left out and why; on stderr."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from pressctl import show
from pressctl.publication import Written


def folder(path: Path, written: Written) -> None:
    """One line for the folder, and one for each file that could not be taken away."""
    _counts(f"{path}/", written)
    _kept(path, written)


def newsroom(path: Path, public: Sequence[str], left_out: Sequence[tuple[str, str]], written: Written) -> None:
    """The folder, the releases in it, those that are not, with the reason, and what was taken away."""
    with show.unheard():
        _counts(f"{path}/, {len(public)} release{'' if len(public) == 1 else 's'}", written)
        if left_out:
            show.say("left out:")
            show.listing(left_out, sys.stderr, "  ")
        for name in written.removed:
            show.say(f"taken away: {show.inert(name)}")
        _kept(path, written)


def _counts(what: str, written: Written) -> None:
    counts = {"new": written.new, "changed": written.changed, "as before": written.same, "taken away": written.removed}
    parts = [f"{len(names)} {word}" for word, names in counts.items() if names]
    show.say(f"{show.inert(what)}: {', '.join(parts) or 'no files'}")


def _kept(path: Path, written: Written) -> None:
    for name in written.kept:
        show.warning(f"{path / name} should go, but somebody has changed it: look at it and delete it yourself")
