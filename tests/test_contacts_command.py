"""`pressctl contacts` as a person and a script see it."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import jsonschema
import pytest
import yaml
from conftest import NATIONAL, REPOSITORY, Run

from pressctl import contact_schema, contacts
from pressctl.errors import ContactsError


def test_the_list_shows_a_row_each_and_nobodys_address(pressctl: Run) -> None:
    result = pressctl("contacts", "list", "national")
    assert result.stdout.splitlines() == [
        "list      id     name           outlet                   by     tier  embargo",
        "national  wire   National desk  A national wire service  mail   1     agreed",
        "national  daily  City desk      A daily paper            mail   2     never",
        "national  radio  Newsroom       A radio station          phone        never",
        "national  gone   News desk      A weekly                 mail         never",
    ]
    assert result.stderr == "4 contacts on 1 list\n"


def test_columns_and_json_are_what_was_asked_for(pressctl: Run) -> None:
    result = pressctl("contacts", "list", "tier:1 or tag:civil-liberties", "--columns", "id,email,by")
    assert result.stdout.splitlines() == ["id             email                  by", "wire           national@wire.example  mail",
                                          "rights-intake                         webhook"]  # fmt: skip
    rows = [json.loads(line) for line in pressctl("contacts", "list", "--json").stdout.splitlines()]
    assert len(rows) == 6
    assert rows[4] == {
        "list": "rights", "id": "rights-intake", "kind": "desk", "name": "Newsroom intake", "outlet": "A civil liberties organisation",
        "webhook": "https://intake.example/press", "tags": ["civil-liberties"], "embargo": "never",
    }  # fmt: skip
    assert "hint: did you mean `email`?" in pressctl("contacts", "list", "--columns", "emial").stderr


def test_an_error_points_into_the_expression(pressctl: Run) -> None:
    result = pressctl("contacts", "list", "national and tag:civil-libertys")
    assert result.returncode == 3
    assert result.stderr.splitlines() == [
        "error: no contact has the tag `civil-libertys`", "  at selection:1:18", "    national and tag:civil-libertys",
        "                     ^",
        "hint: did you mean `civil-liberties`?",
    ]  # fmt: skip


def test_one_contact_is_shown_with_everything_and_its_place(pressctl: Run) -> None:
    assert pressctl("contacts", "show", "gone").stdout.splitlines() == [
        "list          national", "id            gone", "kind          desk", "name          News desk", "outlet        A weekly",
        "email         news@weekly.example", "embargo       never", "place         contacts/national.yaml:18:5",
        "gets nothing  unsubscribed",
    ]  # fmt: skip
    assert json.loads(pressctl("contacts", "show", "gone", "--json").stdout)["suppressed"] == "unsubscribed"
    assert pressctl("contacts", "show", "national/daily").stdout.count("city@daily.example") == 1
    assert pressctl("contacts", "show", "CITY@daily.example").stdout.count("place") == 2
    assert "this address is on no list" in pressctl("contacts", "show", "x@y.example").stderr


def test_check_ends_with_1_only_for_errors(office: Path, pressctl: Run) -> None:
    result = pressctl("contacts", "check")
    assert result.returncode == 0
    assert "contacts/national.yaml:3:5 warning CON008 `wire` does not say where the address came from\n" in result.stdout
    assert result.stdout.splitlines()[-1].endswith("6 contacts read")
    (office / "contacts" / "national.yaml").write_text(NATIONAL.replace("email: city", "emial: city"))
    result = pressctl("contacts", "check", "--json")
    assert result.returncode == 1
    assert {(one["line"], one["level"], one["rule"]) for one in json.loads(result.stdout)} == {
        (9, "error", "CON001"),
        (12, "error", "CON001"),
    }


def test_add_edit_and_suppress_show_what_they_changed(office: Path, pressctl: Run) -> None:
    assert pressctl("contacts", "edit", "wire", "tier=2").stdout.splitlines()[2:] == [
        "@@ -5,5 +5,5 @@", "     outlet: A national wire service", "     email: national@wire.example", "-    tier: 1", "+    tier: 2",
        "     embargo: agreed", "   - id: daily",
    ]  # fmt: skip
    assert pressctl("contacts", "edit", "wire", "tier=2").stderr == "nothing to change in contacts/national.yaml\n"
    assert "+  - id: new" in pressctl("contacts", "add", "fresh", "name=New", "phone=1").stdout
    assert pressctl("contacts", "suppress", "wire").returncode == 2
    assert pressctl("contacts", "suppress", "wire", "--reason", "asked", "--since", "2026-07-01").returncode == 0
    assert '"contact": "wire", "reason": "suppressed", "detail": "asked 2026-07-01"' in pressctl("send", "night-bus", "--json").stdout
    assert pressctl("contacts", "suppress", "radio", "--reason", "x").stderr.startswith("error: this contact has only a telephone number")
    assert pressctl("contacts", "unsuppress", "wire", "--reason", "asked again").returncode == 0
    shared = office.parent / "shared.yaml"
    (office / "contacts" / "rights.yaml").rename(shared)
    (office / "contacts" / "rights.yaml").symlink_to(shared)
    assert pressctl("contacts", "edit", "rights-intake", "tier=1").stderr == f"contacts/rights.yaml is a link: {shared} was changed\n"


def test_import_shows_and_asks_before_it_writes(office: Path, pressctl: Run) -> None:
    (office / "radio.csv").write_text("Station;Wer;email\nRadio;A;a@radio.example\nRadio;B;b@\n")
    words = ("contacts", "import", "radio.csv", "--column", "Wer=name", "--column", "Station=outlet")
    result = pressctl(*words)
    assert result.returncode == 3
    assert "error: row 3: this is no mail address: a part beside the @ is missing\n  at radio.csv:3\n" in result.stderr
    result = pressctl(*words, "--skip-bad")
    assert "+    email: a@radio.example" in result.stdout
    assert "left out, row 3: this is no mail address" in result.stderr
    assert "error: nothing was written: nobody is there to confirm" in result.stderr
    assert not (office / "contacts" / "radio.yaml").exists()
    assert pressctl(*words, "--skip-bad", "--yes").returncode == 0
    assert [one.id for one in contacts.load(office).lists["radio"].contacts] == ["radio-a"]
    result = pressctl(*words, "--skip-bad", "--yes")
    assert (result.returncode, result.stdout) == (0, "")
    assert pressctl(*words[:3], "--column", "Wer=nmae").returncode == 2


def test_an_export_to_a_file_is_for_its_owner_only(office: Path, pressctl: Run) -> None:
    assert pressctl("contacts", "export", "rights", "--as", "vcard", "-o", "rights.vcf").returncode == 0
    assert stat.S_IMODE((office / "rights.vcf").stat().st_mode) == 0o600
    assert (office / "rights.vcf").read_bytes().count(b"BEGIN:VCARD\r\n") == 2
    assert pressctl("contacts", "export", "--as", "pdf").returncode == 2
    assert len(json.loads(pressctl("contacts", "export", "--as", "json").stdout)) == 6


def test_why_tells_where_from_and_what_they_received(pressctl: Run) -> None:
    pressctl("send", "night-bus")
    lines = pressctl("contacts", "why", "city@daily.example").stdout.splitlines()
    assert lines[:3] == [
        "contacts/national.yaml:9:5  `daily` on national: from nobody knows where",
        "contacts/rights.yaml:8:5  `city-again` on rights: from nobody knows where",
        "",
    ]
    assert lines[4].split()[1::2] == ["night-bus", "accepted", lines[4].split()[5]]
    data = json.loads(pressctl("contacts", "why", "gone", "--json").stdout)
    assert data["suppressed"] == [{"reason": "unsubscribed", "since": "2026-03-01"}]
    assert data["deliveries"] == []
    assert pressctl("contacts", "why", "nobody@x.example").stdout == "on no list\n\nreceived nothing that the log knows of\n"


def test_the_callsheet_has_who_can_be_called_by_tier(office: Path, pressctl: Run) -> None:
    more = "  - {id: early, name: Ana, outlet: Radio Uno, phone: +1 305 555 0102, email: ana@uno.example, tier: 1, timezone: UTC}\n"
    no = "  - {id: no, name: No, phone: +1 305 555 0103, email: no@uno.example, do_not_contact: true}\n"
    (office / "contacts" / "national.yaml").write_text(NATIONAL + more + no)
    pressctl("send", "night-bus")
    lines = pressctl("contacts", "callsheet", "night-bus").stdout.splitlines()
    assert lines[0] == "CALL SHEET   Residents ask city to keep the night bus"
    assert lines[1].endswith(" E" + lines[1].split(" E")[1])
    assert lines[3] == "Say: Residents ask city to keep the night bus"
    assert [line for line in lines if "TIER" in line] == ["TIER 1 " + "─" * 83, "NO TIER " + "─" * 82]
    assert "    Ana, Radio Uno" in lines
    assert any(line.startswith("    +1 305 555 0102   (there it is ") and line.endswith("accepted (rehearsal)") for line in lines)
    assert any(line == "    +1 305 555 0101   telephone only" for line in lines)
    assert not [line for line in lines if "0103" in line]
    assert max(map(len, lines)) <= 90
    rows = [json.loads(line) for line in pressctl("contacts", "callsheet", "night-bus", "--json").stdout.splitlines()]
    assert [row["contact"] for row in rows] == ["early", "radio"]


def test_everything_that_was_written_is_for_the_owner_only(office: Path, pressctl: Run) -> None:
    environment = dict(os.environ)
    pressctl("send", "night-bus", environment=environment)
    pressctl("contacts", "forget", "wire", "--yes", environment=environment)
    loose = [path.name for path in (office / ".pressctl").rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert loose == []


@pytest.mark.parametrize("words", [("list",), ("show", "wire"), ("check",), ("export",), ("why", "wire"), ("callsheet", "night-bus")])
def test_what_a_contact_says_cannot_command_a_terminal(office: Path, pressctl: Run, words: tuple[str, ...]) -> None:
    hostile = (
        NATIONAL.replace("National desk", '"[red]\\u200fDesk\\u2066"').replace("\\u2066", "").replace("A radio station", '"\\u200b=1"')
    )
    (office / "contacts" / "national.yaml").write_text(hostile)
    result = pressctl("contacts", *words)
    assert result.returncode == 0, result.stderr
    assert not [c for c in result.stdout if ord(c) < 32 and c not in "\r\n"]
    if words != ("export",):
        assert not set(result.stdout) & set("\u200b\u200f")


def test_the_schema_knows_what_the_reader_knows() -> None:
    schema = contact_schema.schema()
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    for path in sorted((REPOSITORY / "contacts").glob("*.yaml")):
        assert list(validator.iter_errors(_as_editors_read(path))) == [], path
    assert (REPOSITORY / "contacts" / ".schema.json").read_text() == contact_schema.text(), "run `pressctl contacts schema`"


def _as_editors_read(path: Path) -> object:
    """YAML 1.2, in which days are text and yes is a word: near enough with 1.1's days turned back into text."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(path.read_text(), Loader)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("contacts: [{name: A, phone: 1, attachments: no, tier: 2, kind: desk, x-a: 1}]", True),
        ("contacts: [{name: {given: A}, email: [{address: a@b.example, preferred: true}], embargo: {trust: ask, agreed_on: false}}]", True),
        ("contacts: [{name: A, emial: x}]", False),
        ("contacts: [{name: A, tier: 12}]", False),
        ("contacts: [{name: A, kind: dask}]", False),
        ("outlets: {keys: {name: Keys}}", True),
        ("outlets: {keys: {nam: Keys}}", False),
        ("suppressions: [{email: a@b.example, reason: x}]", True),
        ("suppressions: [{email: a@b.example}]", False),
    ],
)
def test_an_editor_underlines_what_the_reader_refuses(tmp_path: Path, text: str, right: bool) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    assert jsonschema.Draft7Validator(contact_schema.schema()).is_valid(_as_editors_read(path)) == right
    if text.startswith("contacts") and not right:
        with pytest.raises(ContactsError):
            contacts.read_list(path, text)


def test_init_puts_the_schema_beside_the_lists_and_the_line_into_them(office: Path, pressctl: Run) -> None:
    assert pressctl("init", "fresh").returncode == 0
    folder = office / "fresh" / "contacts"
    assert (folder / ".schema.json").read_text() == contact_schema.text()
    for path in folder.glob("*.yaml"):
        assert path.read_text().startswith("# yaml-language-server: $schema=.schema.json\n"), path.name
    contacts.load(office / "fresh")
