"""Tests of the tests: each mistake of mutants/catalogue.toml, put into a copy of the source, is caught by the test it names.

PRESSCTL_LONG=1 tries all of them; else the few that are marked `short`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
LONG = bool(os.environ.get("PRESSCTL_LONG"))
MUTANTS: list[dict[str, Any]] = tomllib.loads((HERE / "mutants" / "catalogue.toml").read_text(encoding="utf-8"))["mutant"]
FAILED = 1  # pytest's exit code where tests ran and some failed


def planted(folder: Path, mutant: dict[str, Any]) -> Path:
    """A copy of the source and its tests with the mistake in it."""
    ignore = shutil.ignore_patterns("__pycache__", ".*", "mutants")
    for name in ("pressctl", "tests", "templates", "contacts", "releases"):
        shutil.copytree(HERE.parent / name, folder / name, ignore=ignore)
    shutil.copy(HERE.parent / "pyproject.toml", folder)
    for change in mutant["change"]:
        path = folder / "pressctl" / change["file"]
        source = path.read_text(encoding="utf-8")
        assert source.count(change["old"]) == 1, f"{mutant['name']}: {change['file']} has changed; move the mutant along"
        path.write_text(source.replace(change["old"], change["new"]), encoding="utf-8")
        compile(path.read_text(encoding="utf-8"), str(path), "exec")
    return folder


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant["name"])
def test_each_mutant_still_fits_the_source(tmp_path: Path, mutant: dict[str, Any]) -> None:
    planted(tmp_path, mutant)


@pytest.mark.parametrize("mutant", [one for one in MUTANTS if LONG or one.get("short")], ids=lambda mutant: mutant["name"])
def test_each_mutant_is_caught(tmp_path: Path, mutant: dict[str, Any]) -> None:
    folder = planted(tmp_path, mutant)
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", *mutant["caught_by"]]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PRESSCTL_LONG", None)
    end = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert end.returncode == FAILED, f"{mutant['name']} lives: {end.stdout[-2000:]}"
    assert "1 failed" in end.stdout
