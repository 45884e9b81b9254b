"""Encrypted lists: read through the person's own `age`, in memory only, all of it or nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import needs

from pressctl import contacts
from pressctl.errors import ContactsError

TEXT = "contacts:\n  - {name: Desk, email: canary-7f3@daily.example}\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office with one encrypted list, and the key in the environment."""
    needs("age")
    subprocess.run([needs("age-keygen"), "-o", tmp_path / "key.txt"], check=True, capture_output=True)
    (tmp_path / "contacts").mkdir()
    close(tmp_path / "key.txt", tmp_path / "contacts" / "quiet.yaml.age")
    monkeypatch.setenv("AGE_IDENTITY", str(tmp_path / "key.txt"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def close(key: Path, file: Path, text: str = TEXT) -> None:
    subprocess.run(["age", "--encrypt", "-i", str(key), "-o", str(file)], input=text.encode(), check=True, capture_output=True)


def told(root: Path) -> str:
    with pytest.raises(ContactsError) as caught:
        contacts.load(root)
    (problem,) = caught.value.problems
    assert problem.place is not None
    assert problem.hint
    assert "canary" not in problem.text + problem.hint
    return problem.text


def test_an_encrypted_list_is_a_list(root: Path) -> None:
    (contact,) = contacts.load(root).lists["quiet"].contacts
    assert contact.email == "canary-7f3@daily.example"
    assert contact.place is not None
    assert (contact.place.file, contact.place.line) == (str(root / "contacts" / "quiet.yaml.age"), 2)


def test_nothing_of_it_is_kept_on_the_disk(root: Path) -> None:
    long = "contacts:\n" + "".join(f"  - {{name: D{n}, email: canary{n}@daily.example, notes: {'x' * 80}}}\n" for n in range(1500))
    close(root / "key.txt", root / "contacts" / "long.yaml.age", long)
    assert len(contacts.load(root).lists["long"].contacts) == 1500
    files = [path for path in root.rglob("*") if path.is_file()]
    assert not [path for path in files if b"canary" in path.read_bytes()]


def test_another_key_opens_nothing(root: Path) -> None:
    subprocess.run(["age-keygen", "-o", str(root / "other.txt")], check=True, capture_output=True)
    close(root / "other.txt", root / "contacts" / "quiet.yaml.age")
    assert told(root) == "this list is not encrypted for your key"


def test_each_flipped_byte_and_each_cut_is_refused(root: Path) -> None:
    file = root / "contacts" / "quiet.yaml.age"
    whole = file.read_bytes()
    for at in (*range(0, len(whole), 29), len(whole) - 1):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        told(root)
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        told(root)
    file.write_bytes(whole + b"x")
    told(root)


def test_a_missing_key_file_or_program_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGE_IDENTITY", str(root / "gone.txt"))
    assert told(root) == "the age identity that AGE_IDENTITY names is not there"
    monkeypatch.delenv("AGE_IDENTITY")
    assert told(root) == "this list is encrypted, and no age identity is set"
    (root / ".config" / "pressctl").mkdir(parents=True)
    (root / ".config" / "pressctl" / "identity.txt").write_bytes((root / "key.txt").read_bytes())
    assert len(contacts.load(root).lists["quiet"].contacts) == 1
    (root / ".config" / "pressctl" / "identity.txt").write_text("no key\n")
    assert told(root) == "the age identity cannot be read"
    monkeypatch.setenv("PATH", str(root))
    assert told(root) == "this list is encrypted, and the `age` command is not installed"


def test_a_list_is_there_once(root: Path) -> None:
    (root / "contacts" / "quiet.yaml").write_text(TEXT)
    assert told(root) == "this list is there twice, as it is and encrypted"


def test_a_mistake_in_it_is_told_by_its_line(root: Path) -> None:
    close(root / "key.txt", root / "contacts" / "quiet.yaml.age", TEXT.replace("email", "emial"))
    with pytest.raises(ContactsError) as caught:
        contacts.load(root)
    assert [str(p.place).rpartition("/")[2] for p in caught.value.problems] == ["quiet.yaml.age:2:5", "quiet.yaml.age:2:18"]
