"""The README's commands do what it says, each of them run here."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from conftest import REPOSITORY, make_office, run_pressctl

from pressctl import completion
from pressctl.errors import Exit

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
# Installing needs a package registry, so the check of the whole project runs those lines; here the rest of them runs.
INSTALLS = ("python3 -m venv", ".venv/bin/pip", "uvx", "pipx")


def commands() -> list[list[str]]:
    """Every pressctl command of the README, as words."""
    found = []
    for line in "\n".join(BLOCKS).splitlines():
        for part in line.split("&&"):
            words = shlex.split(part, comments=True)
            if words and words[0].endswith("pressctl"):
                found.append(words[1:])
    return found


def test_the_first_two_blocks_are_one_line_each() -> None:
    assert [block.count("\n") for block in BLOCKS[:2]] == [1, 1]
    assert BLOCKS[0].startswith("python3 -m venv .venv && .venv/bin/pip install")
    assert "pytest" in BLOCKS[1]


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An office of the sample kind, and one in which something is uncertain."""
    folder = tmp_path_factory.mktemp("readme")
    return {"office": make_office(folder / "office"), "empty": folder}


def test_every_command_of_the_readme_runs(rooms: dict[str, Path]) -> None:
    office = rooms["office"]
    seen = []
    for words in commands():
        seen.append(words[0])
        if words[0] == "sandbox":
            _answers(office, "sandbox", "--port", "0")
            continue
        if "--serve" in words:
            _answers(office, "render", "night-bus", "--serve")
            continue
        if words[0] == "resolve" and len(words) > 2:
            words = [*words[:3], _uncertain(office), *words[4:]]
        if words[0] == "send" and words[1] == "key-west-287g":
            words = ["send", "night-bus"]
        result = run_pressctl(office, *_in_place(words))
        good = (Exit.DONE, Exit.NO) if words[0] == "check" else (Exit.DONE, Exit.UNCERTAIN)  # a scaffold has findings
        assert result.returncode in good, (words, result.stderr)
        assert "Traceback" not in result.stderr
    assert {"init", "new", "render", "send", "log", "resolve", "providers", "sandbox"} <= set(seen)


def _in_place(words: list[str]) -> list[str]:
    return [word.replace("you@yourdomain.net", "you@yourdomain.example") for word in words]


def _uncertain(office: Path) -> str:
    """Make one delivery uncertain, as a crash would, and give its key."""
    program = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from pressctl.delivery import Outcome, Move, Evidence
        from pressctl.delivery_log import open_log, Claim, Settled, Entry
        with open_log(Path(".pressctl/log.sqlite3")) as log:
            edition = log.latest("night-bus")[0]
            name = f"d{time.time_ns()}"
            entry = Entry(name, name, "", "national", f"{name}@x.example", f"{name}@x.example", "email", 1, b'{"text":[],"html":[]}')
            run = log.begin("night-bus", edition, b"", live=False, account="sandbox", holder="", entries=[entry], now=1.0)
            (row,) = log.due(run, (0, 0), 9)
            claim = Claim(row, "sandbox", b"x")
            log.commit([], [claim], lambda d: None, 2.0)
            log.commit([Settled(claim, Outcome(Move.LOSE, Evidence.UNKNOWN, "lost"))], [], lambda d: None, 3.0)
            sys.stdout.write(row.key)
        """
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    result = subprocess.run([sys.executable, "-c", program], cwd=office, env=environment, capture_output=True, text=True, check=True)
    return result.stdout


def _answers(office: Path, *words: str) -> None:
    """The command prints its address and serves the page there until it is told to stop."""
    import urllib.request
    from http.cookiejar import CookieJar

    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "pressctl", *words]
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with subprocess.Popen(command, cwd=office, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            browser.open(address).read()  # the preview's address lets in whoever knows it, and goes on without what it knows
            assert "night bus" in browser.open(address.partition("?")[0]).read().decode()
        finally:
            process.terminate()


def test_the_readme_names_every_command_and_exit_code() -> None:
    for name in completion.names():
        assert f"`pressctl {name}" in README, name
    for code in Exit:
        assert re.search(rf"^\| {int(code)} \|", README, re.MULTILINE), code


def test_what_it_says_of_files_is_so() -> None:
    for name in re.findall(r"`((?:contacts|templates|tests|releases)/[a-z./-]*)`", README):
        assert (REPOSITORY / name).exists(), name
