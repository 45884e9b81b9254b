"""The live preview: what the office's files say at this moment, read again when one is saved, and served as a page.

Three things happen on their own: a watch notices a saved file and has the mail made again; the desk, beside it, makes the
plan and runs the rules; a server shows what is there. A file with a mistake in it changes nothing but the mistake that is
told: the last good state stays. Nothing is sent from here: no module that could is loaded.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from pressctl import check, contact_copy, office_watch, pitches, preview_page, provider, release_languages, render
from pressctl import config as configuration
from pressctl import contacts as contact_files
from pressctl import plan as planning
from pressctl.config import Config
from pressctl.contacts import Contact, Contacts
from pressctl.edition import Edition
from pressctl.errors import PressctlError, Problem, Refusal
from pressctl.finding import Finding
from pressctl.loopback import Server
from pressctl.plan import Plan
from pressctl.release import Release

SETTLE = 0.08  # seconds: a mistake is told when the file stays as it is for so long; editors write in several steps
QUIET = 0.05  # seconds without a change before the desk begins, so that it takes nothing from the mail


@dataclass(frozen=True, slots=True)
class Desk:
    """What is said beside the mail. No plan: the contacts cannot be read. `refusal` is why the provider takes none of it."""

    findings: tuple[Finding, ...]
    plan: Plan | None = None
    live: bool = False
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The last good state of the files, and what is wrong with them since.

    `number` grows with each change, `looks` each time that plan and findings were made.
    """

    number: int
    at: datetime  # of the change, with zone
    config: Config
    looks: int = 0
    release: Release | None = None
    edition: Edition | None = None
    people: Contacts | None = None
    desk: Desk | None = None
    problems: tuple[Problem, ...] = ()  # of the files that the mail is made from
    desk_problems: tuple[Problem, ...] = ()  # of those that the plan is made from

    def contact(self, id_: str) -> Contact | None:
        """The contact of this id, or None."""
        if self.people is None or not id_:
            return None
        everyone = (contact for one in self.people.lists.values() for contact in one.contacts)
        return next((contact for contact in everyone if contact.id == id_), None)


class Preview:
    """The preview of the release at `path`, of the office configured by `file`; a context manager.

    `contact` is the id of whom to show first, "" for the general copy. Port 0 means any free one. Raises what reading the
    configuration raises; all other mistakes are shown in the page.
    """

    def __init__(self, file: Path, path: Path, contact: str = "", port: int = 0) -> None:
        self._file = file
        self._path = path.absolute()
        self.slug = self._path.stem
        config = configuration.load(file)
        self.shown = Shown(0, datetime.now().astimezone(), config)
        self.first = contact
        self.looked_at = contact  # the id that was asked for last: its personal blocks must work, too
        self._changing = threading.Lock()
        self._wake = threading.Event()
        self._over = threading.Event()
        self._watch = office_watch.Watch(config.root, self._changed, self._more, lambda: self._read(frozenset()))
        self._desk = threading.Thread(target=self._run_desk, name="pressctl preview desk", daemon=True)
        self._page = preview_page.Page(self, secrets.token_urlsafe(24))
        self._server = Server(self._page.answer, port)

    def start(self) -> str:
        """Read everything and start serving; returns the URL with the token. Raises ConfigError where the port is taken."""
        base = self._server.start()
        self._watch.start()
        self._desk.start()
        return self._page.opened_at(base)

    def stop(self) -> None:
        """End all three."""
        self._over.set()
        self._wake.set()
        self._server.stop()
        self._watch.stop()
        self._desk.join()

    def wait(self) -> None:
        """Block until the server ends; Ctrl-C raises KeyboardInterrupt here."""
        self._server.wait()

    def __enter__(self) -> Self:
        self.url = self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _more(self) -> Iterable[Path]:
        shown = getattr(self, "shown", None)
        attached = shown.release.attachments if shown is not None and shown.release is not None else ()
        return (self._file, self._path, *self._path.parent.glob(f"{self._path.stem}.*.md"), *attached)

    def _changed(self, paths: frozenset[str]) -> None:
        """A file was saved: make the mail again, and tell the page; a mistake only where it stays."""
        before = self.shown
        read = self._made(paths)
        if (read.problems or read.desk_problems) and self._watch.moved_on(SETTLE):
            return  # half of a file was read: the rest is there now, and comes at once
        self._show(read, before)

    def _read(self, paths: frozenset[str]) -> None:
        self._show(self._made(paths), self.shown)

    def _show(self, read: Shown, before: Shown) -> None:
        with self._changing:
            self.shown = replace(
                read, number=before.number + 1, at=datetime.now().astimezone(), looks=self.shown.looks, desk=self.shown.desk
            )
        self._page.changed("files")
        self._wake.set()

    def _made(self, paths: frozenset[str]) -> Shown:
        """The state after these paths changed; all is read where there are none. Never raises."""
        shown = self.shown
        try:
            config = configuration.load(self._file)
        except PressctlError as fault:
            return replace(shown, problems=fault.problems)
        folder = str(config.root / "contacts") + os.sep
        stale = shown.people is None or shown.desk_problems or any(path.startswith(folder) for path in paths)
        shown = replace(shown, config=config, problems=(), desk_problems=())
        return self._with_mail(self._with_people(shown) if stale else shown)

    def _with_people(self, shown: Shown) -> Shown:
        try:
            return replace(shown, people=contact_files.load(shown.config.root))
        except PressctlError as fault:
            return replace(shown, desk_problems=fault.problems)

    def _with_mail(self, shown: Shown) -> Shown:
        try:
            release = release_languages.load(self._path, shown.config)
            edition = render.prepare(release, shown.config)
            contact_copy.message(shown.config, edition, shown.contact(self.looked_at))
        except PressctlError as fault:
            return replace(shown, problems=fault.problems)
        except (OSError, RecursionError, ValueError) as fault:
            return replace(shown, problems=(Problem(f"this cannot be shown: {type(fault).__name__}", hint="undo the last change"),))
        return replace(shown, release=release, edition=edition)

    def _run_desk(self) -> None:
        """Plan and findings for what is shown, each time it has changed."""
        while not self._over.is_set():
            self._wake.wait()
            while self._wake.is_set() and not self._over.is_set():
                self._wake.clear()
                self._over.wait(QUIET)
            shown = self.shown
            if self._over.is_set() or shown.release is None:
                continue
            desk, problems = _desk(shown, shown.release)
            with self._changing:
                self.shown = replace(self.shown, looks=self.shown.looks + 1, desk=desk, desk_problems=self.shown.desk_problems or problems)
            self._page.changed("desk")


def _desk(shown: Shown, release: Release) -> tuple[Desk, tuple[Problem, ...]]:
    """The findings of `check` and the plan as `send` would make it now; what keeps one from being made stops not the other."""
    now = datetime.now(UTC)
    desk = shown.desk or Desk(())
    found: list[Problem] = []
    try:
        files = [release.path, *sorted(release.path.parent.glob(f"{release.slug}.*.md"))]
        desk = replace(desk, findings=tuple(finding for file in files for finding in check.check_file(file, shown.config, now)))
    except PressctlError as fault:
        found += fault.problems
    try:
        desk = _planned(desk, shown, release, shown.people, now) if shown.people is not None else desk
    except PressctlError as fault:
        found += fault.problems
    return desk, tuple(found)


def _planned(desk: Desk, shown: Shown, release: Release, people: Contacts, now: datetime) -> Desk:
    config = shown.config
    pitches.check_all(release_languages.versions(release, config), people, config.selections)
    chosen = contact_files.select(people, release.audience or config.to, config.selections)
    section = config.providers.get(config.provider)
    live = not provider.find(section.kind if section else config.provider).PROFILE.rehearsal
    try:
        return replace(desk, live=live, refusal="", plan=planning.make(release, people, chosen, rehearsal=not live, now=now))
    except Refusal as fault:
        plan = planning.make(release, people, chosen, rehearsal=True, now=now)
        return replace(desk, live=live, refusal=str(fault), plan=plan)
