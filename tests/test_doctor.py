"""What doctor says of the quota and of the DKIM key, each with a hint where something is to be done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import live_office
import pytest
from test_afterwards import Turned, answering
from test_dkim_record import rsa

from pressctl import config as configuration
from pressctl import doctor
from pressctl.dns_lookup import NotChecked
from pressctl.doctor import Check

DOMAIN = "harbour-residents.net"
RESEND = '[providers.resend]\napi_key = {{ env = "RESEND_API_KEY" }}\nbase_url = "{url}"\n'
POSTMARK = '[providers.postmark]\nserver_token = {{ env = "POSTMARK" }}\nbase_url = "{url}"\n'
SENDGRID = '[providers.sendgrid]\napi_key = {{ env = "SENDGRID" }}\nbase_url = "{url}"\n'


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RESEND_API_KEY", "POSTMARK", "SENDGRID"):
        monkeypatch.setenv(name, "open-sesame")


def examined(folder: Path, section: str, answers: dict[str, Any], records: dict[str, list[str]], people: int = 3) -> list[Check]:
    """What doctor finds in an office with so many desks, whose provider gives these answers (a status or JSON) to these paths."""

    def answer(path: str) -> tuple[int, bytes, dict[str, str]]:
        said = answers.get(path, 404)
        return (said, b"{}", {}) if isinstance(said, int) else (200, json.dumps(said).encode(), {"content-type": "application/json"})

    def look_up(name: str) -> list[str]:
        if name not in records and "offline" in records:
            raise NotChecked("no name server answers: offline?")
        return records.get(name, [])

    with answering(answer) as (url, _):
        root = live_office.office(folder, url, people)
        path = root / "pressctl.toml"
        path.write_text(path.read_text() + section.format(url=url))
        name = section.partition("[providers.")[2].partition("]")[0]
        return list(doctor.examine(configuration.load(path), name, Turned(), look_up))


def only(checks: list[Check], name: str) -> list[tuple[str, str]]:
    return [(check.state, check.text) for check in checks if check.name == name]


def usage(daily: int) -> dict[str, Any]:
    return {"emails": {"daily": {"used": 100 - daily, "limit": 100}, "monthly": {"used": 0, "limit": 3000}}}


DOMAINS = {"data": [{"name": DOMAIN, "status": "verified", "open_tracking": False}]}


def test_the_quota_is_told_for_each_span(tmp_path: Path) -> None:
    checks = examined(tmp_path, RESEND, {"/domains": DOMAINS, "/usage": usage(80)}, {})
    assert only(checks, "credentials") == [("ok", "resend takes them")]
    assert only(checks, "quota") == [("ok", "80 of 100 left in 24 hours"), ("ok", "3000 of 3000 left this month")]


def test_fewer_left_than_recipients_is_a_warning_with_the_ways_on(tmp_path: Path) -> None:
    checks = examined(tmp_path, RESEND, {"/domains": DOMAINS, "/usage": usage(2)}, {}, people=3)
    assert only(checks, "quota") == [("warning", "2 of 100 left in 24 hours, for 3 recipients"), ("ok", "3000 of 3000 left this month")]
    [hint] = [check.hint for check in checks if check.name == "quota" and check.state == "warning"]
    assert hint == "wait until it is renewed, ask the provider for more, or send to fewer with `--to` or `--limit`"
    assert only(examined(tmp_path, RESEND, {"/domains": DOMAINS, "/usage": usage(3)}, {}, people=3), "quota")[0][0] == "ok"


@pytest.mark.parametrize(
    ("answer", "text"),
    [(403, "resend does not tell it with this key (HTTP 403)"), ({}, "resend does not tell it with this key"), (404, "… (HTTP 404)")],
)
def test_a_quota_that_is_not_told_is_said_not_to_be(tmp_path: Path, answer: Any, text: str) -> None:
    checks = examined(tmp_path, RESEND, {"/domains": DOMAINS, "/usage": answer}, {})
    assert only(checks, "quota") == [("not checked", text.replace("…", "resend does not tell it with this key"))]


def test_a_provider_without_a_call_for_the_quota_is_not_asked(tmp_path: Path) -> None:
    checks = examined(tmp_path, POSTMARK, {"/server": {"TrackOpens": False}}, {})
    assert only(checks, "quota") == [("not asked", "postmark has no call for it that is known here")]


def test_nothing_is_asked_with_credentials_that_are_refused(tmp_path: Path) -> None:
    checks = examined(tmp_path, RESEND, {"/domains": 401, "/usage": usage(80)}, {})
    assert only(checks, "credentials")[0][0] == "wrong"
    assert only(checks, "quota") == []


# ── DKIM ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

GOOD, SHORT = f"v=DKIM1; p={rsa(2048)}", f"v=DKIM1; p={rsa(1024)}"


def test_a_documented_selector_is_looked_up_and_judged(tmp_path: Path) -> None:
    name = f"resend._domainkey.{DOMAIN}"
    assert only(examined(tmp_path, RESEND, {}, {name: [GOOD]}), "DKIM") == [("ok", f"{name}: rsa, 2048 bits")]
    assert only(examined(tmp_path, RESEND, {}, {name: [SHORT]}), "DKIM") == [("warning", f"{name}: rsa, 1024 bits: short")]
    assert only(examined(tmp_path, RESEND, {}, {name: ["p="]}), "DKIM") == [("wrong", f"{name}: the key is revoked (p= is empty)")]


def test_one_of_several_documented_selectors_is_enough(tmp_path: Path) -> None:
    name = f"s2._domainkey.{DOMAIN}"
    assert only(examined(tmp_path, SENDGRID, {}, {name: [GOOD]}), "DKIM") == [("ok", f"{name}: rsa, 2048 bits")]


def test_no_key_at_a_documented_selector_is_a_warning_since_yours_may_be_another(tmp_path: Path) -> None:
    checks = examined(tmp_path, SENDGRID, {}, {})
    assert only(checks, "DKIM") == [("warning", f"no key at s1._domainkey.{DOMAIN}, s2._domainkey.{DOMAIN}")]
    assert "set `dkim_selector` of the account" in next(check.hint for check in checks if check.name == "DKIM")


def test_no_key_at_the_configured_selector_is_wrong(tmp_path: Path) -> None:
    section = POSTMARK + 'dkim_selector = "20260101pm"\n'
    name = f"20260101pm._domainkey.{DOMAIN}"
    assert only(examined(tmp_path, section, {}, {}), "DKIM") == [("wrong", f"{name} has no key")]
    assert only(examined(tmp_path, section, {}, {name: [GOOD]}), "DKIM") == [("ok", f"{name}: rsa, 2048 bits")]


def test_a_selector_that_nobody_knows_and_a_missing_name_server_are_not_checked(tmp_path: Path) -> None:
    checks = examined(tmp_path, POSTMARK, {}, {})
    assert only(checks, "DKIM") == [("not checked", "the name of its record is known to the provider")]
    offline: dict[str, list[str]] = {"offline": [], DOMAIN: [], f"_dmarc.{DOMAIN}": []}
    assert only(examined(tmp_path, RESEND, {}, offline), "DKIM") == [("not checked", "no name server answers: offline?")]
