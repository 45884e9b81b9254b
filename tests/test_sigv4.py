from __future__ import annotations

import dataclasses
import importlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from unittest import mock
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressctl.sigv4 import Key, signed

# AWS's published test suite for Signature Version 4: the key, the time and the signatures of its cases of these names
KEY = Key("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
AT = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
PLAIN = "https://example.amazonaws.com/"
VECTORS = {
    "get-vanilla": ("GET", PLAIN, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "post-vanilla": ("POST", PLAIN, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    "get-vanilla-query-order-key-case": (
        "GET",
        f"{PLAIN}?Param2=value2&Param1=value1",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
}


def headers(method: str = "GET", url: str = PLAIN, body: bytes = b"", now: datetime = AT, **changes: Any) -> dict[str, str]:
    more: dict[str, str] = changes.pop("headers", {})
    return signed(method, url, more, body, key=changes.get("key", KEY), region="us-east-1", service="service", now=now)


@pytest.mark.parametrize("name", VECTORS)
def test_the_signature_is_that_of_the_published_case(name: str) -> None:
    method, url, signature = VECTORS[name]
    assert headers(method, url) == {
        "x-amz-date": "20150830T123600Z",
        "authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders=host;x-amz-date, Signature={signature}",
    }


def test_a_session_token_is_sent_and_signed() -> None:
    made = headers(key=dataclasses.replace(KEY, session_token="passing"))
    assert made["x-amz-security-token"] == "passing"
    assert "SignedHeaders=host;x-amz-date;x-amz-security-token" in made["authorization"]


def test_the_time_is_told_in_utc_wherever_it_was_read() -> None:
    assert headers(now=AT.astimezone(timezone(timedelta(hours=-4)))) == headers()


def test_a_key_shows_no_secret() -> None:
    assert repr(dataclasses.replace(KEY, session_token="passing")) == "Key('AKIDEXAMPLE')"


WORDS = st.text(st.sampled_from("aB9-_.~ ü%&=+"), max_size=6)


@settings(deadline=None)  # the first call imports botocore
@given(
    path=st.lists(WORDS.filter(lambda part: part not in (".", "..")), max_size=3),
    query=st.dictionaries(WORDS.filter(bool), WORDS, max_size=3),
    body=st.binary(max_size=20),
    value=st.text(st.sampled_from("ab ,;"), min_size=1, max_size=8).map(str.strip),
)
def test_another_implementation_signs_alike(path: list[str], query: dict[str, str], body: bytes, value: str) -> None:
    pytest.importorskip("botocore", reason="botocore is not installed (pip install 'pressctl[real]')")
    auth: Any = importlib.import_module("botocore.auth")  # it has no types
    request: Any = importlib.import_module("botocore.awsrequest").AWSRequest
    credentials = importlib.import_module("botocore.credentials").Credentials(KEY.access_key_id, KEY.secret_access_key)
    url = PLAIN + "/".join(quote(part, safe="") or "x" for part in path) + ("?" + urlencode(query, quote_via=quote) if query else "")
    theirs = request(method="POST", url=url, headers={"x-own": value}, data=body)
    with mock.patch("botocore.auth.get_current_datetime", return_value=AT.replace(tzinfo=None)):  # its only way to be told the time
        auth.SigV4Auth(credentials, "service", "us-east-1").add_auth(theirs)
    assert headers("POST", url, body, headers={"x-own": value})["authorization"] == theirs.headers["Authorization"]
