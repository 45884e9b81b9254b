"""The command line as a whole: help, version, exit codes, init and new, completion, a bug's end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
from conftest import REPOSITORY, Run, run_pressctl

from pressctl import __version__, cli, completion


def test_version_is_one_line(tmp_path: Path) -> None:
    assert run_pressctl(tmp_path, "--version").stdout == f"pressctl {__version__}\n"


def test_help_lists_every_command_with_its_job(tmp_path: Path) -> None:
    text = run_pressctl(tmp_path, "--help").stdout
    for name in completion.names():
        assert re.search(rf"^  {name} +\S", text, re.MULTILINE), name


@pytest.mark.parametrize("name", completion.names())
def test_the_help_of_each_command_has_an_example(tmp_path: Path, name: str) -> None:
    result = run_pressctl(tmp_path, name, "--help")
    assert result.returncode == 0
    assert "Example: pressctl" in " ".join(result.stdout.split())


def test_a_mistyped_command_is_a_usage_error_with_the_nearest(tmp_path: Path) -> None:
    result = run_pressctl(tmp_path, "sned")
    assert result.returncode == 2
    assert "Did you mean 'send'?" in result.stderr


def test_outside_a_press_office_it_says_how_to_make_one(tmp_path: Path) -> None:
    result = run_pressctl(tmp_path, "render", "x")
    assert result.returncode == 3
    assert "pressctl init" in result.stderr


def test_init_makes_an_office_that_can_send_at_once(tmp_path: Path) -> None:
    made = run_pressctl(tmp_path, "init", "press")
    assert made.returncode == 0
    assert "press/pressctl.toml" in made.stdout
    assert run_pressctl(tmp_path / "press", "send", "key-west-287g").returncode == 0
    assert run_pressctl(tmp_path / "press", "log").returncode == 0


def test_init_leaves_files_alone_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "pressctl.toml").write_text("mine")
    result = run_pressctl(tmp_path, "init")
    assert "left alone: pressctl.toml" in result.stderr
    assert (tmp_path / "pressctl.toml").read_text() == "mine"


def test_new_makes_a_release_that_renders(office: Path, pressctl: Run) -> None:
    made = pressctl("new", "Residents ask: city to “keep” the bus #2")
    assert made.stdout == "releases/residents-ask-city-keep-bus-2.md\n"
    text = pressctl("render", "residents-ask-city-keep-bus-2").stdout
    assert "RESIDENTS ASK: CITY TO “KEEP” THE BUS #2" in text
    assert "KEY WEST, Fla. — " in text
    again = pressctl("new", "Residents ask: city to “keep” the bus #2")
    assert again.returncode == 3
    assert "this release is there already" in again.stderr


def test_a_headline_with_a_line_break_is_refused(pressctl: Run) -> None:
    assert pressctl("new", "one\ntwo").returncode == 3


def test_a_bug_ends_in_one_line_and_a_file_without_secrets(tmp_path: Path) -> None:
    program = (
        "import sys; from pressctl import cli, errors\n"
        "def boom(*a, **k):\n    secret = 'hunter2'; raise RuntimeError(secret + ' national@wire.example')\n"
        "cli.typer.main.get_command = boom\nsys.exit(cli.run())"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(tmp_path)}
    result = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 70
    assert result.stderr.startswith("error: this is a mistake in pressctl (RuntimeError)")
    (report,) = tmp_path.glob("pressctl-bug-*.txt")
    said = report.read_text() + result.stderr
    assert "hunter2" not in said
    assert "@" not in said
    assert "Traceback" not in result.stderr


def test_a_reader_that_has_enough_ends_it_quietly(office: Path, pressctl: Run) -> None:
    pressctl("send", "night-bus")
    command = f"{sys.executable} -m pressctl log --json | head -n 1"
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    result = subprocess.run(command, shell=True, cwd=office, env=environment, capture_output=True, text=True, check=False)
    assert result.stdout.count("\n") == 1
    assert result.stderr == ""


# ── completion ───────────────────────────────────────────────────────────────────────────────────────────────────────


def complete(folder: Path, line: str) -> list[str]:
    """What bash is offered after this line."""
    words = line.split(" ")
    at = {"_PRESSCTL_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    return run_pressctl(folder, environment=at).stdout.split()


def test_completion_goes_into_expressions_and_subcommands(office: Path) -> None:
    (office / "pressctl.toml").write_text((office / "pressctl.toml").read_text() + '\n[selections]\nradios = "tier:1"\n')
    assert complete(office, "pressctl send night-bus --to r") == ["rights", "radios", "region:"]
    assert complete(office, "pressctl send night-bus --to tag : ci") == ["civil-liberties"], "bash parts words at colons"
    zsh = {"_PRESSCTL_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "pressctl contacts list outlet:"}
    assert '"outlet\\\\:\\""A weekly\\""' in run_pressctl(office, environment=zsh).stdout.replace('""', '\\""')
    assert complete(office, "pressctl contacts unsu") == ["unsuppress"]
    assert complete(office, "pressctl contacts forget w") == ["wire"]
    assert complete(office, "pressctl contacts add n") == ["national"]
    assert complete(office, "pressctl contacts import x.csv --list r") == ["rights"]
    assert complete(office, "pressctl contacts list national --j") == ["--json"]
    assert complete(office, "pressctl contacts export --as v") == ["vcard"]
    assert complete(office, "pressctl contacts callsheet n") == ["night-bus"]


def test_completion_knows_commands_releases_lists_and_contacts(office: Path) -> None:
    assert complete(office, "pressctl se") == ["send"]
    assert complete(office, "pressctl send ni") == ["night-bus"]
    assert complete(office, "pressctl send night-bus --to ")[:3] == ["national", "rights", "tag:"]
    assert complete(office, "pressctl render night-bus --contact w") == ["wire"]
    assert complete(office, "pressctl send --provider m")[0].startswith("m")
    assert complete(office, "pressctl send --dr") == ["--dry-run"]


def test_zsh_and_fish_are_answered_in_their_own_form(office: Path) -> None:
    zsh = {"_PRESSCTL_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "pressctl se"}
    assert run_pressctl(office, environment=zsh).stdout == "_arguments '*: :((\"send\"))'\n"
    fish = {"_PRESSCTL_COMPLETE": "complete_fish", "_TYPER_COMPLETE_FISH_ACTION": "get-args", "_TYPER_COMPLETE_ARGS": "pressctl se"}
    assert run_pressctl(office, environment=fish).stdout == "send\n"


@pytest.mark.parametrize("name", completion.names())
def test_completion_offers_exactly_the_options_that_are_there(tmp_path: Path, name: str) -> None:
    root = typer.main.get_command(cli.app)
    command = root.get_command(None, name)  # type: ignore[attr-defined]  # a group, which get_command does not say
    if hasattr(command, "list_commands"):
        real = set(command.list_commands(None)) | {"--help"}
        offered = {*completion.candidates([name], ""), *completion.candidates([name], "--")}
    else:
        real = {option for param in command.params for option in param.opts if option.startswith("--")} | {"--help"}
        offered = set(completion.candidates([name], "--"))
    assert offered == real
