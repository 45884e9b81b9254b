from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from render_samples import NEWSROOM, office, release

from pressctl import edition as editions
from pressctl import render
from pressctl.edition import Part, Personal, compose, decode, encode
from pressctl.errors import LogError
from pressctl.message import Address, Attachment, Endpoint
from pressctl.provider import as_json


@pytest.fixture
def edition(tmp_path: Path) -> editions.Edition:
    return render.prepare(release(tmp_path), office(tmp_path))


def test_what_the_log_keeps_is_what_was_made(edition: editions.Edition) -> None:
    full = editions.sealed(replace(edition, attachments=(Attachment("a.png", "image/png", bytes(range(256)), "x@y"),), reply_to=None))
    assert decode(encode(full)) == full
    assert encode(decode(encode(full))) == encode(full)


def test_a_logged_edition_serves_a_new_contact_without_the_files(tmp_path: Path, edition: editions.Edition) -> None:
    logged = decode(encode(edition))
    assert render.personal(logged, NEWSROOM) == render.personal(edition, NEWSROOM)


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Other"},
        {"release": "other"},
        {"language": "es"},
        {"text": Part(("a", "b"), ("{{ contact.name }}",))},
        {"html": Part(("a", "b"), ("{{ contact.id }}",))},
        {"sender": Address("other@network.example", "Key West Example Network")},
        {"sender": Address("press@network.example", "Other")},
        {"reply_to": None},
        {"headers": ()},
        {"attachments": (Attachment("a", "text/plain", b"x"),)},
        {"data": {}},
        {"words": {"about": "Other"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_that_a_recipient_could_see_changes_the_digest(edition: editions.Edition, change: dict[str, Any]) -> None:
    assert editions.digest(replace(edition, **change)) != edition.digest


def test_a_slot_that_moves_without_changing_keeps_the_digest(edition: editions.Edition) -> None:
    moved = replace(edition, text=replace(edition.text, places=(("elsewhere", 99), ("elsewhere", 100))))
    assert editions.digest(moved) == edition.digest
    assert decode(encode(moved)) == moved


def test_the_digest_follows_text_template_attachment_organisation_and_sender(tmp_path: Path) -> None:
    def made(root: Path = tmp_path, office_changes: dict[str, Any] | None = None, **changes: Any) -> str:
        return render.prepare(release(root, **changes), office(root, **(office_changes or {}))).digest

    first = made()
    assert made() == first
    paper = tmp_path / "facts.pdf"
    paper.write_bytes(b"1")
    with_paper = made(attachments=(paper,))
    paper.write_bytes(b"2")
    others = [
        made(body="The city will not meet."),
        made(headline="Other"),
        with_paper,
        made(attachments=(paper,)),
        made(office_changes={"address": "PO Box 2"}),
        made(office_changes={"sender": Address("other@network.example")}),
    ]
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "email.txt.j2").write_text("{{ body.text }}{% personal %}{{ contact.name }}{% endpersonal %}")
    others.append(made())
    (tmp_path / "templates" / "email.txt.j2").write_text("{{ body.text }}{% personal %}{{ contact.outlet }}{% endpersonal %}")
    others.append(made())
    assert len({first, *others}) == len(others) + 1


def test_the_digest_does_not_follow_where_the_office_lies(tmp_path: Path) -> None:
    digests = {render.prepare(release(root), office(root)).digest for root in (tmp_path / "a", tmp_path / "b")}
    assert len(digests) == 1


@settings(deadline=None)
@given(st.data())
def test_a_damaged_edition_is_refused_not_half_read(data: st.DataObject) -> None:
    whole = encode(_sample())
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = data.draw(st.sampled_from([whole[:at], whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], whole + b"x"]))
    with pytest.raises(LogError):
        decode(damaged)


def test_a_changed_edition_and_a_newer_format_are_refused() -> None:
    plain = zlib.decompress(encode(_sample()))
    with pytest.raises(LogError, match="digest differs"):
        decode(zlib.compress(plain.replace(b'"Subject"', b'"Tubject"')))
    with pytest.raises(LogError, match="another format"):
        decode(zlib.compress(plain.replace(b'"format":1', b'"format":2')))


def _sample() -> editions.Edition:
    from datetime import UTC, datetime

    moment = datetime(2025, 7, 3, tzinfo=UTC) + timedelta(hours=4)
    part = Part(("Hello ", "!"), ("{{ contact.name }}",), (("t", 1),))
    return editions.sealed(editions.Edition("s", "", "en", "Subject", part, part, Address("a@b.example"), None, (), (), moment, {}))


def test_composing_puts_the_personal_words_between_the_pieces() -> None:
    message = compose(_sample(), Personal(("Ann",), ("<b>Ann</b>",)), Endpoint("https://x.example"), "k-1")
    assert (message.text, message.html) == ("Hello Ann!", "Hello <b>Ann</b>!")
    assert message.message_id == "<k-1@b.example>"


WORDS = st.text(st.characters(codec="utf-8") | st.sampled_from('"\\\x00\x1f\u2028é—𝄞'), max_size=8)


@given(st.lists(WORDS, min_size=1, max_size=4), st.data())
def test_what_is_escaped_once_for_all_is_the_json_of_the_text(pieces: list[str], data: st.DataObject) -> None:
    own = tuple(data.draw(WORDS) for _ in pieces[1:])
    part = Part(tuple(pieces), ("s",) * len(own))
    text = compose(replace(_sample(), html=part), Personal(("Ann",), own), Address("a@newsroom.example"), "k").html
    assert text == "".join(word for pair in zip(pieces, (*own, ""), strict=True) for word in pair)
    assert as_json({"text": text, "list": [text, "é"]}) == orjson.dumps({"text": str(text), "list": [str(text), "é"]})


def test_words_of_another_edition_and_a_key_that_is_no_id_are_refused() -> None:
    with pytest.raises(ValueError, match="2 personal texts for 1 slots"):
        compose(_sample(), Personal(("a", "b"), ("a",)), Address("x@y.example"), "k")
    for key in ("", "a b", "a@b", "a>\r\nBcc: x", ".a"):
        with pytest.raises(ValueError, match="Message-ID"):
            compose(_sample(), Personal(("a",), ("a",)), Address("x@y.example"), key)
