"""Dates are found where their months' names stand, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressctl import dates

WORDS = [
    *("July 8", "8 julio", "may", "May 1", "MAY 9,", "me", "8 me 2025", "mas", "Sept. 3", "Sep 3", "3 mars", "julyan", "time", "on"),
    *("terça-feira, 8 de julho de 2025", "x", "İ", "²", "3", "_", "-", " ", ",", "\n"),
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=30).map("".join) | st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)


@given(TEXTS, st.sampled_from(["en", "es", "pt", "ht"]))
def test_looking_for_the_names_finds_what_looking_at_every_word_finds(text: str, language: str) -> None:
    months = dates.names(dates.MONTHS, dates.spoken(language))
    every = [word for word in dates._NAME.finditer(text) if word[0].lower() in months]
    assert [word.span() for word in dates._named(text, months)] == [word.span() for word in every]


@pytest.mark.parametrize(
    ("text", "found"), [("İ on July 8, 2025", 1), ("on July 8, 2025, and on 9 July", 2), ("julyan 8", 0), ("²May 8", 0)]
)
def test_a_name_is_a_whole_word(text: str, found: int) -> None:
    assert len(list(dates.days(text, "en"))) == found
