from __future__ import annotations

import orjson
import pytest

from pressctl.message import Endpoint
from pressctl.providers import discord
from providers.contract import KEY, NOW, Case
from providers.rooms import CALLS, answer, long, told

URL = "https://discord.com/api/webhooks/1234567890/token"

CASE = Case(
    settings=discord.Settings(),
    success={"id": "1290000000000000001", "type": 0, "content": "…", "channel_id": "1280000000000000001"},
    provider_id="1290000000000000001",
    to=Endpoint(URL, "Newsroom"),
    notice=True,
    moves={301: "lose", 302: "lose", 303: "lose", **dict.fromkeys((307, 308, 401, 402, 403, 404, 405, 410), "reject")},
)


def test_the_whole_request() -> None:
    request = discord.request(told(URL), CASE.settings, KEY, NOW)
    assert str(request.url) == URL + "?wait=true"
    assert request.headers["webhook-id"] == KEY
    assert orjson.loads(request.content) == {
        "content": "EMBARGOED UNTIL Tuesday, July 8, 2025, 5 p.m. EDT\n"
        "**Residents ask city to keep the night bus & its drivers**\n\n"
        "The council votes on Tuesday \\<at last\\>, \\*not\\* on \\[Monday](x).\n\n"
        "https://example.org/night_bus?a=1&b=2\n"
        "Media contact: Press volunteer, answers@reply.example, +1 305 555 0100 (📎 route map – Karte.pdf)\n"
        "Key West Example Network",
        "allowed_mentions": {"parse": []},
        "flags": 4,
    }


def test_a_thread_in_the_address_stays() -> None:
    request = discord.request(told(URL + "?thread_id=7"), CASE.settings, KEY, NOW)
    assert str(request.url) == URL + "?thread_id=7&wait=true"


@pytest.mark.parametrize("text", ["word ", "*", "𝔘", CALLS])
def test_a_long_text_is_cut_to_2000_characters(text: str) -> None:
    body = orjson.loads(discord.request(long(URL, text), CASE.settings, KEY, NOW).content)
    assert len(body["content"].encode("utf-16-le")) // 2 <= 2000
    assert "…" in body["content"]
    assert body["allowed_mentions"] == {"parse": []}


@pytest.mark.parametrize(
    ("status", "content", "move", "reason"),
    [
        (204, b"", "lose", "no `id`"),
        (200, b'{"id": "not a number"}', "lose", "no `id`"),
        (400, b'{"code": 50035, "message": "Invalid Form Body", "errors": {}}', "reject", "Invalid Form Body (50035)"),
        (
            400,
            b'{"code": 220001, "message": "Webhooks posted to forum channels must have a thread_name or thread_id"}',
            "reject",
            "(220001)",
        ),
        (401, b'{"code": 50027, "message": "Invalid Webhook Token"}', "reject", "Invalid Webhook Token (50027)"),
        (404, b'{"code": 10015, "message": "Unknown Webhook"}', "reject", "Unknown Webhook (10015)"),
        (500, b"", "lose", "HTTP 500"),
    ],
)
def test_discords_own_codes(status: int, content: bytes, move: str, reason: str) -> None:
    outcome = discord.outcome(answer(status, content))
    assert (outcome.move, outcome.stop) == (move, "")
    assert reason in outcome.reason


@pytest.mark.parametrize(
    ("content", "headers", "seconds"),
    [
        (b'{"message": "You are being rate limited.", "retry_after": 0.65, "global": false}', {}, 0.65),
        (b'{"message": "You are being rate limited.", "retry_after": 0.65, "global": false}', {"retry_after": "1"}, 1.0),
        (b'{"retry_after": -1}', {}, None),
        (b'{"retry_after": "soon"}', {}, None),
    ],
)
def test_too_fast_is_told_in_the_body_where_no_header_says_it(content: bytes, headers: dict[str, str], seconds: float | None) -> None:
    outcome = discord.outcome(answer(429, content, **headers))
    assert (outcome.move, outcome.retry_after, outcome.counts) == ("defer", seconds, False)


@pytest.mark.parametrize(
    ("url", "own"),
    [
        (URL, True),
        ("https://discordapp.com/api/webhooks/1/x", True),
        ("https://ptb.discord.com/api/webhooks/1/x", True),
        ("https://discord.com/channels/1", False),
        ("https://discord.com.evil.example/api/webhooks/1/x", False),
    ],
)
def test_only_discords_own_addresses_are_discord(url: str, own: bool) -> None:
    assert discord.takes(url, CASE.settings) is own
