"""The benchmarks still do their work: each with few rounds, its own checks on. What they measure is looked at elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FEW = {
    "batch.py": ["--count", "60", "--rounds", "1"],
    "contacts.py": ["60", "1"],
    "log.py": ["2000"],
    "render.py": ["500"],
    "send.py": ["--count", "60", "--rounds", "1"],
    "wire.py": ["60", "1"],
}
LEFT = {
    "false_alarms.py": "wants a folder of texts that are not ours: tests/checks runs the rules",
    "peers.py": "is run by send.py, where the peers are installed",
    "startup.py": "takes minutes under valgrind: tests/test_cli.py and test_package.py run the commands",
}


@pytest.mark.parametrize("name", FEW)
def test_each_benchmark_runs(name: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    command = [sys.executable, str(ROOT / "tests" / "benchmarks" / name), *FEW[name]]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    assert any(character.isdigit() for character in done.stdout)


def test_none_is_forgotten() -> None:
    assert sorted([*FEW, *LEFT]) == sorted(path.name for path in (ROOT / "tests" / "benchmarks").glob("*.py"))
