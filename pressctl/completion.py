"""Shell completion, answered before Typer is imported: a person waits for it at every press of Tab.

What can follow is read from the commands' own files and from the press office: an option is a literal `"--name"` in its
command's file, a release a file in `releases/`. Nothing is parsed that a pattern can find. The shells' scripts are
Typer's own (`pressctl --install-completion`); this speaks their protocol.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping

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
    if shell == "bash" and ":" in incomplete:  # and puts in only what follows the colon
        found = [word[incomplete.rindex(":") + 1 :] for word in found]
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
        for mark in reversed([n for n, word in enumerate(words[: at + 1]) if word == ":" and n]):  # bash parts words at colons
            words[mark - 1 : mark + 2] = ["".join(words[mark - 1 : mark + 2])]
            at = min(at, mark - 1) if at <= mark + 1 else at - 2
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
    if subcommands:
        source = _section(source, next(word for word in rest if word in subcommands))
    if words[-1].startswith("--"):
        values = _values(words[-1], command, incomplete)
        if values is not None:
            return _starting(values, incomplete)
    if incomplete.startswith("-"):
        options = [name for group in _OPTION.findall(source) for name in re.findall(r'"(--[a-z-]+)"', group)]
        return _starting([*options, "--help"], incomplete)
    if 'metavar="RELEASE"' in source or 'metavar="[RELEASE]"' in source:
        return _starting(_releases(), incomplete)
    if 'metavar="CONTACT"' in source:
        return _starting(_contact_ids(), incomplete)
    if 'metavar="LIST", help="The list;' in source:
        return _starting(_lists(), incomplete)
    return _starting(_expressions(incomplete), incomplete) if "EXPRESSION" in source else []


def _section(source: str, subcommand: str) -> str:
    """The part of a group's file that is about one subcommand, with the arguments that it shares with others."""
    begin = source.index(f'@app.command("{subcommand}")')
    own = source[begin : source.find("@app.command(", begin + 1)]
    shared = re.findall(r"^([A-Z][a-z]+) = (Annotated\[.*?\]$)", source, re.MULTILINE | re.DOTALL)
    return own + "".join(text for name, text in shared if f": {name}" in own)


def _starting(words: list[str], incomplete: str) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]


def _values(option: str, command: str, incomplete: str) -> list[str] | None:
    """The values that an option takes; None where it takes none that are known."""
    if option == "--to":
        return _expressions(incomplete)
    if option == "--list":
        return _lists()
    if option == "--contact":
        return _contact_ids()
    if option == "--provider":
        return _files(os.path.join(os.path.dirname(__file__), "providers"), ".py")
    if option == "--as":
        return ["csv", "excel", "vcard", "json"] if command == "contacts" else ["text", "html", "email", "web", "json"]
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


def _expressions(incomplete: str) -> list[str]:
    """Lists, saved selections and fields; after a field's colon what contacts have there. What stands before stays."""
    before, word = re.fullmatch(r"(.*[\s(]|)(\S*)", incomplete, re.DOTALL).groups()  # type: ignore[union-attr]  # it matches any text
    field, colon, _ = word.partition(":")
    if not colon:
        return [before + name for name in (*_lists(), *_selections(), *(f"{name}:" for name in _FIELDS))]
    return [f"{before}{field}:{value}" for value in _FIELDS.get(field, lambda: [])()]


def _said(key: str) -> list[str]:
    """The values of a key in the lists, those with spaces in quotes."""
    texts = [_text(os.path.join(_office(), "contacts", f"{name}.yaml")) for name in _lists()]
    lines = [line for text in texts for line in re.findall(rf"^\s*(?:- )?{key}: *([^#\n]*)", text, re.MULTILINE)]
    words = {word.strip(" \"'") for line in lines for word in (line.strip(" []").split(",") if key != "outlet" else [line])}
    return sorted(word if re.fullmatch(r"[^\s()\"]+", word) else f'"{word}"' for word in words if word)


_FIELDS: Mapping[str, Callable[[], list[str]]] = {
    "tag": lambda: _said("tags"),
    "beat": lambda: _said("beats"),
    "outlet": lambda: _said("outlet"),
    "language": lambda: _said("languages"),
    "region": lambda: _said("region"),
    "tier": lambda: [*_said("tier"), "none"],
    "kind": lambda: ["desk", "person", "outlet"],
    "list": lambda: _lists(),
    "id": lambda: _contact_ids(),
}


def _selections() -> list[str]:
    """The selections that the configuration saves under a name."""
    text = "\n".join(_text(os.path.join(_office(), name)) for name in ("pressctl.toml", "pyproject.toml"))
    tables = re.findall(r"^\[(?:tool\.pressctl\.)?selections\]([^\[]*)", text, re.MULTILINE)
    return [name for table in tables for name in re.findall(r"^ *([A-Za-z0-9_-]+) *=", table, re.MULTILINE)]


def _contact_ids() -> list[str]:
    folder = os.path.join(_office(), "contacts")
    return sorted({name for one in _lists() for name in _ID.findall(_text(os.path.join(folder, f"{one}.yaml")))})
