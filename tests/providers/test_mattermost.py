from __future__ import annotations

import orjson
import pytest

from pressctl.message import Endpoint
from pressctl.providers import mattermost
from providers.contract import KEY, NOW, Case
from providers.rooms import CALLS, answer, long, told

URL = "https://chat.example.org/hooks/xr3j5x3p4pfk7kk6ck7b4e6ghh"

CASE = Case(
    settings=mattermost.Settings("https://chat.example.org"),
    success=b"ok",
    headers={"content-type": "text/plain"},
    to=Endpoint(URL, "Newsroom"),
    notice=True,
    moves={301: "lose", 302: "lose", 303: "lose", **dict.fromkeys((307, 308, 401, 402, 403, 404, 405, 410), "reject")},
)


def test_the_whole_request() -> None:
    request = mattermost.request(told(URL), CASE.settings, KEY, NOW)
    assert str(request.url) == URL
    assert request.headers["webhook-id"] == KEY
    assert orjson.loads(request.content) == {
        "text": "EMBARGOED UNTIL Tuesday, July 8, 2025, 5 p.m. EDT\n"
        "**Residents ask city to keep the night bus & its drivers**\n\n"
        "The council votes on Tuesday \\<at last\\>, \\*not\\* on \\[Monday](x).\n\n"
        "https://example.org/night_bus?a=1&b=2\n"
        "Media contact: Press volunteer, answers@reply.example, +1 305 555 0100 (📎 route map – Karte.pdf)\n"
        "Key West Example Network"
    }


@pytest.mark.parametrize("text", ["word ", "*", "𝔘", CALLS])
def test_a_long_text_is_cut_and_calls_nobody(text: str) -> None:
    shown = orjson.loads(mattermost.request(long(URL, text), CASE.settings, KEY, NOW).content)["text"]
    assert len(shown) <= 16_383
    assert "…" in shown
    assert not [call for call in ("@here", "@all", "@channel", "@everyone") if call in shown]


@pytest.mark.parametrize(
    ("status", "content", "move", "reason"),
    [
        (200, b"ok", "accept", ""),
        (200, b"<html>Log in</html>", "lose", "Mattermost did not say `ok`"),
        (
            400,
            b'{"id":"web.incoming_webhook.invalid.app_error","message":"Invalid webhook.","detailed_error":"","status_code":400}',
            "reject",
            "Invalid webhook.",
        ),
        (
            404,
            b'{"id":"web.incoming_webhook.channel.app_error","message":"Couldn\'t find the channel.","status_code":404}',
            "reject",
            "channel",
        ),
        (
            501,
            b'{"id":"web.incoming_webhook.disabled.app_error","message":"Incoming webhooks have been disabled.","status_code":501}',
            "lose",
            "disabled",
        ),
    ],
)
def test_mattermosts_own_words(status: int, content: bytes, move: str, reason: str) -> None:
    outcome = mattermost.outcome(answer(status, content))
    assert (outcome.move, outcome.stop) == (move, "")
    assert reason in outcome.reason


@pytest.mark.parametrize(
    ("url", "own"),
    [
        (URL, True),
        ("https://chat.example.org.evil.example/hooks/x", False),
        ("https://chat.example.org/other", False),
        ("https://else.example/hooks/x", False),
    ],
)
def test_only_the_configured_server_is_mattermost(url: str, own: bool) -> None:
    assert mattermost.takes(url, CASE.settings) is own
    assert not mattermost.takes(url, mattermost.Settings())
