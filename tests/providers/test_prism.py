"""Our requests against the providers' own OpenAPI descriptions: Prism answers 422 to what does not fit.

Prism is looked for in the folder PRESSCTL_TOOLS, else in ~/.cache/pressctl-tests, and comes there by

    npm install --prefix ~/.cache/pressctl-tests --no-audit --no-fund --ignore-scripts @stoplight/prism-cli@5
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from pressctl import provider
from pressctl.message import Address
from pressctl.providers import mailpit, postmark, resend, sendgrid
from providers import test_mailpit, test_postmark, test_resend, test_sendgrid
from providers.contract import DOUBT, KEY, NOW, Case, oracle

TOOLS = Path(os.environ.get("PRESSCTL_TOOLS", Path.home() / ".cache/pressctl-tests"))
PRISM = TOOLS / "node_modules/.bin/prism"
PATIENCE = 60.0  # seconds; it needs 5 to 20

pytestmark = pytest.mark.skipif(not PRISM.exists(), reason="Prism is not installed in PRESSCTL_TOOLS (this file's first lines say how)")


@contextlib.contextmanager
def prism(specification: str) -> Iterator[str]:
    """The URL of a Prism that checks each request against the specification."""
    file = oracle(f"specs/{specification}")
    if not file.exists():
        pytest.skip("the providers' API descriptions are not beside the repository (PRESSCTL_ORACLES)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(PRISM), "mock", "--errors", "-h", "127.0.0.1", "-p", str(port), str(file)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + PATIENCE
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                assert process.poll() is None, "Prism ended by itself"
                assert time.monotonic() < deadline, "Prism did not start"
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def requests(module: Any, case: Case, url: str) -> Iterator[httpx2.Request]:
    """Everything that an adapter can ask."""
    settings = dataclasses.replace(case.settings, base_url=url)
    plain = dataclasses.replace(case.message, attachments=(), reply_to=None, headers=(), to=Address("desk@recipient.example"))
    for message in (case.message, plain):
        yield module.request(message, settings, KEY, NOW)
    if hasattr(module, "batch_request"):
        yield module.batch_request([(plain, KEY), (plain, "another")], settings, "batch", NOW)
    if hasattr(module, "lookup"):
        yield module.lookup(DOUBT, settings)
    if hasattr(module, "events"):
        yield module.events(NOW, settings, "")
    if hasattr(module, "probe"):
        yield module.probe(settings)


def complaints(client: httpx2.Client, request: httpx2.Request) -> list[Any]:
    """What Prism holds against a request: it says so itself, or with the error that the description has for it."""
    response = client.send(request)
    return [] if response.status_code < 400 else [(request.url.path, response.status_code, response.text)]


@pytest.mark.parametrize(
    ("specification", "module", "case", "elsewhere"),
    [
        ("resend.yaml", resend, test_resend.CASE, []),
        ("postmark.json", postmark, test_postmark.CASE, []),
        ("sendgrid-mail.json", sendgrid, test_sendgrid.CASE, ["/v3/messages", "/v3/suppression/bounces", "/v3/scopes"]),
        ("mailpit.json", mailpit, test_mailpit.CASE, []),
    ],
    ids=["resend", "postmark", "sendgrid", "mailpit"],
)
def test_each_request_fits_the_providers_own_description(specification: str, module: Any, case: Case, elsewhere: list[str]) -> None:
    """`elsewhere` are paths that another specification of the provider describes."""
    with prism(specification) as url, httpx2.Client(trust_env=False, timeout=30) as client:
        found = [one for request in requests(module, case, url) if request.url.path not in elsewhere for one in complaints(client, request)]
        assert found == []
        good = module.request(case.message, dataclasses.replace(case.settings, base_url=url), KEY, NOW)
        sent = orjson.loads(good.content)
        spoiled = {name: {"not": "text"} if isinstance(value, str) else value for name, value in sent.items()}
        wrong = provider.post(str(good.url), spoiled, {"authorization": good.headers.get("authorization", "x")} | token(good))
        assert complaints(client, wrong), "Prism takes anything: it proves nothing"


def token(request: httpx2.Request) -> dict[str, str]:
    name = "x-postmark-server-token"
    return {name: request.headers[name]} if name in request.headers else {}
