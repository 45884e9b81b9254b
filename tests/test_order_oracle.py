"""Write before you speak, seen from outside: the order of system calls of a real send.

One request at a time, so that the order is strict: between a write to the log and its sync no byte of a request leaves.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import live_office
import pytest
from recorder import Recorder

RECIPIENTS = 20
CALLS = "pwrite64,write,writev,fdatasync,fsync,sendto,sendmsg,rename"
LINE = re.compile(r"(?P<pid>\d+) +(?:(?P<call>\w+)\((?P<rest>.*)|<\.\.\. (?P<resumed>\w+) resumed>(?P<end>.*))")


def strace() -> str:
    """Where strace is; skips where there is none, or where it may not trace."""
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not installed")
    if subprocess.run([found, "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here")
    return found


def traced(root: Path, program: list[str]) -> list[str]:
    """The lines of the trace of one send, whose exit code must be 0."""
    trace = root / "trace"
    before = [strace(), "-f", "-yy", "-s", "64", "-o", str(trace), "-e", f"trace={CALLS}"]
    command = [*before, sys.executable, *program, "send", live_office.SLUG, "--yes"]
    done = subprocess.run(command, cwd=root, env=live_office.environment(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return trace.read_text(encoding="utf-8", errors="replace").splitlines()


def events(lines: list[str], port: int) -> list[tuple[str, str]]:
    """What counts, in order: ("W", file) a write to the log, ("F", file) its sync has returned, ("S", "") request bytes leave.

    A write or a send counts when it begins, a sync when it has ended well.
    """
    found: list[tuple[str, str]] = []
    begun: dict[str, tuple[str, str]] = {}
    for line in lines:
        match = LINE.match(line)
        if match is None:
            continue
        pid, call, rest = match["pid"], match["call"], match["rest"] or ""
        if match["resumed"]:
            if pid in begun and match["end"].endswith("= 0"):
                found.append(begun.pop(pid))
            continue
        path = re.match(r"\d+<(.*?)>[,)]", rest)
        target = path[1] if path else ""
        if call in ("fdatasync", "fsync"):
            if rest.endswith("<unfinished ...>"):
                begun[pid] = ("F", Path(target).name)
            elif rest.endswith("= 0"):
                found.append(("F", Path(target).name))
        elif f"->127.0.0.1:{port}" in target:
            found.append(("S", ""))
        elif call in ("pwrite64", "write", "writev") and re.search(r"log\.sqlite3(-wal)?$", target):
            found.append(("W", Path(target).name))
        elif call == "rename" and ".sent.json" in rest:
            found.append(("R", ""))
    return found


def too_early(order: list[tuple[str, str]]) -> int:
    """How many times request bytes left while something in the log's WAL was not yet synced."""
    unsynced, early = False, 0
    for what, name in order:
        if name == "log.sqlite3-wal":
            unsynced = what == "W"
        early += what == "S" and unsynced
    return early


def order_of(root: Path, program: list[str]) -> list[tuple[str, str]]:
    with Recorder() as provider:
        live_office.office(root, provider.url, RECIPIENTS, "concurrency = 1")
        order = events(traced(root, program), provider.port)
        assert provider.accepts() == {live_office.address(n): 1 for n in range(1, RECIPIENTS + 1)}
    assert sum(what == "S" for what, _ in order) >= RECIPIENTS  # the trace has seen them all
    return order


def test_no_byte_of_a_request_leaves_between_the_claims_write_and_its_sync(tmp_path: Path) -> None:
    order = order_of(tmp_path, ["-m", "pressctl"])
    assert too_early(order) == 0
    sends = [index for index, (what, _) in enumerate(order) if what == "S"]
    for before, after in zip([0, *sends], sends, strict=False):  # each request has a sync of its own before it
        assert ("F", "log.sqlite3-wal") in order[before:after]


def test_the_receipt_and_the_name_of_the_log_are_on_the_disk_before_the_first_request(tmp_path: Path) -> None:
    order = order_of(tmp_path, ["-m", "pressctl"])
    first = order.index(("S", ""))
    renamed = order.index(("R", ""))
    receipt = next(index for index, (what, name) in enumerate(order) if what == "F" and ".sent.json." in name)
    assert receipt < renamed < first
    assert ("F", "releases") in order[renamed:first]
    assert ("F", ".pressctl") in order[:first]


def test_the_oracle_sees_a_log_that_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    weakened = str(Path(__file__).with_name("weakened.py"))
    assert too_early(order_of(tmp_path, [weakened])) >= RECIPIENTS
