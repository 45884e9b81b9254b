"""The configuration: found, read, every mistake told with its place, secrets looked up late and never shown."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressctl import config, toml_document
from pressctl.config import MediaContact, Secret
from pressctl.document import Mapping, Problems, Sequence
from pressctl.errors import ConfigError, Place
from pressctl.message import Address

BEGIN = '[organization]\nname = "Network"\nfrom = "Desk <press@example.org>"\ntimezone = "America/New_York"\n'


def told(work: Callable[[], object]) -> list[str]:
    """What a ConfigError says: `line:column text → hint`."""
    with pytest.raises(ConfigError) as caught:
        work()
    return [f"{str(p.place).rpartition('.toml:')[2]} {p.text}" + (f" → {p.hint}" if p.hint else "") for p in caught.value.problems]


def written(folder: Path, text: str) -> Path:
    file = folder / "pressctl.toml"
    file.write_text(text)
    return file


def mistakes(folder: Path, text: str) -> list[str]:
    file = written(folder, text)
    return told(lambda: config.load(file))


def test_a_whole_configuration_is_read(tmp_path: Path) -> None:
    text = BEGIN + (
        'reply_to = "desk@example.org"\naddress = "PO Box 1"\nlanguage = "es"\nboilerplate = """\nAbout\nus"""\n'
        '[[organization.contacts]]\nname = "Volunteer"\nphone = "+1 305 555 0100"\n'
        '[send]\nto = "tag:local"\n[providers.drill]\nkind = "postmark"\ntoken = { env = "T" }\n'
        '[log]\n[selections]\nlocal = "region:US-FL"\n[check]\nignore = ["A1"]\n'
    )
    read = config.load(written(tmp_path, text))
    assert read.root == tmp_path
    assert read.state == tmp_path / ".pressctl"
    assert read.organization.sender == Address("press@example.org", "Desk")
    assert read.organization.reply_to == Address("desk@example.org")
    assert read.organization.timezone == ZoneInfo("America/New_York")
    assert read.organization.boilerplate == "About\nus"
    assert read.organization.contacts == (MediaContact("Volunteer", phone="+1 305 555 0100"),)
    assert (read.provider, read.to) == ("sandbox", ("tag:local",))
    assert read.selections == {"local": "region:US-FL"}
    assert read.other == {"check": {"ignore": ["A1"]}}
    section = read.providers["drill"]
    assert (section.kind, dict(section.values)) == ("postmark", {"token": {"env": "T"}})
    assert section.places["token"] == Place(str(tmp_path / "pressctl.toml"), 18, 1)


def test_the_configuration_is_found_upwards_and_pyproject_counts(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(
        "\n".join(f"[tool.pressctl.{line[1:]}" if line[0] == "[" else line for line in BEGIN.split("\n")[:4])
    )
    (tmp_path / "a" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert config.find(deep) == tmp_path / "pyproject.toml"
    assert config.load(config.find(deep)).organization.name == "Network"
    written(tmp_path / "a", BEGIN)
    assert config.find(deep) == tmp_path / "a" / "pressctl.toml"


def test_without_a_configuration_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no press office here"):
        config.find(tmp_path)


def test_all_mistakes_are_told_together_with_their_places(tmp_path: Path) -> None:
    text = BEGIN.replace("timezone", "timezne") + 'contacts = [{ name = "A", emial = "a@b.example" }]\n[sned]\nx = 1\n[send]\nto = 3\n'
    assert mistakes(tmp_path, text) == [
        "1:2 the [organization] table has no `timezone`: the time zone of times without one, such as America/New_York",
        "4:1 `timezne` is not a key of the [organization] table → did you mean `timezone`?",
        "5:27 `emial` is not a key of the media contact → did you mean `email`?",
        "6:2 `sned` is not a key of the configuration → did you mean `send`?",
        "9:1 text is expected here → put it in quotes",
    ]


def test_broken_toml_is_told_with_its_place(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "[organization\nname = 1") == [
        "1:14 this is not valid TOML: expected ']' at the end of a table declaration → check quotes, brackets and equals signs there"
    ]
    assert mistakes(tmp_path, BEGIN + BEGIN)[0].startswith("5:14 this is not valid TOML: cannot declare")
    assert mistakes(tmp_path, "a = " + "[" * 20_000)[0].startswith("1:1 nested too deep")


@pytest.mark.parametrize("data", [b"", b"# nothing\n"])
def test_an_empty_configuration_names_what_is_needed(tmp_path: Path, data: bytes) -> None:
    assert mistakes(tmp_path, data.decode()) == ["1:1 the configuration has no `organization`: who issues the releases"]


def test_a_configuration_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "pressctl.toml").write_bytes(b'[organization]\nname = "Caf\xe9"\n')
    with pytest.raises(ConfigError, match="not UTF-8 text: byte 0xe9") as caught:
        config.load(tmp_path / "pressctl.toml")
    assert str(caught.value.problems[0].place).endswith("pressctl.toml:2:12")


@pytest.mark.parametrize(
    ("sender", "problem"),
    [
        ('"Desk <a@b.example>, x <c@d.example>"', "the address stands together with a name"),
        ('"Desk"', "this is no mail address: it has no @"),
        ('"=?utf-8?q?a=0D=0ABcc:_x?= <a@b.example>"', "a name is written as plain text, not as a mail header's encoded word"),
        ('"Desk\\r\\nBcc: x <a@b.example>"', "a line break is not allowed here"),
    ],
)
def test_a_sender_that_could_smuggle_is_refused(tmp_path: Path, sender: str, problem: str) -> None:
    assert mistakes(tmp_path, BEGIN.replace('"Desk <press@example.org>"', sender))[0].startswith(f"3:1 {problem}")


@pytest.mark.parametrize("key", ["token", "secret", "password", "api_key", "key", "signing_key", "webhook_secret"])
def test_a_secret_in_the_file_itself_is_refused_and_not_repeated(tmp_path: Path, key: str) -> None:
    (text,) = mistakes(tmp_path, f'{BEGIN}[providers.resend]\n{key} = "re_123abc"\n')
    assert text.startswith(f"6:1 the secret `{key}` is written in the file itself → take it out and write {key} = {{ env = ")
    assert "re_123abc" not in text


def test_a_password_in_the_logs_address_is_refused(tmp_path: Path) -> None:
    (text,) = mistakes(tmp_path, f'{BEGIN}[log]\nurl = "postgresql://press:hunter2@db.example/press"\n')
    assert text.startswith("6:1 a password is written in the log's address")
    assert "hunter2" not in text


@pytest.mark.parametrize("url", ["postgresql://press@db.example/press", "sqlite:///press.db", "x"])
def test_a_shared_log_is_refused_since_two_machines_with_a_log_each_would_send_everything_twice(tmp_path: Path, url: str) -> None:
    assert mistakes(tmp_path, f'{BEGIN}[log]\nurl = "{url}"\n') == [
        "6:1 a shared log is not there yet → take the key `url` out, and send from one machine only: its log, in .pressctl/, "
        "knows who has been written to"
    ]


def test_a_provider_that_is_no_table_is_told(tmp_path: Path) -> None:
    assert mistakes(tmp_path, f'{BEGIN}[providers]\nresend = "x"\n') == [
        "6:1 `resend` is not a table → write [providers.resend] and the account's keys below it"
    ]


def test_a_secret_never_prints() -> None:
    secret = Secret("re_123abc")
    assert "re_123abc" not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == "re_123abc"


def test_a_secret_is_taken_from_the_environment_or_a_command() -> None:
    assert config.secret({"env": "T"}, None, {"T": " abc\n"}).reveal() == "abc"
    command = f'{sys.executable} -c \'print("abc"); print("login: x")\''
    assert config.secret({"command": command}, None).reveal() == "abc"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"env": "PRESSCTL_NONE"}, "the environment variable PRESSCTL_NONE is not set"),
        ({"env": "EMPTY"}, "the environment variable EMPTY is not set"),
        ({"env": "ODD"}, "the secret holds a character that no credential has"),
        ({"command": "false hunter2"}, "`false` failed with code 1, so there is no secret"),
        ({"command": "true hunter2"}, "`true` printed nothing, so there is no secret"),
        ({"command": "pressctl-none hunter2"}, "`pressctl-none` cannot be run"),
        ({"command": "echo 'hunter2"}, "the command for the secret cannot be read: a quote is not closed"),
        ({"command": "sh -c 'echo hunter2; exit 3'"}, "`sh` failed with code 3, so there is no secret"),
        ({"enviroment": "x"}, "`enviroment` is no source of secrets"),
        ({"env": "a", "command": "b"}, "this does not say where the secret is"),
        ("plain", "this does not say where the secret is"),
        ({"env": 3}, "this does not say where the secret is"),
    ],
)
def test_a_secret_that_is_not_there_is_told_without_its_words(value: object, text: str) -> None:
    place = Place("pressctl.toml", 3, 1)
    with pytest.raises(ConfigError) as caught:
        config.secret(value, place, {"EMPTY": " ", "ODD": "a\nb"})
    (problem,) = caught.value.problems
    assert (problem.text, problem.place) == (text, place)
    assert "hunter2" not in problem.hint


def test_a_command_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "COMMAND_TIMEOUT", 0.2)
    assert told(lambda: config.secret({"command": "sleep 60"}, None))[0].startswith("None `sleep` gave no secret within 0.2 seconds")


def test_the_keyring_is_asked_by_its_command_where_the_package_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = tmp_path / "keyring"
    command.write_text('#!/bin/sh\n[ "$1 $2 $3" = "get pressctl resend" ] && echo abc\n')
    command.chmod(0o755)
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert config.secret({"keyring": "resend"}, None).reveal() == "abc"
    assert told(lambda: config.secret({"keyring": "other"}, None)) == [
        "None `keyring` failed with code 1, so there is no secret → store it with: keyring set pressctl other"
    ]


def test_places_of_every_way_of_writing_keys() -> None:
    text = (
        "title = 'x' # [no.table]\n"
        'a.b."c.d" = 1\n'
        "[one] # c\n"
        'text = """\n[no.table]\nkey = \\"""no"""\n'
        "raw = '''\n[no]\n'''\n"
        "list = [ # comment ]\n  'a', { x = 1, y.z = [2] },\n]\n"
        "[[many]]\nk = 1\n[many.sub]\nk = 2\n[[many]]\n k = 2026-07-03 10:00:00\n"
        "['quoted \"key']\nk = true\n"
    )
    problems = Problems("f")
    parsed = toml_document.parse(text, problems)
    assert parsed is not None, problems
    places = config._places(parsed[1], "f")
    assert {key: str(place)[2:] for key, place in places.items()} == {
        "title": "1:1",
        "a": "2:1",
        "a.b": "2:3",
        "a.b.c.d": "2:5",
        "one": "3:2",
        "one.text": "4:1",
        "one.raw": "7:1",
        "one.list": "10:1",
        "many": "13:3",
        'quoted "key': "19:2",
        'quoted "key.k': "20:1",
    }
    many = parsed[1].entries["many"]
    assert isinstance(many, Sequence)
    assert [(item.line, item.column) for item in many.items] == [(13, 3), (17, 3)]
    second = many.items[1]
    assert isinstance(second, Mapping)
    assert (second.keys["k"].line, second.keys["k"].column) == (18, 2)
    one = parsed[1].entries["one"]
    assert isinstance(one, Mapping)
    inside = one.entries["list"]
    assert isinstance(inside, Sequence)
    table = inside.items[1]
    assert isinstance(table, Mapping)
    assert [(key, at.line, at.column) for key, at in table.keys.items()] == [("x", 11, 10), ("y", 11, 17)]


@given(st.text(alphabet="ab=[]{}\"'#.,\n 1\\", max_size=40))
def test_no_text_makes_the_reader_of_toml_fail_in_its_own_way(text: str) -> None:
    toml_document.parse(text, Problems("f"))
