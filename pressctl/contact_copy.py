"""The copy of an edition that one contact gets, made to be looked at: the bytes that would leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressctl import render
from pressctl.edition import Edition, compose, matched
from pressctl.message import Address, Endpoint, Message
from pressctl.office_secret import key, secret_of

if TYPE_CHECKING:
    from pressctl.config import Config
    from pressctl.contacts import Contact
    from pressctl.release import Release


def message(config: Config, edition: Edition, contact: Contact | None) -> Message:
    """What `contact` gets of this edition; the general copy, to nobody in particular, for None.

    Raises TemplateError that names the contact where a personal block cannot be filled in.
    """
    from pressctl import contacts

    nobody = contacts.nobody()
    if contact is None:
        return compose(edition, render.general(edition), Address(nobody.email, nobody.name), "preview")
    secret = secret_of(config.state, create=False)
    live = config.provider != "sandbox"
    # the key that a delivery of these bytes gets, so that the preview is what leaves; none before the office has a secret
    name = key(secret, edition.release, edition.digest, contact.recipient, live=live) if secret else "preview"
    to = Address(contact.email, contact.name) if contact.email else Endpoint(contact.webhook, contact.name)
    if not contact.email and not contact.webhook:
        to = Address(nobody.email, contact.name)
    return compose(edition, render.personal(edition, contact), to, name)


def spoken(config: Config, release: Release, contact: Contact) -> Release:
    """The release in the language in which this contact gets it. Raises ReleaseError for a translation at fault."""
    from pressctl import release_languages

    versions = release_languages.versions(release, config)
    return versions[matched([version.language for version in versions], contact.languages)]
