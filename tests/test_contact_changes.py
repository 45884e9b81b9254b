"""Adding, editing and suppressing: checked first, written in one step, and two at once lose nothing."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from conftest import NATIONAL, REPOSITORY

from pressctl import contact_changes, contact_store, contacts
from pressctl.errors import ContactsError, PressctlError, Refusal

TODAY = date(2026, 7, 3)


def add(root: Path, *words: str, name: str = "national") -> contact_changes.Changed:
    return contact_changes.add(root, name, contact_changes.fields(words), TODAY)


def edit(root: Path, person: str, *words: str) -> contact_changes.Changed:
    return contact_changes.edit(root, person, contact_changes.fields(words))


def text(root: Path, name: str = "national") -> str:
    return (root / "contacts" / f"{name}.yaml").read_text()


def refused(work: object, *words: object) -> str:
    with pytest.raises(PressctlError) as caught:
        work(*words)  # type: ignore[operator]
    return caught.value.problems[0].text


def test_a_contact_is_added_at_the_end_with_an_id_that_stays_and_the_day(office: Path) -> None:
    add(office, "name=Night desk", "outlet=The Daily", "email=Night@Keys.example", "tags=a, b", "x-own=c")
    assert text(office) == NATIONAL + (
        "  - id: the-daily-night-desk\n    name: Night desk\n    outlet: The Daily\n    email: Night@Keys.example\n"
        "    tags: [a, b]\n    verified: 2026-07-03\n    x-own: c\n"
    )


def test_a_list_that_is_not_there_is_made_with_the_editor_line_for_its_owner_only(office: Path) -> None:
    add(office, "name.given=Ana", "name.family=Peña", "phone=1", name="florida-radio")
    assert text(office, "florida-radio") == (
        "# yaml-language-server: $schema=.schema.json\nlist: Florida radio\ncontacts:\n"
        "  - id: ana-pena\n    name: {given: Ana, family: Peña}\n    phone: 1\n    verified: 2026-07-03\n"
    )
    assert stat.S_IMODE((office / "contacts" / "florida-radio.yaml").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["name=A", "email=CITY@daily.example"], "the same recipient is on this list as `daily` already, on line 9"),
        (["name=A", "email=news@weekly.example"], "this recipient gets nothing: unsubscribed, since 2026-03-01"),
        (["name=A", "email=a@b"], "the domain has no dot"),
        (["name=A"], "the contact cannot be reached"),
        (["emial=a@b.example"], "`emial` is not a key of the contact"),
        (["name"], "each change is written as key=value"),
        (["a b=c"], "this is not the name of a key"),
        (["name=A\nb", "phone=1"], "a line break is not allowed here"),
    ],
)
def test_what_would_be_wrong_is_not_written(office: Path, words: list[str], said: str) -> None:
    assert refused(lambda: add(office, *words)) == said
    assert text(office) == NATIONAL


def test_an_edit_changes_one_line_and_keeps_the_mode(office: Path) -> None:
    path = office / "contacts" / "national.yaml"
    path.chmod(0o640)
    edit(office, "daily", "tier=3", "phone=+1 305 555 0123")
    assert text(office) == NATIONAL.replace("    tier: 2\n", "    tier: 3\n    phone: +1 305 555 0123\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("person", "words", "said"),
    [
        ("daily", ["email=national@wire.example"], "the same recipient is on this list as `wire` already, on line 3"),
        ("daily", ["id=wire"], "two contacts have the id `wire`, the first on line 3"),
        ("daily", ["name="], "the contact has no `name`: a desk's name, or a person: {given: …, family: …}"),
        ("daily", ["tier=x"], "`x` is not a whole number from 1 to 9"),
        ("dayly", ["tier=1"], "there is no contact `dayly`"),
        ("city@daily.example", ["tier=1"], "several lists have this contact"),
        ("nobody@daily.example", ["tier=1"], "nobody on a list has this address"),
    ],
)
def test_an_edit_that_would_be_wrong_is_not_made(office: Path, person: str, words: list[str], said: str) -> None:
    assert refused(lambda: edit(office, person, *words)) == said
    assert text(office) == NATIONAL


def test_a_byte_order_mark_and_windows_line_ends_stay(office: Path) -> None:
    path = office / "contacts" / "national.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + NATIONAL.replace("\n", "\r\n").encode())
    edit(office, "daily", "tier=3")
    add(office, "name=New", "phone=1")
    assert (
        path.read_bytes()
        == b"\xef\xbb\xbf"
        + (NATIONAL.replace("tier: 2", "tier: 3") + "  - id: new\n    name: New\n    phone: 1\n    verified: 2026-07-03\n")
        .replace("\n", "\r\n")
        .encode()
    )


def long_list(office: Path) -> str:
    written = "contacts:\n" + "".join(f"  - id: d{n}\n    name: Desk {n}\n    email: d{n}@p.example\n    tier: 2\n" for n in range(2500))
    (office / "contacts" / "long.yaml").write_text(written)
    return written


def test_a_long_list_is_edited_without_reading_all_of_it(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = long_list(office)
    (office / "contacts" / "national.yaml").unlink()
    (office / "contacts" / "rights.yaml").unlink()
    monkeypatch.setattr(contacts, "load", None)
    edit(office, "d1234", "tier=7", "email=New@p.example")
    assert text(office, "long") == written.replace("d1234@p.example\n    tier: 2", "New@p.example\n    tier: 7")
    assert "is not a whole number" in refused(lambda: edit(office, "d1234", "tier=x"))


@pytest.mark.parametrize(
    ("words", "said"),
    [(["email=D9@p.example"], "the same recipient is on this list as"), (["id=d9"], "two contacts have the id `d9`")],
)
def test_in_a_long_list_nobody_gets_what_is_somebody_elses(office: Path, words: list[str], said: str) -> None:
    written = long_list(office)
    assert said in refused(lambda: edit(office, "d1234", *words))
    assert text(office, "long") == written


def test_a_list_that_only_looks_as_if_is_not_edited_by_its_looks(office: Path) -> None:
    written = long_list(office) + '  - name: "x\n  - id: fake\n    tier: 1"\n    phone: 1\n'
    (office / "contacts" / "long.yaml").write_text(written)
    assert refused(lambda: edit(office, "fake", "tier=2")) == "there is no contact `fake`"


def test_a_file_that_was_changed_meanwhile_is_not_overwritten(office: Path) -> None:
    path = office / "contacts" / "national.yaml"
    file = contact_store.read(path)
    path.write_text(NATIONAL + "# by hand\n")
    assert "changed by somebody else meanwhile" in refused(lambda: contact_store.save(file, "contacts: []\n"))
    assert text(office) == NATIONAL + "# by hand\n"
    path.unlink()
    assert "changed by somebody else meanwhile" in refused(lambda: contact_store.save(file, "contacts: []\n"))
    new = contact_store.read(office / "contacts" / "new.yaml")
    (office / "contacts" / "new.yaml").write_text("mine")
    assert "changed by somebody else meanwhile" in refused(lambda: contact_store.save(new, "contacts: []\n"))


def test_a_link_stays_and_where_it_leads_is_said(office: Path, tmp_path: Path) -> None:
    path, shared = office / "contacts" / "national.yaml", tmp_path / "shared.yaml"
    path.rename(shared)
    path.symlink_to(shared)
    assert edit(office, "daily", "tier=3").link == shared
    assert path.is_symlink()
    assert "tier: 3" in shared.read_text()


@pytest.mark.parametrize("kind", ["fifo", "folder", "device"])
def test_what_is_no_file_is_refused_at_once(office: Path, kind: str) -> None:
    path = office / "contacts" / "national.yaml"
    path.unlink()
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero")
    assert refused(lambda: edit(office, "daily", "tier=3")) in (
        "the contact list is not a regular file",
        "this is a folder, not a contact list",
    )


def test_an_encrypted_list_is_only_read(office: Path) -> None:
    (office / "contacts" / "quiet.yaml.age").write_bytes(b"age-encryption.org/v1\n")
    with pytest.raises(ContactsError, match="encrypted"):
        contact_store.read(contact_store.path_of(office, "quiet"))


@pytest.mark.parametrize("name", ["../x", "suppressions", "outlets", "A", "", "a/b", "\x1b"])
def test_a_list_cannot_have_any_name(office: Path, name: str) -> None:
    assert "cannot name a list" in refused(lambda: add(office, "name=A", "phone=1", name=name))


def test_two_commands_at_once_lose_nothing(office: Path) -> None:
    program = (
        "import sys; from datetime import date; from pathlib import Path; from pressctl import contact_changes as c\n"
        "for n in range(12): c.add(Path('.'), 'both', c.fields([f'name={sys.argv[1]} {n}', 'phone=1']), date(2026, 7, 3))"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    both = [subprocess.Popen([sys.executable, "-c", program, word], cwd=office, env=environment) for word in ("left", "right")]
    assert [one.wait(60) for one in both] == [0, 0]
    found = {one.id for one in contacts.load(office).lists["both"].contacts}
    assert found == {f"{word}-{n}" for word in ("left", "right") for n in range(12)}


def test_a_command_waits_for_the_other_and_then_says_so(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_store, "WAIT", 0.1)
    with contact_store.locked(office):
        assert refused(lambda: edit(office, "daily", "tier=3")) == "another pressctl is changing the contact files"


def test_suppressing_and_unsuppressing(office: Path) -> None:
    before = text(office, "suppressions")
    contact_changes.suppress(office, "national@wire.example", "asked: by phone", TODAY)
    assert (
        text(office, "suppressions")
        == before + '\n  - email: national@wire.example\n    reason: "asked: by phone"\n    since: 2026-07-03\n'
    )
    assert contacts.load(office).suppressions["national@wire.example"].reason == "asked: by phone"
    assert refused(lambda: contact_changes.suppress(office, "national@wire.example", "x", TODAY)).startswith(
        "this recipient gets nothing already"
    )
    contact_changes.unsuppress(office, "national@wire.example", "wants\nit again", TODAY)
    assert text(office, "suppressions") == before + "\n# 2026-07-03: an entry was taken out: wants it again\n"
    assert "national@wire.example" not in contacts.load(office).suppressions
    with pytest.raises(Refusal, match="not in the suppressions file"):
        contact_changes.unsuppress(office, "national@wire.example", "x", TODAY)


def test_the_first_suppression_makes_the_file_and_the_last_one_leaves_it_readable(office: Path) -> None:
    (office / "contacts" / "suppressions.yaml").unlink()
    contact_changes.suppress(office, "https://intake.example/press", "asked", TODAY)
    assert len(contacts.load(office).suppressions) == 1
    contact_changes.unsuppress(office, "https://intake.example/press", "asked", TODAY)
    assert len(contacts.load(office).suppressions) == 0
