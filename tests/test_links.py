"""Links and numbers of a text are found by their place."""

from __future__ import annotations

from pathlib import Path

from checks.desk import NOON, office
from hypothesis import given
from hypothesis import strategies as st

from pressctl import links, news_copy

PIECES = st.sampled_from(["305", "555", "0100", "(305)", "+1", "+44", "20", "-", ".", " ", "call", "$", "\n", "12-07-2025", "5550100"])


@given(st.lists(PIECES, max_size=14).map("".join))
def test_the_quick_look_for_numbers_misses_none(body: str) -> None:
    text = news_copy.read(f"Headline\n{body}", Path("x.txt"), office(), NOON, raw=True)
    assert list(text.of(links.phones)) == [match.span() for match in links.PHONE.finditer(text.markup)]


def test_a_host_is_read_from_an_address() -> None:
    assert [links.domain(word) for word in ("https://www.City.gov/plan", "city.gov", "mailto:x@city.gov", "no host", "")] == [
        "city.gov", "city.gov", "city.gov", "", ""]  # fmt: skip
