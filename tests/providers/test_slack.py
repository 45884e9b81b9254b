from __future__ import annotations

import orjson
import pytest

from pressctl.message import Endpoint
from pressctl.providers import slack
from providers.contract import KEY, NOW, Case
from providers.rooms import CALLS, answer, long, told

URL = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"

CASE = Case(
    settings=slack.Settings(),
    success=b"ok",
    headers={"content-type": "text/html"},
    to=Endpoint(URL, "Newsroom"),
    notice=True,
    moves={301: "lose", 302: "lose", 303: "lose", **dict.fromkeys((307, 308, 401, 402, 403, 404, 405, 410), "reject")},
)


def test_the_whole_request() -> None:
    request = slack.request(told(URL), CASE.settings, KEY, NOW)
    assert str(request.url) == URL
    assert request.headers["webhook-id"] == KEY
    assert orjson.loads(request.content) == {
        "text": "Residents ask city to keep the night bus &amp; its drivers",
        "blocks": [
            {
                "type": "section",
                "text": {
                    "type": "mrkdwn",
                    "text": "EMBARGOED UNTIL Tuesday, July 8, 2025, 5 p.m. EDT\n"
                    "*Residents ask city to keep the night bus &amp; its drivers*\n\n"
                    "The council votes on Tuesday &lt;at last&gt;, *not* on [Monday](x).\n\n"
                    "<https://example.org/night_bus?a=1&amp;b=2>\n"
                    "Media contact: Press volunteer, answers@reply.example, +1 305 555 0100 (📎 route map – Karte.pdf)\n"
                    "Key West Example Network",
                    "verbatim": True,
                },
            }
        ],
        "unfurl_links": False,
        "unfurl_media": False,
    }


@pytest.mark.parametrize("text", ["word ", "&", "<", "𝔘", CALLS, "https://x.example/|y "])
def test_a_long_text_is_cut_where_no_escape_is_and_calls_nobody(text: str) -> None:
    body = orjson.loads(slack.request(long(URL, text), CASE.settings, KEY, NOW).content)
    section = body["blocks"][0]["text"]["text"]
    assert len(section) <= 3000
    assert "…" in section
    for shown in (section, body["text"]):
        bare = shown.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").replace("<https://x.example/%7Cy>", "")
        assert not set(bare) & set("&<>|")
        assert "@here" not in shown
        assert "@channel" not in shown


@pytest.mark.parametrize(
    ("status", "content", "move", "reason"),
    [
        (200, b"ok", "accept", ""),
        (200, b"ok\n", "accept", ""),
        (200, b"<html>Log in</html>", "lose", "Slack did not say `ok`"),
        (400, b"invalid_payload", "reject", "invalid_payload"),
        (400, b"invalid_blocks", "reject", "invalid_blocks"),
        (403, b"action_prohibited", "reject", "action_prohibited"),
        (404, b"no_service", "reject", "no_service"),
        (410, b"channel_is_archived", "reject", "channel_is_archived"),
        (500, b"rollup_error", "lose", "rollup_error"),
        (404, b"<h1>No</h1>", "reject", "HTTP 404"),
    ],
)
def test_slacks_own_words(status: int, content: bytes, move: str, reason: str) -> None:
    outcome = slack.outcome(answer(status, content))
    assert (outcome.move, outcome.stop) == (move, "")
    assert reason in outcome.reason


def test_too_fast_is_told_in_seconds() -> None:
    outcome = slack.outcome(answer(429, b"rate_limited", retry_after="30"))
    assert (outcome.move, outcome.retry_after, outcome.counts) == ("defer", 30.0, False)


@pytest.mark.parametrize(
    ("url", "own"),
    [(URL, True), ("https://hooks.slack.com.evil.example/services/T/B/X", False), ("https://evil.example/hooks.slack.com/", False)],
)
def test_only_slacks_own_addresses_are_slack(url: str, own: bool) -> None:
    assert slack.takes(url, CASE.settings) is own
