"""The keys of a contact file: what each may hold, and what it means."""

from __future__ import annotations

import re
from typing import Any

from pressctl.addresses import EMAIL, ENDPOINT, NAME
from pressctl.document import Node, Problems, Scalar
from pressctl.release_keys import LANGUAGES
from pressctl.schema import SLUG, Choice, Date, Either, Field, Flag, Free, Integer, ListOf, Pattern, Repeated, Text, Zone, record
from pressctl.values import dataclass

LINE = Text(most=300)
WORDS = Repeated(ListOf(Text(most=100), single=True))
DAY = Repeated(Date())
DIGEST = Pattern(re.compile(r"[0-9a-f]{8}:[0-9a-f]{64}"), "a digest that `pressctl contacts forget` has made")


@dataclass(frozen=True, slots=True)
class Unless:
    """`false` for none, or else what `kind` reads."""

    kind: Any  # a schema's kind

    def read(self, node: Node, problems: Problems) -> Any:
        if isinstance(node, Scalar) and node.text.strip().lower() in ("false", "no", "null", "~"):
            return None
        return self.kind.read(node, problems)

    def json(self) -> dict[str, Any]:
        return {"anyOf": [{"const": False}, self.kind.json()]}


@dataclass(frozen=True, slots=True)
class Named:
    """The name of an IANA time zone, looked up and kept as text."""

    def read(self, node: Node, problems: Problems) -> str | None:
        zone = Zone().read(node, problems)
        return None if zone is None else str(zone.key)

    def json(self) -> dict[str, Any]:
        return Zone().json()


PERSON = record(
    "name",
    Field("given", NAME, "given name"),
    Field("family", NAME, "family name"),
    Field("display", NAME, "the whole name, as shown"),
    Field("say", LINE, "how it is spoken"),
)
ADDRESS = record(
    "address",
    Field("address", EMAIL, "the mail address", required=True),
    Field("status", Choice(("ok", "bounced", "invalid")), "whether mail to it arrives"),
    Field("preferred", Flag(), "whether it is the one to use"),
)
PHONE = record(
    "phone number",
    Field("number", LINE, "the number", required=True),
    Field("type", LINE, "work, cell …"),
)
EMBARGO = record(
    "embargo",
    Field("trust", Choice(("yes", "no", "ask")), "whether embargoed copy may go there", required=True),
    Field("agreed_on", Unless(Date()), "when they agreed"),
)
CONSENT = record(
    "consent",
    Field("basis", LINE, "why the address may be used"),
    Field("source", LINE, "where it came from"),
    Field("source_url", LINE, "the page it came from"),
    Field("obtained", Date(), "when"),
)
REFUSED = record(
    "do_not_contact",
    Field("since", Date(), "since when"),
    Field("reason", LINE, "why"),
    Field("scope", Choice(("all", "email", "phone")), "which way not"),
)
CONTACT = record(
    "contact",
    Field("id", SLUG, "a short name that stays"),
    Field("kind", Repeated(Choice(("desk", "person", "outlet"))), "a desk, a person or a whole outlet"),
    Field("name", Either(NAME, PERSON), "a desk's name, or a person: {given: …, family: …}", required=True),
    Field("title", LINE, "their title"),
    Field("outlet", NAME, "the outlet, or its short name in `outlets:`"),
    Field("email", Either(EMAIL, ListOf(Either(EMAIL, ADDRESS))), "the mail address"),
    Field("webhook", ENDPOINT, "a web address that takes releases by HTTP POST"),
    Field("phone", Either(LINE, ListOf(Either(LINE, PHONE))), "the telephone number"),
    Field("preferred", Choice(("email", "phone", "signal", "whatsapp", "form", "webhook")), "how they like to be reached"),
    Field("format", Choice(("html", "text")), "the kind of mail they like"),
    Field("attachments", Flag(), "whether they take attachments"),
    Field("beats", WORDS, "what they cover"),
    Field("tags", WORDS, "words to choose them by"),
    Field("languages", Repeated(LANGUAGES), "their languages, the preferred one first"),
    Field("region", LINE, "where they are, such as US-FL"),
    Field("timezone", Named(), "their time zone"),
    Field("tier", Repeated(Integer(1, 9)), "the wave in which they get it, 1 first"),
    Field("embargo", Repeated(Either(Choice(("agreed", "ask", "never")), EMBARGO)), "whether embargoed copy may go there"),
    Field("hold_until", DAY, "the first day on which they are back"),
    Field("consent", CONSENT, "why the address may be used"),
    Field("do_not_contact", Unless(Either(Flag(), REFUSED)), "that they want nothing"),
    Field("source", Repeated(LINE), "where the address came from"),
    Field("verified", DAY, "when it was last checked"),
    Field("vars", Free(), "words for templates"),
    Field("notes", Text(lines=True, most=20_000), "for the office only; never rendered"),
)
OUTLET = record(
    "outlet",
    Field("name", NAME, "its name", required=True),
    Field("medium", LINE, "newspaper, radio …"),
    Field("url", LINE, "its page"),
    Field("region", LINE, "where it is, such as US-FL"),
    Field("languages", LANGUAGES, "its languages"),
    Field("desk_email", EMAIL, "the address of its desk"),
    Field("deadlines", LINE, "when it closes"),
    Field("notes", Text(lines=True, most=20_000), "for the office only"),
)
OUTLETS = Field("outlets", Free(), "outlets by short name")
LIST = record(
    "contact list",
    Field("list", NAME, "the list's title"),
    OUTLETS,
    Field("contacts", ListOf(CONTACT), "the contacts", required=True),
)
OUTLETS_FILE = record("outlets file", OUTLETS)
SUPPRESSION = record(
    "suppression",
    Field("email", EMAIL, "the address that gets nothing"),
    Field("webhook", ENDPOINT, "the web address that gets nothing"),
    Field("digest", DIGEST, "of somebody who was forgotten: tells nobody who it is"),
    Field("reason", LINE, "why", required=True),
    Field("since", Date(), "since when"),
)
SUPPRESSIONS = record("suppressions file", Field("suppressions", ListOf(SUPPRESSION), "who gets nothing", required=True))
