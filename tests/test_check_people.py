"""What must never happen in `check`: a rule that raises, a person given away in any output, time that grows faster than the text."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from checks.desk import NOON, findings, office
from conftest import in_line_with_length, make_office, run_pressctl
from hypothesis import given, settings
from hypothesis import strategies as st

from pressctl import check, news_copy, rendered
from pressctl.config import Config
from pressctl.finding import Finding

HEAD = "---\nheadline: Residents ask city to keep the night bus\ndateline: Key West, Fla.\ndate: 2025-07-03\n{}---\n"
SECRETS = {  # what identifies somebody, and a sentence with it
    "A098765432": "His file is {}.",
    "EAC2190054321": "The case is {}.",
    "321-54-6789": "Her number is {}.",
    "April 4, 1991": "She was born {}.",
    "1234 Flagler Ave.": "She lives at {} now.",
    "Rita Sample": "The driver saw {}, 12, at the stop.",
    "Rita Specimen": "{}, who is undocumented, drives.",
    "Ruth Paragon": "{}, a survivor of domestic violence, spoke.",
    "Ron Pattern": "{}, who has cancer, drives.",
    "Ray Instance": "{} is held at the Krome Detention Center.",
    "305 294 1234": "Call Rita at {} now.",
    "rita@private.example": "Write to {} now.",
    "ABC 1234": "A van with the plate {} left.",
}
PIECES = ["“", "”", '"', "’", "said ", "Ana Example", ", 12,", "A012345678", "ICE", " - ", "—", "[a](", ")", "![](", "http://", "{{",
          "}}", "\n\n", "\n", "# ", "> ", "5:00 PM", "July 8th, ", "Sept", "%", "9", "FL", "<b>", "`", "¿", "é", "\u202e", "\ufffc", "A-",
          "many say "]  # fmt: skip


def told(text: str, config: Config | None = None) -> str:
    """Everything that may be shown of the findings of a text."""
    found = findings(text, config)
    return "\n".join(json.dumps(f.data(), ensure_ascii=False) + f.excerpt + str(f.fix) + f.fingerprint for f in found)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_value_that_identifies_somebody_stands_in_no_finding(secret: str) -> None:
    sentence = SECRETS[secret].format(secret)
    text = (
        HEAD.format(f"x-note: {secret}\nsummary: '{sentence}'\n")
        + f"{sentence} It is the the bus of {secret}!!\n\nSHE IS {secret.upper()} NOW.\n"
    )
    shown = told(text)
    assert any(f.rule for f in findings(text) if f.code.startswith("PRV")), "no rule has noticed it"
    assert secret not in shown
    assert secret.upper() not in shown
    if secret.replace(" ", "").isalpha():
        assert secret.split()[1] not in shown, "the surname alone gives somebody away"


@pytest.mark.parametrize("secret", ["A098765432", "Rita Sample"])
def test_a_name_that_runs_over_a_line_end_is_masked_on_both_lines(secret: str) -> None:
    sentence = SECRETS[secret].format(secret.replace(" ", "\n"))
    for word in secret.split():
        assert word not in told(HEAD.format("") + sentence + " It is is late.\n")


def test_no_output_of_the_command_shows_them(tmp_path: Path) -> None:
    root = make_office(tmp_path / "office")
    body = "\n\n".join(sentence.format(secret) + " It is  late , we said." for secret, sentence in SECRETS.items())
    (root / "releases/night-bus.md").write_text(HEAD.format("") + body + "\n", encoding="utf-8")
    shown = ""
    for words in ([], ["--json"], ["--sarif"], ["--diff"], ["--fix"]):
        result = run_pressctl(root, "check", "night-bus", *words)
        shown += result.stdout + result.stderr
    assert "national-id" in shown
    assert [secret for secret in SECRETS if secret in shown] == []


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=40), st.sampled_from(["en", "es", "pt", "ht", "fr"]))
@settings(max_examples=60, deadline=None)
def test_no_rule_raises_on_any_text(pieces: list[str], language: str) -> None:
    body = "".join(pieces).replace("\r", " ").replace("\0", " ")
    assert isinstance(findings(HEAD.format(f"language: {language}\n") + body), tuple)
    assert isinstance(findings("".join(pieces).replace("\r", " "), raw=True), tuple)


@given(st.text(alphabet="0123456789A-# ", min_size=5, max_size=30))
@settings(max_examples=60, deadline=None)
def test_a_number_that_is_found_is_never_shown(number: str) -> None:
    text = HEAD.format("") + f"His alien number is {number} they say. The the end.\n"
    for finding in findings(text):
        if finding.code in ("PRV801", "PRV803"):
            start = text.split("\n")[finding.line - 1][finding.column - 1 : finding.end_column - 1]
            assert start not in finding.excerpt + finding.message


WORDS = (
    "The council meets Tuesday, July 8, at 5 p.m. in Key West. “It must stay,” said Ana Example, a rider of ICE. "
    "Many say it broke the law. Her file is A012345678. "
)


def test_a_long_text_is_linear() -> None:
    def seconds(words: int) -> float:
        pieces = WORDS.split() * (words // len(WORDS.split()))
        text = HEAD.format("") + "\n\n".join(" ".join(pieces[at : at + 60]) for at in range(0, len(pieces), 60))
        copy = news_copy.read(text, Path("releases/x.md"), office(), NOON)
        start = time.process_time()
        check.run(copy, [rule for rule in check.rules(office()) if rule.code != "EML705"])  # which makes the mail
        return time.process_time() - start

    seconds(200)
    in_line_with_length(seconds, 2_500)


def test_no_style_is_no_style() -> None:
    text = HEAD.format("") + "The Council meets July 8th at 5:00 PM—at last! Illegals came.\n"
    style = {f.code for f in findings(text) if f.code.startswith("STY3")}
    assert {"STY307", "STY308", "STY319", "STY321"} <= style
    assert not {f.code for f in findings(text, office(style={"guide": "none"})) if f.code.startswith("STY3")}


def test_the_packages_own_templates_give_no_finding(tmp_path: Path) -> None:
    """The rules about the rendered mail trust them without looking; here they look."""
    for path in Path(rendered.__file__ or "").parent.parent.glob("templates/*.j2"):
        (tmp_path / "templates").mkdir(exist_ok=True)
        (tmp_path / "templates" / path.name).write_text(path.read_text("utf-8") + "{# our own #}\n", "utf-8")
    text = HEAD.format("summary: It meets.\n") + "Call 305-294-1234. See [the plan](https://city.gov/plan), 12 pages.\n\n- one\n- two\n"
    config = office(root=tmp_path)
    copy = news_copy.read(text, tmp_path / "releases/x.md", config, NOON)
    assert copy.of(rendered.own_templates)
    assert copy.of(rendered.made).edition is not None
    found = [f for f in findings(text, config) if f.code.startswith(("EML", "TPL", "MED"))]
    assert [f.message for f in found] == []


def test_there_are_at_least_120_rules() -> None:
    assert len(check.names()) >= 120


def named(found: tuple[Finding, ...], code: str) -> list[str]:
    return [f.message for f in found if f.code == code]


def test_an_approved_quotation_may_be_set_otherwise_but_not_said_otherwise() -> None:
    people = "people: [{{name: Ana Example, approved: {{on: 2025-07-03, hash: {}}}}}]\n"
    said = "“The bus must stay,” said Ana Example, a rider.\n"
    message = named(findings(HEAD.format(people.format("0123456789ab")) + said), "ATT208")
    finding = next(f for f in findings(HEAD.format(people.format("0123456789ab")) + said) if f.code == "ATT208")
    hash_ = finding.hint.rsplit(" ", 1)[1]
    assert message == ["the words of Ana Example are not those approved"]
    assert named(findings(HEAD.format(people.format(hash_)) + said.replace("“", '"').replace("”", '"')), "ATT208") == []
    assert named(findings(HEAD.format(people.format(hash_)) + said.replace("must", "can")), "ATT208") == message


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("His file is A\n012345678. It is the the bus  of all.\n", ["012345678"]),
        ("His file is A012345678.\n\nThe case 012345678, or 012-345-678, is  late , they say.\n", ["012345678", "012-345-678"]),
        ("She was born on March 3,\n1990 and it is  late , they say.\n", ["March 3,", "1990"]),
        ("The driver saw Rita Sample, 12, at the stop. RITA SAMPLE  , came. Sample’s mother  , too.\n", ["Sample", "SAMPLE", "Rita"]),
        ("Call Rita at 305 294 1234.\n\nThe number 3052941234 is  late , they say.\n", ["3052941234"]),
    ],
)
def test_a_change_shows_nobody_in_any_form(tmp_path: Path, text: str, secrets: list[str]) -> None:
    root = make_office(tmp_path / "office")
    (root / "releases/night-bus.md").write_text(HEAD.format("") + text, encoding="utf-8")
    shown = "".join(run_pressctl(root, "check", "night-bus", words).stdout for words in ("--json", "--diff", "--fix"))
    assert "+++ b/" in shown
    assert [secret for secret in secrets if secret in shown] == []


@pytest.mark.parametrize("line", ["date: A012345678", "date: 2025-07-03\nlanguage: EAC2190054321", "date: 2025-07-03\n321-54-6789: x"])
def test_an_error_quotes_no_number_that_identifies_somebody(tmp_path: Path, line: str) -> None:
    root = make_office(tmp_path / "office")
    text = f"---\nheadline: Bus stays\ndateline: Key West, Fla.\n{line}\n---\nThe council meets.\n"
    (root / "releases/night-bus.md").write_text(text, encoding="utf-8")
    said = run_pressctl(root, "send", "night-bus", "--dry-run")
    assert said.returncode == 3
    assert "#" in said.stderr
    assert not any(secret in said.stdout + said.stderr for secret in ("A012345678", "EAC2190054321", "321-54-6789"))


def test_the_plan_masks_a_headline_that_gives_somebody_away(tmp_path: Path) -> None:
    root = make_office(tmp_path / "office")
    text = "---\nheadline: A012345678 is free\ndateline: Key West, Fla.\ndate: 2025-07-03\n---\nThe council meets.\n"
    (root / "releases/night-bus.md").write_text(text, encoding="utf-8")
    said = run_pressctl(root, "send", "night-bus", "--dry-run")
    assert "A######678 is free" in said.stdout
    assert "A012345678" not in said.stdout + said.stderr


def test_what_import_leaves_out_is_told_without_giving_anybody_away(tmp_path: Path) -> None:
    root = make_office(tmp_path / "office")
    text = (
        "From: desk@daily.example\nDate: Thu, 03 Jul 2025 10:00:00 -0400\nSubject: Bus\nMIME-Version: 1.0\n\n"
        "Residents ask city to keep the bus\n\nKEY WEST, Fla. - The council of the city meets on the bus at noon.\n\n"
        "It is for all who ride.\n\n> He is A012345678 to them.\n"
    )
    (root / "mail.eml").write_text(text, encoding="utf-8")
    said = run_pressctl(root, "import", "mail.eml").stderr
    assert "quoted-reply: He is A######678 to them." in said
