"""A real browser for the pages on this machine, and a page that minds what it must never do."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

Browser: TypeAlias = Any  # Playwright's: it comes with an extra, and types are checked without it
Page: TypeAlias = Any

SWITCHES = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Open: TypeAlias = Callable[..., Page]


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """Debian's Chromium with an empty profile of its own; skips, saying so, where it or what drives it is missing.

    One for each test: what drives it keeps an event loop running in this thread, in which others' tests could not make theirs.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install pressctl[real]")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=list(SWITCHES))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    """Open a URL in a window of its own. What goes wrong in it, or leaves the machine, fails the test at its end.

    `refused` are words of what the browser says when it keeps a hostile mail from doing something.
    """
    trouble: list[str] = []
    contexts: list[Any] = []

    def opened(url: str, *, width: int = 1400, height: int = 900, scheme: str = "light", refused: tuple[str, ...] = ()) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
        contexts.append(context)
        context.on("requestfailed" if refused else "request", lambda request: mind(request.url, request.failure if refused else ""))
        context.on("response", lambda response: mind(response.url, ""))
        context.on("weberror", lambda fault: trouble.append(f"page error: {fault.error}"))
        context.on("console", lambda said: hear(said, refused))
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(url)
        return page

    def hear(said: Any, refused: tuple[str, ...]) -> None:
        ended = "ERR_CONNECTION_REFUSED" in said.text  # by a server that the test's own end has ended before its page
        if said.type in ("error", "warning") and not ended and not any(words in said.text for words in refused):
            trouble.append(f"{said.type}: {said.text}")

    def mind(url: str, failure: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "data:")) and failure != "csp":
            trouble.append(f"a request beyond this machine: {url} {failure}")

    yield opened
    for context in contexts:
        context.close()
    assert not trouble


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """The accessibility violations of a page as axe-core finds them; skips, saying so, where axe-core is missing."""
    tools = Path(os.environ.get("PRESSCTL_TOOLS", Path.home() / ".cache/pressctl-tests"))
    source = tools / "node_modules/axe-core/axe.min.js"
    if not source.is_file():
        pytest.skip("axe-core is not installed: npm install --prefix ~/.cache/pressctl-tests axe-core@4")
    script = source.read_text("utf-8")

    def violations(page: Page) -> list[str]:
        if not page.evaluate("() => Boolean(window.axe)"):
            page.evaluate(script)  # by the debugger: the page's own policy would refuse it
        options = {"runOnly": RULES, "iframes": False, "resultTypes": ["violations"]}
        found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
        return [f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes']]}" for one in found]

    return violations


class Held:
    """Holds the page's next answer to what `pattern` finds back until it may come."""

    def __init__(self, page: Page, pattern: str) -> None:
        self._page = page
        self._routes: list[Any] = []
        page.route(re.compile(pattern), lambda route: self._routes.append(route), times=1)

    def asked(self) -> None:
        """Wait until the page has asked."""
        deadline = time.monotonic() + 15
        while not self._routes:
            assert time.monotonic() < deadline
            self._page.wait_for_timeout(10)

    def come(self) -> None:
        self.asked()
        self._routes[0].continue_()
