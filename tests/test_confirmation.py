"""Sending for real asks for the number of recipients, on a terminal and nowhere else."""

from __future__ import annotations

import os
import pty
import re
import sys
from pathlib import Path

import live_office
import pytest
from conftest import REPOSITORY, run_pressctl
from recorder import Recorder


def typed(folder: Path, answer: str) -> tuple[int, str]:
    """Run the send in a terminal, type the answer; the exit code and what was shown."""
    process, terminal = pty.fork()
    if process == 0:  # the child: nothing of the test may run on
        os.chdir(folder)
        os.environ.update(PYTHONPATH=str(REPOSITORY), TERM="xterm", COLUMNS="100")
        os.execv(sys.executable, [sys.executable, "-m", "pressctl", "send", live_office.SLUG])
    shown, asked = b"", False
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
        if not asked and b"to stop: " in shown:
            asked = True
            os.write(terminal, answer.encode() + b"\n")
    _, status = os.waitpid(process, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown.decode()


def test_the_number_of_recipients_sends(tmp_path: Path) -> None:
    with Recorder(tmp_path / "record") as provider:
        folder = live_office.office(tmp_path / "office", provider.url, 5)
        code, shown = typed(folder, "5")
        assert code == 0, shown
        assert "Type the number of recipients (5)" in shown
        assert sum(provider.accepts().values()) == 5


@pytest.mark.parametrize("answer", ["y", "yes", "", "4", "50"])
def test_anything_else_stops_before_the_first_request(tmp_path: Path, answer: str) -> None:
    with Recorder(tmp_path / "record") as provider:
        folder = live_office.office(tmp_path / "office", provider.url, 5)
        code, shown = typed(folder, answer)
        assert code == 3
        assert "not confirmed; nothing was sent" in re.sub(r"\033\[[0-9;]*m", "", shown)
        assert sum(provider.accepts().values()) == 0
    assert not (folder / ".pressctl").exists()


def test_where_nobody_can_be_asked_nothing_is_sent(tmp_path: Path) -> None:
    with Recorder(tmp_path / "record") as provider:
        folder = live_office.office(tmp_path / "office", provider.url, 2)
        result = run_pressctl(folder, "send", live_office.SLUG, stdin="2\n")
        assert result.returncode == 3
        assert "error: nobody is there to confirm\nhint: run it in a terminal, or add `--yes`" in result.stderr
        assert sum(provider.accepts().values()) == 0
