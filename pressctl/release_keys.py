"""The keys of a release's front matter: what each may hold, and what it means."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any

from pressctl.addresses import EMAIL, NAME
from pressctl.document import Node, Problems, Scalar
from pressctl.pitches import Pitches
from pressctl.schema import SLUG, Choice, Date, Either, Field, Flag, Free, Integer, ListOf, MapOf, Moment, Pattern, Text, Zone, record

TYPES = ("release", "advisory", "statement", "update", "correction", "kill", "op-ed", "letter", "factsheet", "biography")


@dataclass(frozen=True, slots=True)
class DayOrMoment:
    """A day, or a time; a time without an offset is read in the release's time zone where `local` allows it."""

    local: bool = False

    def read(self, node: Node, problems: Problems) -> datetime.date | datetime.datetime | None:
        text = node.text.strip() if isinstance(node, Scalar) else ""
        if len(text) <= 10:
            return Date().read(node, problems)
        if self.local and re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?", text):
            try:
                return datetime.datetime.fromisoformat(text)
            except ValueError:
                problems.add(f"`{text}` is not a time", node, "write day and time, such as 2026-07-07T17:00")
                return None
        return Moment().read(node, problems)

    def json(self) -> dict[str, Any]:
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class TextOrFlag:
    """Text, or `false` for none."""

    def read(self, node: Node, problems: Problems) -> str | bool | None:
        if isinstance(node, Scalar) and node.text.strip().lower() in ("false", "no"):
            return False
        return LINES.read(node, problems)

    def json(self) -> dict[str, Any]:
        return {"type": ["string", "boolean"]}


LINE = Text(most=500)
LINES = Text(lines=True, most=20_000)
LANGUAGE = Pattern(re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"), "a language code such as en, es-US or ht")  # BCP 47
LANGUAGES = ListOf(LANGUAGE, single=True)
WORDS = ListOf(LINE, single=True)

DATELINE = record(
    "dateline",
    Field("city", LINE, "the city", required=True),
    Field("region", LINE, "the state or region, as printed or as ISO 3166-2"),
    Field("country", LINE, "the country"),
    Field("as_written", LINE, "the dateline as it is to be printed"),
)
MEDIA_CONTACT = record(
    "media contact",
    Field("id", SLUG, "a short name"),
    Field("name", NAME, "who answers, as printed", required=True),
    Field("title", LINE, "their title"),
    Field("email", EMAIL, "their mail address"),
    Field("phone", LINE, "their telephone number"),
    Field("signal", LINE, "their Signal number or name"),
    Field("languages", LANGUAGES, "languages they speak"),
    Field("hours", LINE, "when they can be reached"),
    Field("on_site", Flag(), "whether they are at the event"),
)
VENUE = record(
    "place",
    Field("name", LINE, "the building or place", required=True),
    Field("street", LINE, "street and number"),
    Field("city", LINE, "the city"),
    Field("region", LINE, "the state or region"),
    Field("postal_code", LINE, "the postal code"),
    Field("country", LINE, "the country"),
    Field("url", LINE, "a page or a map"),
    Field("access", LINE, "how people in wheelchairs, or with equipment, get in"),
)
EVENT = record(
    "event",
    Field("title", LINE, "what takes place", required=True),
    Field("start", DayOrMoment(local=True), "when it begins", required=True),
    Field("end", DayOrMoment(local=True), "when it ends"),
    Field("all_day", Flag(), "whether it has no times of its own"),
    Field("place", Either(LINE, VENUE), "where"),
    Field("organizer", LINE, "who holds it"),
    Field("audience", Choice(("public", "media", "invited")), "who may come"),
    Field("purpose", LINE, "what it is for"),
    Field("rsvp", Free(), "how to announce oneself"),
    Field("interpretation", LANGUAGES, "languages it is interpreted into"),
    Field("photo", LINE, "what there is to photograph"),
    Field("status", Choice(("confirmed", "postponed", "cancelled")), "whether it takes place"),
    Field("previous_start", DayOrMoment(local=True), "when it was to begin before it was postponed"),
    Field("past", Flag(), "whether it is over and only told about"),
    Field("year_inferred", Flag(), "whether the year was guessed when importing"),
)
EMBARGO = record("embargo", Field("until", Moment(), "when it lifts", required=True), Field("note", LINE, "what is asked of editors"))
AUDIENCE = record(
    "audience",
    *(
        Field(name, WORDS, f"contacts with one of these {name}")
        for name in ("lists", "tags", "beats", "outlets", "tiers", "languages", "regions")
    ),
    Field("exclude", WORDS, "lists or expressions whose contacts get nothing"),
)

RELEASE = record(
    "release",
    Field("headline", LINE, "the headline, in one line", required=True),
    Field("dateline", Either(LINE, DATELINE), "where the news is from, such as Key West, Fla.", required=True),
    Field("date", DayOrMoment(), "the day of issue, such as 2026-07-03", required=True),
    Field("schema", Integer(1, 1), "the version of this format"),
    Field("id", LINE, "a name that never changes"),
    Field("type", Choice(TYPES), "what kind of text it is"),
    Field("status", Choice(("draft", "approved", "sent", "withdrawn")), "how far it is"),
    Field("version", Integer(1, 9999), "the number of this version"),
    Field("supersedes", LINE, "the version that this one replaces, as id@1"),
    Field("correction_note", LINES, "what was wrong and is right now"),
    Field("exclusive", LINE, "the only outlet that an opinion piece is offered to"),
    Field("language", LANGUAGE, "the language it is written in"),
    Field("translations", MapOf(LINE), "the files of its translations, by language"),
    Field("translation_of", LINE, "the release that this one translates"),
    Field("translator", Free(), "who translated and who reviewed"),
    Field("source_hash", LINE, "the state of the original that was translated"),
    Field("timezone", Zone(), "the time zone of times without one"),
    Field("subhead", LINE, "a second line below the headline"),
    Field("summary", LINES, "what it says, in one or two sentences"),
    Field("slug", LINE, "the name used in links"),
    Field("subject", LINE, "the subject of the mail, if not the headline"),
    Field("preheader", LINE, "the line that mail programs show beside the subject"),
    Field("short_headline", LINE, "a headline for narrow places"),
    Field("embargo", Either(Moment(), EMBARGO), "when it may be published"),
    Field("expires", Moment(), "when it is no longer news"),
    Field("urgency", Integer(1, 9), "1 is the most urgent"),
    Field("organization", Free(), "who issues it, if not the organization of the configuration"),
    Field("co_issuers", Free(), "who issues it together with the organization"),
    Field("contact", Free(), "whom journalists can reach"),
    Field("boilerplate", TextOrFlag(), "the paragraph about the organization; false for none"),
    Field("people", Free(), "who is named in it"),
    Field("events", ListOf(EVENT), "events it announces"),
    Field("call_to_action", Free(), "what readers can do"),
    Field("media", Free(), "pictures, sound and film"),
    Field("attachments", ListOf(LINE, single=True), "files of this office that travel with it"),
    Field("links", Free(), "pages to read on"),
    Field("notes_to_editors", LINES, "what editors need to know and readers do not"),
    Field("topics", WORDS, "IPTC media topic codes"),
    Field("keywords", WORDS, "words to find it by"),
    Field("usage", LINES, "what may be done with it"),
    Field("copyright", LINE, "who holds the rights"),
    Field("license", LINE, "the licence"),
    Field("audience", Free(), "who gets it when nothing else is said"),
    Field("pitches", Pitches(), "a personal paragraph above it for each segment: the first that fits is taken"),
    Field("channels", ListOf(Choice(("email", "web", "pdf", "feed")), single=True), "where it is published"),
    Field("check", Free(), "rules of `check` for this release"),
    Field("source", Free(), "where it was imported from"),
)
