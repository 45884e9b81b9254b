"""Preview a release: the exact mail, its parts, the web page, or the release as data"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.contacts import Contact
    from pressctl.release import Release

app = typer.Typer(rich_markup_mode=None, add_completion=False)


class Form(StrEnum):
    """What to make of a release."""

    TEXT = "text"
    HTML = "html"
    EMAIL = "email"
    WEB = "web"
    JSON = "json"


SUFFIXES = {Form.TEXT: "txt", Form.HTML: "html", Form.EMAIL: "eml", Form.WEB: "html", Form.JSON: "json"}


@app.command()
def render(
    release: Annotated[str, typer.Argument(metavar="RELEASE", help="A release file, or its name in releases/.")],
    form: Annotated[Form, typer.Option("--as", help="The mail's text or HTML part, the whole e-mail, the web page, or data.")] = Form.TEXT,
    contact: Annotated[
        str, typer.Option("--contact", metavar="ID", help="As this contact gets it; a general copy where none is named.")
    ] = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file, or into this folder.")] = None,
    open_it: Annotated[bool, typer.Option("--open", help="Show it in the browser.")] = False,
    matrix: Annotated[bool, typer.Option("--matrix", help="Show what differs between the contacts it would go to.")] = False,
    to: Annotated[list[str] | None, typer.Option("--to", help="With --matrix: a list or an expression, as for `send`.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With --matrix: one JSON object per segment; else as `--as json`.")] = False,
    serve: Annotated[bool, typer.Option("--serve", help="A page that follows each saved file: all contacts, findings, the plan.")] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port of that page on 127.0.0.1; 0 for any free one.")] = 0,
) -> None:
    """Preview a release; nothing is sent.

    Example: pressctl render releases/night-bus.md --as email --contact wire-national-desk
    """
    from pressctl import config as configuration
    from pressctl import release as releases
    from pressctl import release_languages

    if serve:
        if output is not None or matrix or to or as_json:
            raise typer.BadParameter("--serve shows every form to everybody: leave out -o, --matrix, --to and --json")
        _serve(release, contact, port, open_it=open_it)
        return
    config = configuration.load(configuration.find(Path.cwd()))
    loaded = release_languages.load(releases.find(config, release), config)
    if matrix:
        _matrix(config, loaded, tuple(to or ()), as_json=as_json)
        return
    if to:
        raise typer.BadParameter("--to belongs to --matrix; --contact shows what one contact gets")
    data = content(config, loaded, Form.JSON if as_json else form, contact)
    if output is None and not open_it:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return
    target = _write(config, loaded, form, output, data)
    if open_it:
        typer.launch(target.resolve().as_uri())


def _serve(release: str, contact: str, port: int, *, open_it: bool) -> None:
    """The live preview, until Ctrl-C."""
    from pressctl import config as configuration
    from pressctl import release as releases
    from pressctl import show
    from pressctl.preview import Preview

    file = configuration.find(Path.cwd())
    config = configuration.load(file)
    if contact:
        _contact(config, contact)  # a misspelt one is told now
    path = releases.find(config, release)
    if not path.exists():
        releases.load(path, config)  # tells so
    preview = Preview(file, path, contact, port)
    url = preview.start()
    show.emit(url)
    show.say("The preview follows your files, on this machine only; nothing is sent from it. Ctrl-C closes it.")
    sys.stdout.flush()
    if open_it:
        typer.launch(url)
    try:
        preview.wait()
    except KeyboardInterrupt:
        preview.stop()


def _matrix(config: Config, release: Release, to: tuple[str, ...], *, as_json: bool) -> None:
    from datetime import UTC, datetime

    from pressctl import matrix, show, show_matrix

    made = matrix.make(config, release, to, datetime.now(UTC))
    if as_json:
        for segment in made.data():
            show.json_line(segment)
    else:
        show_matrix.matrix(made, sys.stdout)


def content(config: Config, release: Release, form: Form, contact: str) -> bytes:
    """The bytes of one form of a release; the same input gives the same bytes."""
    from pressctl import render as rendering
    from pressctl.message import as_bytes

    if form in (Form.WEB, Form.JSON) and contact:
        from pressctl import contact_copy

        release = contact_copy.spoken(config, release, _contact(config, contact))
    if form is Form.WEB:
        return rendering.web(release, config).encode()
    if form is Form.JSON:
        import orjson

        return orjson.dumps(rendering.data(release, config), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    from pressctl import contact_copy
    from pressctl import contacts as contact_files

    if release.pitches:
        from pressctl import pitches

        pitches.check(release.pitches, contact_files.known(contact_files.load(config.root), config.selections))
    message = contact_copy.message(config, rendering.prepare(release, config), _contact(config, contact) if contact else None)
    if form is Form.EMAIL:
        return as_bytes(message)
    return (message.html if form is Form.HTML else message.text).encode()


def _contact(config: Config, wanted: str) -> Contact:
    from pressctl import contacts as contact_files
    from pressctl.document import nearest
    from pressctl.errors import ContactsError

    everyone = [contact for one in contact_files.load(config.root).lists.values() for contact in one.contacts]
    for contact in everyone:
        if contact.id == wanted:
            return contact
    hint = nearest(wanted, [contact.id for contact in everyone]) or "see the ids in contacts/"
    raise ContactsError(f"there is no contact `{wanted}`", hint=hint)


def _write(config: Config, release: Release, form: Form, output: Path | None, data: bytes) -> Path:
    from pressctl.errors import ConfigError, Place
    from pressctl.files import private_folder, write

    name = f"{release.slug}.{SUFFIXES[form]}"
    try:
        if output is None:
            private_folder(config.state / "previews")
            target, mode = config.state / "previews" / name, 0o600
        else:
            target, mode = (output / name if output.is_dir() else output), 0o644
        write(target, data, mode)
    except OSError as fault:
        place = Place(str(output or config.state))
        raise ConfigError(f"this cannot be written: {fault.strerror}", place, "name a folder that you can write to with `-o`") from None
    return target
