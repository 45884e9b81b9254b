"""The rules that look at who gets a release: with real lists, real editions and real receipts; and when they stay silent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from checks.desk import NOON
from conftest import NATIONAL, RELEASE, make_office

from pressctl import check, config, release, render
from pressctl.finding import Finding

SPANISH = NATIONAL.replace("    tier: 1\n", "    tier: 1\n    languages: [es]\n")
NOTED = NATIONAL.replace("    tier: 1\n", "    tier: 1\n    notes: Its editor is leaving for a paper in Miami soon.\n")


def found(root: Path, text: str = RELEASE, files: dict[str, str] | None = None, name: str = "night-bus") -> list[Finding]:
    make_office(root, {**(files or {}), f"releases/{name}.md": text})
    return list(check.check_file(root / "releases" / f"{name}.md", config.load(root / "pressctl.toml"), NOON))


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


def test_a_list_that_cannot_be_read_or_is_encrypted_is_left_to_others(tmp_path: Path) -> None:
    assert "language-mismatch" in rules(found(tmp_path / "a", files={"contacts/national.yaml": SPANISH}))
    assert "language-mismatch" not in rules(found(tmp_path / "b", files={"contacts/national.yaml": SPANISH + "  - nam: x\n"}))
    assert "language-mismatch" not in rules(found(tmp_path / "c", files={"contacts/national.yaml": SPANISH, "contacts/x.yaml.age": "x"}))
    assert "language-mismatch" not in rules(found(tmp_path / "d", files={"contacts/national.yaml": SPANISH, "contacts/oops.yaml": "a: ["}))


def test_suppressed_contacts_are_not_asked_about(tmp_path: Path) -> None:
    suppressed = "suppressions: [{email: national@wire.example, reason: unsubscribed}]\n"
    files = {"contacts/national.yaml": SPANISH, "contacts/suppressions.yaml": suppressed}
    assert "language-mismatch" not in rules(found(tmp_path, files=files))


def test_many_contacts_are_one_finding_that_names_three(tmp_path: Path) -> None:
    entries = "".join(f"  - {{id: desk-{n}, name: Desk, email: d{n}@noticias.example, languages: [es]}}\n" for n in range(9))
    said = found(tmp_path, files={"contacts/national.yaml": f"contacts:\n{entries}"})
    [finding] = [one for one in said if one.rule == "language-mismatch"]
    assert finding.message == "`desk-0`, `desk-1`, `desk-2` and 6 more read `es`, and the release is not there in it"
    assert finding.hint == "write night-bus.es.md, or leave them out of the selection"


def test_no_finding_shows_an_address_or_a_note(tmp_path: Path) -> None:
    text = RELEASE.replace("The commission", "We hear its editor is leaving for a paper, and national@wire.example knows. The commission")
    said = found(tmp_path, text, {"contacts/national.yaml": NOTED})
    assert {"contact-note-leak", "cross-leak"} <= rules(said)
    shown = json.dumps([[one.data(), one.excerpt] for one in said])
    assert "national@wire" not in shown
    assert "editor is leaving" not in shown


@pytest.mark.parametrize("words", ["Its editor is leaving for Miami", "a paper in Miami soon"])
def test_five_words_in_a_row_are_chance(tmp_path: Path, words: str) -> None:
    assert "contact-note-leak" not in rules(found(tmp_path, RELEASE + f"\n{words}.\n", {"contacts/national.yaml": NOTED}))


def receipt(root: Path, edition: str, slug: str = "night-bus") -> None:
    said = {"log": "abc", "run": 1, "edition": edition, "at": "2026-07-03T16:00:00+00:00"}
    (root / "releases" / f"{slug}.sent.json").write_text(json.dumps(said))


def test_what_was_sent_may_not_change_and_may_be_checked_again(tmp_path: Path) -> None:
    found(tmp_path)
    settings = config.load(tmp_path / "pressctl.toml")
    sent = render.prepare(release.load(tmp_path / "releases" / "night-bus.md", settings), settings)
    receipt(tmp_path, sent.digest)
    assert "changed-without-version" not in rules(found(tmp_path))
    [finding] = [one for one in found(tmp_path, RELEASE.replace("40 residents", "41 residents")) if one.rule == "changed-without-version"]
    assert finding.message == f"this release is out as edition {sent.digest[:8]}, and something that its readers see has changed since"
    pitched = RELEASE.replace("date: 2", "pitches: {default: We are new.}\ndate: 2", 1)
    assert "changed-without-version" in rules(found(tmp_path, pitched))


def test_a_sent_release_under_another_name_is_noticed(tmp_path: Path) -> None:
    found(tmp_path)
    receipt(tmp_path, "9f2c")
    (tmp_path / "releases" / "night-bus.md").rename(tmp_path / "releases" / "bus-at-night.md")
    moved = check.check_file(tmp_path / "releases" / "bus-at-night.md", config.load(tmp_path / "pressctl.toml"), NOON)
    assert "release-renamed" in rules(list(moved))
    later = RELEASE.replace("2026-07-03", "2026-07-04")
    (tmp_path / "releases" / "bus-at-night.md").write_text(later)
    moved = check.check_file(tmp_path / "releases" / "bus-at-night.md", config.load(tmp_path / "pressctl.toml"), NOON)
    assert "release-renamed" not in rules(list(moved))


def test_pitches_are_read_by_the_rules_and_belong_to_no_version(tmp_path: Path) -> None:
    pitched = RELEASE.replace("date: 2", "pitches:\n  national: TK for A012345678, Monday, July 7, 2026.\ndate: 2", 1)
    said = found(tmp_path, pitched)
    assert {"placeholder", "a-number", "weekday-mismatch"} <= rules(said)
    assert "A012345678" not in json.dumps([[one.data(), one.excerpt] for one in said])
    from pressctl import facts, news_copy, translation

    settings = config.load(tmp_path / "pressctl.toml")
    plain, copy = (news_copy.read(text, tmp_path / "releases" / "night-bus.md", settings, NOON) for text in (RELEASE, pitched))
    assert translation.state(plain) == translation.state(copy)
    assert facts.facts(plain).values("date") == facts.facts(copy).values("date")
