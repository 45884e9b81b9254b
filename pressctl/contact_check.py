"""What is wrong, or may be, with the contact files: who is there twice, who cannot be reached, what is old, who can read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pressctl import contact_store as store
from pressctl import contacts as contact_files
from pressctl import exposure, homographs, suppressions
from pressctl.addresses import is_sample
from pressctl.contacts import Contact, Contacts
from pressctl.errors import ContactsError
from pressctl.finding import Finding, Level

STALE = 365  # days
# RFC 2142's, and what nobody reads
_NOBODY = re.compile(r"(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster|hostmaster|abuse|bounces?)")
_ROLE = re.compile(r"(?:info|contact|office|admin|webmaster|hello|mail|news|newsroom|press|editor|redaccion|sales|support)")


@dataclass(frozen=True, slots=True)
class Report:
    """All findings, in the order of files and lines, and how many contacts were looked at."""

    findings: tuple[Finding, ...]
    contacts: int


def check(root: Path, today: date, stale: int = STALE) -> Report:
    """Look at every contact file. What cannot be read is a finding too; nothing is raised but for a missing folder."""
    try:
        everyone = contact_files.load(root)
    except ContactsError:
        broken = list(_unreadable(root))
        if not broken:
            raise
        return Report(tuple(broken), 0)
    entries = [one for each in everyone.lists.values() for one in each.contacts]
    found = [finding for one in entries for finding in _one(one, everyone, today, stale)]
    found += _twice(entries)
    found += _alike(entries)
    found += _exposed(root)
    found.sort(key=lambda one: (one.file, one.line, one.column))
    return Report(tuple(found), len(entries))


def _unreadable(root: Path) -> Iterator[Finding]:
    """Every mistake of every file, each read by itself."""
    folder, names = contact_files.names_in(root)
    for name in names:
        try:
            if name == suppressions.NAME:
                suppressions.read(root)
            elif contact_files.slug_of_file(name):
                contact_files.read_file(root, folder / name)
        except ContactsError as error:
            for problem in error.problems:
                place = problem.place
                line, column = (place.line, place.column) if place else (1, 1)
                yield Finding(str(folder / name), line or 1, column or 1, "error", "CON001", "unreadable", problem.text, problem.hint)


Said = tuple[Level, str, str, str, str]  # level, rule, code, what of the entry, hint


def _finding(one: Contact, level: Level, rule: str, code: str, message: str, hint: str = "") -> Finding:
    place = one.place
    assert place is not None
    return Finding(place.file, place.line, place.column, level, rule, code, f"`{one.id}` {message}", hint)


def _one(one: Contact, everyone: Contacts, today: date, stale: int) -> Iterator[Finding]:
    for said in (*_reach(one, everyone), *_provenance(one, today, today - timedelta(days=stale))):
        yield _finding(one, *said)


def _reach(one: Contact, everyone: Contacts) -> Iterator[Said]:
    """What its address says."""
    local, _, domain = one.email.casefold().rpartition("@")
    if not one.recipient and not one.phone:
        yield "warning", "CON003", "unreachable", "has no usable address: all are marked bounced or invalid", "find a new one"
    if one.recipient and (refused := everyone.suppressions.get(one.recipient)):
        text = f"is on a list and gets nothing: {refused.reason}"
        yield "advice", "CON004", "suppressed", text, "take the entry out, or leave it"
    if _NOBODY.fullmatch(local):
        yield "warning", "CON005", "role-address", "has an address that nobody reads as press mail", "find the desk's own address"
    elif one.kind == "person" and _ROLE.fullmatch(local):
        yield "advice", "CON005", "role-address", "is a person with a desk's address", "say `kind: desk`, or find their own address"
    if domain and is_sample(domain):
        yield "advice", "CON006", "sample", "has an address for samples, which reaches nobody", "fill in the real one"
    if domain and (why := homographs.suspicion(domain)):
        shown = f" (as written: {domain})" if "xn--" in domain else ""
        yield "warning", "CON007", "homograph", f"has a domain that {why}{shown}", "copy the address from the outlet's own page"


def _provenance(one: Contact, today: date, oldest: date) -> Iterator[Said]:
    """Where it came from, and when somebody last looked."""
    if not one.source:
        text = "does not say where the address came from"
        yield "warning", "CON008", "source-missing", text, "add `source:`; they may ask, and the law with them"
    if one.verified is None:
        yield "advice", "CON009", "never-verified", "was never verified", "add `verified:` and the day on which somebody looked"
    elif one.verified < oldest:
        yield "warning", "CON010", "stale", f"was last verified {one.verified}", "look again, and write the day"
    elif one.verified > today:
        yield "warning", "CON010", "stale", f"says that it was verified {one.verified}, a day to come", "write the day of looking"


def _twice(entries: list[Contact]) -> Iterator[Finding]:
    """The same person across lists, and what looks like it."""
    first: dict[str, Contact] = {}
    names: dict[str, Contact] = {}
    plain: dict[str, Contact] = {}
    for one in entries:
        other = first.setdefault(one.recipient, one) if one.recipient else one
        if other is not one:
            text = f"is the same recipient as `{other.id}` on {other.list}: one copy is sent"
            yield _finding(one, "advice", "CON002", "duplicate", text, "which entry is used depends on the order of --to")
        elif (same := names.setdefault(one.id, one)) is not one and same.recipient != one.recipient:
            text = f"has the same id as an entry on {same.list}, and another address: only one of the two gets a release"
            yield _finding(one, "warning", "CON002", "duplicate", text, "give one an `id` of its own if they are two desks")
        for at in {re.sub(r"\+[^@]*@", "@", one.recipient)} if "@" in one.recipient else ():
            twin = plain.setdefault(at, one)
            if twin is not one and twin.recipient != one.recipient:
                text = f"has the address of `{twin.id}` on {twin.list} but for what follows a plus sign: both get a copy"
                yield _finding(one, "warning", "CON002", "duplicate", text, "keep one of the two, if it is one inbox")


def _alike(entries: list[Contact]) -> Iterator[Finding]:
    """Two domains that look alike at a glance."""
    seen: dict[str, Contact] = {}
    for one in entries:
        domain = one.email.rpartition("@")[2]
        other = seen.setdefault(homographs.skeleton(domain), one) if domain else one
        if other.email.rpartition("@")[2] != domain:
            text = f"has a domain that looks like that of `{other.id}` on {other.list}"
            yield _finding(one, "warning", "CON007", "homograph", text, "one of the two may be a slip, or a trap")


def _exposed(root: Path) -> Iterator[Finding]:
    """Who else can read the files; samples may be read by everybody."""
    folder, names = contact_files.names_in(root)
    remotes = exposure.git_remotes(root)
    for name in names:
        slug, path = contact_files.slug_of_file(name), folder / name
        if not slug or name.endswith(".age") or not _real(root, path):
            continue
        for text, hint in exposure.of(root, path):
            yield Finding(str(path), 1, 1, "warning", "CON011", "readable", text, hint)
        if remotes and exposure.in_git(root, path):
            text = f"git takes this list to {', '.join(remotes)}: whoever can read that has every address, in old commits too"
            hint = "keep it out with .gitignore, or encrypt it with age; make sure that the remote is private"
            yield Finding(str(path), 1, 1, "warning", "CON012", "git-remote", text, hint)


def _real(root: Path, path: Path) -> bool:
    """Whether a list holds anybody but samples."""
    entries = contact_files.read_file(root, path).contacts
    return any(one.phone or (store.reached_at(one) and not is_sample(one.email.rpartition("@")[2])) for one in entries)
