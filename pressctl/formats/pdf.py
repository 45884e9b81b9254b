"""The release as a PDF that screen readers can read (PDF/UA-1, ISO 14289-1): tagged, with title, language, alternative texts.

Made by Typst, the extra `pressctl[pdf]`. Not WeasyPrint, which turns our own page into a PDF, but needs Pango from the
system, writes untagged files unless it is asked, and calls a page without title or alternative text PDF/UA all the same.
Typst is one wheel without system libraries, brings its fonts, and refuses what is not accessible. The bytes are the same
every time. The text comes as data, so nothing in a release is read as Typst's language; nothing is fetched.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from importlib.resources import files as packaged
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressctl.errors import ConfigError, Place, ReleaseError
from pressctl.labels import labels

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.release import Release

SUFFIX = "pdf"
MEDIA_TYPE = "application/pdf"
_LETTER = ("US", "CA", "MX", "PR", "DO", "CO", "CL", "CR", "GT", "SV", "NI", "PA", "VE", "PH")  # countries that print on US letter paper


def make(release: Release, config: Config) -> bytes:
    """The PDF. Raises ConfigError where the extra is not installed, ReleaseError where Typst refuses the release."""
    try:
        import typst
    except ImportError:
        raise ConfigError("PDF needs a package that is not installed", hint="install it with: pip install 'pressctl[pdf]'") from None
    import orjson

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        data = _data(release, config, root)
        (root / "release.typ").write_bytes(packaged("pressctl.formats").joinpath("pdf.typ").read_bytes())
        try:
            made: bytes = typst.compile(
                root / "release.typ",
                root=root,
                format="pdf",
                sys_inputs={"data": orjson.dumps(data).decode()},
                pdf_standards="ua-1",
                timestamp=int(release.issued.timestamp()),
            )
        except RuntimeError as fault:
            text = str(fault).split("\n")[0].removeprefix("error: ")
            raise ReleaseError(f"no accessible PDF can be made of it: {text}", Place(str(release.path)), _hint(text)) from None
    return made


def _hint(text: str) -> str:
    if "decode" in text:
        return "save the picture again"
    return "write an `alt` text at each picture" if "alt" in text else "look at the headings: they must not skip a level"


def _data(release: Release, config: Config, root: Path) -> dict[str, Any]:
    """What the template prints. Pictures are laid into `root`."""
    from pressctl.anatomy import bodies, data
    from pressctl.html_tree import blocks

    written = bodies(release, config)
    body, about = written.body, written.about
    facts = data(release, config, written)
    for image in written.images:
        (root / image.name).write_bytes(image.content)
    there = frozenset(image.name for image in written.images)
    words = labels(release.language)
    language, _, region = release.language.partition("-")
    country = config.organization.timezone.key if not region else region.upper()
    return {
        "title": release.headline,
        "author": config.organization.name,
        "summary": facts["summary"],
        "keywords": [str(word) for word in release.extra.get("keywords") or ()],
        "language": language.lower(),
        "region": region if len(region) == 2 else None,
        "paper": "us-letter" if country in _LETTER or country.startswith("America/") else "a4",
        "year": release.date.year,
        "month": release.date.month,
        "day": release.date.day,
        "label": facts["printed"]["label"],
        "line": facts["printed"]["release_line"],
        "date": facts["printed"]["date"],
        "subhead": release.subhead,
        "note": facts["printed"]["note"],
        "note_label": facts["printed"]["note_label"],
        "byline": facts["printed"]["byline"],
        "action": dict(facts["printed"]["action"] or {}),
        "events_first": facts["printed"]["events_first"],
        "body": blocks(body.web, there),
        "media": blocks(written.media.web, there),
        "events": [list(_rows(event, words)) for event in facts["events"]],
        "about": blocks(about.web),
        "notes": blocks(body.notes_web, there),
        "contacts": [_contact(contact) for contact in release.contacts],
        "words": {
            "event": words["event"],
            "about": f"{words['about']} {config.organization.name}",
            "contact": words["contact"],
            "media": words["media"],
            "end": words["end"],
            "notes": words["notes"],
        },
    }


def _contact(contact: Any) -> dict[str, str]:
    return {"name": ", ".join(filter(None, (contact.name, contact.title))), "phone": contact.phone, "email": contact.email}


def _rows(facts: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for label, text in (
        (words["what"], facts["title"]),
        (words["when"], facts["printed"]["when"]),
        (words["where"], facts["printed"]["where"]),
        (words["who"], facts["organizer"]),
        (words["why"], facts["purpose"]),
        (words["access"], facts["place"]["access"] if facts["place"] else ""),
        *((row["label"], row["text"]) for row in facts["printed"]["more"]),
    ):
        if text:
            yield {"label": label, "text": text}
