"""The kept form of a long list: the same as reading it, never stale, for the owner's eyes only."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from pressctl import contact_cache, contacts


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An office with a list that is long enough to be kept."""
    lines = [
        f"  - name: Desk {n}\n    email: D{n}@p{n}.example\n    outlet: weekly\n    tags: [a, b]\n    tier: {n % 9 + 1}\n"
        for n in range(1500)
    ]
    more = (
        "  - name: {given: Ana, family: Peña}\n    email: [{address: old@x.example, status: bounced}, a@x.example]\n    x-a: {b: [c]}\n"
        "    vars: {greeting: Estimada}\n    consent: {basis: page, obtained: 2026-01-01}\n    hold_until: 2026-09-01\n"
        "    verified: 2026-06-01\n"
        "  - name: No\n    email: no@x.example\n    do_not_contact: {reason: asked, since: 2026-01-02}\n"
    )
    (tmp_path / "contacts").mkdir()
    head = "list: Press\noutlets:\n  weekly: {name: The Weekly, region: US-FL}\ncontacts:\n"
    (tmp_path / "contacts" / "press.yaml").write_text(head + "".join(lines) + more)
    return tmp_path


def kept(root: Path) -> Path:
    return root / ".pressctl" / "contacts" / "press.json"


def test_the_second_reading_finds_what_the_first_did(root: Path) -> None:
    first = contacts.load(root)
    assert kept(root).exists()
    second = contacts.load(root)
    assert second.lists == first.lists
    assert dict(second.suppressions) == dict(first.suppressions) != {}
    assert repr(second.lists) == repr(first.lists), "tuples stay tuples, days stay days"


def test_one_byte_of_the_file_is_enough_to_read_it_again_whatever_its_time_says(root: Path) -> None:
    contacts.load(root)
    path = root / "contacts" / "press.yaml"
    before = path.stat()
    path.write_text(path.read_text().replace("name: Desk 7\n", "name: Desk X\n"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert contacts.load(root).lists["press"].contacts[7].name == "Desk X"


def test_what_is_kept_is_used(root: Path) -> None:
    contacts.load(root)
    data = (root / "contacts" / "press.yaml").read_bytes()
    found = contact_cache.read(root, root / "contacts" / "press.yaml", "press", data)
    assert found is not None
    assert contact_cache.read(root, root / "contacts" / "press.yaml", "press", data + b"\n") is None


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "folder", "readable", "link", "other content"])
def test_a_kept_form_that_cannot_be_trusted_is_not_used(root: Path, damage: str) -> None:
    first = contacts.load(root)
    file = kept(root)
    content = file.read_bytes()
    if damage == "flip":
        file.write_bytes(content.replace(b"Desk 7", b"Desk 8", 1))
    elif damage == "cut":
        file.write_bytes(content[:-5])
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "folder":
        file.unlink()
        file.mkdir()
    elif damage == "readable":
        file.chmod(0o644)
    elif damage == "link":
        file.rename(file.with_name("other"))
        file.symlink_to("other")
    else:
        file.write_bytes(content[:64] + json.dumps({"title": "x"}).encode())
    data = (root / "contacts" / "press.yaml").read_bytes()
    assert contact_cache.read(root, root / "contacts" / "press.yaml", "press", data) is None
    assert contacts.load(root).lists == first.lists


def test_a_changed_reader_reads_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contacts.load(root)
    path = root / "contacts" / "press.yaml"
    monkeypatch.setattr(contact_cache, "_READERS", ("contacts", "files"))
    assert contact_cache.read(root, path, "press", path.read_bytes()) is None


def test_nobody_else_can_read_it_and_git_does_not_take_it(root: Path) -> None:
    contacts.load(root)
    assert stat.S_IMODE(kept(root).stat().st_mode) == 0o600
    assert stat.S_IMODE(kept(root).parent.stat().st_mode) == stat.S_IMODE((root / ".pressctl").stat().st_mode) == 0o700
    assert (kept(root).parent / ".gitignore").read_text() == "*\n"


def test_a_short_list_is_not_kept_and_nothing_is_lost_where_nothing_can_be_written(root: Path) -> None:
    (root / "contacts" / "short.yaml").write_text("contacts:\n  - {name: A, phone: 1}\n")
    (root / ".pressctl").write_text("in the way")
    assert len(contacts.load(root).lists["press"].contacts) == 1502
    (root / ".pressctl").unlink()
    contacts.load(root)
    assert [path.name for path in kept(root).parent.glob("*.json")] == ["press.json"]
    contact_cache.clear(root)
    assert list(kept(root).parent.iterdir()) == []
