"""Verbs that many tests share: make a press office, run the real command in it."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

# What the program keeps for its next run, it keeps here while it is tested; before anything of it is imported
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="pressctl-tests-")
atexit.register(shutil.rmtree, os.environ["XDG_CACHE_HOME"], ignore_errors=True)

CONFIGURATION = """\
[organization]
name = "Key West Example Network"
from = "Press desk <press@example.org>"
reply_to = "press@example.org"
address = "PO Box 1, Key West, Fla. 33040"
language = "en"
timezone = "America/New_York"
boilerplate = "The Key West Example Network is a sample."

[[organization.contacts]]
name = "Press volunteer"
email = "press@example.org"
phone = "+1 305 555 0100"

[send]
provider = "sandbox"
to = ["national", "rights"]
"""

RELEASE = """\
---
headline: Residents ask city to keep the night bus
dateline: Key West, Fla.
date: 2026-07-03
---
A group of 40 residents will ask the City Commission to keep the **night bus**, which
[carries 200 people](https://bus.example/riders) a night.

The commission meets on Tuesday.
"""

NATIONAL = """\
list: National press
contacts:
  - id: wire
    name: National desk
    outlet: A national wire service
    email: national@wire.example
    tier: 1
    embargo: agreed
  - id: daily
    name: City desk
    outlet: A daily paper
    email: city@daily.example
    tier: 2
  - id: radio
    name: Newsroom
    outlet: A radio station
    phone: +1 305 555 0101
  - id: gone
    name: News desk
    outlet: A weekly
    email: news@weekly.example
"""

RIGHTS = """\
list: Civil liberties
contacts:
  - id: rights-intake
    name: Newsroom intake
    outlet: A civil liberties organisation
    webhook: https://intake.example/press
    tags: [civil-liberties]
  - id: city-again
    name: City desk
    outlet: A daily paper
    email: City@daily.example
"""

SUPPRESSIONS = """\
suppressions:
  - email: news@weekly.example
    reason: unsubscribed
    since: 2026-03-01
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


def make_office(folder: Path, files: Mapping[str, str] | None = None) -> Path:
    """A press office with two lists, a suppression and one release; `files` replace or add some by path."""
    content = {
        "pressctl.toml": CONFIGURATION,
        "releases/night-bus.md": RELEASE,
        "contacts/national.yaml": NATIONAL,
        "contacts/rights.yaml": RIGHTS,
        "contacts/suppressions.yaml": SUPPRESSIONS,
        **(files or {}),
    }
    for name, text in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def run_pressctl(
    folder: Path, *words: str, stdin: str = "", environment: Mapping[str, str] | None = None, timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own, its output piped, 100 columns wide, the time zone UTC."""
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    merged = {**kept, "PYTHONPATH": str(REPOSITORY), "TZ": "UTC", **(environment or {})}
    command = [sys.executable, "-m", "pressctl", *words]
    return subprocess.run(command, cwd=folder, input=stdin, env=merged, timeout=timeout, text=True, capture_output=True, check=False)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A press office in a folder of its own."""
    return make_office(tmp_path / "press")


@pytest.fixture
def pressctl(office: Path) -> Run:
    """Run the command in the office."""

    def run(*words: str, stdin: str = "", environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return run_pressctl(office, *words, stdin=stdin, environment=environment)

    return run


@pytest.fixture
def oracles() -> Path:
    """The folder of other people's specifications and texts that this project is held against."""
    folder = Path(os.environ.get("PRESSCTL_ORACLES", REPOSITORY.parent / "shared" / "oracles"))
    if not folder.is_dir():
        pytest.skip("the folder of oracles is not here (set PRESSCTL_ORACLES)")
    return folder


def in_line_with_length(seconds: Callable[[int], float], short: int, least: float = 0.01) -> None:
    """Eight times `short` takes no more than eight times as long, and as much again as a machine's moods need.

    `seconds` is of CPU time for a length; `least` is what a measurement is good for. A growth shows each time that it is
    measured, a busy machine does not.
    """
    tries: list[tuple[float, float]] = []
    while not tries or tries[-1][1] >= 8 * 2.5 * max(tries[-1][0], least):
        assert len(tries) < 3, tries
        tries.append((seconds(short), seconds(8 * short)))


def needs(program: str) -> str:
    """The path of a program; skips the test, saying so, where it is missing."""
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path
