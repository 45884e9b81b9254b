"""Start-up in instructions or in time: pressctl's commands against bare Python and against what others take for the same.

    python tests/benchmarks/startup.py [--rivals FOLDER-OF-A-VENV] [--runs 5] [--rows 1000000]

Instructions (valgrind's callgrind) repeat where seconds do not; without valgrind it is processor time, interleaved. The
rivals are mailmerge, mkdocs and sqlite-utils in a virtual environment of their own; without it only the ratios to bare
Python are printed. `log` is asked for a release of three deliveries, and for one of a thousand in a log of a million rows
(which takes a minute to make); its rival answers the same from the same file. Byte code is written first; the work is
checked to be done.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))
import log as log_benchmark  # noqa: E402  # the path must be set first
from conftest import RELEASE, make_office, run_pressctl  # noqa: E402
from log_samples import SECRET  # noqa: E402

# What an installed `pressctl` is; `python -m` itself costs as much as half an interpreter
CONSOLE_SCRIPT = "import sys; from pressctl.__main__ import main; sys.argv[0] = 'pressctl'; sys.exit(main())"


# the same with no rule in `checks`: what the rules of `check` are measured against
NO_RULE = CONSOLE_SCRIPT.replace("import sys;", "import sys; from pressctl import check; check.names = lambda: [];")
PARAGRAPH = (
    "The commission heard 40 residents on Tuesday, July 7, at 5 p.m. at City Hall. “We go to work before the first bus and come home "
    "after the last one,” said Ana Example, a rider from Stock Island. The city pays $120,000 a year for the line, which carries 200 "
    "people a night, according to its own report. A decision is due in August, and the riders will be there again.\n\n"
)


class Case(NamedTuple):
    """A command, the folder it runs in, and what it adds to the environment."""

    command: list[str]
    folder: Path
    environment: dict[str, str] = {}  # noqa: RUF012  # nobody writes into it


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
    parser.add_argument("--rows", type=int, default=1_000_000)
    arguments = parser.parse_args()
    exact = shutil.which("valgrind") is not None
    measure, unit, runs = (instructions, "M instructions", 1) if exact else (seconds, "ms of processor", arguments.runs)
    with tempfile.TemporaryDirectory() as name:
        office, large = make_office(Path(name) / "office"), make_office(Path(name) / "large")
        assert run_pressctl(office, "send", "night-bus").returncode == 0
        assert "KEY WEST" in run_pressctl(office, "render", "night-bus").stdout
        (office / "releases" / "long.md").write_text(RELEASE.rpartition("\n\n")[0] + "\n\n" + PARAGRAPH * 9, encoding="utf-8")
        fill(large, arguments.rows)
        cases = commands(office, large)
        if arguments.rivals is not None:
            cases |= rivals(arguments.rivals / "bin", office, large)
        figures = run(cases, measure, runs)
    report(figures, unit)


def fill(office: Path, rows: int) -> None:
    """Give an office a log of so many rows, and a release with a thousand more."""
    state = office / ".pressctl"
    state.mkdir(mode=0o700)
    (state / "secret").write_bytes(SECRET)
    log_benchmark.build(state, rows)
    assert run_pressctl(office, "log", log_benchmark.RELEASE).stdout.count("\n") > log_benchmark.SIZE


def commands(office: Path, large: Path) -> dict[str, Case]:
    """What is run of pressctl, by name."""
    own = [sys.executable, "-c", CONSOLE_SCRIPT]
    complete = {"_PRESSCTL_COMPLETE": "complete_bash", "COMP_WORDS": "pressctl render n", "COMP_CWORD": "2"}
    return {
        "python -c pass": Case([sys.executable, "-c", "pass"], office),
        "pressctl --version": Case([*own, "--version"], office),
        "pressctl completion": Case(own, office, complete),
        "pressctl --help": Case([*own, "--help"], office),
        "pressctl render": Case([*own, "render", "night-bus", "--as", "web"], office),
        "pressctl log": Case([*own, "log", "night-bus"], office),
        "pressctl log, large": Case([*own, "log", log_benchmark.RELEASE], large),
        "pressctl check": Case([*own, "check", "long"], office),
        "the same without rules": Case([sys.executable, "-c", NO_RULE, "check", "long"], office),
    }


def rivals(programs: Path, office: Path, large: Path) -> dict[str, Case]:
    """What others are run for the same, by name."""
    site = office / "site"
    (site / "docs").mkdir(parents=True)
    (site / "docs" / "index.md").write_text((office / "releases" / "night-bus.md").read_text().split("---\n", 2)[2])
    (site / "mkdocs.yml").write_text("site_name: x\n")
    query = "SELECT key, release, name, outlet, state, settled_at, account, reason FROM delivery WHERE release = '{}' ORDER BY id"
    ask = [str(programs / "sqlite-utils"), "query", ".pressctl/log.sqlite3"]
    return {
        "mailmerge --help": Case([str(programs / "mailmerge"), "--help"], office),
        "mkdocs build": Case([str(programs / "mkdocs"), "build", "-q", "-f", str(site / "mkdocs.yml")], office),
        "sqlite-utils query": Case([*ask, query.format("night-bus"), "--table"], office),
        "sqlite-utils, large": Case([*ask, query.format(log_benchmark.RELEASE), "--table"], large),
    }


def run(cases: dict[str, Case], measure: object, runs: int) -> dict[str, float]:
    """The median of each, measured in turn."""
    base = {**os.environ, "PYTHONPATH": str(HERE.parents[2])}
    base.pop("PYTHONDONTWRITEBYTECODE", None)
    for case in cases.values():  # once, so that byte code is there
        subprocess.run(case.command, cwd=case.folder, env={**base, **case.environment}, capture_output=True, check=False)
    values: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(runs):
        for name, case in cases.items():
            found = measure(case.command, case.folder, {**base, **case.environment})  # type: ignore[operator]  # one of two functions
            values[name].append(found)
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
        ("pressctl log, large", "sqlite-utils, large", 0.5),
    ]
    for ours, theirs, goal in goals:
        if theirs in figures:
            print(f"{ours} / {theirs}: {figures[ours] / figures[theirs]:.2f} (goal: under {goal})")


if __name__ == "__main__":
    main()
