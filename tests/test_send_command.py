"""`pressctl send` as a person and a script see it, into the sandbox and refused for real."""

from __future__ import annotations

import json
import re
from pathlib import Path

from conftest import NATIONAL, RELEASE, Run

PLAN = """\
Residents ask city to keep the night bus
release  night-bus, edition EDITION
through  the sandbox: a rehearsal, nothing leaves this machine

Wave 1: 1 recipient
  wire           National desk, A national wire service           by e-mail

Wave 2: 1 recipient
  daily          City desk, A daily paper                         by e-mail

Wave 3: 1 recipient
  rights-intake  Newsroom intake, A civil liberties organisation  by webhook

Left out: 3
  radio       only a telephone number: on the call sheet
  gone        suppressed: unsubscribed 2026-03-01
  city-again  the same recipient as `daily` on national

A live provider would refuse
  line 7: `bus.example` is a name for examples
  wire, daily, rights-intake: an address for samples, which reaches nobody: fill in the real one

"""


def steady(text: str) -> str:
    """The text without what differs from run to run."""
    return re.sub(r"edition [0-9a-f]{8}", "edition EDITION", text)


def inbox(office: Path) -> list[Path]:
    folder = office / ".pressctl" / "sandbox"
    return sorted(folder.glob("*.json")) if folder.is_dir() else []


def test_a_release_goes_to_everybody_on_the_plan_and_the_summary_says_so(office: Path, pressctl: Run) -> None:
    result = pressctl("send", "night-bus")
    end = "done: 3 deliveries: 3 accepted\n  read them as a journalist would: `pressctl sandbox`\n  the log: `pressctl log night-bus`\n"
    assert (result.returncode, result.stderr, steady(result.stdout)) == (0, "", PLAN + end)
    assert len(inbox(office)) == 3


def test_the_same_command_again_says_that_it_is_done_and_sends_nothing(office: Path, pressctl: Run) -> None:
    pressctl("send", "night-bus")
    result = pressctl("send", "night-bus")
    assert result.returncode == 0
    assert result.stdout.endswith("done: all 3 deliveries of this edition were accepted before; nothing was sent\n")
    assert "already has it" in result.stdout
    assert len(inbox(office)) == 3


def test_json_is_one_object_whose_counts_add_up(pressctl: Run) -> None:
    said = json.loads(pressctl("send", "night-bus", "--json").stdout)
    counts = ("accepted", "already", "rejected", "deferred", "uncertain", "planned", "withdrawn")
    assert list(said) == ["release", "edition", "provider", "log", "deliveries", *counts, "left_out"]
    assert said["deliveries"] == sum(said[name] for name in counts) == 3
    assert said["left_out"][1] == {"contact": "gone", "reason": "suppressed", "detail": "unsubscribed 2026-03-01"}
    again = json.loads(pressctl("send", "night-bus", "--json").stdout)
    assert (again["already"], again["accepted"], again["deliveries"]) == (3, 0, 3)


def test_a_dry_run_shows_the_plan_and_writes_nothing(office: Path, pressctl: Run) -> None:
    result = pressctl("send", "night-bus", "--dry-run")
    assert result.returncode == 0
    assert steady(result.stdout) == PLAN + "dry run: everything was rendered, nothing was sent or logged\n"
    assert not (office / ".pressctl").exists()


def test_a_dry_run_as_json_names_the_planned_and_the_left_out(pressctl: Run) -> None:
    said = json.loads(pressctl("send", "night-bus", "--dry-run", "--json").stdout)
    assert said["planned"] == [
        {"contact": "wire", "wave": 1, "channel": "email"},
        {"contact": "daily", "wave": 2, "channel": "email"},
        {"contact": "rights-intake", "wave": 3, "channel": "webhook"},
    ]


def test_a_limit_sends_to_so_many_and_the_next_run_goes_on_with_the_rest(office: Path, pressctl: Run) -> None:
    first = pressctl("send", "night-bus", "--limit", "2")
    assert first.returncode == 0
    assert "rights-intake  beyond --limit 2; the same command goes on with them" in first.stdout
    assert len(inbox(office)) == 2
    second = json.loads(pressctl("send", "night-bus", "--limit", "2", "--json").stdout)
    assert (second["already"], second["accepted"]) == (2, 1)


def test_only_the_named_list_gets_it(pressctl: Run) -> None:
    said = json.loads(pressctl("send", "night-bus", "--to", "rights", "--json").stdout)
    assert said["accepted"] == 2


def test_a_test_copy_is_marked_and_touches_no_delivery(office: Path, pressctl: Run) -> None:
    result = pressctl("send", "night-bus", "--test", "me@desk.example")
    assert (result.returncode, result.stdout) == (0, "the provider accepted the test copy to me@desk.example; no delivery was touched\n")
    (copy,) = inbox(office)
    assert "[TEST] Residents ask city" in copy.read_text()
    assert not (office / ".pressctl" / "log.sqlite3").exists()


def test_sample_addresses_are_never_sent_to_for_real(office: Path, pressctl: Run) -> None:
    result = pressctl("send", "night-bus", "--provider", "mailpit", "--yes")
    assert result.returncode == 3
    assert "daily          an address for samples, which reaches nobody: fill in the real one" in result.stdout
    assert result.stderr == (
        "error: nobody gets this: every contact that was chosen is left out\nhint: fill in real addresses in contacts/\n"
    )
    assert not (office / ".pressctl").exists()


def test_a_changed_release_is_the_next_rehearsal(office: Path, pressctl: Run) -> None:
    pressctl("send", "night-bus")
    (office / "releases" / "night-bus.md").write_text(RELEASE.replace("40 residents", "41 residents"))
    said = json.loads(pressctl("send", "night-bus", "--json").stdout)
    assert (said["accepted"], said["already"]) == (3, 0)
    assert len(inbox(office)) == 6


def test_a_new_contact_joins_the_edition(office: Path, pressctl: Run) -> None:
    pressctl("send", "night-bus")
    more = NATIONAL + "  - name: Foreign desk\n    outlet: Another paper\n    email: foreign@another.example\n"
    (office / "contacts" / "national.yaml").write_text(more)
    said = json.loads(pressctl("send", "night-bus", "--json").stdout)
    assert (said["accepted"], said["already"], said["deliveries"]) == (1, 3, 4)


def test_a_broken_personal_block_stops_before_the_first_request(office: Path, pressctl: Run) -> None:
    folder = office / "templates"
    folder.mkdir()
    (folder / "email.txt.j2").write_text("{% personal %}Dear {{ contact.given_nme }}{% endpersonal %}\n{{ body }}\n")
    result = pressctl("send", "night-bus")
    assert result.returncode == 3
    assert "templates/email.txt.j2:1" in result.stderr
    assert "given_nme" in result.stderr
    assert inbox(office) == []


def test_a_read_only_office_is_told_before_anything_is_sent(office: Path, pressctl: Run) -> None:
    (office / ".pressctl").write_text("a file where the folder should be")
    result = pressctl("send", "night-bus")
    assert result.returncode == 3
    assert result.stderr.startswith("error: the folder for the delivery log cannot be written: ")
    assert "Traceback" not in result.stderr
