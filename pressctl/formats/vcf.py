"""The release's media contacts as contact cards (vCard 4.0, RFC 6350), for a telephone's address book.

The desk's own contacts as they are printed on the release; never one of the contact lists. N is written though 4.0 lets it
be absent: address books that know only 3.0 ask for it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pressctl import identity
from pressctl.content_lines import escaped, written
from pressctl.errors import Place, ReleaseError

if TYPE_CHECKING:
    from pressctl.config import Config, MediaContact
    from pressctl.release import Release

SUFFIX = "vcf"
MEDIA_TYPE = "text/vcard"


def make(release: Release, config: Config) -> bytes:
    """One card a media contact. Raises ReleaseError where the release names none."""
    if not release.contacts:
        hint = "write one into the configuration as [[organization.contacts]]"
        raise ReleaseError("the release names no media contact", Place(str(release.path)), hint)
    return written(line for contact in release.contacts for line in _card(contact, release, config))


def _card(contact: MediaContact, release: Release, config: Config) -> Iterator[str]:
    from pressctl.labels import labels

    name = uuid.uuid5(uuid.NAMESPACE_URL, f"press:{identity.domain(config)}/contact/{contact.id or contact.name}")
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"UID:{name.urn}"
    yield f"FN:{escaped(contact.name)}"
    yield f"N:{escaped(contact.name)};;;;"
    yield f"ORG:{escaped(config.organization.name)}"
    if contact.title:
        yield f"TITLE:{escaped(contact.title)}"
    yield f"ROLE:{escaped(labels(release.language)['contact'])}"
    if contact.phone:
        yield f"TEL;VALUE=uri;TYPE=work,voice:tel:{_dialled(contact.phone)}"
    if contact.email:
        yield f"EMAIL;TYPE=work:{escaped(contact.email)}"
    if config.organization.url.startswith(("https://", "http://")) and config.organization.url.isprintable():
        yield f"URL:{config.organization.url}"
    yield "END:VCARD"


def _dialled(phone: str) -> str:
    """A number as a tel: URI has it (RFC 3966): figures, hyphens, a plus in front; an extension as its parameter."""
    number, mark, extension = re.sub(r"\s+", " ", phone).lower().partition("ext")
    figures = re.sub(r"[^\d-]+", "-", number).strip("-")
    inner = re.sub(r"\D", "", extension)
    return ("+" if number.lstrip().startswith("+") else "") + figures + (f";ext={inner}" if mark and inner else "")
