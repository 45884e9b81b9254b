"""ninjs against IPTC's own schema: every kind of release, and what each must say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from render_samples import MEETING, office, release

from pressctl.formats import ninjs
from pressctl.release_keys import TYPES


@pytest.fixture
def schema(oracles: Path) -> Draft202012Validator:
    """IPTC's schema of ninjs 3.1 with the GeoJSON one that it refers to; dates and URIs are checked too."""
    folder = oracles / "schemas"
    shapes = Resource.from_contents(json.loads((folder / "GeoJSON.json").read_text()))
    registry: Registry[Any] = Registry().with_resource("https://geojson.org/schema/GeoJSON.json", shapes)
    return Draft202012Validator(
        json.loads((folder / "ninjs-schema_3.1.json").read_text()), registry=registry, format_checker=FormatChecker()
    )


def item(folder: Path, **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(ninjs.make(release(folder, **changes), office(folder)))
    return made


FULL = {
    "version": 3,
    "urgency": 4,
    "topics": ("20000634", "medtop:20000612", "no code"),
    "keywords": ("buses",),
    "usage": "Free to use with credit",
    "copyright": "The network",
    "people": [
        {"name": "Ana Public", "quoted": "true", "consent": {"scope": "SECRETCONSENT"}, "age_group": "adult"},
        {"name": "Bo Secret", "role": "affected", "public": "false"},
    ],
}


def test_every_kind_is_valid(schema: Draft202012Validator, tmp_path: Path) -> None:
    for kind in TYPES:
        made = item(tmp_path, kind=kind, events=(MEETING,), extra=FULL, body="The bus, Ana Public said.\n\n## Notes to editors\n\nCall us.")
        schema.validate(made)
    schema.validate(item(tmp_path, contacts=(), boilerplate="", subhead=""))


@pytest.mark.parametrize(
    "event",
    [
        replace(MEETING, end=datetime(2025, 7, 9, 1, tzinfo=UTC)),
        replace(MEETING, place=None, organizer="", details={"status": "cancelled"}),
    ],
)
def test_events_are_valid(schema: Draft202012Validator, tmp_path: Path, event: Any) -> None:
    schema.validate(item(tmp_path, events=(event,)))


def test_the_schema_refuses_the_older_name_of_the_embargo(schema: Draft202012Validator, tmp_path: Path) -> None:
    made = item(tmp_path, embargo=datetime(2025, 7, 4, 10, tzinfo=UTC))
    assert made["embargoedUntil"] == "2025-07-04T10:00:00Z"
    schema.validate(made)
    made["embargoed"] = made.pop("embargoedUntil")
    assert not schema.is_valid(made)


def test_it_says_what_is_printed_and_no_more(tmp_path: Path) -> None:
    made = item(
        tmp_path, extra=FULL, events=(MEETING,), body="The bus stays, Ana Public said, and this line is so long that a mail breaks it."
    )
    assert made["people"] == [{"name": "Ana Public", "rel": "quoted"}]
    assert "SECRET" not in json.dumps(made)
    assert "Bo Secret" not in json.dumps(made)
    assert [subject["uri"][-8:] for subject in made["subjects"]] == ["20000634", "20000612"]
    plain = made["bodies"][0]
    assert plain["value"] == "KEY WEST, Fla. — The bus stays, Ana Public said, and this line is so long that a mail breaks it."
    assert (plain["charCount"], plain["wordCount"]) == (len(plain["value"]), len(plain["value"].split()))
    assert made["associations"][0]["eventDetails"]["dates"] == {"startDate": "2025-07-08T17:00:00-04:00"}


def test_a_correction_keeps_the_uri_and_a_kill_says_nothing(tmp_path: Path) -> None:
    first = item(tmp_path)
    second = item(tmp_path, slug="night-bus-2", kind="correction", extra={"supersedes": "night-bus@1", "correction_note": "Tuesday."})
    kill = item(tmp_path, kind="kill", extra={"supersedes": "night-bus@2", "correction_note": "Do not use."}, body="OLDWORDS")
    assert first["uri"] == second["uri"] == kill["uri"]
    assert [one["version"] for one in (first, second, kill)] == ["1", "2", "3"]
    assert second["edNote"] == "Tuesday."
    assert kill["pubStatus"] == "canceled"
    assert "bodies" not in kill


def test_a_draft_is_withheld(tmp_path: Path) -> None:
    assert item(tmp_path, extra={"status": "draft"})["pubStatus"] == "withheld"
    assert item(tmp_path, extra={"status": "approved"})["pubStatus"] == "usable"
