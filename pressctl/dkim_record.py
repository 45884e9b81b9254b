"""A DKIM key record (RFC 6376, section 3.6.1) and what is to be thought of it: revoked, too short, only for tests."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SHORTEST, SHORT = 1024, 2048  # bits of an RSA key: receivers ignore shorter ones; signers should use this (RFC 8301, section 3.2)
_INTEGER, _BITS, _SEQUENCE = 0x02, 0x03, 0x30  # tags of DER (X.690)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` is ok, warning or wrong; `found` is false where there is no key record at all."""

    state: str
    text: str
    hint: str = ""
    found: bool = True


def judge(records: Sequence[str]) -> Verdict:
    """What the TXT records at a selector's name are worth. Total: whatever stands there."""
    keys = [tags for tags in map(_tags, records) if "p" in tags and tags.get("v", "DKIM1") == "DKIM1"]
    if not keys:
        return Verdict("warning", "no key there", found=False)
    if len(keys) > 1:
        return Verdict("wrong", f"{len(keys)} keys at one name, and nobody knows which one holds", "keep the one that your provider names")
    [tags] = keys
    if not tags["p"]:
        return Verdict("wrong", "the key is revoked (p= is empty)", "publish the record that your provider's set-up page names")
    try:
        key = base64.b64decode(tags["p"], validate=True)
        kind, bits = tags.get("k", "rsa").lower(), 0
        if kind == "rsa":
            bits = _rsa_bits(key)
        elif kind != "ed25519" or len(key) != 32:
            raise ValueError
    except (ValueError, binascii.Error, IndexError):
        return Verdict("wrong", "the key cannot be read", "copy the whole record again from your provider's set-up page")
    text = f"{kind}, {bits} bits" if bits else kind
    if 0 < bits < SHORTEST:
        return Verdict("wrong", f"{text}: receivers ignore keys shorter than {SHORTEST}", f"ask your provider for one of {SHORT} bits")
    if "y" in tags.get("t", "").lower().split(":"):
        return Verdict("warning", f"{text}, in test mode (t=y)", "take t=y out once all is well")
    if 0 < bits < SHORT:
        return Verdict("warning", f"{text}: short", f"ask your provider for one of {SHORT} bits")
    return Verdict("ok", text)


def _tags(record: str) -> dict[str, str]:
    """Tag=value; …, white space left out (RFC 6376, section 3.2)."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip(): "".join(value.split()) for name, equals, value in pairs if equals}


def _rsa_bits(key: bytes) -> int:
    """The modulus's length, of a SubjectPublicKeyInfo or a bare RSAPublicKey (RFC 8017, appendix A). Raises ValueError, IndexError."""
    parts = list(_parts(next(_parts(key, _SEQUENCE))[1]))
    if parts[0][0] == _SEQUENCE and parts[1][0] == _BITS:
        parts = list(_parts(next(_parts(parts[1][1][1:], _SEQUENCE))[1]))
    if parts[0][0] != _INTEGER or parts[1][0] != _INTEGER:
        raise ValueError("no RSA key")
    return int.from_bytes(parts[0][1], "big").bit_length()


def _parts(data: bytes, only: int = 0) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each value in DER, one after the other. Raises ValueError, IndexError."""
    at = 0
    while at < len(data):
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size, at = int.from_bytes(data[at : at + count], "big"), at + count
        if at + size > len(data) or (only and tag != only):
            raise ValueError("not the DER that was expected")
        yield tag, data[at : at + size]
        at += size
    if only and not data:
        raise ValueError("empty")
