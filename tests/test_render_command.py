"""`pressctl render` as a person sees it, and what bad input gets: a clear error, the right exit code, no traceback."""

from __future__ import annotations

import email
import email.policy
import json
from pathlib import Path

import pytest
from conftest import NATIONAL, RELEASE, Run


def test_the_text_is_what_a_newsroom_reads(pressctl: Run) -> None:
    result = pressctl("render", "night-bus", "--contact", "wire")
    assert result.returncode == 0
    assert "FOR IMMEDIATE RELEASE\nFriday, July 3, 2026\n" in result.stdout
    assert "KEY WEST, Fla. — A group of 40 residents" in result.stdout
    assert "<https://bus.example/riders>" in result.stdout
    assert "**" not in result.stdout
    assert "National desk, A national wire service" in result.stdout
    assert "\n###\n" in result.stdout


def test_a_general_copy_names_nobody(pressctl: Run) -> None:
    text = pressctl("render", "night-bus").stdout
    assert "National desk" not in text
    assert "Dear ," not in text


def test_the_same_input_gives_the_same_bytes(pressctl: Run) -> None:
    for form in ("text", "html", "email", "web", "json"):
        first, second = (pressctl("render", "night-bus", "--as", form, "--contact", "wire") for _ in range(2))
        assert first.returncode == 0
        assert first.stdout == second.stdout != ""


def test_the_email_has_both_parts_and_one_recipient(pressctl: Run) -> None:
    printed = pressctl("render", "night-bus", "--as", "email", "--contact", "wire").stdout
    message = email.message_from_string(printed, policy=email.policy.default)
    assert message["To"] == "National desk <national@wire.example>"
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_json_is_the_release_as_data(pressctl: Run) -> None:
    said = json.loads(pressctl("render", "night-bus", "--as", "json").stdout)
    assert said["headline"] == "Residents ask city to keep the night bus"


def test_output_goes_into_a_file_or_a_folder(office: Path, pressctl: Run) -> None:
    assert pressctl("render", "night-bus", "--as", "html", "-o", "mail.html").stdout == ""
    assert "night bus" in (office / "mail.html").read_text()
    (office / "out").mkdir()
    pressctl("render", "night-bus", "--as", "web", "-o", "page.html")
    assert "night bus" in (office / "page.html").read_text()
    pressctl("render", "night-bus", "--as", "html", "-o", "out")
    assert "night bus" in (office / "out" / "night-bus.html").read_text()


QUOTED = RELEASE.replace("Residents ask", '"Residents\\nask').replace("bus\n", 'bus"\n', 1)
BAD_RELEASES = {
    "empty": (b"", "night-bus.md", "empty"),
    "cp1252": (RELEASE.replace("group", "gr\u00f6up").encode("cp1252"), "night-bus.md:6:5", "not UTF-8"),
    "front matter never closed": (b"---\nheadline: x\n", "night-bus.md:1", "never closed"),
    "tag": (b"---\nheadline: !!python/object x\n---\nText.\n", "night-bus.md:2:11", "tags are not used here"),
    "anchor": (b"---\nheadline: &a x\ndateline: *a\n---\nText.\n", "night-bus.md:2:11", "anchors are not used here"),
    "duplicate key": (RELEASE.replace("date: 2", "headline: y\ndate: 2").encode(), "night-bus.md:4:1", "given twice"),
    "20,000 brackets": (b"---\nheadline: " + b"[" * 20_000 + b"\n---\nText.\n", "night-bus.md:2:", "nested deeper"),
    "headline with a line break": (QUOTED.encode(), ":2:11", "line break"),
    "unknown key": (RELEASE.replace("headline", "headine").encode(), "night-bus.md:2:1", "`headine` is not a key of the release"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_RELEASES)
def test_a_bad_release_is_told_with_its_place(office: Path, pressctl: Run, name: str) -> None:
    content, place, said = BAD_RELEASES[name]
    (office / "releases" / "night-bus.md").write_bytes(content)
    for words in (("render",), ("send",)):
        result = pressctl(*words, "night-bus")
        assert result.returncode == 3, result.stderr
        assert result.stdout == ""
        assert said in result.stderr
        assert place in result.stderr
        assert "Traceback" not in result.stderr
    assert not (office / ".pressctl").exists()


def test_a_byte_order_mark_is_no_problem(office: Path, pressctl: Run) -> None:
    (office / "releases" / "night-bus.md").write_bytes(b"\xef\xbb\xbf" + RELEASE.replace("\n", "\r\n").encode())
    assert "KEY WEST, Fla. — A group" in pressctl("render", "night-bus").stdout


@pytest.mark.parametrize(
    ("words", "said"), [(["nothing-here"], "there is no release"), (["releases"], "folder"), (["no.md"], "there is no")]
)
def test_a_missing_file_or_a_folder_is_told(pressctl: Run, words: list[str], said: str) -> None:
    result = pressctl("render", *words)
    assert result.returncode == 3
    assert said in result.stderr


def test_an_unknown_contact_gets_the_nearest_one(pressctl: Run) -> None:
    result = pressctl("render", "night-bus", "--contact", "wier")
    assert (result.returncode, result.stderr) == (3, "error: there is no contact `wier`\nhint: did you mean `wire`?\n")


@pytest.mark.parametrize(
    ("template", "said"),
    [("{% if %}", "email.txt.j2:1"), ("{{ relase.headline }}", "relase"), ("{% include 'email.txt.j2' %}", "email.txt.j2")],
)
def test_a_broken_template_is_told_with_its_place(office: Path, pressctl: Run, template: str, said: str) -> None:
    folder = office / "templates"
    folder.mkdir()
    (folder / "email.txt.j2").write_text(template)
    for words in (("render",), ("send",)):
        result = pressctl(*words, "night-bus")
        assert result.returncode == 3
        assert said in result.stderr
        assert "Traceback" not in result.stderr


HOSTILE = {
    "escape sequence": ('"Desk \\e[2J\\e]52;c;AAAA\\a"', False),
    "line break": ('"Desk\\nBcc: victim@elsewhere.example"', False),
    "encoded word": ('"=?utf-8?q?a=0D=0ABcc:_x@y?="', False),
    "rich markup": ('"[bold red]Desk[/bold red] [link=https://evil.example]x[/link]"', True),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_refused_or_shown_inert(office: Path, pressctl: Run, name: str) -> None:
    value, allowed = HOSTILE[name]
    (office / "contacts" / "national.yaml").write_text(NATIONAL.replace("name: National desk", f"name: {value}"))
    result = pressctl("send", "night-bus")
    shown = result.stdout + result.stderr
    assert "\033" not in shown
    assert "Traceback" not in shown
    if allowed:
        assert result.returncode == 0
        assert "[bold red]Desk[/bold red]" in shown
        printed = pressctl("render", "night-bus", "--as", "email", "--contact", "wire").stdout
        assert email.message_from_string(printed, policy=email.policy.default)["To"].addresses[0].addr_spec == "national@wire.example"
    else:
        assert result.returncode == 3
        assert "national.yaml:4:" in result.stderr
        assert not (office / ".pressctl").exists()
