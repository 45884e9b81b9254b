"""One suite of promises over every provider that is there; a new one joins by adding its file and its test file."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressctl import provider
from pressctl.delivery import Evidence, Move, Outcome
from pressctl.message import Address, Message
from pressctl.provider import CannotCarry, Provider
from providers.contract import ADDRESSES, ENDPOINT, KEY, LOGO, MESSAGE, NOW, PDF, Case

STATUSES: dict[int, str] = {
    **dict.fromkeys((301, 302, 303, 307, 308), "stop"),
    **dict.fromkeys((400, 413, 415, 422), "reject"),
    **dict.fromkeys((401, 402, 403, 404, 405, 410), "stop"),
    **dict.fromkeys((408, 500, 502, 503, 504), "lose"),
    **dict.fromkeys((421, 425, 429), "defer"),
    511: "stop",
}
"""What a status means where a provider documents nothing else."""

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.example\b")


def case_of(name: str) -> Case:
    return importlib.import_module(f"providers.test_{name.replace('-', '_')}").CASE  # type: ignore[no-any-return]  # a test file's own


@pytest.fixture(params=provider.names())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def case(name: str) -> Case:
    return case_of(name)


@pytest.fixture
def module(name: str) -> Provider:
    return provider.find(name)


def made(module: Provider, case: Case, **changes: Any) -> httpx2.Request:
    return module.request(dataclasses.replace(case.message, **changes), case.settings, KEY, NOW)


def held(module: Provider, case: Case, named: str, wanted: list[str], **changes: Any) -> None:
    """The request holds all of `wanted`, or the provider refuses to carry `named` by name."""
    try:
        found = "\0".join(case.texts(made(module, case, **changes)))
    except CannotCarry as refusal:
        assert named.lower() in str(refusal).lower()  # noqa: PT017 - both ways out are right
    else:
        assert [text for text in wanted if text not in found] == []


def kind_of(outcome: Outcome) -> str:
    return "stop" if outcome.stop else str(outcome.move)


def page(status: int, content: bytes = b"", kind: str = "text/html", **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(status, headers={"content-type": kind, **named}, content=content)


# --- the request


def test_the_same_message_gives_the_same_bytes(module: Provider, case: Case) -> None:
    one, two = made(module, case), made(module, case)
    assert (one.method, one.url, one.headers.raw, one.content) == (two.method, two.url, two.headers.raw, two.content)


def test_the_time_changes_nothing_but_a_signature(module: Provider, case: Case) -> None:
    one = made(module, case)
    two = module.request(case.message, case.settings, KEY, NOW + timedelta(hours=1))
    changed = {name for (name, value), (_, other) in zip(one.headers.raw, two.headers.raw, strict=True) if value != other}
    assert {name.decode().lower() for name in changed} == case.moving
    assert one.content == two.content


def test_content_length_and_host_belong_to_the_request(module: Provider, case: Case) -> None:
    request = made(module, case)
    assert request.method == "POST"
    assert request.headers.get_list("content-length") == [str(len(request.content))]
    assert request.headers.get_list("host") == [request.url.netloc.decode()]


def test_sender_subject_and_both_bodies_are_in_the_request(module: Provider, case: Case) -> None:
    found = "\0".join(case.texts(made(module, case)))
    whole = (MESSAGE.sender.email, MESSAGE.sender.name, MESSAGE.subject, MESSAGE.text, MESSAGE.html)
    for text in (MESSAGE.sender.name, MESSAGE.release["headline"]) if case.notice else whole:
        assert text in found


def test_the_recipient_is_in_the_request(module: Provider, case: Case) -> None:
    found = "\0".join(case.texts(made(module, case)))
    wanted = [case.to.email, case.to.name] if isinstance(case.to, Address) else [case.to.url, case.to.name]
    assert all(text in found for text in wanted[: 1 if case.notice else 2])


def test_the_reply_address_is_in_the_request(module: Provider, case: Case) -> None:
    held(module, case, "reply", ["answers@reply.example", "Press volunteer"])


def test_a_message_without_reply_address_can_be_sent(module: Provider, case: Case) -> None:
    assert "answers@reply.example" not in "\0".join(case.texts(made(module, case, reply_to=None)))


@pytest.mark.parametrize("header", MESSAGE.headers, ids=lambda header: header[0])
def test_our_headers_are_in_the_request(module: Provider, case: Case, header: tuple[str, str]) -> None:
    if case.notice:
        pytest.skip("a room has no place for a header of a mail")
    if header[0] in case.replaced:
        pytest.skip("it has a place of its own")
    held(module, case, header[0], list(header), headers=(header,))


def test_an_attachment_is_in_the_request(module: Provider, case: Case) -> None:
    whole = [PDF.name, PDF.media_type, PDF.data.decode("latin-1")]
    held(module, case, "attachment", whole[: 1 if case.notice else 3], attachments=(PDF,))


def test_an_inline_image_is_in_the_request(module: Provider, case: Case) -> None:
    if case.notice:
        pytest.skip("a room gets no HTML in which an image could be")
    held(module, case, "inline", [LOGO.cid, LOGO.media_type, LOGO.data.decode("latin-1")], attachments=(LOGO,))


def test_our_own_key_is_in_the_request(module: Provider, case: Case) -> None:
    assert KEY in "\0".join(case.texts(made(module, case)))


def test_nobody_else_is_in_the_request(module: Provider, case: Case) -> None:
    expected = ADDRESSES if isinstance(case.to, Address) else ADDRESSES - {"desk@recipient.example"}
    expected = frozenset({"answers@reply.example"}) if case.notice else expected
    expected -= {"leave@unsubscribe.example"} if "List-Unsubscribe" in case.replaced else set()
    found = set(EMAIL.findall("\0".join(case.texts(made(module, case)))))
    assert found - {f"{KEY}@id.sender.example", f"{LOGO.cid}.example"} == expected


def test_what_a_provider_does_not_reach_is_refused_by_name(module: Provider, case: Case) -> None:
    carries = module.PROFILE.carries
    assert carries <= {"email", "webhook"}
    other: dict[str, Message] = {"email": MESSAGE, "webhook": dataclasses.replace(MESSAGE, to=ENDPOINT)}
    for way in {"email", "webhook"} - carries:
        with pytest.raises(CannotCarry, match="mail" if way == "email" else way):
            module.request(other[way], case.settings, KEY, NOW)


# --- secrets and the manual


def test_no_secret_shows(module: Provider, case: Case) -> None:
    request = made(module, case)
    shown = "".join(map(repr, (case.settings, request, request.headers))) + str(case.settings)
    assert [secret for secret in case.secrets if secret in shown] == []


def sample(module: Provider) -> str:
    """The configuration in the module's manual: what is indented by four."""
    return "\n".join(line[4:] for line in (module.__doc__ or "").splitlines() if line.startswith("    "))


def test_the_sample_in_the_manual_works_when_pasted(module: Provider, case: Case, name: str, tmp_path: Path) -> None:
    options = re.sub(r"^# (?=\w+ = )", "", sample(module), flags=re.MULTILINE)
    for text in (sample(module), options):
        assert name in tomllib.loads(text)["providers"]
        if hasattr(provider, "account"):
            config: Any = importlib.import_module("pressctl.config")
            file = tmp_path / "pressctl.toml"
            file.write_text(f"{ORGANIZATION}\n{text}\n", "utf-8")
            assert provider.account(config.load(file), name, case.environment).kind == name


ORGANIZATION = """
[organization]
name = "Key West Example Network"
from = "Press desk <press@example.org>"
address = "PO Box 1, Key West, Fla. 33040"
language = "en"
timezone = "America/New_York"
boilerplate = "About us"
[[organization.contacts]]
name = "Press volunteer"
email = "press@example.org"
"""


@pytest.mark.parametrize("part", ["Reference:", "Key window:", "After a time-out:"])
def test_the_manual_tells_what_a_person_in_doubt_needs(module: Provider, part: str) -> None:
    assert part in (module.__doc__ or "")


def test_an_adapter_is_one_short_file_that_knows_no_other(module: Provider, name: str) -> None:
    source = Path(module.__file__ or "").read_text("utf-8")  # type: ignore[attr-defined]  # every module has one
    assert len(source.splitlines()) < 120
    for node in ast.walk(ast.parse(source)):
        found = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            found = [f"{node.module}.{alias.name}" for alias in node.names]
        assert [other for other in found if other.startswith("pressctl.providers")] == []


# --- the answer


def test_evidence_of_acceptance_is_acceptance(module: Provider, case: Case) -> None:
    outcome = module.outcome(case.answer)
    assert (outcome.move, outcome.evidence, outcome.provider_id) == (Move.ACCEPT, Evidence.ACCEPTED, case.provider_id)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<html><title>Log in to the network</title></html>", "text/html"),
        (b"", "application/json"),
        (b"{}", "application/json"),
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b'{"ID": "a", "id": "a", "MessageID": "a', "application/json"),
        (b'{"ID": "", "id": "", "MessageID": ""}', "application/json"),
        (b'{"ID": 7, "id": true, "MessageID": null}', "application/json"),
    ],
)
@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_200_without_evidence_is_never_called_accepted(module: Provider, case: Case, status: int, content: bytes, kind: str) -> None:
    meant = "lose" if kind == "text/html" else case.unproven  # a web page is a login page or a wrong URL, never an acceptance
    assert kind_of(module.outcome(page(status, content, kind))) == meant


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("content", [b"<h1>No</h1>", b"", b'{"Error": "no", "message": "no"}'])
def test_each_status_means_what_the_rules_of_delivery_say(module: Provider, case: Case, status: int, content: bytes) -> None:
    assert kind_of(module.outcome(page(status, content))) == case.moves.get(status, STATUSES[status])


def test_a_stop_is_no_mark_against_the_delivery_and_has_a_hint(module: Provider, case: Case) -> None:
    outcomes = [module.outcome(page(status)) for status in STATUSES]
    assert all((not outcome.counts) and outcome.hint for outcome in outcomes if outcome.stop)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), ("Fri, 03 Jul 2026 14:02:00 GMT", 120.0), ("-5", None), ("soon", None), ("1e9", None), ("", None)],
)
def test_retry_after_is_read_in_both_forms(module: Provider, case: Case, value: str, seconds: float | None) -> None:
    outcome = module.outcome(page(429, date="Fri, 03 Jul 2026 14:00:00 GMT", retry_after=value))
    assert (outcome.move, outcome.retry_after, outcome.counts) == (Move.DEFER, seconds, False)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def spoiled(draw: st.DrawFn, value: Any) -> Any:
    """The answer of a success with some part of it replaced by anything."""
    if draw(st.booleans()):
        return draw(JSON)
    if isinstance(value, dict):
        return {name: draw(spoiled(item)) for name, item in value.items() if draw(st.booleans())}
    if isinstance(value, list):
        return [draw(spoiled(item)) for item in value]
    return value


@pytest.mark.parametrize("name", provider.names())
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_answer_makes_an_adapter_fail_or_lie(name: str, data: st.DataObject) -> None:
    module, case = provider.find(name), case_of(name)
    status = data.draw(st.integers(100, 599))
    success = {} if isinstance(case.success, bytes) else case.success
    content = data.draw(st.binary(max_size=200) | spoiled(success).map(lambda value: orjson.dumps(value)))
    kind = data.draw(st.sampled_from(["application/json", "text/html", "application/json; charset=utf-16", "x"]))
    retry = data.draw(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30))
    outcome = module.outcome(page(status, content, kind, retry_after=retry))
    assert outcome.move in (Move.ACCEPT, Move.REJECT, Move.DEFER, Move.LOSE)
    assert 200 <= status < 300 or outcome.move is not Move.ACCEPT
    assert status < 500 or outcome.move is not Move.REJECT
    assert "\n" not in outcome.reason
    assert "\n" not in outcome.provider_id
    assert len(outcome.reason) < 500
    assert len(outcome.provider_id) < 500
