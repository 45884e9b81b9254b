"""Mail and web addresses: what is one, in which form it is kept, and what is told of what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressctl import addresses
from pressctl.addresses import BadAddress
from pressctl.message import Address


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("desk@paper.example", "desk@paper.example"),
        ("News.Desk+tips@Paper.EXAMPLE", "News.Desk+tips@paper.example"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("a@BÜCHER.example", "a@xn--bcher-kva.example"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ("o'neill@paper.example", "o'neill@paper.example"),
        ("a" * 64 + "@paper.example", "a" * 64 + "@paper.example"),
    ],
)
def test_an_address_is_kept_in_one_form(text: str, kept: str) -> None:
    assert addresses.address(text) == kept


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("desk", "this is no mail address: it has no @"),
        ("@paper.example", "this is no mail address: a part beside the @ is missing"),
        ("desk@", "this is no mail address: a part beside the @ is missing"),
        ("a@b@paper.example", "one address is expected here, and this looks like several"),
        ("a@b.example,c@d.example", "one address is expected here, and this looks like several"),
        ("a@b.example;c@d.example", "one address is expected here, and this looks like several"),
        ("Ann <a@b.example>, evil@c.example", "the address stands together with a name"),
        ("de sk@paper.example", "a mail address has no spaces"),
        ("desk@paper", "the domain has no dot"),
        ('"de sk"@paper.example', "quotes and comments are not used in an address"),
        ("desk(comment)@paper.example", "quotes and comments are not used in an address"),
        ("desk@[192.0.2.1]", "an IP number is no domain for mail"),
        ("desk@192.0.2.1", "an IP number is no domain for mail"),
        ("desk@paper.example.", "the domain ends with a dot"),
        (".desk@paper.example", "the part before the @ holds a character or a dot where none may be"),
        ("de..sk@paper.example", "the part before the @ holds a character or a dot where none may be"),
        ("desk@-paper.example", "the domain is not a valid name"),
        ("desk@pa_per.example", "the domain is not a valid name"),
        ("redacción@paper.example", "the part before the @ is not ASCII, and most mail servers refuse that (RFC 6531)"),
        ("a" * 65 + "@paper.example", "the part before the @ is longer than 64 bytes"),
        ("abc@" + "b" * 60 + "." + ("c" * 60 + ".") * 3 + "examples", "the address is longer than 254 bytes"),
        ("a@xn--a.example", "the domain is not a valid international name"),
        ("a@bü\u200dcher.example", "the domain is not a valid international name"),
    ],
)
def test_what_is_no_address_is_told_without_repeating_it(text: str, told: str) -> None:
    with pytest.raises(BadAddress) as caught:
        addresses.address(text)
    assert str(caught.value) == told


def test_a_long_wrong_address_is_refused_soon() -> None:
    for text in ("a." * 100_000, "a@" + "b." * 100_000, "a@" + "b-" * 100_000):
        with pytest.raises(BadAddress):
            addresses.address(text)


def test_a_mailbox_is_a_name_and_an_address() -> None:
    assert addresses.mailbox("Press desk <press@Paper.example>") == Address("press@paper.example", "Press desk")
    assert addresses.mailbox('"Desk, night" <press@paper.example>') == Address("press@paper.example", "Desk, night")
    assert addresses.mailbox("press@paper.example") == Address("press@paper.example")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://Intake.EXAMPLE/Press?a=B", "https://intake.example/Press?a=B"),
        ("https://intake.example:443", "https://intake.example/"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("http://127.0.0.1:8025/x", "http://127.0.0.1:8025/x"),
        ("http://[::1]:8025/x", "http://[::1]:8025/x"),
        ("http://localhost/x", "http://localhost/x"),
    ],
)
def test_a_web_address_is_kept_in_one_form(text: str, kept: str) -> None:
    assert addresses.endpoint(text) == kept


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("http://intake.example/", "plain http is allowed only to this machine"),
        ("http://127.0.0.1.example/", "plain http is allowed only to this machine"),
        ("http://0x7f.1/", "plain http is allowed only to this machine"),
        ("http://localhost.example/", "plain http is allowed only to this machine"),
        ("ftp://intake.example/", "this is no web address"),
        ("//intake.example/", "this is no web address"),
        ("https:///x", "this is no web address"),
        ("https://a.example:99999/", "this is no web address"),
        ("https://user:pw@intake.example/", "a web address must not hold a user name or password"),
        ("https://intake.example/#top", "a web address that takes a POST has no # part"),
        ("https://intake.example/a b", "a web address has no spaces or backslashes"),
        ("https://intake.example\\@evil.example/", "a web address has no spaces or backslashes"),
        ("https://intake.example/\u202e", "a web address has no spaces or backslashes"),
        ("https://intake.example/é", "the web address holds letters that must be written as %xx"),
        ("https://in_take.example/", "the domain is not a valid name"),
        ("https://a.example/" + "x" * 2000, "the web address is longer than 2000 characters"),
    ],
)
def test_what_is_no_web_address_is_told(text: str, told: str) -> None:
    with pytest.raises(BadAddress) as caught:
        addresses.endpoint(text)
    assert str(caught.value) == told


@pytest.mark.parametrize("name", ["a.example", "EXAMPLE.org", "x.example.com", "a.test", "b.invalid", "localhost", "a.example."])
def test_reserved_names_are_samples(name: str) -> None:
    assert addresses.is_sample(name)


@pytest.mark.parametrize("name", ["paper.org", "myexample.org", "example.paper.org", "contest", "127.0.0.1"])
def test_other_names_are_not(name: str) -> None:
    assert not addresses.is_sample(name)


@given(st.one_of(st.text(), st.emails(), st.from_regex(r"[a-zü.]+@[a-zü.-]+\.[a-z]+")))
def test_an_address_that_is_taken_is_ascii_short_and_one(text: str) -> None:
    try:
        kept = addresses.address(text)
    except BadAddress:
        return
    assert kept.isascii()
    assert kept.isprintable()
    assert len(kept) <= 254
    assert kept.count("@") == 1
    assert not set(kept) & set(' ,;<>()[]"\\')
    assert addresses.address(kept) == kept


@given(st.one_of(st.text(), st.text(alphabet="htps:/[]@.#?%é1a\\"), st.from_regex(r"https?://[a-z0-9.:@\[\]-]*/?")))
def test_no_web_address_fails_in_its_own_way(text: str) -> None:
    try:
        kept = addresses.endpoint(text)
    except BadAddress:
        return
    assert addresses.endpoint(kept) == kept
