"""Which account a contact's webhook goes through, and a room's rehearsal in the inbox."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from providers.contract import KEY, NOW
from providers.rooms import told
from providers.test_contract import ORGANIZATION

from pressctl import config, provider
from pressctl.delivery import Move
from pressctl.provider import account, for_webhook, rehearsed, rooms
from pressctl.sandbox import Sandbox

SECTIONS = """
[providers.editors]
kind = "mattermost"
base_url = "https://chat.example.org"

[providers.partners]
kind = "mattermost"
base_url = "https://talk.example.net/team"

[providers.slack]
per_second = 0.5
"""


def office(tmp_path: Path, sections: str = SECTIONS) -> config.Config:
    file = tmp_path / "pressctl.toml"
    file.write_text(ORGANIZATION + sections, "utf-8")
    return config.load(file)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://hooks.slack.com/services/T/B/x", "slack"),
        ("https://discord.com/api/webhooks/1/x", "discord"),
        ("https://prod-1.westeurope.logic.azure.com/workflows/0", "teams"),
        ("https://chat.example.org/hooks/1", "editors"),
        ("https://talk.example.net/team/hooks/1", "partners"),
        ("https://other.example/hooks/1", None),
        ("https://intake.example/press", None),
    ],
)
def test_a_webhook_goes_through_the_room_it_belongs_to(tmp_path: Path, url: str, name: str | None) -> None:
    found = for_webhook(url, rooms(office(tmp_path), {}))
    assert (found.name if found else None) == name


def test_a_rooms_section_counts(tmp_path: Path) -> None:
    found = for_webhook("https://hooks.slack.com/services/T/B/x", rooms(office(tmp_path), {}))
    assert found is not None
    assert found.per_second == 0.5


def test_without_a_section_rooms_that_know_their_own_address_are_there(tmp_path: Path) -> None:
    assert [room.name for room in rooms(office(tmp_path, ""), {})] == ["discord", "mattermost", "slack", "teams"]


@pytest.mark.parametrize("name", ["discord", "slack", "teams", "editors"])
def test_a_rehearsal_makes_the_rooms_request_and_reads_the_inboxs_answer(tmp_path: Path, name: str) -> None:
    settings = office(tmp_path)
    room = account(settings, name, {})
    tried = rehearsed(room, account(settings, "webhook", {}))
    message = told("http://127.0.0.1:8025/webhook/hooks.example")
    assert tried.module.request(message, tried.settings, KEY, NOW).content == room.module.request(message, room.settings, KEY, NOW).content
    assert tried.module.outcome(httpx2.Response(200, json={"id": "0001-a"})).move is Move.ACCEPT
    assert tried.module.PROFILE == room.module.PROFILE


def test_a_room_is_found_by_what_its_module_offers() -> None:
    offering = [name for name in provider.names() if hasattr(provider.find(name), "takes")]
    assert offering == ["discord", "mattermost", "slack", "teams"]


@pytest.mark.parametrize("name", ["discord", "slack", "teams", "editors"])
def test_the_inbox_takes_and_shows_what_a_room_would_get(tmp_path: Path, name: str) -> None:
    room = account(office(tmp_path), name, {})
    sandbox = Sandbox(tmp_path / "inbox")
    base = sandbox.start()
    try:
        request = room.module.request(told(f"{base}/webhook/room.example"), room.settings, KEY, NOW)
        with httpx2.Client() as client:
            taken = client.send(request)
            assert taken.json()["id"]
            listed = client.get(f"{base}/api/v1/messages").json()
            assert listed["messages"][0]["To"][0]["Address"] == "room.example"
            assert client.get(f"{base}/api/v1/message/{taken.json()['id']}").status_code == 200
            source = client.get(f"{base}/api/v1/message/{taken.json()['id']}/raw")
            assert "Residents ask city to keep the night bus" in source.text
            assert client.get(base + "/").status_code == 200
    finally:
        sandbox.stop()
