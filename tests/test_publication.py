"""A folder that others read: nothing of somebody else's is touched, what may not stay goes, an interrupted run is made good."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressctl import files
from pressctl.errors import ConfigError, Refusal
from pressctl.publication import MANIFEST, known, publish

ONE = {"index.html": b"one", "bus/index.html": b"bus"}


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST
    }


def test_files_are_written_once_and_only_what_differs_again(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    assert publish(folder, ONE).new == ("bus/index.html", "index.html")
    before = (folder / "index.html").stat().st_mtime_ns
    again = publish(folder, ONE | {"bus/index.html": b"other"})
    assert (again.same, again.changed) == (("index.html",), ("bus/index.html",))
    assert (folder / "index.html").stat().st_mtime_ns == before
    assert known(folder) == set(ONE)


def test_what_is_left_out_goes_with_its_empty_folders_and_own_files_stay(tmp_path: Path) -> None:
    publish(tmp_path, ONE | {"bus/a/b.txt": b"b", "fair/index.html": b"f"})
    (tmp_path / "fair" / "own.txt").write_text("mine")
    assert publish(tmp_path, {"index.html": b"one"}).removed == ("bus/a/b.txt", "bus/index.html", "fair/index.html")
    assert content(tmp_path) == {"index.html": b"one", "fair/own.txt": b"mine"}
    assert not (tmp_path / "bus").exists()


def test_a_file_changed_by_hand_is_neither_replaced_nor_deleted(tmp_path: Path) -> None:
    publish(tmp_path, ONE)
    (tmp_path / "bus" / "index.html").write_text("by hand")
    with pytest.raises(Refusal, match="changed since"):
        publish(tmp_path, ONE | {"index.html": b"two"})
    assert content(tmp_path)["index.html"] == b"one"
    assert publish(tmp_path, {"index.html": b"two"}).kept == ("bus/index.html",)
    assert content(tmp_path)["bus/index.html"] == b"by hand"
    assert publish(tmp_path, {"index.html": b"two"}).kept == ("bus/index.html",)


def test_a_folder_with_files_of_somebody_else_is_refused_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(Refusal, match=r"such as thesis\.txt"):
        publish(tmp_path, ONE)
    assert content(tmp_path) == {"thesis.txt": b"mine"}


def test_a_folder_that_holds_only_hidden_files_can_be_used(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    publish(tmp_path, ONE)
    assert content(tmp_path) == ONE


@pytest.mark.parametrize("name", ["../out.txt", "/out.txt", "a/../../out.txt", "a\\b", "a\nb"])
def test_no_name_leads_out(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal):
        publish(tmp_path / "site", {name: b"x"})
    assert not (tmp_path / "out.txt").exists()


def test_links_are_not_followed(tmp_path: Path) -> None:
    folder, outside = tmp_path / "site", tmp_path / "outside"
    outside.mkdir()
    publish(folder, {"index.html": b"one"})
    (folder / "bus").symlink_to(outside)
    with pytest.raises(Refusal, match="a link stands"):
        publish(folder, ONE)
    assert list(outside.iterdir()) == []


def test_a_manifest_that_names_files_elsewhere_deletes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    publish(folder, ONE)
    victim = tmp_path / "victim.txt"
    victim.write_bytes(b"one")
    text = (folder / MANIFEST).read_text().replace('"index.html"', '"../victim.txt"')
    (folder / MANIFEST).write_text(text)
    publish(folder, {"bus/index.html": b"bus"})
    assert victim.exists()


@pytest.mark.parametrize("text", ["", "{", '{"format": 9, "files": {}}', '{"format": 1, "files": []}', "[]"])
def test_a_damaged_manifest_stops(tmp_path: Path, text: str) -> None:
    publish(tmp_path, ONE)
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(ConfigError, match="damaged"):
        publish(tmp_path, ONE)


STATES = st.dictionaries(st.sampled_from(["a", "b", "c/a", "c/b", "d/e/f"]), st.sampled_from([b"1", b"2"]), max_size=5)


@settings(max_examples=40, deadline=None)
@given(st.lists(STATES, min_size=1, max_size=4), st.integers(0, 8))
def test_a_run_cut_short_at_any_file_is_made_good_by_the_next(
    tmp_path_factory: pytest.TempPathFactory, states: list[dict[str, bytes]], stop: int
) -> None:
    folder = tmp_path_factory.mktemp("site")
    for state in states[:-1]:
        publish(folder, state)
    writes, real = 0, files.write

    def cut(path: Path, data: bytes, mode: int = 0o644) -> None:
        nonlocal writes
        writes += 1
        if writes > stop:
            raise KeyboardInterrupt
        real(path, data, mode)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "write", cut)
        try:
            publish(folder, states[-1])
        except KeyboardInterrupt:
            assert known(folder) >= content(folder).keys()
    for state in (states[-1], states[0]):
        assert publish(folder, state).kept == ()
        assert content(folder) == state


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigError, match="cannot be written"):
        publish(tmp_path / "site", ONE)
