"""What a DKIM record is worth: a good key, a short, revoked, broken or doubled one, one for tests; and how it is asked by DNS."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressctl.dkim_record import Verdict, judge
from pressctl.dns_lookup import NotChecked, txt


def der(tag: int, *parts: bytes) -> bytes:
    """One value of DER with its length in the short or the long form."""
    content = b"".join(parts)
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8 or 1, "big")
    length = size if len(content) < 128 else bytes([0x80 | len(size)]) + size
    return bytes([tag]) + length + content


def rsa(bits: int, *, bare: bool = False) -> str:
    """An RSA key of that length, as it stands after p=: in a SubjectPublicKeyInfo, or bare."""
    modulus = der(2, b"\0" * (bits % 8 == 0) + (1 << bits - 1 | 1).to_bytes((bits + 7) // 8, "big"))
    key = der(0x30, modulus, der(2, b"\x01\x00\x01"))
    algorithm = der(0x30, der(6, bytes.fromhex("2a864886f70d010101")), der(5))
    return base64.b64encode(key if bare else der(0x30, algorithm, der(3, b"\0", key))).decode()


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize(
    ("bits", "state", "text"),
    [
        (2048, "ok", "rsa, 2048 bits"),
        (4096, "ok", "rsa, 4096 bits"),
        (1024, "warning", "rsa, 1024 bits: short"),
        (1023, "wrong", "rsa, 1023 bits: receivers ignore keys shorter than 1024"),
        (512, "wrong", "rsa, 512 bits: receivers ignore keys shorter than 1024"),
    ],
)
def test_an_rsa_key_is_judged_by_its_length(bits: int, state: str, text: str, bare: bool) -> None:
    verdict = judge([f"v=DKIM1; k=rsa; p={rsa(bits, bare=bare)}"])
    assert (verdict.state, verdict.text, verdict.found) == (state, text, True)


@pytest.mark.parametrize(
    ("record", "state", "text"),
    [
        ("p=" + rsa(2048), "ok", "rsa, 2048 bits"),  # v= and k= have defaults
        ("v=DKIM1; p=" + "\t ".join(rsa(2048)[at : at + 50] for at in range(0, 400, 50)), "ok", "rsa, 2048 bits"),
        ("v=DKIM1; k=ed25519; p=" + base64.b64encode(bytes(32)).decode(), "ok", "ed25519"),
        ("v=DKIM1; p=", "wrong", "the key is revoked (p= is empty)"),
        ("v=DKIM1; t=s:y; p=" + rsa(2048), "warning", "rsa, 2048 bits, in test mode (t=y)"),
        ("v=DKIM1; t=s; p=" + rsa(2048), "ok", "rsa, 2048 bits"),
        ("v=DKIM1; p=not base64!", "wrong", "the key cannot be read"),
        ("v=DKIM1; p=" + rsa(2048)[:40], "wrong", "the key cannot be read"),
        ("v=DKIM1; k=ed25519; p=AAAA", "wrong", "the key cannot be read"),
        ("v=DKIM1; k=quantum; p=AAAA", "wrong", "the key cannot be read"),
    ],
)
def test_a_record_is_judged_by_its_tags(record: str, state: str, text: str) -> None:
    verdict = judge([record])
    assert (verdict.state, verdict.text) == (state, text)
    assert bool(verdict.hint) is (state != "ok")


def test_what_is_no_key_record_is_no_key_and_two_keys_are_none() -> None:
    assert judge([]) == judge(["v=spf1 -all", "v=DKIM2; p=AAAA"]) == Verdict("warning", "no key there", found=False)
    assert judge([f"p={rsa(2048)}"] * 2).state == "wrong"


@given(st.lists(st.text(max_size=60) | st.binary(max_size=60).map(lambda key: "p=" + base64.b64encode(key).decode()), max_size=3))
def test_no_record_makes_it_fail(records: list[str]) -> None:
    verdict = judge(records)
    assert verdict.state in ("warning", "wrong") or verdict.text.startswith("rsa, ")
    assert verdict.text.isprintable()


# ── by DNS ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def name_server(zone: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A name server of our own on loopback, the only one that is asked: TXT, and CNAME for what starts with one."""
    message, rrset, flags, rcode, resolver = (
        pytest.importorskip(f"dns.{name}") for name in ("message", "rrset", "flags", "rcode", "resolver")
    )
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                asked, peer = sock.recvfrom(4096)
            except OSError:
                return
            if not asked:
                return
            said = message.make_response(message.from_wire(asked))
            said.flags |= flags.RA
            name = said.question[0].name.to_text()
            while zone.get(name, "").startswith("CNAME "):
                said.answer.append(rrset.from_text(name, 60, "IN", "CNAME", target := zone[name].split(" ")[1]))
                name = target
            if name in zone:
                words = zone[name]
                strings = " ".join(f'"{words[at : at + 200]}"' for at in range(0, len(words), 200))
                said.answer.append(rrset.from_text(name, 60, "IN", "TXT", strings))
            else:
                said.set_rcode(rcode.NXDOMAIN)
            sock.sendto(said.to_wire(), peer)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    ours = resolver.Resolver(configure=False)
    ours.nameservers, ours.port = ["127.0.0.1"], sock.getsockname()[1]
    monkeypatch.setattr(resolver, "default_resolver", ours)
    try:
        yield
    finally:
        sock.sendto(b"", sock.getsockname())
        thread.join()
        sock.close()


def test_a_long_record_is_joined_and_an_alias_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    zone = {
        "s1._domainkey.press.net.": "CNAME s1.wl.provider.net.",
        "s1.wl.provider.net.": f"v=DKIM1; k=rsa; p={rsa(2048)}",
        "dangling._domainkey.press.net.": "CNAME gone.provider.net.",
    }
    with name_server(zone, monkeypatch):
        assert judge(txt("s1._domainkey.press.net")).text == "rsa, 2048 bits"
        assert txt("dangling._domainkey.press.net") == txt("s2._domainkey.press.net") == []


def test_no_name_server_is_not_the_same_as_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = pytest.importorskip("dns.resolver")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        ours = resolver.Resolver(configure=False)
        ours.nameservers, ours.port = ["127.0.0.1"], silent.getsockname()[1]
        monkeypatch.setattr(resolver, "default_resolver", ours)
        with pytest.raises(NotChecked, match="offline"):
            txt("s1._domainkey.press.net", 0.3)
