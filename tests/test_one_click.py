"""One-click unsubscribing (RFC 8058): both headers or neither, a URL that tells the recipient, never encoded, never folded away."""

from __future__ import annotations

import email
import email.policy
import re
from pathlib import Path

import pytest
from conftest import CONFIGURATION, make_office, run_pressctl


def office(folder: Path, url: str) -> Path:
    line = f'unsubscribe = "{url}"\n' if url else ""
    return make_office(folder, {"pressctl.toml": CONFIGURATION.replace('language = "en"\n', f'language = "en"\n{line}')})


def raw_header(printed: str, name: str) -> str:
    match = re.search(rf"^{name}: (.*(?:\n[ \t].*)*)$", printed.replace("\r\n", "\n"), re.MULTILINE)
    return re.sub(r"\n[ \t]", " ", match[1]) if match else ""


@pytest.mark.parametrize("length", [30, 80, 300, 900])
def test_a_url_of_any_length_stays_whole(tmp_path: Path, length: int) -> None:
    url = "https://press.example/off/{key}/" + "x" * (length - 30)
    folder = office(tmp_path, url)
    assert run_pressctl(folder, "send", "night-bus").returncode == 0
    printed = run_pressctl(folder, "render", "night-bus", "--as", "email", "--contact", "wire").stdout
    way = raw_header(printed, "List-Unsubscribe")
    key = email.message_from_string(printed, policy=email.policy.default)["Message-ID"].strip("<>").split("@")[0]
    assert way == f"<{url.replace('{key}', key)}>, <mailto:press@example.org?subject=unsubscribe>"
    assert raw_header(printed, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    assert "=?" not in way
    assert max(map(len, printed.splitlines())) <= 998


def test_each_recipient_has_a_url_of_its_own(tmp_path: Path) -> None:
    folder = office(tmp_path, "https://press.example/off?who={key}")
    assert run_pressctl(folder, "send", "night-bus").returncode == 0
    ways = {
        raw_header(run_pressctl(folder, "render", "night-bus", "--as", "email", "--contact", name).stdout, "List-Unsubscribe")
        for name in ("wire", "daily")
    }
    assert len(ways) == 2


def test_without_a_url_there_is_only_the_mail_address(tmp_path: Path) -> None:
    printed = run_pressctl(office(tmp_path, ""), "render", "night-bus", "--as", "email").stdout
    assert raw_header(printed, "List-Unsubscribe") == "<mailto:press@example.org?subject=unsubscribe>"
    assert raw_header(printed, "List-Unsubscribe-Post") == ""


@pytest.mark.parametrize("url", ["http://press.example/{key}", "https://press.example/off", "https://press.example/{key} x"])
def test_a_url_that_receivers_would_not_use_is_refused(tmp_path: Path, url: str) -> None:
    result = run_pressctl(office(tmp_path, url), "render", "night-bus")
    assert result.returncode == 3
    assert "an https:// address that holds {key}" in result.stderr
