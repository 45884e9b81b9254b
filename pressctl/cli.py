"""The command line: finds the commands by file name, imports only the one that runs, turns every end into an exit code."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from pressctl import __version__, commands
from pressctl.completion import names
from pressctl.errors import Exit, PressctlError


def path_of(name: str) -> Path:
    """The file of a command."""
    folder = Path(commands.__path__[0])
    plain = folder / f"{name}.py"
    return plain if plain.exists() else folder / f"{name}_.py"


def first_line(name: str) -> str:
    """What a command does, from the first line of its file: told without importing it."""
    with path_of(name).open(encoding="utf-8") as stream:
        return stream.readline().strip().strip('"').rstrip(".")


class Commands(TyperGroup):
    """The root, which imports a command only when it runs."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the commands."""
        return names()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, imported now; None where there is none of this name."""
        if cmd_name not in names():
            return None
        module = importlib.import_module(f"pressctl.commands.{path_of(cmd_name).stem}")
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that was typed, or the nearest ones in the error."""
        self.commands = dict.fromkeys(names())  # type: ignore[assignment]  # only the names are looked at, for "did you mean"
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list of commands in the help, from each file's first line."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, first_line(name)) for name in names()])


app = typer.Typer(cls=Commands, add_completion=True, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)


@app.callback()
def root(version: bool = typer.Option(False, "--version", help="Print the version.")) -> None:
    """A press office in a terminal: write, check and send press releases, and know who has them.

    Start with `pressctl init`, or in a press office with `pressctl render RELEASE` and `pressctl send RELEASE`.
    """
    if version:
        typer.echo(f"pressctl {__version__}")
        raise typer.Exit


def run() -> int:
    """Run the command line; the exit code. Nothing escapes."""
    from pressctl import show

    try:
        typer.main.get_command(app)(prog_name="pressctl")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.NO
    except PressctlError as error:
        show.error(error)
        return error.exit
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:  # `| head` has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.NO
    except Exception as bug:  # the one place that catches all
        return report_bug(bug)
    return Exit.DONE


def report_bug(bug: BaseException) -> int:
    """One line for the person, and a file to paste: where it happened, and nothing of what was being worked on."""
    import tempfile
    import traceback

    from pressctl import show

    # No message, no values, no absolute path: they may hold an address or a secret
    frames = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(bug.__traceback__)]
    text = "\n".join([f"pressctl {__version__}", f"Python {sys.version.split()[0]} on {sys.platform}", type(bug).__name__, *frames, ""])
    with tempfile.NamedTemporaryFile("w", prefix="pressctl-bug-", suffix=".txt", delete=False, encoding="utf-8") as stream:
        stream.write(text)
    show.say(f"error: this is a mistake in pressctl ({type(bug).__name__}); what is in the log is safe")
    show.say(f"hint: please report it with the file {stream.name}, which holds no secret and nobody's address")
    if os.environ.get("PRESSCTL_DEBUG"):
        traceback.print_exception(bug)
    return Exit.BUG
