"""Shell completion, answered before Typer is imported: a person waits for it at every press of Tab.

What can follow is read from the commands' own files and from the press office: an option is a literal `"--name"` in its
command's file, a release a file in `releases/`. Nothing is parsed that a look at the lines can find, without `re`, whose
import alone takes half as long as the whole answer. The shells' scripts are Typer's own (`pressctl
--install-completion`); this speaks their protocol.
"""

from __future__ import annotations

import os
import sys
from itertools import pairwise

TYPE_CHECKING = False  # typing's own costs the import of typing
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_LETTERS = "abcdefghijklmnopqrstuvwxyz-"
_SLUG = _LETTERS + "0123456789"
_NAME = _SLUG + "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
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
    subcommands = _subcommands(source)
    if subcommands and not any(word in subcommands for word in rest):
        return _starting(["--help", *subcommands] if incomplete.startswith("-") else subcommands, incomplete)
    if subcommands:
        source = _section(source, next(word for word in rest if word in subcommands))
    if words[-1].startswith("--"):
        values = _values(words[-1], command, incomplete)
        if values is not None:
            return _starting(values, incomplete)
    if incomplete.startswith("-"):
        return _starting([*_options(source), "--help"], incomplete)
    if 'metavar="RELEASE"' in source or 'metavar="[RELEASE]"' in source:
        return _starting(_releases(), incomplete)
    if 'metavar="CONTACT"' in source:
        return _starting(_contact_ids(), incomplete)
    if 'metavar="LIST", help="The list;' in source:
        return _starting(_lists(), incomplete)
    return _starting(_expressions(incomplete), incomplete) if "EXPRESSION" in source else []


def _only(word: str, characters: str) -> bool:
    return bool(word) and not word.strip(characters)


def _options(source: str) -> list[str]:
    """The long names of each `typer.Option(default, "-s", "--long", …)` of a file."""
    found = []
    for call in source.split("typer.Option(")[1:]:
        pieces = call.partition("\n")[0].split('"')  # between the quotes is every second one
        for name, after in zip(pieces[1::2], pieces[2::2], strict=False):
            if name.startswith("--") and _only(name, _LETTERS):
                found.append(name)
            if not name.startswith("-") or after.strip() != ",":
                break
    return found


def _subcommands(source: str) -> list[str]:
    found = [piece.partition('"') for piece in source.split('@app.command("')[1:]]
    return [name for name, _, after in found if after.startswith(")")]


def _section(source: str, subcommand: str) -> str:
    """The part of a group's file that is about one subcommand, with the arguments that it shares with others."""
    begin = source.index(f'@app.command("{subcommand}")')
    own = source[begin : source.find("@app.command(", begin + 1)]
    pieces = source.split(" = Annotated[")
    shared = [(before.rpartition("\n")[2], after.partition("]\n")[0]) for before, after in pairwise(pieces)]
    return own + "".join(text for name, text in shared if name.istitle() and f": {name}" in own)


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
        if command == "contacts":
            return ["csv", "excel", "vcard", "json"]
        return ["text", "html", "email", *_files(os.path.join(os.path.dirname(__file__), "formats"), ".py")]
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
    at = 1 + max(incomplete.rfind(mark) for mark in " \t\n(")
    before, word = incomplete[:at], incomplete[at:]
    field, colon, _ = word.partition(":")
    if not colon:
        return [before + name for name in (*_lists(), *_selections(), *(f"{name}:" for name in _FIELDS))]
    return [f"{before}{field}:{value}" for value in _FIELDS.get(field, lambda: [])()]


def _said(key: str) -> list[str]:
    """The values of a key in the lists, those with spaces in quotes."""
    texts = [_text(os.path.join(_office(), "contacts", f"{name}.yaml")) for name in _lists()]
    lines = [line for text in texts for line in _lines(text, key)]
    words = {word.strip(" \"'") for line in lines for word in (line.strip(" []").split(",") if key != "outlet" else [line])}
    return sorted(f'"{word}"' if any(c.isspace() or c in '()"' for c in word) else word for word in words if word)


def _lines(text: str, key: str) -> Iterator[str]:
    """What follows `key:` on each line that begins with it, a list's hyphen aside, without a comment."""
    pieces = text.split(f"{key}:")
    for before, after in pairwise(pieces):
        if not before.rpartition("\n")[2].strip(" \t-"):
            yield after.partition("\n")[0].partition("#")[0]


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
    found, here = [], False
    for name in ("pressctl.toml", "pyproject.toml"):
        for line in _text(os.path.join(_office(), name)).split("\n"):
            if line.startswith("["):
                here = line.partition("]")[0] in ("[selections", "[tool.pressctl.selections")
            elif here and "=" in line:
                found.append(line.partition("=")[0].strip())
        here = False
    return [name for name in found if _only(name, _NAME)]


def _contact_ids() -> list[str]:
    texts = (_text(os.path.join(_office(), "contacts", f"{name}.yaml")) for name in _lists())
    found = {line.strip(" \t\r\"'") for text in texts for line in _lines(text, "id")}
    return sorted(word for word in found if _only(word, _SLUG))
