"""`pressctl log` as a person, a script and a spreadsheet see it."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import json
import re
import sqlite3
from pathlib import Path

import live_office
import pytest
from conftest import NATIONAL, Run, run_pressctl
from recorder import Recorder


def test_without_a_log_it_says_how_one_is_made(pressctl: Run) -> None:
    result = pressctl("log")
    assert result.returncode == 3
    assert "error: there is no delivery log yet" in result.stderr
    assert "hint: `pressctl send` makes it" in result.stderr


def test_the_table_has_a_row_a_delivery_and_the_sum(pressctl: Run) -> None:
    pressctl("send", "night-bus")
    lines = pressctl("log").stdout.splitlines()
    assert lines[0].split() == ["key", "release", "contact", "state", "since", "through"]
    assert re.fullmatch(r"[0-9a-f]{8}  night-bus  National desk, A national wire service +accepted  \d{4}-.* rehearsal", lines[1])
    assert lines[-1] == "3 deliveries: 3 accepted"
    assert "@" not in "".join(lines), "nobody's address is shown that was not asked for"


def test_json_is_one_object_a_line_with_the_fixed_fields(pressctl: Run) -> None:
    pressctl("send", "night-bus")
    rows = [json.loads(line) for line in pressctl("log", "night-bus", "--json").stdout.splitlines()]
    fields = "key release edition contact outlet list recipient provider state attempts provider_id planned_at settled_at reason"
    assert [list(row) for row in rows] == [fields.split()] * 3
    assert {row["contact"] for row in rows} == {"wire", "daily", "rights-intake"}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row["settled_at"]) for row in rows)


def test_csv_starts_no_formula_in_a_spreadsheet(office: Path, pressctl: Run) -> None:
    (office / "contacts" / "national.yaml").write_text(NATIONAL.replace("outlet: A daily paper", 'outlet: "=HYPERLINK(1)"'))
    pressctl("send", "night-bus")
    rows = list(csv.DictReader(io.StringIO(pressctl("log", "--csv").stdout)))
    assert rows[1]["outlet"] == "'=HYPERLINK(1)"


def test_attempts_show_evidence_and_status(pressctl: Run) -> None:
    pressctl("send", "night-bus")
    lines = pressctl("log", "--attempts").stdout.splitlines()
    assert lines[0].split() == ["key", "contact", "attempt", "claimed", "ended", "evidence", "status", "id", "or", "reason"]
    assert re.search(r"wire +1 +\S+ \S+ +accept +accepted +200 +\S+", lines[1])


def test_attempts_show_what_the_provider_answered_where_it_did_not_accept(tmp_path: Path) -> None:
    with Recorder(says=["accept", "broken", "422"]) as provider:
        root = live_office.office(tmp_path, provider.url, 3, "concurrency = 1")
        assert live_office.send(root).returncode == 4
    said = run_pressctl(root, "log", "--attempts", environment={"COLUMNS": "200"}).stdout.splitlines()
    assert said[0].split()[-4:] == ["id", "or", "reason", "answer"]
    assert said[1].endswith(provider.known[next(iter(provider.known))][1])
    assert said[2].endswith('it broke         {"Error": "it broke"}')
    assert said[3].endswith('told to say 422  {"Error": "told to say 422"}')
    data = [json.loads(line) for line in run_pressctl(root, "log", "--attempts", "--json").stdout.splitlines()]
    assert [one["answer"] for one in data] == ["", '{"Error": "it broke"}', '{"Error": "told to say 422"}']
    assert all(one["claimed_at"] <= one["at"] for one in data)


def test_nobody_is_missing_when_all_have_it(pressctl: Run) -> None:
    pressctl("send", "night-bus")
    result = pressctl("log", "--missing")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "nobody is missing\n")


def test_a_state_can_be_asked_for(pressctl: Run) -> None:
    pressctl("send", "night-bus")
    assert len(pressctl("log", "--state", "accepted", "--json").stdout.splitlines()) == 3
    assert pressctl("log", "--state", "rejected", "--json").stdout == ""
    assert pressctl("log", "--state", "sent").returncode == 2


def test_the_exact_message_can_be_printed_from_the_log_whatever_the_files_say_now(office: Path, pressctl: Run) -> None:
    pressctl("send", "night-bus")
    before = pressctl("render", "night-bus", "--as", "email", "--contact", "wire", environment={"PRESSCTL": "1"}).stdout
    row = json.loads(pressctl("log", "--json").stdout.splitlines()[0])
    (office / "releases" / "night-bus.md").unlink()
    printed = pressctl("log", "--message", row["key"][:10]).stdout
    assert printed == before, "the preview is what left"
    message = email.message_from_string(printed, policy=email.policy.default)
    assert message["To"] == "National desk <national@wire.example>"
    assert message["Message-ID"] == f"<{row['key']}@example.org>"
    stored = json.loads((office / ".pressctl" / "sandbox" / f"{row['provider_id']}.json").read_text())
    text = message.get_body(("plain",))
    assert text is not None
    assert json.dumps(stored).count("keep the night bus") >= 2
    assert "keep the" in text.get_content()


def test_an_unknown_key_is_refused(pressctl: Run) -> None:
    pressctl("send", "night-bus")
    result = pressctl("log", "--message", "ffffffffffff")
    assert result.returncode == 3
    assert result.stderr.startswith("error: the log has no delivery, or more than one, whose key begins with ffffffffffff\n")


def test_the_log_of_a_newer_pressctl_is_refused(office: Path, pressctl: Run) -> None:
    pressctl("send", "night-bus")
    with sqlite3.connect(office / ".pressctl" / "log.sqlite3") as database:
        database.execute("PRAGMA user_version = 99")
    for words in (("log",), ("send", "night-bus")):
        result = pressctl(*words)
        assert result.returncode == 3
        assert "error: the delivery log was made by a newer pressctl (form 99, this one knows 1)" in result.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the delivery log is empty: what was sent is no longer known"),
        (b"Dear diary, this is not a database at all, as you can see.\n" * 20, "this file is damaged, or is not a delivery log"),
    ],
)
def test_a_log_that_is_none_is_refused_and_left_alone(office: Path, pressctl: Run, content: bytes, said: str) -> None:
    path = office / ".pressctl" / "log.sqlite3"
    path.parent.mkdir()
    path.write_bytes(content)
    for words in (("log",), ("send", "night-bus")):
        result = pressctl(*words)
        assert result.returncode == 3
        assert f"error: {said}" in result.stderr
        assert "Traceback" not in result.stderr
    assert path.read_bytes() == content


def test_verify_says_that_a_whole_log_is_whole(pressctl: Run) -> None:
    pressctl("send", "night-bus")
    result = pressctl("log", "verify")
    assert result.returncode == 0
    assert re.fullmatch(r"the log [0-9a-f]{16} is whole\n", result.stdout)


def test_the_log_answers_while_the_configuration_has_a_mistake(office: Path, pressctl: Run) -> None:
    pressctl("send", "night-bus")
    (office / "pressctl.toml").write_text("[organization\n", encoding="utf-8")
    for words in (("log",), ("report", "night-bus")):
        result = pressctl(*words)
        assert (result.returncode, result.stderr) == (0, "")
        assert "accepted" in result.stdout
