"""Make a release file of a text, a web page, a Word file or a mail; nothing is invented, nothing lost"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.draft import Draft

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A text, an HTML page, a .docx or an .eml file.", show_default=False)],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here; never over a file that is there.")
    ] = None,
) -> None:
    """Make the draft of a release, and tell what was left out of it and what it could not know.

    Example: pressctl import statement.docx -o releases/statement.md
    """
    from datetime import UTC, datetime

    from pressctl import config as configuration
    from pressctl import draft, importers, show
    from pressctl.errors import Place, Refusal

    if output is not None and (output.exists() or output.is_symlink()):
        raise Refusal("this file is there already", Place(str(output)), "choose another name: `import` never overwrites")
    config = configuration.load(configuration.find(Path.cwd()))
    made = draft.make(importers.read(file), config, datetime.now(UTC))
    if output is None:
        show.emit(made.text.removesuffix("\n"))
    else:
        _write(output, made.text)
        show.emit(str(output))
    _report(made, config)


def _write(path: Path, text: str) -> None:
    """A new file; one that appeared meanwhile stays."""
    from pressctl.errors import Place, Refusal, ReleaseError

    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise Refusal("this file is there already", Place(str(path)), "choose another name: `import` never overwrites") from None
    except OSError as fault:
        raise ReleaseError(f"the release cannot be written: {fault.strerror}", Place(str(path)), "make the folder writable") from None


def _report(made: Draft, config: Config) -> None:
    """What was read, kept, moved and removed, and the questions; what identifies somebody is masked, as `check` does."""
    from pressctl import check, show
    from pressctl.finding import mask_all

    told = "\n\n".join(["Removed", *(item.text for item in made.removed), *made.questions])
    secrets = check.secrets(told, Path("removed.txt"), config)
    unit = made.source.unit
    show.say(
        f"{_count(made.source.lines, unit)} read, {_count(made.paragraphs, 'paragraph')} kept, "
        f"{len(made.removed):,} removed, {_count(len(made.questions), 'question')}"
    )
    for line, key in made.moved:
        show.say(f"  {unit} {line} → {key}")
    for item in made.removed:
        where = f"{unit} {item.line}" if item.line else "beside the text"
        text = mask_all(item.text, secrets)
        text = text if len(text) <= 100 else f"{text[:99]}…"
        show.say(show.inert(f"  removed {where}, {item.why}: {' '.join(text.split())}"))
    for question in made.questions:
        show.say(show.inert(f"  ? {mask_all(question, secrets)}"))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
