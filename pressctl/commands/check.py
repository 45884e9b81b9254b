"""Check releases as a wire desk would, in a second and offline"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.finding import Finding

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def check(
    release: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RELEASE]", help="Releases, or their names in releases/; all of them where none is named."),
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what is safe to mend, and show the change.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would change, and change nothing.")] = False,
    explain: Annotated[str, typer.Option("--explain", metavar="RULE", help="Print a rule's manual.")] = "",
    rules: Annotated[bool, typer.Option("--rules", help="List all rules.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array of findings.")] = False,
    as_sarif: Annotated[bool, typer.Option("--sarif", help="SARIF 2.1.0, for editors and CI.")] = False,
) -> None:
    """Check releases: the parts, dates and weekdays, residue, style, people at risk.

    Ends with 1 where a finding of level error is left. Example: pressctl check night-bus --fix
    """
    from pressctl import check as desk
    from pressctl import config as configuration
    from pressctl import show_check
    from pressctl.errors import Exit

    if explain:
        show_check.manual(desk.find(explain))
        return
    if rules:
        show_check.rules()
        return
    config = configuration.load(configuration.find(Path.cwd()))
    paths = _paths(config, release or [])
    found: list[Finding] = []
    with show_check.Progress(len(paths) * len(desk.names())) as hear:
        for path in paths:
            if fix or diff:
                _mend(config, path, write=fix, shown=not (as_json or as_sarif))
            found += desk.check_file(path, config, hear=hear)
    if as_json:
        show_check.as_json(found)
    elif as_sarif:
        show_check.as_sarif(found)
    elif not diff:
        show_check.findings(found, len(paths))
    if any(finding.level == "error" for finding in found):
        raise typer.Exit(Exit.NO)


def _paths(config: Config, names: list[str]) -> list[Path]:
    """The files of the releases named; of the whole office, translations too, where none is."""
    from pressctl import release as releases

    folder, here = config.root / releases.FOLDER, Path.cwd()
    found = [releases.find(config, name) for name in names]
    if not names:
        found = sorted(path for path in folder.glob("*.md") if not path.name.startswith("."))
    return [path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path for path in found]


def _mend(config: Config, path: Path, *, write: bool, shown: bool) -> None:
    from pressctl import check as desk
    from pressctl import files, show_check
    from pressctl.errors import ConfigError, Place, ReleaseError

    before = files.read_text(path, ReleaseError, "release")
    after = desk.mended(before, path, config)
    if after == before:
        return
    if write:
        try:
            files.write(path, after.encode())
        except OSError as fault:
            raise ConfigError(
                f"the release cannot be written: {fault.strerror}", Place(str(path)), "check the permissions of the file"
            ) from None
    if shown:
        show_check.diff(str(path), before, after, {**desk.secrets(before, path, config), **desk.secrets(after, path, config)})
