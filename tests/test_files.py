"""Files in and out: which are read, what is told of the others, and that a replaced file is never half there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from pressctl import files
from pressctl.errors import ReleaseError


def told(path: Path) -> tuple[str, str]:
    """Problem and place, without the folder."""
    with pytest.raises(ReleaseError) as caught:
        files.read_text(path, ReleaseError, "release", limit=1000)
    (problem,) = caught.value.problems
    return problem.text, str(problem.place).removeprefix(f"{path.parent}/")


@pytest.mark.parametrize(
    ("data", "text", "place"),
    [
        (b"caf\xe9", "the release is not UTF-8 text: byte 0xe9", "f.md:1:4"),
        (b"one\n\xc3\xa9 \x93quote\x94", "the release is not UTF-8 text: byte 0x93", "f.md:2:3"),
        ("text".encode("utf-16"), "the release is UTF-16 text", "f.md:1:1"),
        (b"a\nb\0c", "the release holds a NUL character, so it is not text", "f.md:2:2"),
        (b"\xed\xa0\x80", "the release is not UTF-8 text: byte 0xed", "f.md:1:1"),
        (b"x" * 1001, "the release is too large: 1,001 bytes, and 1,000 are allowed", "f.md"),
    ],
)
def test_what_is_no_text_is_told_with_its_place(tmp_path: Path, data: bytes, text: str, place: str) -> None:
    file = tmp_path / "f.md"
    file.write_bytes(data)
    assert told(file) == (text, place)


def test_a_byte_order_mark_and_windows_line_ends_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "f.md"
    file.write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree")
    assert files.read_text(file, ReleaseError, "release") == "one\ntwo\nthree"


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert told(tmp_path / "none.md") == ("there is no release at this path", "none.md")
    assert told(tmp_path)[0] == "this is a folder, not a release"
    assert told(tmp_path / "pipe") == ("the release is not a regular file", "pipe")
    assert told(tmp_path / "loop") == ("the release cannot be opened: Too many levels of symbolic links", "loop")
    assert told(Path("/dev/null"))[0] == "the release is not a regular file"


def test_a_path_with_a_nul_is_told(tmp_path: Path) -> None:
    assert told(tmp_path / "a\0b")[0] == "this is no path"


def test_a_replaced_file_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"old")
    file.chmod(0o640)
    link.symlink_to(file)
    files.write(link, b"new")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link"]


def test_a_new_private_file_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        files.write(tmp_path / "secret", b"x", mode=0o600)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.write(file, b"new")
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
