"""The desk: what is found where, accepted, masked, configured, mended, and printed."""

from __future__ import annotations

import io
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from checks.desk import NOON, findings, office
from conftest import Run, in_line_with_length
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressctl import check, news_copy, render, show_check
from pressctl.checks import Copy, Found
from pressctl.errors import ConfigError, ReleaseError
from pressctl.finding import Finding, hidden

HEAD = "---\nheadline: Residents ask city to keep the night bus\ndateline: Key West, Fla.\ndate: 2025-07-03\n"
WRONG = f"{HEAD}---\nThe council meets on Monday, July 8, 2025.\n"
NAME = "weekday-mismatch"


def rules(found: tuple[Finding, ...]) -> list[str]:
    return [finding.rule for finding in found]


# what is found


def test_a_finding_says_file_line_column_rule_and_code() -> None:
    [finding] = findings(WRONG)
    assert finding.data() == {
        "file": "releases/example.md",
        "line": 6,
        "column": 22,
        "level": "error",
        "rule": NAME,
        "code": "DAT101",
        "message": "`Monday, July 8, 2025` is a Tuesday",
        "hint": "Monday is 2025-07-07",
        "fix": None,
    }
    assert finding.excerpt == "The council meets on Monday, July 8, 2025."
    assert finding.end_column == 42


def test_findings_come_in_the_order_of_the_file() -> None:
    found = findings(f"{HEAD}---\nThe the council  meets.\n\nIt met on Monday, July 8, 2025.\n")
    assert [(f.line, f.column) for f in found] == sorted((f.line, f.column) for f in found)
    assert len(found) == 3


def test_errors_are_what_blocks_a_send(tmp_path: Path) -> None:
    from pressctl import release

    file = tmp_path / "night-bus.md"
    file.write_text(WRONG.replace("The council", "The the council"), encoding="utf-8")
    config = office(root=tmp_path)
    loaded = release.load(file, config)
    assert [f.rule for f in check.errors(loaded, config, NOON)] == [NAME]
    assert len(check.check_release(loaded, config, NOON)) == 2


def test_what_load_refuses_is_a_finding_and_never_said_twice() -> None:
    found = findings(HEAD.replace("date: 2025-07-03", "date: 2025-13-03\nurgency: 99\nheadine: x") + "---\nThe council meets.\n")
    assert [(f.line, f.rule) for f in found] == [(4, "front-matter"), (5, "front-matter"), (6, "unknown-key")]


def test_a_file_without_front_matter_is_refused_as_a_release() -> None:
    with pytest.raises(ReleaseError, match="no front matter"):
        check.check_text("The council meets.", Path("night-bus.md"), office(), NOON)


def test_a_plain_text_is_read_as_headline_and_paragraphs() -> None:
    found = check.check_text("Residents ask\nThe the council meets.", Path("night-bus.txt"), office(), NOON)
    assert ("double-word", 2, 1) in [(f.rule, f.line, f.column) for f in found]


# accepting


@pytest.mark.parametrize("word", [NAME, "DAT101"])
@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}check: {{allow: {{RULE: quoted from the flyer}}}}\n---\nThe council meets on Monday, July 8, 2025.\n",
        f"{HEAD}check: {{ignore: {{RULE: quoted from the flyer}}}}\n---\nThe council meets on Monday, July 8, 2025.\n",
        f"{HEAD}---\n<!-- pressctl: allow RULE quoted from the flyer -->\nThe council meets on Monday, July 8, 2025.\n",
        f"{HEAD}---\n<!-- pressctl: allow RULE quoted from the flyer -->\n\nThe council meets on Monday, July 8, 2025.\n",
        f"{HEAD}---\nThe council meets on Monday, July 8, 2025. <!-- pressctl: allow RULE quoted from the flyer -->\n",
    ],
)
def test_one_finding_is_accepted_with_a_reason(text: str, word: str) -> None:
    assert findings(text.replace("RULE", word)) == ()


def test_a_finding_is_accepted_by_its_fingerprint_wherever_it_moves() -> None:
    [finding] = findings(WRONG)
    accepted = WRONG.replace("---\nThe", f"check: {{accept: {{{finding.fingerprint}: quoted}}}}\n---\nIt rains.\n\nThe")
    assert findings(accepted) == ()


def test_an_allow_is_for_its_line_only() -> None:
    text = f"{HEAD}---\n<!-- pressctl: allow {NAME} a flyer -->\nIt met on Monday, July 8, 2025.\n\nIt met on Monday, July 1, 2025.\n"
    assert [(f.line, f.rule) for f in findings(text)] == [(9, NAME)]


def test_an_allow_that_nothing_needs_is_a_finding() -> None:
    [finding] = findings(f"{HEAD}check: {{allow: {{{NAME}: a flyer}}}}\n---\nThe council meets.\n")
    assert (finding.rule, finding.level, finding.message) == ("unused-allow", "warning", f"nothing here needs `allow {NAME}` any more")


def test_an_allow_without_a_reason_is_a_finding() -> None:
    [finding] = findings(f"{HEAD}---\n<!-- pressctl: allow {NAME} -->\nIt met on Monday, July 8, 2025.\n")
    assert finding.message == f"`allow {NAME}` gives no reason"


def test_what_the_office_blocks_for_privacy_cannot_be_accepted() -> None:
    config = office(privacy={"block": ["DAT101"]})
    text = f"{HEAD}---\n<!-- pressctl: allow {NAME} a flyer -->\nIt met on Monday, July 8, 2025.\n"
    assert NAME in rules(findings(text, config))


# configuring


@pytest.mark.parametrize("word", [NAME, "DAT101"])
def test_a_rule_is_switched_off_by_name_or_code(word: str) -> None:
    assert findings(WRONG, office(check={"disable": [word]})) == ()


def test_a_rule_has_another_level_and_other_options() -> None:
    config = office(check={"rules": {NAME: {"level": "advice"}, "paragraph-long": {"most": 5}}})
    assert [(f.rule, f.level) for f in findings(WRONG, config)] == [("paragraph-long", "advice"), (NAME, "advice")]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"disable": ["weekday-mismatsch"]}, "did you mean `weekday-mismatch`"),
        ({"disable": "weekday-mismatch"}, "is a list of rules"),
        ({"rules": {"headline-long": {"moist": 3}}}, "did you mean `most`"),
        ({"rules": {"headline-long": {"most": "3"}}}, "must be like its default, 100"),
        ({"rules": {NAME: {"level": "fatal"}}}, "not one of error, warning, advice"),
    ],
)
def test_a_mistake_in_the_configuration_is_told(table: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as error:
        findings(WRONG, office(check=table))
    problem = error.value.problems[0]
    assert words in f"{problem.text} {problem.hint}"


# masking


@pytest.fixture
def secret_rule(monkeypatch: pytest.MonkeyPatch) -> check.Rule:
    """A rule that finds a number which identifies somebody."""
    module = ModuleType("pressctl.checks.a_number")
    module.__dict__.update(CODE="PRV801", LEVEL="error", FIX="proposed", MASK=True, BAD=(), GOOD=())

    def found(text: Copy, options: object) -> Any:
        at = text.prose.find("A012345678")
        if at >= 0:
            yield Found(at, at + 10, "`A012345678` opens a file", "delete A012345678", "A-number A012345678 withheld")

    module.__dict__["check"] = found
    monkeypatch.setattr(check, "rules", lambda config: [check.Rule("a-number", module, None, {}), *REAL(config)])
    return check.Rule("a-number", module, None, {})


REAL = check.rules
RISK = f"{HEAD}---\nThe the number A012345678 is hers, A012345678.\n"


def test_a_value_that_identifies_somebody_is_shown_nowhere(secret_rule: check.Rule, capsys: pytest.CaptureFixture[str]) -> None:
    found = findings(RISK)
    assert {f.rule for f in found} == {"a-number", "double-word"}
    show_check.findings(found, 1)
    show_check.as_json(found)
    show_check.diff("x", RISK, RISK.replace("The the", "The"), check.secrets(RISK, Path("x.md"), office()))
    shown = capsys.readouterr().out + json.dumps([f.excerpt for f in found])
    assert "A012345678" not in shown
    assert "A######678" in shown


def test_an_accepted_value_stays_hidden(secret_rule: check.Rule) -> None:
    text = RISK.replace("---\nThe", "check: {allow: {a-number: she wants it}}\n---\nThe")
    assert ["A######678" in f.excerpt for f in findings(text)] == [True]


@pytest.mark.parametrize(
    ("value", "shown"),
    [("A012345678", "A######678"), ("Maria Lopez", "M•••• L••••"), ("078-05-1120", "###-##-#120"), ("12 Oak St.", "## O•• S•.")],
)
def test_a_mask_keeps_length_and_gives_little(value: str, shown: str) -> None:
    assert hidden(value) == shown


# the command


def test_check_prints_lines_like_a_linter_and_ends_with_1_for_an_error(pressctl: Run, office: Path) -> None:
    (office / "releases/night-bus.md").write_text(WRONG, encoding="utf-8")
    result = pressctl("check", "night-bus")
    assert result.returncode == 1
    assert "releases/night-bus.md:6:22 error weekday-mismatch `Monday, July 8, 2025` is a Tuesday" in result.stdout.splitlines()
    assert result.stdout.splitlines()[0].startswith("releases/night-bus.md:2:11 advice issuer-late ")
    assert result.stdout.splitlines()[-1].endswith("in 1 release")


def test_check_without_a_name_takes_all_releases_and_json_is_one_array(pressctl: Run, office: Path) -> None:
    (office / "releases/night-bus.md").write_text(WRONG, encoding="utf-8")
    (office / "releases/night-bus.es.md").write_text(WRONG.replace("headline", "language: es\nheadline"), encoding="utf-8")
    found = json.loads(pressctl("check", "--json").stdout)
    assert {f["file"] for f in found} == {"releases/night-bus.es.md", "releases/night-bus.md"}
    assert set(found[0]) == {"file", "line", "column", "level", "rule", "code", "message", "hint", "fix"}


class Terminal(io.StringIO):
    """A stderr that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "patience", "shown"), [(Terminal, -1.0, True), (Terminal, 60.0, False), (io.StringIO, -1.0, False)])
def test_a_bar_is_shown_on_a_terminal_once_it_takes_long(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO], patience: float, shown: bool
) -> None:
    written = stream()
    monkeypatch.setattr("sys.stderr", written)
    monkeypatch.setattr(show_check.Progress, "PATIENCE", patience)
    with show_check.Progress(len(check.names())) as hear:
        check.check_text(WRONG, Path("releases/x.md"), office(), NOON, hear=hear)
    assert ("checking" in written.getvalue()) is shown


def test_fix_mends_what_is_safe_and_shows_it_and_diff_changes_nothing(pressctl: Run, office: Path) -> None:
    file = office / "releases/night-bus.md"
    text = f"{HEAD}---\nThe council  meets.\n\n[gallery]\n\n###\n"
    file.write_text(text, encoding="utf-8")
    shown = pressctl("check", "night-bus", "--diff").stdout
    assert file.read_text(encoding="utf-8") == text
    assert "-The council  meets.\n" in shown
    assert pressctl("check", "night-bus", "--fix").stdout.startswith(shown)
    assert file.read_text(encoding="utf-8") == f"{HEAD}---\nThe council meets.\n\n"


def test_fix_leaves_the_file_alone_where_nothing_is_safe(pressctl: Run, office: Path) -> None:
    file = office / "releases/night-bus.md"
    file.write_text(WRONG, encoding="utf-8")
    before = file.stat().st_mtime_ns
    pressctl("check", "night-bus", "--fix")
    assert file.stat().st_mtime_ns == before


def test_sarif_names_rule_place_and_fingerprint(pressctl: Run, office: Path) -> None:
    (office / "releases/night-bus.md").write_text(WRONG, encoding="utf-8")
    [run] = json.loads(pressctl("check", "--sarif").stdout)["runs"]
    result = next(item for item in run["results"] if item["ruleId"] == NAME)
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == NAME
    assert result["level"] == "error"
    [place] = result["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "releases/night-bus.md"
    assert place["physicalLocation"]["region"] == {"startLine": 6, "startColumn": 22, "endColumn": 42}


def test_explain_prints_the_manual_by_name_or_code(pressctl: Run) -> None:
    by_name, by_code = pressctl("check", "--explain", NAME), pressctl("check", "--explain", "dat101")
    assert by_name.stdout == by_code.stdout
    assert "Source: Business Wire" in by_name.stdout
    assert "It is silent about:" in by_name.stdout
    assert pressctl("check", "--explain", "weekday-mismatsch").returncode == 3


def test_the_sum_says_how_many_of_which_level() -> None:
    found = findings(WRONG.replace("The council", "The the council  now"))
    assert show_check.summary(found, 1) == "1 error, 1 warning, 1 advice in 1 release; 1 can be mended with --fix"
    assert show_check.summary((), 2) == "nothing found in 2 releases"


# what must never happen

PIECES = st.sampled_from(
    ["Monday, July 8, 2025", "July 31", "Feb. 29", "5 p.m. EST", "2:30 a.m.", "[gallery ids=1]", "“", "”", '"', "the the",
     "KEY WEST, Fla. — ", "# Title", "\n\n", "\n", "- item", "> quote", "| a | b |", "```", "<!--", "-->", "{{ x }}", "<br>", "&nbsp;",
     "â€™", "\u202e", "\u200b", "https://bus.example/7/8/2025", "tomorrow", "TK", "  ", " ,", "###", "12 p.m.", "first Tuesday in July",
     "???", "8 de julio", "…"]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=20), max_size=30).map(" ".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, st.sampled_from(["en", "es", "pt", "ht", "ar"]), st.booleans())
def test_no_rule_ever_raises_and_every_finding_stands_in_the_text(text: str, language: str, raw: bool) -> None:
    source = text if raw else f"{HEAD}language: {language}\n---\n{text}"
    copy = news_copy.read(source, Path("x.md"), office(), NOON, raw=raw)
    assert len(copy.prose) == len(copy.unquoted) == len(copy.markup) == len(source)
    for finding in check.run(copy, check.rules(office())):
        assert 1 <= finding.line <= source.count("\n") + 1
        assert 1 <= finding.column <= finding.end_column
        line = source.split("\n")[finding.line - 1]
        assert finding.excerpt == line[finding.excerpt_column - 1 :][: len(finding.excerpt)]
    check.mended(source, Path("x.txt" if raw else "x.md"), office(), NOON)


def unmade(*_: object) -> None:
    raise ReleaseError("no mail is made of it")


@pytest.mark.parametrize(
    "piece",
    [
        "The council meets Tuesday, July 8, at 5 p.m. in Key West. ",
        "“We meet,” she said.\n\n",
        "[a ",
        "{{ ",
        "<a ",
        "“ ",
        "# a\n",
        "a b  c\n",
        "KEY WEST, ",
        "said ",
        "`",
    ],
)
def test_the_time_is_linear_in_the_text(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Markdown's parser, which has a growth of its own, is asked for long texts only; a body's limit bounds it
    monkeypatch.setattr(render, "single", unmade)

    def seconds(repeats: int) -> float:
        text = f"{HEAD}---\n" + piece * repeats
        start = time.process_time()
        findings(text)
        return time.process_time() - start

    seconds(10)
    in_line_with_length(seconds, 400)


def test_the_clock_is_a_parameter() -> None:
    text = f"{HEAD}events: [{{title: Meeting, start: 2025-07-08T17:00-04:00}}]\n---\nThe council meets.\n"
    assert findings(text, now=datetime(2025, 7, 8, 20, 59, tzinfo=UTC)) == ()
    assert rules(findings(text, now=datetime(2025, 7, 8, 21, 1, tzinfo=UTC))) == ["event-past"]
