from __future__ import annotations

import dataclasses
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from providers.contract import LOGO, MESSAGE, PDF
from providers.rooms import TOLD, answer, told

from pressctl import notice
from pressctl.delivery import Move
from pressctl.message import Endpoint
from pressctl.notice import Notice, fitted, markdown, size, written
from pressctl.provider import CannotCarry

URL = "https://rooms.example/hooks/1"
WHOLE = Notice("EMBARGOED UNTIL noon", "The headline", "The lede.", "https://example.org/", "Media contact: Desk", "Example Network")


def test_a_notice_is_written_in_three_parts() -> None:
    assert written(WHOLE, str, 2000, bold="*") == (
        "EMBARGOED UNTIL noon\n*The headline*\n\nThe lede.\n\nhttps://example.org/\nMedia contact: Desk\nExample Network"
    )


def test_what_there_is_not_leaves_no_empty_line() -> None:
    assert written(Notice("", "The headline", "", "", "Media contact: Desk", ""), str, 2000) == "The headline\n\nMedia contact: Desk"


def test_the_release_as_data_says_what_a_room_is_told() -> None:
    found = notice.of(told(URL))
    assert found.headline == "Residents ask city to keep the night bus & its drivers"
    assert found.line == "EMBARGOED UNTIL Tuesday, July 8, 2025, 5 p.m. EDT"
    assert found.contact == "Media contact: Press volunteer, answers@reply.example, +1 305 555 0100 (📎 route map – Karte.pdf)"


def test_a_logged_editions_data_tell_the_same() -> None:
    message = dataclasses.replace(told(URL), release=MappingProxyType(TOLD))
    assert notice.of(message) == notice.of(told(URL))


def test_where_the_data_are_silent_the_message_itself_speaks() -> None:
    found = notice.of(dataclasses.replace(MESSAGE, to=Endpoint(URL), release={}, reply_to=None, attachments=(LOGO,)))
    assert found == Notice(
        "",
        MESSAGE.subject,
        "KEY WEST, Fla. — the plain body, with %recipient.name% and {{ braces }}",
        "",
        "Media contact: Key West Example Network, press@sender.example",
        "Key West Example Network",
    )


@pytest.mark.parametrize(
    "release", [{"contacts": ["x"], "organization": "x", "printed": [], "headline": 7, "summary": ["x"]}, {"contacts": {}}]
)
def test_data_of_another_form_do_not_break_it(release: dict[str, object]) -> None:
    found = notice.of(dataclasses.replace(MESSAGE, to=Endpoint(URL), release=release, attachments=(PDF,)))
    assert found.headline == MESSAGE.subject
    assert "route map – Karte.pdf" in found.contact


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://example.org/ two", "https://example.org/<b>", "example.org", ""])
def test_a_page_that_is_no_web_address_is_left_out(url: str) -> None:
    assert notice.of(told(URL, organization={"name": "x", "url": url})).link == ""


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert fitted("one two", 7) == "one two"


def test_a_text_that_does_not_fit_is_cut_after_a_word_and_says_so() -> None:
    assert fitted("one two three", 10) == "one two…"
    assert fitted("one two three", 8) == "one two…"
    assert fitted("unbreakable", 5) == "unbr…"


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("a&b", 6, "a…"),  # never half an escape
        ("see https://example.org/page now", 20, "see…"),  # never half an address
        ("ab👩‍🔬", 5, "ab…"),  # never half a sign of several code points
        ("abe\u0301", 3, "ab…"),
        ("ab🇺🇸", 5, "ab…"),
    ],
)
def test_nothing_is_cut_in_two(text: str, most: int, shown: str) -> None:
    assert fitted(text, most, lambda token: token.replace("&", "&amp;")) == shown


@given(st.text(max_size=60), st.integers(-3, 70))
def test_a_cut_text_is_never_longer_than_asked_and_never_changed_before_the_cut(text: str, most: int) -> None:
    found = fitted(text, most)
    assert size(found) <= max(most, 0)
    assert found == text or text.startswith(found.removesuffix("…"))


@given(*[st.text(max_size=300)] * 6, st.sampled_from([500, 2000]))
def test_a_notice_is_never_longer_than_the_room_takes(
    line: str, headline: str, lede: str, link: str, contact: str, organization: str, most: int
) -> None:
    for times in (1, 40):
        told_all = Notice(line * times, headline * times, lede * times, link * times, contact * times, organization * times)
        assert size(written(told_all, markdown, most, bold="**")) <= most


def test_markdown_shows_what_was_written_and_calls_nobody() -> None:
    assert fitted("*a* _b_ [c](d) #e `f` | <g> ~h~ \\", 99, markdown) == ("\\*a\\* \\_b\\_ \\[c](d) \\#e \\`f\\` \\| \\<g\\> \\~h\\~ \\\\")
    assert fitted("@here x.@all a@b.example https://x.example/@here_now", 99, markdown) == (
        "@\u2060here x.@\u2060all a@b.example https://x.example/%40here_now"
    )


@pytest.mark.parametrize("url", ["http://rooms.example/hooks/1", "ftp://rooms.example/"])
def test_a_room_that_others_could_read_on_the_way_is_refused(url: str) -> None:
    with pytest.raises(CannotCarry, match="https://"):
        notice.address(told(url), "A room")


def test_a_rehearsal_on_this_machine_needs_no_https() -> None:
    assert notice.address(told("http://127.0.0.1:8025/webhook/x"), "A room").startswith("http://127.0.0.1")


@pytest.mark.parametrize(
    ("status", "move"),
    [(301, Move.LOSE), (307, Move.REJECT), (401, Move.REJECT), (404, Move.REJECT), (410, Move.REJECT), (429, Move.DEFER)],
)
def test_what_is_wrong_with_one_room_does_not_stop_the_others(status: int, move: Move) -> None:
    outcome = notice.refusal(answer(status), "")
    assert outcome is not None
    assert (outcome.move, outcome.stop) == (move, "")
