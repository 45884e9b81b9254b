from __future__ import annotations

import pytest

from pressctl.errors import ConfigError
from pressctl.providers import sandbox
from providers.contract import DOUBT, Case

CASE = Case(
    settings=sandbox.Settings("http://127.0.0.1:8025"),
    success={"ID": "06401c2b"},
    provider_id="06401c2b",
    listed={"messages": [{"ID": "06401c2b", "MessageID": DOUBT.message_id.strip("<>")}]},
    nothing={"messages": []},
)


def test_a_rehearsal_is_marked_as_one() -> None:
    assert sandbox.PROFILE.rehearsal


@pytest.mark.parametrize("url", ["http://127.0.0.1:8025", "http://localhost:1", "http://[::1]:8025", "http://127.8.9.1", ""])
def test_an_inbox_on_this_machine_is_taken(url: str) -> None:
    assert sandbox.Settings(url).base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "https://mail.example",
        "http://127.0.0.1.mail.example",
        "http://127.0.0.1@mail.example",
        "http://0.0.0.0:8025",
        "http://192.168.0.2:8025",
        "http://localhost.example",
        "http://[::ffff:8.8.8.8]",
        "nonsense",
    ],
)
def test_a_rehearsal_cannot_leave_this_machine(url: str) -> None:
    with pytest.raises(ConfigError, match="not on this machine"):
        sandbox.Settings(url)
