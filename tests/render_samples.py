"""Releases, contacts and an office made by hand, for the tests of rendering."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pressctl.config import Config, MediaContact, Organization
from pressctl.contacts import Contact
from pressctl.message import Address
from pressctl.release import Dateline, Event, Release, Venue

NEW_YORK = ZoneInfo("America/New_York")
DESK = MediaContact("Press desk", "on call", "press@network.example", "+1 305 555 0100")


def office(root: Path, **changes: Any) -> Config:
    values: dict[str, Any] = {
        "name": "Key West Example Network",
        "sender": Address("press@network.example", "Key West Example Network"),
        "reply_to": Address("desk@network.example", "Press desk"),
        "address": "PO Box 1\nKey West, Fla. 33040",
        "language": "en",
        "timezone": NEW_YORK,
        "boilerplate": "The network works for *fair* rules on the island.",
        "contacts": (DESK,),
    }
    return Config(root, root / "pressctl.toml", Organization(**(values | changes)), "sandbox", (), {})


def release(root: Path, body: str = "The city **will** meet.\n\nA second paragraph.", **changes: Any) -> Release:
    values: dict[str, Any] = {
        "path": root / "releases" / "night-bus.md",
        "slug": "night-bus",
        "headline": "Residents ask city to keep the night bus",
        "dateline": Dateline("Key West", "Fla.", "", "Key West, Fla."),
        "date": date(2025, 7, 3),
        "issued": datetime(2025, 7, 3, tzinfo=NEW_YORK),
        "kind": "release",
        "language": "en",
        "timezone": NEW_YORK,
        "body": body,
        "body_line": 6,
        "contacts": (DESK,),
        "boilerplate": "The network works for *fair* rules on the island.",
    }
    return Release(**(values | changes))


MEETING = Event(
    "City Commission meeting",
    datetime(2025, 7, 8, 17, tzinfo=NEW_YORK),
    place=Venue("City Hall", "1300 White St.", "Key West", "US-FL", "33040", access="Step-free"),
    organizer="City Commission",
)

NEWSROOM = Contact("wire-desk", "National desk", "national", "A wire service", "national@wire.example", recipient="national@wire.example")
