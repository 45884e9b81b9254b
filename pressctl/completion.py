"""Shell completion, answered before Typer is imported: a person waits for it at every press of Tab.

What can follow is read from the commands' own files and from the press office: an option is a literal `"--name"` in its
command's file, a release a file in `releases/`. Nothing is parsed that a pattern can find. The shells' scripts are
Typer's own (`pressctl --install-completion`); this speaks their protocol.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping

_OPTION = re.compile(r'typer\.Option\([^"\n]*?((?:"-[^"]+",? ?)+)')
_SUBCOMMAND = re.compile(r'@app\.command\("([a-z-]+)"\)')
_ID = re.compile(r"^\s*-?\s*id:\s*[\"']?([a-z0-9][a-z0-9-]*)", re.MULTILINE)
_ROOT = ("--version", "--install-completion", "--show-completion", "--help")
ORDER = (
    "init",
    "new",
    "import",
    "check",
    "render",
    "send",
    "log",
    "report",
    "resolve",
    "sync",
    "contacts",
    "providers",
    "sandbox",
    "doctor",
)


def answer(environment: Mapping[str, str]) -> int:
    """Print what can stand at the cursor, in the form of the shell that asks; the exit code."""
    shell = environment["_PRESSCTL_COMPLETE"].removeprefix("complete_")
    words, incomplete = _words(environment, shell)
    found = candidates(words, incomplete)
    if shell == "zsh":
        quoted = "\n".join('"' + word.replace(":", "\\\\:").replace('"', '""') + '"' for word in found)
        _write(f"_arguments '*: :(({quoted}))'" if found else "_files")
    elif shell == "fish" and environment.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
        return 0 if found else 1
    elif shell in ("powershell", "pwsh"):
        _write("\n".join(f"{word}::: " for word in found))
    else:
        _write("\n".join(found))
    return 0


def _write(text: str) -> None:
    sys.stdout.write(text + "\n" if text else "")


def _words(environment: Mapping[str, str], shell: str) -> tuple[list[str], str]:
    """The words before the cursor, without the program, and the beginning of the word at it."""
    if shell == "bash":
        words = environment.get("COMP_WORDS", "").split()
        at = int(environment.get("COMP_CWORD", "0") or 0)
        return words[1:at], words[at] if at < len(words) else ""
    line = environment.get("_TYPER_COMPLETE_ARGS", "")
    words = line.split()[1:]
    if words and not line.endswith(" "):
        return words[:-1], words[-1]
    return words, ""


def candidates(words: list[str], incomplete: str) -> list[str]:
    """What can stand at the cursor; empty where the shell may offer files."""
    commands = names()
    command = next((word for word in words if word in commands), "")
    if not command:
        return _starting([*commands, *_ROOT] if incomplete.startswith("-") or not words else commands, incomplete)
    source = _source(command)
    rest = words[words.index(command) + 1 :]
    subcommands = _SUBCOMMAND.findall(source)
    if subcommands and not any(word in subcommands for word in rest):
        return _starting(["--help", *subcommands] if incomplete.startswith("-") else subcommands, incomplete)
    if words[-1].startswith("--"):
        values = _values(words[-1])
        if values is not None:
            return _starting(values, incomplete)
    if incomplete.startswith("-"):
        options = [name for group in _OPTION.findall(source) for name in re.findall(r'"(--[a-z-]+)"', group)]
        return _starting([*options, "--help"], incomplete)
    if 'metavar="RELEASE"' in source or 'metavar="[RELEASE]"' in source:
        return _starting(_releases(), incomplete)
    return []


def _starting(words: list[str], incomplete: str) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]


def _values(option: str) -> list[str] | None:
    """The values that an option takes; None where it takes none that are known."""
    if option == "--to":
        return _lists()
    if option == "--contact":
        return _contact_ids()
    if option == "--provider":
        return _files(os.path.join(os.path.dirname(__file__), "providers"), ".py")
    if option == "--as":
        return ["text", "html", "email", "web", "json"]
    if option == "--state":
        return ["planned", "claimed", "accepted", "rejected", "deferred", "uncertain", "withdrawn"]
    return None


def names() -> list[str]:
    """The commands that are there, in the order of use."""
    found = [name.rstrip("_") for name in _files(os.path.join(os.path.dirname(__file__), "commands"), ".py")]
    return [name for name in ORDER if name in found] + [name for name in found if name not in ORDER]


def _source(command: str) -> str:
    folder = os.path.join(os.path.dirname(__file__), "commands")
    path = os.path.join(folder, f"{command}.py")
    return _text(path if os.path.exists(path) else os.path.join(folder, f"{command}_.py"))


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read(16 * 1024 * 1024)
    except OSError:
        return ""


def _files(folder: str, suffix: str) -> list[str]:
    try:
        found = sorted(name for name in os.listdir(folder) if name.endswith(suffix) and not name.startswith(("_", ".")))
    except OSError:
        return []
    return [name.removesuffix(suffix) for name in found]


def _office() -> str:
    """The press office's folder, found upwards; the working directory where there is none."""
    folder = os.getcwd()
    while True:
        if os.path.exists(os.path.join(folder, "pressctl.toml")) or "[tool.pressctl" in _text(os.path.join(folder, "pyproject.toml")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return os.getcwd()
        folder = parent


def _releases() -> list[str]:
    return [name for name in _files(os.path.join(_office(), "releases"), ".md") if "." not in name]


def _lists() -> list[str]:
    return [name for name in _files(os.path.join(_office(), "contacts"), ".yaml") if name not in ("suppressions", "outlets")]


def _contact_ids() -> list[str]:
    folder = os.path.join(_office(), "contacts")
    return sorted({name for one in _lists() for name in _ID.findall(_text(os.path.join(folder, f"{one}.yaml")))})
