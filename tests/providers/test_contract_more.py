"""The suite of promises for what a provider may offer beyond sending one message: batch, look-up, reports, probe."""

from __future__ import annotations

import dataclasses
import importlib
from datetime import timedelta
from typing import Any

import httpx2
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressctl import provider
from pressctl.delivery import Evidence, Move
from pressctl.provider import CannotCarry
from providers.contract import DOUBT, KEY, NOW, OTHER, Case
from providers.test_contract import JSON, case_of, kind_of, page, spoiled

PAIRS = {"batch_request": "batch_outcomes", "lookup": "found", "events": "read_events", "probe": "probed"}
SINCE = NOW - timedelta(days=7)


def module_of(name: str) -> Any:
    return importlib.import_module(f"pressctl.providers.{name.replace('-', '_')}")


def offering(function: str) -> list[str]:
    return [name for name in provider.names() if hasattr(module_of(name), function)]


def answer(value: Any, status: int = 200) -> httpx2.Response:
    return page(status, orjson.dumps(value), "application/json")


def items(case: Case) -> list[tuple[Any, str]]:
    """Two whole messages without attachments, which every batch can carry."""
    one = dataclasses.replace(case.message, attachments=())
    return [(one, KEY), (dataclasses.replace(one, to=OTHER), KEY[::-1])]


@pytest.mark.parametrize("name", provider.names())
def test_what_is_asked_can_be_read_and_the_profile_says_so(name: str) -> None:
    module = module_of(name)
    assert [asks for asks, reads in PAIRS.items() if hasattr(module, asks) != hasattr(module, reads)] == []
    told = {"batch_request": module.PROFILE.batch > 1, "lookup": module.PROFILE.lookup, "events": module.PROFILE.events}
    assert {function: hasattr(module, function) for function in told} == told


# --- batch


@pytest.mark.parametrize("name", offering("batch_request"))
def test_a_batch_holds_each_message_with_its_own_key_and_the_same_bytes_each_time(name: str) -> None:
    module, case = module_of(name), case_of(name)
    one, two = (module.batch_request(items(case), case.settings, "batch-key", NOW) for _ in range(2))
    assert (one.method, one.url, one.headers.raw, one.content) == (two.method, two.url, two.headers.raw, two.content)
    found = "\0".join(case.texts(one))
    assert all(found.count(text) >= 1 for text in ("desk@recipient.example", "news@other.example", KEY, KEY[::-1]))
    assert found.count("desk@recipient.example") == found.count("news@other.example")
    assert [secret for secret in case.secrets if secret in repr(one) + str(one.url)] == []


@pytest.mark.parametrize("name", offering("batch_request"))
def test_a_batch_carries_attachments_or_refuses_them_by_name(name: str) -> None:
    module, case = module_of(name), case_of(name)
    try:
        made = module.batch_request([(case.message, KEY)], case.settings, "batch-key", NOW)
    except CannotCarry as refusal:
        assert "attachment" in str(refusal)  # noqa: PT017 - both ways out are right
    else:
        assert case.attachments[0].data.decode("latin-1") in "\0".join(case.texts(made))


@pytest.mark.parametrize("name", offering("batch_request"))
def test_every_message_of_a_batch_is_settled_by_its_own_result(name: str) -> None:
    module, case = module_of(name), case_of(name)
    assert case.batched
    outcomes = module.batch_outcomes(answer(case.batched(3)), 3)
    assert [outcome.move for outcome in outcomes] == [Move.ACCEPT] * 3
    assert len({outcome.provider_id for outcome in outcomes}) == 3


@pytest.mark.parametrize("name", offering("batch_request"))
@pytest.mark.parametrize("told", [0, 1, 2, 4])
def test_results_that_are_missing_or_too_many_leave_all_uncertain(name: str, told: int) -> None:
    module, case = module_of(name), case_of(name)
    assert case.batched
    assert [kind_of(one) for one in module.batch_outcomes(answer(case.batched(told)), 3)] == ["lose"] * 3


@pytest.mark.parametrize("name", offering("batch_request"))
@pytest.mark.parametrize(("status", "kind"), [(401, "stop"), (429, "defer"), (500, "lose"), (504, "lose"), (307, "stop"), (413, "reject")])
def test_an_answer_to_the_batch_as_a_whole_speaks_for_each_message(name: str, status: int, kind: str) -> None:
    outcomes = module_of(name).batch_outcomes(page(status, b"<h1>No</h1>"), 2)
    assert [kind_of(outcome) for outcome in outcomes] == [kind, kind]


@pytest.mark.parametrize("name", offering("batch_request"))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_there_are_as_many_outcomes_as_messages_whatever_the_answer(name: str, data: st.DataObject) -> None:
    module, case = module_of(name), case_of(name)
    assert case.batched
    count = data.draw(st.integers(1, 4))
    status = data.draw(st.sampled_from([200, 200, 201, 202, 400, 401, 409, 422, 429, 500, 503]))
    content = data.draw(st.binary(max_size=100) | spoiled(case.batched(count)).map(orjson.dumps))
    outcomes = module.batch_outcomes(page(status, content, "application/json"), count)
    assert len(outcomes) == count
    ids = [outcome.provider_id for outcome in outcomes if outcome.move is Move.ACCEPT]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    assert all(outcome.move is not Move.REJECT for outcome in outcomes) or status < 500


# --- look-up


@pytest.mark.parametrize("name", offering("lookup"))
def test_a_look_up_changes_nothing_and_asks_for_our_key_or_the_recipient(name: str) -> None:
    case = case_of(name)
    asked = module_of(name).lookup(DOUBT, case.settings)
    assert asked.method == case.asks
    assert asked.method == "POST" or asked.read() == b""
    assert KEY in str(asked.url) + asked.read().decode() or DOUBT.recipient in asked.url.params.values()
    assert [secret for secret in case.secrets if secret in repr(asked) + str(asked.url) + repr(asked.headers)] == []


@pytest.mark.parametrize("name", offering("lookup"))
def test_what_the_provider_shows_was_accepted(name: str) -> None:
    case = case_of(name)
    outcome = module_of(name).found(answer(case.listed), DOUBT)
    assert (outcome.move, bool(outcome.provider_id)) == (Move.ACCEPT, True)


@pytest.mark.parametrize("name", offering("lookup"))
def test_a_complete_list_without_it_says_so(name: str) -> None:
    outcome = module_of(name).found(answer(case_of(name).nothing), DOUBT)
    assert (outcome.move, outcome.evidence) == (Move.DEFER, Evidence.REFUSED)


@pytest.mark.parametrize("name", offering("lookup"))
@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 429, 500, 503])
def test_an_error_instead_of_a_list_is_no_verdict(name: str, status: int) -> None:
    case = case_of(name)
    assert module_of(name).found(answer(case.listed, status), DOUBT) is None
    assert module_of(name).found(page(status, b"<h1>No</h1>"), DOUBT) is None


@pytest.mark.parametrize("name", offering("lookup"))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_no_answer_makes_a_look_up_fail_or_reject(name: str, data: st.DataObject) -> None:
    module, case = module_of(name), case_of(name)
    content = data.draw(st.binary(max_size=100) | (spoiled(case.listed) | JSON).map(orjson.dumps))
    outcome = module.found(page(data.draw(st.sampled_from([200, 202, 404, 500])), content, "application/json"), DOUBT)
    assert outcome is None or outcome.move in (Move.ACCEPT, Move.DEFER)
    assert outcome is None or "\n" not in outcome.provider_id


# --- reports


@pytest.mark.parametrize("name", offering("events"))
def test_reports_are_asked_page_by_page_to_an_end(name: str) -> None:
    module, case = module_of(name), case_of(name)
    seen, at = [], ""
    while True:
        asked = module.events(SINCE, case.settings, at)
        assert (asked.method, asked.read()) == ("GET", b"")
        assert str(asked.url).startswith(case.settings.base_url)
        assert [secret for secret in case.secrets if secret in repr(asked) + str(asked.url) + repr(asked.headers)] == []
        seen.append(str(asked.url))
        assert len(set(seen)) == len(seen)
        found, at = module.read_events(answer(case.reported if len(seen) == 1 else case.silent), at)
        assert found is not None
        if not at or len(seen) > 9:
            break
    assert len(seen) < 9


@pytest.mark.parametrize("name", offering("events"))
def test_a_page_of_reports_says_what_became_of_which_delivery(name: str) -> None:
    reports, _ = module_of(name).read_events(answer(case_of(name).reported), "")
    assert reports
    for report in reports:
        assert report.kind in ("delivered", "bounced", "complained")
        assert report.at.utcoffset() is not None
        assert report.key or report.provider_id or report.message_id or report.recipient


@pytest.mark.parametrize("name", offering("events"))
@pytest.mark.parametrize(("status", "content"), [(401, b"{}"), (500, b""), (200, b"<h1>Hello</h1>"), (200, b"null"), (200, b"7")])
def test_an_answer_that_is_no_list_is_not_an_empty_one(name: str, status: int, content: bytes) -> None:
    assert module_of(name).read_events(page(status, content), "") == (None, "")


@pytest.mark.parametrize("name", offering("events"))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_no_answer_and_no_page_makes_reading_reports_fail(name: str, data: st.DataObject) -> None:
    module, case = module_of(name), case_of(name)
    content = data.draw(st.binary(max_size=100) | (spoiled(case.reported) | JSON).map(orjson.dumps))
    reports, after = module.read_events(page(200, content, "application/json"), data.draw(st.text(max_size=12)))
    assert isinstance(after, str)
    module.events(SINCE, case.settings, after)
    for report in reports or []:
        texts = (report.key, report.provider_id, report.message_id, report.recipient, report.status, report.detail)
        assert all(isinstance(text, str) and "\n" not in text and len(text) <= 300 for text in texts)
        assert report.at.utcoffset() is not None


# --- probe


@pytest.mark.parametrize("name", offering("probe"))
def test_a_probe_changes_nothing_and_good_credentials_have_no_problem(name: str) -> None:
    case = case_of(name)
    asked = module_of(name).probe(case.settings)
    assert (asked.method, asked.read()) == ("GET", b"")
    assert [secret for secret in case.secrets if secret in repr(asked) + str(asked.url) + repr(asked.headers)] == []
    assert module_of(name).probed(answer(case.good)) == ""


@pytest.mark.parametrize("name", offering("probe"))
@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_any_other_answer_to_a_probe_is_a_problem_in_one_line(name: str, status: int) -> None:
    for content in (b"<h1>No</h1>", b'{"message": "no\\nway"}', b""):
        problem = module_of(name).probed(page(status, content))
        assert problem
        assert "\n" not in problem
    assert module_of(name).probed(page(200, b"<h1>Log in to the network</h1>"))


@pytest.mark.parametrize("name", offering("probe"))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_no_answer_makes_a_probe_fail(name: str, data: st.DataObject) -> None:
    content = data.draw(st.binary(max_size=100) | (spoiled(case_of(name).good) | JSON).map(orjson.dumps))
    status = data.draw(st.integers(100, 599))
    assert isinstance(module_of(name).probed(page(status, content, "application/json")), str)


# --- quota


def test_who_can_be_asked_for_the_quota_is_known() -> None:
    assert offering("quotas") == ["brevo", "mailersend", "mailtrap", "resend", "sendgrid", "ses", "sparkpost"]
    assert set(offering("quota")) <= set(offering("quotas")) <= set(offering("probe"))


@pytest.mark.parametrize("name", offering("quotas"))
def test_the_quota_is_read_as_the_provider_documents_it(name: str) -> None:
    case = case_of(name)
    assert case.quotas
    assert tuple(module_of(name).quotas(answer(case.allowance))) == case.quotas
    assert module_of(name).quotas(answer({})) == []


@pytest.mark.parametrize("name", offering("quota"))
def test_asking_for_the_quota_changes_nothing(name: str) -> None:
    case = case_of(name)
    asked = module_of(name).quota(case.settings)
    assert (asked.method, asked.read()) == ("GET", b"")
    assert [secret for secret in case.secrets if secret in repr(asked) + str(asked.url) + repr(asked.headers)] == []


@pytest.mark.parametrize("name", offering("quotas"))
@pytest.mark.parametrize("status", [201, 401, 403, 404, 429, 500])
def test_an_error_instead_of_the_quota_says_nothing_of_it(name: str, status: int) -> None:
    assert module_of(name).quotas(answer(case_of(name).allowance, status)) == []


@pytest.mark.parametrize("name", offering("quotas"))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_answer_makes_reading_the_quota_fail_or_invent_a_number(name: str, data: st.DataObject) -> None:
    content = data.draw(st.binary(max_size=100) | (spoiled(case_of(name).allowance) | JSON).map(orjson.dumps))
    for quota in module_of(name).quotas(page(200, content, "application/json")):
        assert type(quota.left) is type(quota.of) is int
        assert quota.left >= 0 <= quota.of
        assert quota.span.isprintable()
