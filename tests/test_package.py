"""The wheel and the sdist: built, installed outside the checkout, run, and carrying what they should."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from conftest import REPOSITORY


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist; built without a package registry, from what is installed."""
    pytest.importorskip("build")
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(REPOSITORY)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


def test_the_wheel_carries_templates_and_samples_and_types(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in ("templates/email.html.j2", "contacts/national-press.yaml", "contacts/suppressions.yaml", "releases/key-west-287g.md"):
        assert f"pressctl/samples/{path}" in names
    assert {"pressctl/py.typed", "pressctl/delivery_log/schema.sql"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "pressctl/samples/.")) or ".sent.json" in name]


def test_the_sdist_carries_the_tests_and_nothing_private(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = [name.split("/", 1)[1] for name in archive.getnames() if "/" in name]
    assert {"tests/conftest.py", "README.md", "LICENSE", "templates/email.html.j2"} <= set(names)
    assert not [name for name in names if ".pressctl" in name or ".venv" in name]


def test_the_installed_wheel_makes_an_office_and_sends(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    target = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(target)  # what an installer does with a pure wheel, without asking a registry for anything
    program = f"import sys; sys.path.insert(0, {str(target)!r}); from pressctl.__main__ import main; sys.exit(main())"

    def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-c", program, *words]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    assert run(tmp_path, "init", "press").returncode == 0
    sent = run(tmp_path / "press", "send", "key-west-287g")
    assert sent.returncode == 0, sent.stderr
    assert "accepted" in sent.stdout
    assert run(tmp_path / "press", "log").returncode == 0
