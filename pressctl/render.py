"""Release + templates → an edition once, and a recipient's own words per contact; the web page; the release as data.

Two stages. `prepare` does everything that can fail for all: Markdown, templates, inlined styles. `personal` fills only
the slots that the templates mark as one recipient's own (see `template`). The same input gives the same bytes: no
template sees a clock, a random number or a file that is not a template.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from pressctl import edition as editions
from pressctl import files, images, pitches, selection
from pressctl.anatomy import Bodies, bodies, plain, subject
from pressctl.anatomy import data as data  # part of this module's face: `render --as json`
from pressctl.edition import Edition, Part, Personal, Pitch
from pressctl.errors import Place, ReleaseError, TemplateError
from pressctl.greeting import greeting
from pressctl.labels import labels
from pressctl.message import Attachment

if TYPE_CHECKING:
    from pressctl.config import Config, Organization
    from pressctl.contacts import Contact
    from pressctl.personal import EditionEnvironment, Slot
    from pressctl.press_page import Beside
    from pressctl.release import Release
    from pressctl.selection import Test

ATTACHMENT_LIMIT = 10 * 1024 * 1024  # bytes; the smallest limit among mailbox providers leaves little more
MAIL_LIMIT = 15_000_000  # bytes as sent, base64 included; Outlook.com and many newsrooms take 20 MB, with all that relays add
PREHEADER_LENGTH = 140  # characters; clients show 35 to 140
EMAIL_HTML, EMAIL_TEXT, WEB_HTML = "email.html.j2", "email.txt.j2", "web.html.j2"
NEWSROOM_HTML, NOTICE_HTML = "newsroom.html.j2", "notice.html.j2"

# What templates may know of a contact; `addressee` is its name and outlet, neither of them twice. Not how the desk is
# rated, where its address came from, or what was agreed with it.
CONTACT_FIELDS = ("id", "name", "outlet", "kind", "given", "family", "email", "beats", "languages", "region", "timezone", "x",
                  "vars", "addressee")  # fmt: skip
STAGE_NAMES = ("release", "organization", "labels", "body", "about", "notes", "media", "subject", "preheader", "pitches")


def package_office() -> Path:
    """The folder with the sample `templates/`, `contacts/` and `releases/`: in the installed package, else in the checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "samples"
    return installed if installed.is_dir() else package.parent


def prepare(release: Release, config: Config) -> Edition:
    """The release's edition, its translations in it: all that does not depend on the recipient, done.

    Raises ReleaseError for a body or an attachment that cannot be used and for a translation that is missing or at odds
    with the release, TemplateError for a template at fault, its personal blocks included; all with the place.
    """
    from pressctl import release_languages

    edition = single(release, config)
    others = tuple(single(other, config) for other in release_languages.translations(release, config))
    return editions.sealed(replace(edition, translations=others)) if others else edition


def single(release: Release, config: Config) -> Edition:
    """The edition in one language, without translations. Raises as `prepare` does."""
    from pressctl.personal import split

    ready = _pitches(release, config)
    written = bodies(release, config)
    values = _values(release, config, written=written)
    environment = _edition_environment(config, values)
    html_source = _rendered(environment, EMAIL_HTML, values)
    html_pieces, html_slots = split(_inlined(html_source), environment.mark, environment.slots)
    text_source = _tidy(_rendered(environment, EMAIL_TEXT, values))
    text_pieces, text_slots = split(text_source, environment.mark, environment.slots)
    if ready:
        _refuse_unshown(text_slots, EMAIL_TEXT)
        _refuse_unshown(html_slots, EMAIL_HTML)
    organization = config.organization
    shown = [image for image in written.images if any(f"cid:{image.cid}" in piece for piece in html_pieces)]
    attachments = (
        *_attachments(release, config),
        *(Attachment(image.name, image.media_type, image.content, image.cid) for image in shown),
    )
    _bounded([*html_pieces, *text_pieces], attachments, release)
    return editions.sealed(
        Edition(
            release=release.slug,
            digest="",
            language=release.language,
            subject=values["subject"],
            text=_part(text_pieces, text_slots, config, escape=False),
            html=_part(html_pieces, html_slots, config, escape=True),
            sender=organization.sender,
            reply_to=organization.reply_to,
            headers=_headers(organization),
            attachments=attachments,
            date=release.issued,
            data={key: value for key, value in values["release"].items() if key != "x"},  # `x-` keys are the office's own
            words=dict(labels(release.language)),
            pitches=_styled(ready, html_source) if ready else (),
        )
    )


def personal(edition: Edition, contact: Contact) -> Personal:
    """One recipient's own words, in the first of its languages that the edition has.

    Raises TemplateError that names the contact's id, and the block's place.
    """
    version = editions.version_for(edition, contact.languages)
    words = _personal(version, contact)
    return words if version is edition else replace(words, language=version.language)


def _personal(edition: Edition, contact: Contact) -> Personal:
    from pressctl.personal import compiled

    text, html = edition.text, edition.html
    try:
        blocks = compiled(text.slots, html.slots)
        return Personal(*blocks(_values_for(edition, contact, greets=blocks.greets)))
    except Exception as fault:
        from pressctl.personal import slot_at
        from pressctl.template import explained

        def place(line: int) -> Place | None:
            index, inner = slot_at(line, text.slots + html.slots)
            places = text.places + html.places
            return Place(places[index][0], places[index][1] + inner - 1) if index < len(places) else None

        raise explained(fault, place, f", for the contact `{contact.id}`") from None


def _values_for(edition: Edition, contact: Contact, *, greets: bool) -> dict[str, Any]:
    """What personal blocks know. A pitch is for people: what is posted to a program or a room is the release alone."""
    values = {
        "contact": _recipient(contact),
        "release": edition.data,
        "organization": edition.data["organization"],
        "labels": edition.words,
        "greeting": greeting(contact, edition.words) if greets else "",
        "pitch": {},
    }
    if edition.pitches and contact.email:
        found = _choice(edition.pitches, contact)
        values["pitch"] = found[2] if found is not None else {}
    return values


def pitch_of(edition: Edition, contact: Contact) -> Pitch | None:
    """The pitch that the contact gets, in its language; None where none fits."""
    found = _choice(editions.version_for(edition, contact.languages).pitches, contact) if contact.email else None
    return None if found is None else found[1]


_Choice = tuple["Test | None", Pitch, Mapping[str, str]]  # whom it is for (None: everybody), and what templates see of it


def _choice(ready: tuple[Pitch, ...], contact: Contact) -> _Choice | None:
    return next((choice for choice in _choices(ready) if choice[0] is None or choice[0](contact)), None)


@lru_cache(maxsize=8)
def _choices(ready: tuple[Pitch, ...]) -> tuple[_Choice, ...]:
    """The pitches with their tests; made once per edition."""
    from markupsafe import Markup

    return tuple(
        (selection.judged(one.to) if one.to else None, one, {"text": one.text, "html": Markup(one.html)})  # noqa: S704 — cleaned in `markup`
        for one in ready
    )


def _recipient(contact: Contact) -> dict[str, Any]:
    """What templates may know of this contact; written out, since it is done for each one."""
    name, outlet = contact.name, contact.outlet
    return {
        "id": contact.id,
        "name": name,
        "outlet": outlet,
        "kind": contact.kind,
        "given": contact.given,
        "family": contact.family,
        "email": contact.email,
        "beats": contact.beats,
        "languages": contact.languages,
        "region": contact.region,
        "timezone": contact.timezone,
        "x": contact.x,
        "vars": contact.details.get("vars") or {},
        "addressee": f"{name}, {outlet}" if name and outlet and name != outlet else name or outlet,
    }


def general(edition: Edition) -> Personal:
    """The general copy, for nobody in particular, in the original's language: each slot stays empty."""
    return Personal(("",) * len(edition.text.slots), ("",) * len(edition.html.slots))


def web(release: Release, config: Config, beside: Beside | None = None) -> str:
    """The release as a web page, with links to what stands beside it. Raises as `prepare` does; a personal block has no place on it."""
    from pressctl import press_page

    values = _values(release, config, web=True)
    return page(WEB_HTML, config, values | {"page": press_page.values(release, config, values["release"], beside)})


def page(name: str, config: Config, values: Mapping[str, Any]) -> str:
    """A page for everybody from one of the templates. Raises TemplateError, for a personal block too."""
    environment = _environment(config, "slot")
    made = _rendered(environment, name, values)
    for slot in environment.slots:
        raise TemplateError("a web page is for everybody: it has no personal blocks", slot.place(1), "take the block out")
    return made


def _pitches(release: Release, config: Config) -> tuple[Pitch, ...]:
    """The pitches of this edition, converted once. Raises ReleaseError for a selection or a text that cannot be used."""
    from pressctl import contacts, markup

    if not release.pitches:
        return ()
    image = labels(release.language)["image"]
    lists = [slug for name in contacts.names_in(config.root)[1] if (slug := contacts.slug_of_file(name))]
    found = []
    for pitch in pitches.alone(release.pitches, lists, config.selections):
        body = markup.convert(pitch.text, "", image, pitch.text_place)
        found.append(Pitch(pitch.to, body.text, body.html))
    return tuple(found)


def _refuse_unshown(slots: Sequence[Slot], name: str) -> None:
    """A pitch that no template prints would be lost in silence."""
    if not any("pitch" in slot.source for slot in slots):
        hint = "put {% if pitches %}{% personal %}{% if pitch %}{{ greeting }} … {% endif %}{% endpersonal %}{% endif %} above the release"
        raise TemplateError(f"the release has pitches, and {name} has no place for them", hint=hint)


def _styled(ready: tuple[Pitch, ...], html: str) -> tuple[Pitch, ...]:
    """The pitches with the style sheet of the mail that they will stand in."""
    import re

    import css_inline

    css = "\n".join(re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL))
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False)
    return tuple(replace(pitch, html=inliner.inline_fragment(pitch.html, css)) for pitch in ready)


def _values(release: Release, config: Config, web: bool = False, written: Bodies | None = None) -> dict[str, Any]:
    """What templates see in the first stage; `written` are the release's `bodies`, where the caller has them."""
    from markupsafe import Markup

    written = written or bodies(release, config)
    body, about, media = written.body, written.about, written.media
    facts = data(release, config, written)
    return {
        "release": facts | {"x": plain(release.x)},
        "organization": facts["organization"],
        "labels": labels(release.language),
        "body": {"html": Markup(body.web if web else body.html), "text": body.text},  # noqa: S704 — cleaned by nh3 in `markup`
        "about": {"html": Markup(about.web if web else about.html), "text": about.text},  # noqa: S704 — as above
        "notes": {"html": Markup(body.notes_web if web else body.notes_html), "text": body.notes_text},  # noqa: S704 — as above
        "media": {"html": Markup(media.web if web else media.html), "text": media.text},  # noqa: S704 — as above
        "subject": subject(release),
        "preheader": release.preheader or _shortened(release.summary or body.lede),
        "pitches": not web and bool(release.pitches),
    }


def _shortened(text: str) -> str:
    if len(text) <= PREHEADER_LENGTH:
        return text
    return text[:PREHEADER_LENGTH].rpartition(" ")[0].rstrip(" ,;:—–-") + " …"


def _everything(values: Mapping[str, Any]) -> str:
    import orjson

    return orjson.dumps(values, default=str).decode()


def _folders(config: Config) -> tuple[Path, Path]:
    return config.root / "templates", package_office() / "templates"


def _sources(config: Config) -> dict[str, str]:
    """The text of every template that could be included, by file, for the proof that a slot's token stands in none."""
    paths = [path for folder in _folders(config) if folder.is_dir() for path in sorted(folder.rglob("*.j2"))]
    return {str(path): files.read_text(path, TemplateError, "template") for path in paths if path.is_file()}


_kept = threading.local()  # each thread's last environment for editions, with its compiled templates, and their sources


def _edition_environment(config: Config, values: Mapping[str, Any]) -> EditionEnvironment:
    """An environment whose slot tokens stand in nothing that is rendered.

    Compiling the templates is most of the work of an edition: while none has changed, the thread's last one serves again.
    """
    from pressctl.personal import mark_for

    sources, everything = _sources(config), _everything(values)
    kept: EditionEnvironment | None = getattr(_kept, "environment", None)
    if kept is not None and _kept.sources == sources and kept.mark not in everything.casefold():
        return kept
    _kept.environment, _kept.sources = _environment(config, mark_for(everything, *sources.values())), sources
    return cast("EditionEnvironment", _kept.environment)


def _environment(config: Config, mark: str) -> EditionEnvironment:
    from pressctl.personal import EditionEnvironment

    environment = EditionEnvironment(_folders(config), STAGE_NAMES, lambda name: name is not None and name.endswith((".html.j2", ".html")))
    environment.mark = mark
    return environment


def _rendered(environment: EditionEnvironment, name: str, values: Mapping[str, Any]) -> str:
    from pressctl.template import render

    return render(environment, name, values)


def _inlined(html: str) -> str:
    """Style sheets into style attributes; nothing is fetched."""
    import css_inline

    try:
        return css_inline.CSSInliner(load_remote_stylesheets=False).inline(html)
    except css_inline.InlineError as fault:
        raise TemplateError(f"the styles of {EMAIL_HTML} cannot be used: {fault}", hint="look at its <style> element") from None


def _tidy(text: str) -> str:
    """No blanks at line ends, at most one empty line in a row, one line end at the end."""
    import re

    lines = "\n".join(line.rstrip(" ") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n") + "\n"


def _part(pieces: tuple[str, ...], slots: Sequence[Slot], config: Config, escape: bool) -> Part:
    from pressctl.personal import NAMES, check
    from pressctl.template import Environment

    environment = Environment((), NAMES, escape)
    for slot in slots:
        check(environment, slot, CONTACT_FIELDS)
    places = tuple((_relative(slot.file, config.root), slot.line) for slot in slots)
    return Part(pieces, tuple(slot.source for slot in slots), places)


def _relative(file: str, root: Path) -> str:
    """The file's name inside the office, so that the log of a team names nobody's home folder."""
    path = Path(file)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else f"templates/{path.name}"


def _headers(organization: Organization) -> tuple[tuple[str, str], ...]:
    """The headers of bulk mail: a way off the list (RFC 2369; with one click, RFC 8058), a stable list (RFC 2919), no
    out-of-office answers. `{key}` in the one-click URL is filled in for each recipient.

    No `Auto-Submitted`: a person decided to send this (RFC 3834, section 5.2).
    """
    desk = (organization.reply_to or organization.sender).email
    domain = organization.sender.email.rpartition("@")[2]
    by_mail = f"<mailto:{quote(desk, safe='@')}?subject=unsubscribe>"
    one_click = (("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),) if organization.unsubscribe else ()
    return (
        ("List-Unsubscribe", f"<{organization.unsubscribe}>, {by_mail}" if one_click else by_mail),
        *one_click,
        ("List-Id", f"<press-releases.{domain}>"),
        ("Precedence", "bulk"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),  # never `All`: that would suppress bounces too (MS-OXCMAIL)
    )


def _attachments(release: Release, config: Config) -> tuple[Attachment, ...]:
    import mimetypes

    kinds = mimetypes.MimeTypes(filenames=())  # the library's own table: the machine's would change the digest
    root = config.root.resolve()
    found = []
    for path in release.attachments:
        place = release.places.get("attachments", Place(str(release.path)))
        if not path.resolve().is_relative_to(root):
            raise ReleaseError(f"the attachment {path.name} is outside the press office", place, "copy it into the office's folder")
        content = images.without_traces(path, files.read_bytes(path, ReleaseError, "attachment", ATTACHMENT_LIMIT), release, place)
        found.append(Attachment(path.name, kinds.guess_type(path.name)[0] or "application/octet-stream", content))
    return tuple(found)


def _bounded(texts: Sequence[str], attachments: Sequence[Attachment], release: Release) -> None:
    """Raises ReleaseError for a mail that mailbox providers would not take."""
    size = sum(len(text.encode()) for text in texts) + sum(len(one.data) * 78 // 57 for one in attachments)  # base64, lines of 76 + 2
    if size > MAIL_LIMIT:
        largest = max(attachments, key=lambda one: len(one.data)).name if attachments else "the text"
        raise ReleaseError(
            f"the mail would have {size:,} bytes, and {MAIL_LIMIT:,} are allowed",
            release.places.get("attachments") or Place(str(release.path)),
            f"the largest part is {largest}: link to it instead",
        )
