"""Start-up in instructions or in time: pressctl's commands against bare Python and against what others take for the same.

    python tests/benchmarks/startup.py [--rivals FOLDER-OF-A-VENV] [--runs 5]

Instructions (valgrind's callgrind) repeat where seconds do not; without valgrind it is processor time, interleaved. The
rivals are mailmerge, mkdocs and sqlite-utils in a virtual environment of their own; without it only the ratios to bare
Python are printed. Byte code is written first; the work is checked to be done.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))
from conftest import RELEASE, make_office, run_pressctl  # noqa: E402  # the path must be set first

# What an installed `pressctl` is; `python -m` itself costs as much as half an interpreter
CONSOLE_SCRIPT = "import sys; from pressctl.__main__ import main; sys.argv[0] = 'pressctl'; sys.exit(main())"


# the same with no rule in `checks`: what the rules of `check` are measured against
NO_RULE = CONSOLE_SCRIPT.replace("import sys;", "import sys; from pressctl import check; check.names = lambda: [];")
PARAGRAPH = (
    "The commission heard 40 residents on Tuesday, July 7, at 5 p.m. at City Hall. “We go to work before the first bus and come home "
    "after the last one,” said Ana Example, a rider from Stock Island. The city pays $120,000 a year for the line, which carries 200 "
    "people a night, according to its own report. A decision is due in August, and the riders will be there again.\n\n"
)


def instructions(command: list[str], folder: Path, environment: dict[str, str]) -> float:
    """Millions of instructions of one run."""
    with tempfile.NamedTemporaryFile() as out:
        full = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", *command]
        result = subprocess.run(full, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    match = re.search(r"Collected : (\d+)", result.stderr)
    if match is None:
        raise SystemExit(f"valgrind failed: {result.stderr[-500:]}")
    return int(match[1]) / 1e6


def seconds(command: list[str], folder: Path, environment: dict[str, str]) -> float:
    """Milliseconds of processor time of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rivals", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    exact = shutil.which("valgrind") is not None
    measure, unit, runs = (instructions, "M instructions", 1) if exact else (seconds, "ms of processor", arguments.runs)
    with tempfile.TemporaryDirectory() as name:
        office = make_office(Path(name) / "office")
        assert run_pressctl(office, "send", "night-bus").returncode == 0
        assert "KEY WEST" in run_pressctl(office, "render", "night-bus").stdout
        (office / "releases" / "long.md").write_text(RELEASE.rpartition("\n\n")[0] + "\n\n" + PARAGRAPH * 9, encoding="utf-8")
        figures = run(commands(office, arguments.rivals), office, measure, runs)
    report(figures, unit)


def commands(office: Path, rivals: Path | None) -> dict[str, tuple[list[str], dict[str, str]]]:
    """What is run, by name: the command and what it adds to the environment."""
    own = [sys.executable, "-c", CONSOLE_SCRIPT]
    complete = {"_PRESSCTL_COMPLETE": "complete_bash", "COMP_WORDS": "pressctl render n", "COMP_CWORD": "2"}
    found: dict[str, tuple[list[str], dict[str, str]]] = {
        "python -c pass": ([sys.executable, "-c", "pass"], {}),
        "pressctl --version": ([*own, "--version"], {}),
        "pressctl completion": (own, complete),
        "pressctl --help": ([*own, "--help"], {}),
        "pressctl render": ([*own, "render", "night-bus", "--as", "web"], {}),
        "pressctl log": ([*own, "log"], {}),
        "pressctl check": ([*own, "check", "long"], {}),
        "the same without rules": ([sys.executable, "-c", NO_RULE, "check", "long"], {}),
    }
    if rivals is not None:
        found["mailmerge --help"] = ([str(rivals / "bin" / "mailmerge"), "--help"], {})
        site = office / "site"
        (site / "docs").mkdir(parents=True)
        (site / "docs" / "index.md").write_text((office / "releases" / "night-bus.md").read_text().split("---\n", 2)[2])
        (site / "mkdocs.yml").write_text("site_name: x\n")
        found["mkdocs build"] = ([str(rivals / "bin" / "mkdocs"), "build", "-q", "-f", str(site / "mkdocs.yml")], {})
        with sqlite3.connect(office / "rows.db") as database:
            database.execute("CREATE TABLE delivery (key TEXT, contact TEXT, state TEXT)")
            database.executemany("INSERT INTO delivery VALUES (?, ?, ?)", [("a", "wire", "accepted")] * 3)
        query = "SELECT key, contact, state FROM delivery"
        found["sqlite-utils query"] = ([str(rivals / "bin" / "sqlite-utils"), "query", "rows.db", query, "--table"], {})
    return found


def run(commands: dict[str, tuple[list[str], dict[str, str]]], office: Path, measure: object, runs: int) -> dict[str, float]:
    """The median of each, measured in turn."""
    base = {**os.environ, "PYTHONPATH": str(HERE.parents[2])}
    base.pop("PYTHONDONTWRITEBYTECODE", None)
    for command, extra in commands.values():  # once, so that byte code is there
        subprocess.run(command, cwd=office, env={**base, **extra}, capture_output=True, check=False)
    values: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, (command, extra) in commands.items():
            values[name].append(measure(command, office, {**base, **extra}))  # type: ignore[operator]  # one of two functions
    return {name: statistics.median(found) for name, found in values.items()}


def report(figures: dict[str, float], unit: str) -> None:
    """The table: each figure, its ratio to bare Python, and the goals."""
    bare = figures["python -c pass"]
    print(f"{'':22} {unit:>16} {'× bare':>8}")
    for name, value in figures.items():
        print(f"{name:22} {value:16.1f} {value / bare:8.2f}")
    none = figures["the same without rules"]
    print(f"what the rules add / check without them: {(figures['pressctl check'] - none) / none:.2f} (goal: under 0.3)")
    goals = [("pressctl --version", "python -c pass", 1.2), ("pressctl completion", "python -c pass", 1.2)]
    goals += [
        ("pressctl --help", "mailmerge --help", 0.5),
        ("pressctl render", "mkdocs build", 0.75),
        ("pressctl log", "sqlite-utils query", 0.5),
    ]
    for ours, theirs, goal in goals:
        if theirs in figures:
            print(f"{ours} / {theirs}: {figures[ours] / figures[theirs]:.2f} (goal: under {goal})")


if __name__ == "__main__":
    main()
