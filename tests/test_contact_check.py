"""`contacts check`: what may be wrong with the lists, and who else can read them."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest
from conftest import needs

from pressctl import contact_check, exposure, homographs

TODAY = date(2026, 7, 3)
GOOD = "source: page, verified: 2026-06-01"


def office(folder: Path, **lists: str) -> Path:
    (folder / "contacts").mkdir(exist_ok=True)
    for name, entries in lists.items():
        path = folder / "contacts" / f"{name}.yaml"
        path.write_text("contacts:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries.strip().split("\n")))
        path.chmod(0o600)
    return folder


def found(root: Path) -> list[str]:
    report = contact_check.check(root, TODAY)
    return [f"{Path(one.file).name}:{one.line} {one.level} {one.rule} {one.message}" for one in report.findings]


def test_good_lists_have_nothing(tmp_path: Path) -> None:
    assert found(office(tmp_path, a=f"name: A, email: desk@paper.org, {GOOD}\nname: B, phone: 1, {GOOD}")) == []


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (f"name: A, email: no-reply@paper.org, {GOOD}", "warning CON005 `a` has an address that nobody reads as press mail"),
        (f"name: A, kind: person, email: Info@paper.org, {GOOD}", "advice CON005 `a` is a person with a desk's address"),
        (f"name: A, email: a@paper.example, {GOOD}", "advice CON006 `a` has an address for samples, which reaches nobody"),
        ("name: A, email: a@paper.org, verified: 2026-06-01", "warning CON008 `a` does not say where the address came from"),
        ("name: A, email: a@paper.org, source: x", "advice CON009 `a` was never verified"),
        ("name: A, email: a@paper.org, source: x, verified: 2025-06-01", "warning CON010 `a` was last verified 2025-06-01"),
        (
            "name: A, email: a@paper.org, source: x, verified: 2026-08-01",
            "warning CON010 `a` says that it was verified 2026-08-01, a day to come",
        ),
        (
            f"name: A, email: [{{address: a@paper.org, status: bounced}}], {GOOD}",
            "warning CON003 `a` has no usable address: all are marked bounced or invalid",
        ),
        (f"name: A, email: a@gmial.com, {GOOD}", "warning CON007 `a` has a domain that looks like a slip of a well-known mail service"),
        (
            f"name: A, email: a@ehаmple.org, {GOOD}",
            "warning CON007 `a` has a domain that mixes alphabets (Cyrillic, Latin) (as written: xn--ehmple-4nf.org)",
        ),
        (
            f"name: A, email: a@еха.org, {GOOD}",
            "warning CON007 `a` has a domain that is written in Cyrillic letters that look like `exa` (as written: xn--80aj2c.org)",
        ),
        (
            f"name: A, email: a@paper.org, do_not_contact: {{reason: asked}}, {GOOD}",
            "advice CON004 `a` is on a list and gets nothing: asked",
        ),
    ],
)
def test_an_entry_that_may_be_wrong_is_told(tmp_path: Path, entry: str, expected: str) -> None:
    assert found(office(tmp_path, list=entry)) == [f"list.yaml:2 {expected}"]


def test_the_same_person_and_what_looks_like_it(tmp_path: Path) -> None:
    root = office(
        tmp_path,
        a=f"name: A, email: desk@modern.org, {GOOD}\nname: T, email: desk+tips@modern.org, {GOOD}",
        b=f"name: B, email: Desk@modern.org, {GOOD}\nname: A, email: other@paper.org, {GOOD}\nname: C, email: c@rnodern.org, {GOOD}",
    )
    assert found(root) == [
        "a.yaml:3 warning CON002 `t` has the address of `a` on a but for what follows a plus sign: both get a copy",
        "b.yaml:2 advice CON002 `b` is the same recipient as `a` on a: one copy is sent",
        "b.yaml:3 warning CON002 `a` has the same id as an entry on a, and another address: only one of the two gets a release",
        "b.yaml:4 warning CON007 `c` has a domain that looks like that of `a` on a",
    ]


def test_every_mistake_of_every_file_is_an_error(tmp_path: Path) -> None:
    root = office(tmp_path, a="name: A", b="name: B, emial: x, phone: 1")
    (root / "contacts" / "suppressions.yaml").write_text("x: y\n")
    assert [line.split(" ", 1)[0] for line in found(root)] == ["a.yaml:2", "b.yaml:2", "suppressions.yaml:1", "suppressions.yaml:1"]
    assert all(" error CON001 " in line for line in found(root))


@pytest.mark.parametrize(("mode", "who"), [(0o644, "every user of this machine"), (0o640, "your group on this machine"), (0o600, "")])
def test_a_list_that_others_can_read_is_told(tmp_path: Path, mode: int, who: str) -> None:
    root = office(tmp_path, a=f"name: A, email: desk@paper.org, {GOOD}")
    (root / "contacts" / "a.yaml").chmod(mode)
    assert found(root) == ([f"a.yaml:1 warning CON011 {who} can read this list"] if who else [])


def test_a_list_of_samples_may_be_read_by_everybody(tmp_path: Path) -> None:
    root = office(tmp_path, a=f"name: A, email: desk@paper.example, {GOOD}")
    (root / "contacts" / "a.yaml").chmod(0o644)
    assert [line for line in found(root) if "CON011" in line] == []


def test_a_list_that_git_takes_elsewhere_is_told_without_credentials(tmp_path: Path) -> None:
    needs("git")
    root = office(tmp_path, a=f"name: A, email: desk@paper.org, {GOOD}")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    assert found(root) == [], "nobody else has it yet"
    remote = "https://me:s3cret@forge.example/press.git"
    subprocess.run(["git", "-C", str(root), "remote", "add", "origin", remote], check=True)
    assert found(root) == [
        "a.yaml:1 warning CON012 git takes this list to https://forge.example/press.git: "
        "whoever can read that has every address, in old commits too"
    ]
    (root / ".gitignore").write_text("contacts/\n")
    assert found(root) == []


def test_a_cloud_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    root = office(tmp_path / "Dropbox", a=f"name: A, email: desk@paper.org, {GOOD}")
    assert list(exposure.of(root, root / "contacts" / "a.yaml")) == [
        ("this list lies in a folder that Dropbox copies", "move the office, or encrypt the list with age")
    ]


HONEST = ["paper.org", "gmail.com", "xn--bcher-kva.org", "xn--80ak6aa92e.xn--p1ai", "diario.org", "xn--80akhbyknj4f.org"]


@pytest.mark.parametrize("domain", HONEST)
def test_honest_domains_are_left_in_peace(domain: str) -> None:
    assert homographs.suspicion(domain) == ""


def test_the_well_known_case() -> None:
    assert homographs.suspicion("xn--80ak6aa92e.com") == "is written in Cyrillic letters that look like `apple`"
    assert homographs.skeleton("xn--80ak6aa92e.com") == homographs.skeleton("apple.com") == homographs.skeleton("app1e.com")
