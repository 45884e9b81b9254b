"""Notices that a file of the press office was saved: by looking, many times a second, at what the disk says of each.

No file is read. Looking works on every disk, network folders too, and needs no library; a hundred files take a fraction
of a millisecond.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

PAUSE = 0.03  # seconds between two looks
SHARE = 10  # a look that takes long is followed by a pause so many times as long, so that a large office costs no core
FOLDERS = ("releases", "contacts", "templates", "media")
MOST = 20_000  # files; what lies beyond is not looked at

State = Mapping[str, tuple[int, int, int]]


def look(files: Iterable[Path], folders: Iterable[Path]) -> State:
    """What the disk says now: per path the time of the last change (nanoseconds), the size (bytes) and the file's number."""
    found: dict[str, tuple[int, int, int]] = {}
    for file in files:
        with contextlib.suppress(OSError):
            about = os.stat(file)
            found[str(file)] = (about.st_mtime_ns, about.st_size, about.st_ino)
    for folder in folders:
        for entry in _files(str(folder)):
            if len(found) >= MOST:
                return found
            with contextlib.suppress(OSError):
                about = entry.stat()
                found[entry.path] = (about.st_mtime_ns, about.st_size, about.st_ino)
    return found


def _files(folder: str) -> Iterator[os.DirEntry[str]]:
    """The files below a folder, without hidden ones, which editors leave beside what they write."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.endswith("~"):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path)
            elif entry.is_file():
                yield entry


class Watch:
    """Calls `changed` with the paths that differ since the last call, in a thread of its own.

    `more` names files to look at outside the office's usual folders; it is asked before each look. `first` is called once, in
    the same thread: what it makes ready for the next call, such as compiled templates, may belong to its thread.
    """

    def __init__(
        self,
        root: Path,
        changed: Callable[[frozenset[str]], None],
        more: Callable[[], Iterable[Path]],
        first: Callable[[], None] = lambda: None,
    ) -> None:
        self._folders = [root / name for name in FOLDERS]
        self._changed = changed
        self._more = more
        self._first = first
        self._ready = threading.Event()
        self._over = threading.Event()
        self._known = self.now()
        self._thread = threading.Thread(target=self._run, name="pressctl office watch", daemon=True)

    def now(self) -> State:
        """What the disk says now."""
        return look(self._more(), self._folders)

    def start(self) -> None:
        """Begin; what has changed since this object was made counts. Returns when `first` is done."""
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """End, and wait for a call that is under way."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def moved_on(self, wait: float) -> bool:
        """Whether, after so many seconds, something differs again from what the call under way was made for."""
        self._over.wait(wait)
        return self.now() != self._known

    def _run(self) -> None:
        try:
            self._first()
        finally:
            self._ready.set()
        pause = PAUSE
        while not self._over.wait(pause):
            began = time.perf_counter()
            state = self.now()
            pause = max(PAUSE, SHARE * (time.perf_counter() - began))
            if state != self._known:
                differing = frozenset(path for path in {*state, *self._known} if state.get(path) != self._known.get(path))
                self._known = state
                self._changed(differing)
