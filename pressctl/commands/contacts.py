"""The lists: show, check, edit, import and export contacts; suppress or forget somebody"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.contact_changes import Changed
    from pressctl.contacts import Contact, Contacts

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="For programs.")]
Person = Annotated[str, typer.Argument(metavar="CONTACT", help="A contact's id, or LIST/ID; an address; a web address.")]
Choice = Annotated[list[str] | None, typer.Argument(metavar="[EXPRESSION]", help="Lists or expressions; everybody where none is given.")]
Fields = Annotated[list[str], typer.Argument(metavar="KEY=VALUE", help="Such as tier=2, tags=a,b, name.given=Ana; KEY= takes it out.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stays in the file.")]


@app.callback()
def contacts() -> None:
    """The lists: show, check, edit, import and export contacts; suppress or forget somebody.

    Example: pressctl contacts list 'tag:florida and not tier:3'
    """


def _config() -> Config:
    from pressctl import config as configuration

    return configuration.load(configuration.find(Path.cwd()))


def _chosen(config: Config, expressions: list[str] | None) -> tuple[Contacts, list[Contact]]:
    from pressctl import contacts as contact_files

    everyone = contact_files.load(config.root)
    return everyone, contact_files.select(everyone, expressions or list(everyone.lists), config.selections)


def _tell(done: Changed) -> None:
    from pressctl import show_contacts

    show_contacts.changed(done.name, done.before, done.after, done.link)


@app.command("list")
def list_(
    choose: Choice = None,
    columns: Annotated[str, typer.Option("--columns", help="Such as id,name,email,phone; any key of a contact, and by.")] = "",
    as_json: Json = False,
) -> None:
    """Show contacts, a row each. Example: pressctl contacts list 'tag:florida and not tier:3' --columns id,name,email"""
    from pressctl import show_contacts

    names = show_contacts.columns_of(columns)
    show_contacts.contacts(_chosen(_config(), choose)[1], names, as_json=as_json)


@app.command("show")
def show(person: Person, as_json: Json = False) -> None:
    """Show everything of one contact, and where it stands. Example: pressctl contacts show keys-daily-desk"""
    from pressctl import contact_store, show_contacts
    from pressctl import contacts as contact_files
    from pressctl.errors import ContactsError

    everyone = contact_files.load(_config().root)
    found = contact_store.find(everyone, person)
    if not found:
        raise ContactsError("this address is on no list", hint="`pressctl contacts why` tells what else is known of it")
    for number, one in enumerate(found):
        if number and not as_json:
            typer.echo()
        refused = everyone.suppressions.get(one.recipient) if one.recipient else None
        show_contacts.entry(one, refused.reason if refused else "", as_json=as_json)


@app.command("check")
def check(
    stale: Annotated[int, typer.Option("--stale", min=1, help="Days after which `verified` is too old.")] = 365, as_json: Json = False
) -> None:
    """Look for what is wrong: duplicates, bad or look-alike addresses, old entries, who else can read the files.

    Ends with 1 where a file cannot be read. Example: pressctl contacts check --stale 180
    """
    from pressctl import contact_check, show_contacts
    from pressctl.errors import Exit

    report = contact_check.check(_config().root, date.today(), stale)
    show_contacts.findings(report, as_json=as_json)
    raise typer.Exit(Exit.NO if any(one.level == "error" for one in report.findings) else Exit.DONE)


@app.command("add")
def add(name: Annotated[str, typer.Argument(metavar="LIST", help="The list; it is made where it is not there.")], fields: Fields) -> None:
    """Add a contact to a list. Example: pressctl contacts add national-press name='City desk' email=city@daily.example"""
    from pressctl import contact_changes

    _tell(contact_changes.add(_config().root, name, contact_changes.fields(fields), date.today()))


@app.command("edit")
def edit(person: Person, fields: Fields) -> None:
    """Change keys of one contact; every other byte of the file stays. Example: pressctl contacts edit keys-daily-desk tier=2"""
    from pressctl import contact_changes

    _tell(contact_changes.edit(_config().root, person, contact_changes.fields(fields)))


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV from any spreadsheet, or vCards.")],
    to: Annotated[str, typer.Option("--list", metavar="LIST", help="The list that they go to; else the file's name.")] = "",
    column: Annotated[list[str] | None, typer.Option("--column", metavar="NAME=KEY", help="What a column of the table is.")] = None,
    encoding: Annotated[str, typer.Option("--encoding", help="The file's encoding, where it is guessed wrongly.")] = "",
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the other rows where some are wrong.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write it without asking.")] = False,
) -> None:
    """Import contacts: shows what would change in the list, asks, and writes. Who is there already stays as it is.

    Example: pressctl contacts import radio.csv --list florida-radio
    """
    from pressctl import contact_import, contact_store, show, show_contacts
    from pressctl import contacts as contact_files
    from pressctl.errors import Refusal

    config = _config()
    everyone = contact_files.load(config.root)
    candidates, told = contact_import.read(file, _columns(column), encoding)
    with contact_store.locked(config.root):
        proposal = contact_import.propose(config.root, everyone, to or contact_files.slug_of(file.stem), file, candidates)
        show_contacts.lines([*told, *proposal.told])
        if not skip_bad:
            contact_import.refuse_wrong(proposal)
        show_contacts.lines([f"left out, {one.text}" for one in proposal.wrong])
        show_contacts.diff(proposal.file.name, proposal.file.text, proposal.text)
        show.say(f"{proposal.added} of {len(candidates)} contacts are new")
        if not proposal.added:
            return
        if not yes and not sys.stdin.isatty():
            raise Refusal("nothing was written: nobody is there to confirm", hint="read the change above, then add `--yes`")
        if not yes and not typer.confirm(f"Write this to {proposal.file.name}?", err=True):
            raise Refusal("not confirmed; nothing was written")
        contact_store.save(proposal.file, proposal.text)


def _columns(words: list[str] | None) -> dict[str, str]:
    from pressctl.contact_keys import CONTACT

    columns = dict(word.rpartition("=")[::2] for word in words or ())
    for key in columns.values():
        if key not in CONTACT.table and key not in ("given", "family"):
            raise typer.BadParameter(f"--column ends in a key of a contact, such as email, and `{key}` is none")
    return columns


@app.command("export")
def export(
    choose: Choice = None,
    form: Annotated[str, typer.Option("--as", help="csv, excel, vcard or json.")] = "csv",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A file to write, readable by you only.")] = None,
) -> None:
    """Write contacts for other programs; no notes. Example: pressctl contacts export national-press --as vcard -o press.vcf"""
    from pressctl import contact_export, files
    from pressctl.errors import ContactsError, Place

    if form not in contact_export.FORMS:
        raise typer.BadParameter(f"--as takes {', '.join(contact_export.FORMS)}")
    text = contact_export.as_text(_chosen(_config(), choose)[1], form).encode()
    if output is None:
        sys.stdout.buffer.write(text)
        return
    try:
        files.write(output, text, 0o600)
    except OSError as fault:
        raise ContactsError(f"the file cannot be written: {fault.strerror}", Place(str(output))) from None


@app.command("suppress")
def suppress(
    person: Person,
    reason: Reason = "",
    since: Annotated[str, typer.Option("--since", metavar="DATE", help="Since when; today where it is not given.")] = "",
) -> None:
    """Let somebody get nothing from now on, a running send included.

    Example: pressctl contacts suppress keys-daily-desk --reason unsubscribed
    """
    from pressctl import contact_changes

    _needs(reason)
    try:
        day = date.fromisoformat(since) if since else date.today()
    except ValueError:
        raise typer.BadParameter("--since takes a date such as 2026-07-03") from None
    _tell(contact_changes.suppress(*_one(person), reason, day))


@app.command("unsuppress")
def unsuppress(person: Person, reason: Reason = "") -> None:
    """Let somebody get releases again, on their wish. Example: pressctl contacts unsuppress a@daily.example --reason 'asked by phone'"""
    from pressctl import contact_changes

    _needs(reason)
    _tell(contact_changes.unsuppress(*_one(person), reason, date.today()))


def _needs(reason: str) -> None:
    if not reason.strip():
        raise typer.BadParameter("--reason is needed: somebody will ask")


def _one(person: str) -> tuple[Path, str]:
    """The office, and the recipient that is meant."""
    from pressctl import contact_store
    from pressctl import contacts as contact_files
    from pressctl.errors import ContactsError

    root = _config().root
    if at := contact_store.recipient(person):
        return root, at
    found = {one.recipient for one in contact_store.find(contact_files.load(root), person)}
    if len(found) != 1 or found == {""}:
        text = "this contact has only a telephone number" if found == {""} else "several contacts with different addresses have this id"
        raise ContactsError(text, hint="say LIST/ID, or the address")
    return root, found.pop()


@app.command("forget")
def forget(person: Person, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Erase a person from lists, log and sandbox; a keyed digest stays, so that no import brings them back.

    Example: pressctl contacts forget m-perez
    """
    from pressctl import forget as forgetting
    from pressctl import show_contacts
    from pressctl.clock import SystemClock
    from pressctl.errors import Exit, Refusal

    config = _config()
    found = forgetting.who(config.root, person)
    where = ", ".join(f"{one.list}/{one.id}" for one in found.entries) or "on no list"
    if not yes and (not sys.stdin.isatty() or not typer.confirm(f"Forget {where}? This cannot be undone.", err=True)):
        raise Refusal("not confirmed; nothing was erased", hint="add `--yes` where nobody can be asked")
    done = forgetting.forget(config.root, config.log_path, found, SystemClock().now(), date.today())
    show_contacts.forgotten(done)
    raise typer.Exit(Exit.NO if done.left else Exit.DONE)


@app.command("why")
def why(person: Person, as_json: Json = False) -> None:
    """Where an address comes from, what holds for it, what it received. Example: pressctl contacts why city@daily.example"""
    from pressctl import contact_history, show_contacts

    config = _config()
    show_contacts.history(contact_history.of(config.root, config.log_path, person), as_json=as_json)


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of contact files, for editors. Example: pressctl contacts schema > contacts/.schema.json"""
    from pressctl import contact_schema

    sys.stdout.write(contact_schema.text())


@app.command("callsheet")
def callsheet(
    release: Annotated[str, typer.Argument(metavar="RELEASE", help="A release file, or its name in releases/.")],
    to: Annotated[list[str] | None, typer.Option("--to", help="Lists or expressions; else those that the release goes to.")] = None,
    as_json: Json = False,
) -> None:
    """A sheet to print for the telephone: desks by tier, what to say, who has it. Example: pressctl contacts callsheet night-bus"""
    from datetime import datetime

    from pressctl import callsheet as sheets
    from pressctl import release as releases
    from pressctl import show as shown

    config = _config()
    item = releases.load(releases.find(config, release), config)
    everyone, chosen = _chosen(config, to or list(item.audience or config.to))
    found = sheets.calls(item, everyone, chosen, config.log_path)
    if as_json:
        for call in found:
            shown.json_line(call.data())
        return
    for line in sheets.sheet(item, found, datetime.now(item.timezone)).split("\n")[:-1]:
        shown.emit(shown.inert(line))
