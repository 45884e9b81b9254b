"""What is kept for the next run comes back as it was, only to its owner, and never stands in anybody's way."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from conftest import REPOSITORY, Run

from pressctl import kept

VALUE = {("expression", 2): (34, b"\0\1", 1, {"name": 1}, (None, "name"))}
WRONG = {"releases/wrong.md": "The the council meets on Monday, July 8, 2025, at 17:00, says [the plan](http://city)."}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "pressctl"


def test_it_comes_back_under_its_name_and_key(cache: Path) -> None:
    kept.write("rules", "of today", VALUE)
    assert kept.read("rules", "of today") == VALUE
    assert kept.read("rules", "of tomorrow") is None
    assert kept.read("others", "of today") is None
    kept.write("rules", "of tomorrow", 7)
    assert (kept.read("rules", "of tomorrow"), kept.read("rules", "of today")) == (7, None)
    assert len(list(cache.iterdir())) == 1


def test_folder_and_file_are_the_owners_alone(cache: Path) -> None:
    kept.write("rules", "", VALUE)
    [file] = cache.iterdir()
    assert (stat.S_IMODE(cache.stat().st_mode), stat.S_IMODE(file.stat().st_mode)) == (0o700, 0o600)


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_what_others_could_write_is_not_used(cache: Path, mode: int) -> None:
    kept.write("rules", "", VALUE)
    [file] = cache.iterdir()
    file.chmod(mode & 0o666)
    assert kept.read("rules") is None
    file.chmod(0o600)
    cache.chmod(mode)
    assert kept.read("rules") is None
    kept.write("other", "", VALUE)
    assert list(cache.iterdir()) == [file]


def test_a_link_is_not_followed(cache: Path, tmp_path: Path) -> None:
    kept.write("rules", "", VALUE)
    [file] = cache.iterdir()
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert kept.read("rules") is None
    shutil.move(cache, tmp_path / "moved")
    (tmp_path / "elsewhere").rename(tmp_path / "moved" / file.name)
    cache.symlink_to(tmp_path / "moved")
    assert kept.read("rules") is None


def test_a_damaged_file_is_as_none(cache: Path) -> None:
    kept.write("rules", "", VALUE)
    [file] = cache.iterdir()
    data = file.read_bytes()
    for at in range(len(data)):
        file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert kept.read("rules") is None
        file.write_bytes(data[:at])
        assert kept.read("rules") is None


def test_what_a_killed_process_left_is_no_obstacle(cache: Path) -> None:
    kept.write("rules", "", VALUE)
    [file] = cache.iterdir()
    file.rename(f"{file}.{os.getpid()}.new")
    kept.write("rules", "", VALUE)
    assert kept.read("rules") == VALUE
    assert list(cache.iterdir()) == [file]


def test_where_nothing_can_be_kept_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)
    kept.write("rules", "", VALUE)
    assert kept.read("rules") is None
    monkeypatch.setenv("XDG_CACHE_HOME", "")  # as if it were not set
    assert kept.folder().endswith("/.cache/pressctl")


def test_a_check_says_the_same_with_and_without_what_is_kept(pressctl: Run, office: Path, tmp_path: Path) -> None:
    release = (office / "releases" / "night-bus.md").read_text("utf-8").rpartition("\n\n")[0]
    (office / "releases" / "wrong.md").write_text(f"{release}\n\n{WRONG['releases/wrong.md']}\n", "utf-8")
    without = pressctl("check", "wrong", "--json", environment={"XDG_CACHE_HOME": os.devnull})
    assert len(json.loads(without.stdout)) > 3
    for _ in range(3):
        result = pressctl("check", "wrong", "--json", environment={"XDG_CACHE_HOME": str(tmp_path / "cache")})
        assert (result.returncode, result.stdout, result.stderr) == (without.returncode, without.stdout, without.stderr)
    names = {file.name.partition(".")[0] for file in (tmp_path / "cache" / "pressctl").iterdir()}
    assert names == {"rules", "expressions"}


def test_a_rule_that_was_changed_or_added_speaks_at_once(pressctl: Run, tmp_path: Path) -> None:
    package = tmp_path / "program" / "pressctl"
    shutil.copytree(REPOSITORY / "pressctl", package)
    environment = {"PYTHONPATH": str(package.parent), "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def messages() -> set[str]:
        found = json.loads(pressctl("check", "night-bus", "--json", environment=environment).stdout)
        return {finding["message"] for finding in found}

    assert "a new rule" not in messages()
    rule = (package / "checks" / "exclamation.py").read_text("utf-8").partition("def check")[0].replace('CODE = "', 'CODE = "X')
    rule += 'def check(text: Copy, options: Options) -> Iterator[Found]:\n    yield Found(0, 3, "a new rule")\n'
    (package / "checks" / "quite_new.py").write_text(rule, "utf-8")
    assert "a new rule" in messages()
    (package / "checks" / "quite_new.py").write_text(rule.replace("a new rule", "a changed rule"), "utf-8")
    assert "a changed rule" in messages()
    (package / "checks" / "quite_new.py").unlink()
    assert not {"a new rule", "a changed rule"} & messages()
