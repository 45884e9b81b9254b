from __future__ import annotations

import orjson
import pytest

from pressctl.message import Endpoint
from pressctl.providers import teams
from providers.contract import KEY, NOW, Case
from providers.rooms import CALLS, answer, long, told

URL = "https://prod-23.westeurope.logic.azure.com/workflows/0/triggers/manual/paths/invoke?api-version=2016-06-01&sig=s"

CASE = Case(
    settings=teams.Settings(),
    success=b"",
    status=202,
    headers={"x-ms-workflow-run-id": "08584500000000000000000000000CU01"},
    provider_id="08584500000000000000000000000CU01",
    to=Endpoint(URL, "Newsroom"),
    notice=True,
    moves={301: "lose", 302: "lose", 303: "lose", **dict.fromkeys((307, 308, 401, 402, 403, 404, 405, 410), "reject")},
)


def test_the_whole_request() -> None:
    request = teams.request(told(URL), CASE.settings, KEY, NOW)
    assert str(request.url) == URL
    assert request.headers["webhook-id"] == KEY

    def block(text: str, **look: object) -> dict[str, object]:
        return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **look}]}

    assert orjson.loads(request.content) == {
        "type": "message",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "body": [
                        block("EMBARGOED UNTIL Tuesday, July 8, 2025, 5 p.m. EDT", isSubtle=True, size="Small"),
                        block("Residents ask city to keep the night bus & its drivers", weight="Bolder", size="Large"),
                        block("The council votes on Tuesday <at last>, *not* on [Monday](x)."),
                        block("Media contact: Press volunteer, answers@reply.example, +1 305 555 0100 (📎 route map – Karte.pdf)"),
                        block("Key West Example Network", isSubtle=True),
                    ],
                    "actions": [{"type": "Action.OpenUrl", "title": "example.org", "url": "https://example.org/night_bus?a=1&b=2"}],
                },
            }
        ],
    }


@pytest.mark.parametrize("text", ["word ", "語", "𝔘", '"', CALLS])
def test_a_card_stays_under_28_kb_and_mentions_nobody(text: str) -> None:
    request = teams.request(long(URL, text), CASE.settings, KEY, NOW)
    assert len(request.content) <= 28 * 1024
    assert "…" in request.content.decode()
    assert "msteams" not in orjson.loads(request.content)["attachments"][0]["content"]


@pytest.mark.parametrize(
    ("status", "content", "headers", "move", "reason"),
    [
        (202, b"", {"x_ms_workflow_run_id": "085"}, "accept", ""),
        (200, b"{}", {"x_ms_workflow_run_id": "085"}, "accept", ""),
        (202, b"", {}, "lose", "names no run"),
        (200, b"1", {}, "accept", ""),
        (
            200,
            b"Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429",
            {},
            "lose",
            "HTTP error 429",
        ),
        (
            400,
            b'{"error":{"code":"TriggerInputSchemaMismatch","message":"The input body does not match."}}',
            {},
            "reject",
            "does not match",
        ),
        (
            401,
            b'{"error":{"code":"DirectApiAuthorizationRequired","message":"The request must be authenticated."}}',
            {},
            "reject",
            "authenticated",
        ),
        (404, b'{"error":{"code":"WorkflowNotFound","message":"The workflow was not found."}}', {}, "reject", "not found"),
        (502, b'{"error":{"code":"NoResponse","message":"The server did not receive a response."}}', {}, "lose", "did not receive"),
    ],
)
def test_a_workflows_own_words(status: int, content: bytes, headers: dict[str, str], move: str, reason: str) -> None:
    outcome = teams.outcome(answer(status, content, **headers))
    assert (outcome.move, outcome.stop) == (move, "")
    assert reason in outcome.reason


@pytest.mark.parametrize(
    ("url", "own"),
    [
        (URL, True),
        ("https://default0.00.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/0", True),
        ("https://network.webhook.office.com/webhookb2/0", True),
        ("https://logic.azure.com.evil.example/", False),
        ("https://evillogic.azure.com/", False),
    ],
)
def test_only_workflows_are_teams(url: str, own: bool) -> None:
    assert teams.takes(url, CASE.settings) is own
