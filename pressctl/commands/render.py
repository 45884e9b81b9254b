"""Preview a release: the exact mail, the web page, forms for other programs; or write the newsroom"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.contacts import Contact
    from pressctl.release import Release

app = typer.Typer(rich_markup_mode=None, add_completion=False)


MAIL = {"text": "txt", "html": "html", "email": "eml"}  # the forms that a recipient has; the others are in pressctl/formats


def forms() -> list[str]:
    """What a release can be made into."""
    from pressctl import formats

    return [*MAIL, *formats.names()]


@app.command()
def render(
    release: Annotated[str, typer.Argument(metavar="RELEASE", help="A release file, or its name in releases/.")] = "",
    form: Annotated[str, typer.Option("--as", help="text, html, email: the mail. web, pdf, ics, vcf, ninjs, json.")] = "text",
    contact: Annotated[
        str, typer.Option("--contact", metavar="ID", help="As this contact gets it; a general copy where none is named.")
    ] = "",
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="PATH", help="Write to this file, or into this folder (web: with all files)."),
    ] = "",
    open_it: Annotated[bool, typer.Option("--open", help="Show it in the browser.")] = False,
    site: Annotated[
        Path | None, typer.Option("--site", metavar="DIR", help="Write the newsroom: every release that may be public now, index, feeds.")
    ] = None,
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

    if (site is None) == (not release) or (site is not None and output):
        raise typer.BadParameter("name a release, or write the newsroom with --site DIR")
    if form not in forms():
        raise typer.BadParameter(f"--as takes {', '.join(forms())}")
    if serve:
        if output or matrix or to or as_json or site is not None:
            raise typer.BadParameter("--serve shows every form to everybody: leave out -o, --site, --matrix, --to and --json")
        _serve(release, contact, port, open_it=open_it)
        return
    config = configuration.load(configuration.find(Path.cwd()))
    if site is not None:
        if matrix:
            raise typer.BadParameter("--matrix is about one release")
        target = _write_site(config, site)
    else:
        loaded = release_languages.load(releases.find(config, release), config)
        if matrix:
            _matrix(config, loaded, tuple(to or ()), as_json=as_json)
            return
        if to:
            raise typer.BadParameter("--to belongs to --matrix; --contact shows what one contact gets")
        form = "json" if as_json else form
        if form == "web" and (folder := _folder(config, loaded, output, open_it)):
            target = _write_kit(config, loaded, folder)
        else:
            data = content(config, loaded, form, contact)
            if not output and not open_it:
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


def content(config: Config, release: Release, form: str, contact: str) -> bytes:
    """The bytes of one form of a release; the same input gives the same bytes."""
    from pressctl import contact_copy
    from pressctl.message import as_bytes

    if form not in MAIL:
        from pressctl import formats

        if contact:
            release = contact_copy.spoken(config, release, _contact(config, contact))
        made: bytes = formats.module(form).make(release, config)
        return made
    from pressctl import contacts as contact_files
    from pressctl import pitches, release_languages
    from pressctl import render as rendering

    versions = release_languages.versions(release, config)
    if any(version.pitches for version in versions):
        pitches.check_all(versions, contact_files.load(config.root), config.selections)
    message = contact_copy.message(config, rendering.prepare(release, config), _contact(config, contact) if contact else None)
    if form == "email":
        return as_bytes(message)
    return (message.html if form == "html" else message.text).encode()


def _folder(config: Config, release: Release, output: str, open_it: bool) -> Path | None:
    """The folder for the page and what stands beside it; None where the page alone is wanted."""
    if not output:
        return config.state / "previews" / release.slug if open_it else None
    return Path(output) / release.slug if output.endswith("/") or os.path.isdir(output) else None


def _write_kit(config: Config, release: Release, folder: Path) -> Path:
    """Write the release's folder and return its page; says on stderr what it holds."""
    from pressctl import press_kit, publication, release_languages, show, show_pages
    from pressctl.files import private_folder

    if folder.is_relative_to(config.state):
        private_folder(config.state / "previews")
    translations = release_languages.translations(release, config)
    show_pages.folder(folder, publication.publish(folder, press_kit.kit(release, config, translations)))
    if release.embargo is not None:
        show.warning("the release has an embargo: this folder is a preview; for the web, `render --site` waits until it lifts")
    return folder / "index.html"


def _write_site(config: Config, folder: Path) -> Path:
    """Write the newsroom as it may be now. Exit code 1 where a file that must go was changed by somebody and is still there."""
    from datetime import UTC, datetime

    from pressctl import newsroom, publication, published, show, show_pages
    from pressctl.errors import Exit

    made = newsroom.newsroom(config, datetime.now(UTC), publication.known(folder))
    written = publication.publish(folder, made.files)
    published.remember(config, made.shown)
    show_pages.newsroom(folder, made.public, [(one.slug, one.reason) for one in made.left_out], written)
    if not config.site.url:
        show.warning("the feeds' links are relative, which not every reader follows: write `url` into [site] of the configuration")
    if written.kept:
        raise typer.Exit(Exit.NO)
    return folder / "index.html"


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


def _write(config: Config, release: Release, form: str, output: str, data: bytes) -> Path:
    from pressctl.errors import ConfigError, Place
    from pressctl.files import private_folder, write

    name = f"{release.slug}.{_suffix(form)}"
    try:
        if not output:
            private_folder(config.state / "previews")
            target, mode = config.state / "previews" / name, 0o600
        else:
            if output.endswith("/"):
                Path(output).mkdir(parents=True, exist_ok=True)
            target, mode = (Path(output) / name if os.path.isdir(output) else Path(output)), 0o644
        write(target, data, mode)
    except OSError as fault:
        place = Place(output or str(config.state))
        raise ConfigError(f"this cannot be written: {fault.strerror}", place, "name a folder that you can write to with `-o`") from None
    return target


def _suffix(form: str) -> str:
    from pressctl import formats

    return MAIL[form] if form in MAIL else str(formats.module(form).SUFFIX)
