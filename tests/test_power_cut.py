"""A power cut at any moment: of each image of the log at a sync, recovery sends nothing that the provider has already.

What was not synced is lost: an image holds of each file what its last sync wrote. It stands for all power cuts until the
next sync, so it is compared with everything that the provider had accepted by then.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import live_office
import pytest
from recorder import Seen, process, read

from pressctl.delivery import State
from pressctl.delivery_log import open_log
from pressctl.errors import LogError

RECIPIENTS = 40
SETTLED = frozenset({State.ACCEPTED, State.REJECTED, State.UNCERTAIN})  # after recovery: not sent again by itself


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("there is no C compiler, or this is not Linux")
    library = tmp_path_factory.mktemp("shim") / "images.so"
    source = Path(__file__).with_name("images.c")
    command = [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-o", str(library), str(source), "-ldl", "-lpthread"]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode:
        pytest.skip(f"the C compiler cannot build a library here: {built.stderr[:200]}")
    return library


@dataclass(frozen=True)
class Image:
    """The log as a power cut between two syncs would leave it; `until` is when the next one had returned."""

    number: str
    files: dict[str, Path]
    until: float


def run(root: Path, shim: Path, program: list[str], *, concurrency: int) -> tuple[list[Image], list[Seen]]:
    """A send to its end: its images, and what the provider accepted."""
    record, images = root / "record.jsonl", root / "images"
    root.mkdir(exist_ok=True)
    images.mkdir()
    with process(record, "--delay", "0.002") as url:
        live_office.office(root, url, RECIPIENTS, f"concurrency = {concurrency}")
        environment = live_office.environment() | {"LD_PRELOAD": str(shim), "IMAGES": str(images)}
        command = [sys.executable, *program, "send", live_office.SLUG, "--yes"]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
    taken = [seen for seen in read(record) if seen.what == "accept"]
    assert len(taken) == RECIPIENTS
    if not (images / "index").exists():
        pytest.skip("this Python's SQLite does not call the C library's fsync")
    return list(images_of(images)), taken


def images_of(folder: Path) -> list[Image]:
    lines = [line.split() for line in (folder / "index").read_text().splitlines()]
    ends = [float(at) for _, _, at in lines[1:]] + [float("inf")]
    found, files = list[Image](), dict[str, Path]()
    for (number, kind, _), until in zip(lines, ends, strict=True):
        files = files | {kind: folder / f"{number}.{kind}"}
        if (folder / f"{number}.count").exists():
            files["count"] = folder / f"{number}.count"
        found.append(Image(number, files, until))
    return found


def after_the_cut(image: Image, folder: Path) -> dict[str, State]:
    """Each recipient's state after the machine is up again and the next `send` has recovered; LogError where it is refused."""
    folder.mkdir(mode=0o700)
    names = {"db": "log.sqlite3", "wal": "log.sqlite3-wal", "count": "log.count"}
    for kind, path in image.files.items():
        shutil.copy(path, folder / names[kind])
    with open_log(folder / "log.sqlite3") as log:
        log.recover(1.0)
        assert log.verify() == []
        return {row.recipient: row.state for row in log.deliveries()}


def would_double(images: list[Image], taken: list[Seen], folder: Path) -> tuple[int, int]:
    """How many deliveries of any image would be sent though the provider had them, and how many are said to be with it and are not."""
    doubles = phantoms = 0
    for image in images:
        has = {seen.to for seen in taken if seen.at < image.until}
        try:
            states = after_the_cut(image, folder / image.number)
        except LogError:
            assert not has, "a log that a power cut left must open"
            continue
        doubles += sum(states.get(to, State.PLANNED) not in SETTLED for to in has)
        phantoms += sum(state is State.ACCEPTED and to not in has for to, state in states.items())
    return doubles, phantoms


@pytest.mark.parametrize("concurrency", [1, 8])
def test_after_a_power_cut_nobody_gets_a_second_copy(tmp_path: Path, shim: Path, concurrency: int) -> None:
    images, taken = run(tmp_path / "office", shim, ["-m", "pressctl"], concurrency=concurrency)
    assert sum("wal" in image.files for image in images) >= RECIPIENTS / concurrency  # the shim has seen the commits
    assert would_double(images, taken, tmp_path) == (0, 0)


def test_a_log_that_does_not_wait_for_the_disk_is_found_out(tmp_path: Path, shim: Path) -> None:
    images, taken = run(tmp_path / "office", shim, [str(Path(__file__).with_name("weakened.py"))], concurrency=8)
    doubles, _ = would_double(images, taken, tmp_path)
    assert doubles >= RECIPIENTS
