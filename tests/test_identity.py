"""Names for good: what a correction, a translation and a changed headline keep."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from render_samples import office, release

from pressctl import identity
from pressctl.message import Address

HERE = Path("/nowhere")


def uri(**changes: Any) -> str:
    return identity.uri(release(HERE, **changes), office(HERE))


def test_neither_headline_nor_date_nor_text_is_in_it() -> None:
    assert uri() == uri(headline="Another", date=date(2030, 1, 1), body="Other words.")


@pytest.mark.parametrize(
    "changes",
    [
        {"slug": "other", "extra": {"id": "night-bus"}},
        {"slug": "other", "extra": {"supersedes": "night-bus@3"}},
        {"slug": "night-bus", "extra": {"version": 7}},
    ],
)
def test_a_later_version_has_the_same(changes: dict[str, Any]) -> None:
    assert uri(**changes) == uri()


def test_another_release_language_or_house_has_another() -> None:
    others = [uri(slug="bus"), uri(slug="night-bus.es", language="es"), uri(slug="night-bus.ht", language="ht")]
    elsewhere = identity.uri(release(HERE), office(HERE, sender=Address("a@b.example")))
    assert len({uri(), *others, elsewhere}) == 5


@pytest.mark.parametrize(
    ("extra", "version"),
    [({}, 1), ({"version": 4}, 4), ({"supersedes": "x@2"}, 3), ({"supersedes": "x"}, 1), ({"version": 9, "supersedes": "x@2"}, 9)],
)
def test_the_version_is_written_or_follows(extra: dict[str, Any], version: int) -> None:
    assert identity.version(release(HERE, extra=extra)) == version
