"""The receipt beside a release: a log that is missing, older or another's does not send the release again."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import live_office
import pytest
from live_office import SLUG, address, office, send
from log_samples import new_log, plan
from recorder import Recorder, Seen

from pressctl import config, distribute, receipt
from pressctl import job as jobs
from pressctl.clock import SystemClock
from pressctl.delivery import State
from pressctl.distribute import Summary
from pressctl.errors import LogError
from pressctl.job import Job, Wish

STATE = ".pressctl"
AGAIN = "put that log back as .pressctl/log.sqlite3 (from the machine that sent, or a backup)"
LOST = f"{AGAIN}. Only if it is lost for good: delete the receipt, and everybody gets the release again"


@pytest.fixture
def provider() -> Iterator[Recorder]:
    with Recorder() as it:
        yield it


@pytest.fixture
def sent(tmp_path: Path, provider: Recorder) -> Path:
    """An office whose release is out to three desks."""
    root = office(tmp_path / "office", provider.url, 3)
    assert run(root).counts[State.ACCEPTED] == 3
    assert provider.accepts() == {address(n): 1 for n in (1, 2, 3)}
    return root


def prepare(root: Path) -> Job:
    return jobs.prepare(config.load(root / "pressctl.toml"), Wish(SLUG), SystemClock())


def run(root: Path) -> Summary:
    return distribute.distribute(prepare(root), SystemClock(), lambda _: None, lambda _: None)


def refused(root: Path) -> tuple[str, str]:
    """What `send` says, and its hint; it exits with 3."""
    result = send(root)
    assert result.returncode == 3, result.stderr
    with pytest.raises(LogError) as error:
        prepare(root)
    [problem] = error.value.problems
    assert result.stderr.splitlines() == [f"error: {problem.text}", f"  at {problem.place}", f"hint: {problem.hint}"]
    return problem.text, problem.hint


def test_the_receipt_names_log_run_and_edition_and_nobodys_address(sent: Path) -> None:
    text = (sent / "releases" / f"{SLUG}.sent.json").read_text()
    said = json.loads(text)
    assert list(said) == ["about", "log", "run", "steps", "edition", "at"]
    assert (said["run"], len(said["log"]), len(said["edition"])) == (1, 16, 64)
    assert "@" not in text
    assert "newsroom" not in text


def test_a_second_run_sends_to_nobody_and_a_new_contact_gets_the_same_edition(sent: Path, provider: Recorder) -> None:
    office(sent, provider.url, 4)
    before = json.loads((sent / "releases" / f"{SLUG}.sent.json").read_text())
    assert run(sent).counts[State.ACCEPTED] == 4
    after = json.loads((sent / "releases" / f"{SLUG}.sent.json").read_text())
    assert provider.accepts() == {address(n): 1 for n in (1, 2, 3, 4)}
    assert (after["run"], after["log"], after["edition"]) == (2, before["log"], before["edition"])


def test_a_release_whose_log_is_missing_is_not_sent_again(sent: Path, provider: Recorder) -> None:
    name = json.loads((sent / "releases" / f"{SLUG}.sent.json").read_text())["log"]
    shutil.rmtree(sent / STATE)
    assert refused(sent) == (f"this release has been sent before, and the log that knows to whom ({name}) is not here", LOST)
    assert not (sent / STATE).exists()
    assert provider.requests == 3


def test_an_empty_log_does_not_send_the_release_again(sent: Path, provider: Recorder) -> None:
    (sent / STATE / "log.sqlite3").write_bytes(b"")
    assert refused(sent)[0] == "the delivery log is empty: what was sent is no longer known"
    assert provider.requests == 3


def test_an_older_copy_of_the_log_does_not_send_the_release_again(sent: Path, provider: Recorder, tmp_path: Path) -> None:
    shutil.copytree(sent / STATE, tmp_path / "backup")
    office(sent, provider.url, 4)
    run(sent)
    shutil.rmtree(sent / STATE)
    shutil.copytree(tmp_path / "backup", sent / STATE)  # the whole folder: only the receipt can tell
    text = "this log is an older copy: it knows runs up to 1, the release was sent in run 2"
    assert refused(sent) == (text, AGAIN)
    assert provider.requests == 4


def test_a_copy_of_the_whole_folder_from_the_middle_of_the_last_run_does_not_send_the_rest_again(tmp_path: Path) -> None:
    root = tmp_path / "office"

    def copied(seen: Seen) -> str:
        if seen.number == 3:
            shutil.copytree(root / STATE, tmp_path / "backup")
        return "accept"

    with Recorder(word=copied) as provider:
        run(office(root, provider.url, 8, "concurrency = 1"))
        shutil.rmtree(root / STATE)
        shutil.copytree(tmp_path / "backup", root / STATE)
        text, hint = refused(root)
        assert re.fullmatch(r"this log is an older copy: it has \d+ steps of run 1, which had \d+", text)
        assert (hint, provider.requests) == (AGAIN, 8)


def test_an_older_log_file_is_noticed_without_a_receipt_too(sent: Path, provider: Recorder, tmp_path: Path) -> None:
    shutil.copy(sent / STATE / "log.sqlite3", tmp_path / "backup")
    office(sent, provider.url, 4)
    run(sent)
    shutil.copy(tmp_path / "backup", sent / STATE / "log.sqlite3")
    (sent / "releases" / f"{SLUG}.sent.json").unlink()
    assert refused(sent)[0].startswith("this is an older copy of the delivery log, or a part of it was lost")
    assert provider.requests == 4


def test_another_offices_log_does_not_send_the_release_again(sent: Path, provider: Recorder, tmp_path: Path) -> None:
    name = json.loads((sent / "releases" / f"{SLUG}.sent.json").read_text())["log"]
    with new_log(tmp_path / "foreign") as foreign:
        plan(foreign, ["a"])
    for old in (sent / STATE).glob("log.sqlite3*"):
        old.unlink()
    shutil.copy(foreign.path, sent / STATE / "log.sqlite3")
    text = f"this release was sent with another log ({name}); the one here ({foreign.id}) does not know to whom"
    assert refused(sent) == (text, LOST)
    assert provider.requests == 3


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"log": "x"}', b'{"log": "x", "run": "many"}', b'{"log": 1, "run": null}', b"\xff"]
)
def test_a_receipt_that_cannot_be_read_stops_the_release(sent: Path, provider: Recorder, content: bytes) -> None:
    path = sent / "releases" / f"{SLUG}.sent.json"
    path.write_bytes(content)
    with pytest.raises(LogError) as error:
        prepare(sent)
    [problem] = error.value.problems
    assert (problem.text, problem.hint) == ("the receipt of this release cannot be read", "put it back from git or a backup")
    assert str(problem.place) == str(path)
    assert provider.requests == 3


def test_a_receipt_that_is_a_folder_stops_the_release(sent: Path, provider: Recorder) -> None:
    path = sent / "releases" / f"{SLUG}.sent.json"
    path.unlink()
    path.mkdir()
    assert refused(sent) == ("the receipt of this release cannot be read", "put it back from git or a backup")
    assert provider.requests == 3


def test_a_receipt_that_cannot_be_written_stops_the_run_before_its_first_request(tmp_path: Path, provider: Recorder) -> None:
    root = office(tmp_path, provider.url, 3)
    job = prepare(root)
    (root / "releases" / f".{SLUG}.sent.json.{os.getpid()}.new").mkdir()  # root may write anywhere; nobody writes a folder
    with pytest.raises(LogError) as error:
        distribute.distribute(job, SystemClock(), lambda _: None, lambda _: None)
    [problem] = error.value.problems
    assert problem.text == "the receipt of this release cannot be written: Is a directory"
    assert problem.hint == "make the folder writable; nothing was sent"
    assert provider.requests == 0


def test_a_run_killed_while_it_wrote_the_receipt_leaves_nothing_in_the_way(sent: Path, provider: Recorder) -> None:
    (sent / "releases" / f".{SLUG}.sent.json.{os.getpid()}.new").write_bytes(b"half")  # in a container the number comes again
    office(sent, provider.url, 4)
    assert run(sent).counts[State.ACCEPTED] == 4
    assert json.loads((sent / "releases" / f"{SLUG}.sent.json").read_text())["run"] == 2


def test_a_rehearsal_leaves_no_receipt_and_needs_none(tmp_path: Path) -> None:
    root = office(tmp_path, "http://127.0.0.1:1", 2)
    result = send(root, "--provider", "sandbox")
    assert result.returncode == 0, result.stderr
    assert list((root / "releases").iterdir()) == [root / "releases" / f"{SLUG}.md"]
    shutil.rmtree(root / STATE)
    assert send(root, "--provider", "sandbox").returncode == 0


def test_the_receipt_lies_beside_its_release() -> None:
    assert receipt.path_for(Path("releases/night-ferry.es.md")) == Path("releases/night-ferry.es.sent.json")
    assert live_office.SLUG == "night-ferry"
