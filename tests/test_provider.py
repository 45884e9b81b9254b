"""An account: a section of the configuration as the provider's own settings, every wrong key told with its place."""

from __future__ import annotations

import sys
import time
import types
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from pressctl import config, provider
from pressctl.config import Secret
from pressctl.delivery import rejected
from pressctl.errors import ConfigError
from pressctl.provider import Account, Profile

BEGIN = '[organization]\nname = "Network"\nfrom = "press@example.org"\ntimezone = "America/New_York"\n'


@dataclass(frozen=True, slots=True)
class Settings:
    token: Secret
    base_url: str = "https://api.acme.example"
    stream: str = "outbound"
    tracking: bool = False
    weight: float = 1.0
    pool: int = 0
    signing_key: Secret | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    base_url: str = "http://127.0.0.1:8025"


@pytest.fixture(autouse=True)
def two_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    """`acme`, which needs a token, and `plain`, which needs nothing."""
    for name, settings, profile in (("acme", Settings, Profile("Acme", batch=50, per_second=14)), ("plain", Nothing, Profile("Plain"))):
        module = types.ModuleType(f"pressctl.providers.{name}")
        module.Settings, module.PROFILE = settings, profile  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(provider, "names", lambda: ["acme", "plain"])


def account(folder: Path, section: str, name: str = "acme", environment: dict[str, str] | None = None) -> Account:
    (folder / "pressctl.toml").write_text(BEGIN + section)
    return provider.account(config.load(folder / "pressctl.toml"), name, {"T": "abc"} if environment is None else environment)


def told(folder: Path, section: str, name: str = "acme", environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        account(folder, section, name, environment)
    return [f"{str(p.place).rpartition('.toml')[2].lstrip(':')} {p.text} → {p.hint}" for p in caught.value.problems]


def test_a_section_becomes_settings(tmp_path: Path) -> None:
    text = '[providers.drill]\nkind = "acme"\ntoken = { env = "T" }\nbase_url = "http://localhost:8025/"\ntracking = true\nweight = 2\n'
    made = account(tmp_path, text + "timeout = 5\nconcurrency = 4\nper_second = 0.5\nbatch = 10\n", "drill")
    assert (made.name, made.kind, made.module.PROFILE.title) == ("drill", "acme", "Acme")
    assert made.settings == Settings(Secret("abc"), "http://localhost:8025", "outbound", True, 2.0, 0, None)
    assert (made.timeout, made.concurrency, made.per_second, made.batch) == (5, 4, 0.5, 10)


def test_what_is_not_given_is_the_providers_own(tmp_path: Path) -> None:
    made = account(tmp_path, '[providers.acme]\ntoken = { env = "T" }\n')
    assert made.settings == Settings(Secret("abc"))
    assert (made.timeout, made.concurrency, made.per_second, made.batch) == (30, 8, 14, 50)


def test_a_provider_that_needs_nothing_needs_no_section(tmp_path: Path) -> None:
    assert account(tmp_path, "", "plain").settings == Nothing()


def test_everything_that_is_wrong_is_told_together(tmp_path: Path) -> None:
    text = (
        '[providers.acme]\nstraem = "x"\ntracking = "yes"\nstream = 3\npool = 1.5\nbase_url = "http://api.acme.example"\n'
        'concurrency = 0\nbatch = 51\ntimeout = "1"\nsigning_key = { env = "NONE" }\n'
    )
    assert told(tmp_path, text) == [
        "5:12 the account `acme` has no `token` → add token = { env = \"…\" } to [providers.acme]",
        "6:1 `straem` is not a key of [providers.acme] → did you mean `stream`?",
        "7:1 `tracking` must be true or false → ",
        "8:1 `stream` must be text in quotes → ",
        "9:1 `pool` must be a whole number → ",
        "10:1 `base_url`: plain http is allowed only to this machine → use https, so that nobody on the way can read it",
        "11:1 `concurrency` must be a whole number from 1 to 256 → ",
        "12:1 `batch` must be at most 50: Acme takes no more in one request → ",
        "13:1 `timeout` must be a number from 0.1 to 600 → ",
        "14:1 the environment variable NONE is not set → export NONE=… before the command",
    ]  # fmt: skip


@pytest.mark.parametrize("url", ["http://127.0.0.2:1", "http://[::1]:8025", "https://api.acme.example/v1"])
def test_plain_http_stays_on_this_machine(tmp_path: Path, url: str) -> None:
    assert account(tmp_path, f'[providers.plain]\nbase_url = "{url}"\n', "plain").settings.base_url == url


def test_an_unknown_account_and_an_unknown_kind_are_told(tmp_path: Path) -> None:
    assert told(tmp_path, '[send]\nprovider = "amce"\n', "amce") == ["6:1 there is no provider account `amce` → did you mean `acme`?"]
    assert told(tmp_path, '[providers.x]\nkind = "plian"\n', "x") == ["6:1 there is no provider `plian` → did you mean `plain`?"]
    assert told(tmp_path, "[providers.acme2]\n", "acme2") == ["5:12 there is no provider `acme2` → did you mean `acme`?"]


def test_a_missing_token_is_told_where_it_is_asked_for(tmp_path: Path) -> None:
    assert told(tmp_path, "", "acme") == [' the account `acme` has no `token` → add token = { env = "…" } to [providers.acme]']
    assert told(tmp_path, '[providers.acme]\ntoken = { env = "T" }\n', environment={}) == [
        "6:1 the environment variable T is not set → export T=… before the command"
    ]


def test_a_dkim_selector_belongs_to_any_account_and_is_a_name(tmp_path: Path) -> None:
    begin = '[providers.acme]\ntoken = { env = "T" }\n'
    assert account(tmp_path, begin).dkim == ""
    assert account(tmp_path, f'{begin}dkim_selector = "20260101pm"\n').dkim == "20260101pm"
    for wrong in ('"a b"', '"x._domainkey.example.org/"', '"ä"', "1", '["s1"]', '"-"'):
        assert told(tmp_path, f"{begin}dkim_selector = {wrong}\n") == [
            "7:1 `dkim_selector` must be the part before ._domainkey in the record's name → "
        ], wrong


def answered(body: bytes, *secrets: str) -> str:
    return provider.told(rejected("no"), httpx2.Response(400, content=body), secrets).answer


@pytest.mark.parametrize("piece", [b"[", b"a", b"a@", b" \n", b"\xff", b"Basic ", b"@", b"bearer"])
def test_whatever_was_answered_is_made_fit_for_the_log_in_little_time(piece: bytes) -> None:
    began = time.monotonic()
    kept = answered(piece * (262144 // len(piece)), "", "hunter2")
    assert time.monotonic() - began < 1
    assert len(kept) <= 500


def test_a_secret_behind_much_that_is_left_out_is_not_cut_into_view() -> None:
    body = b" " * 3000 + b"x" * 480 + b" hunter2hunter2hunter2 desk@newsroom.net"
    assert answered(body, "hunter2hunter2hunter2") == "x" * 480 + " ••• …@…"
