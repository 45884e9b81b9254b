"""A real browser for the pages on this machine: one for all tests, and a page that minds what it must never do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SWITCHES = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Open = Callable[..., "Page"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium with an empty profile of its own; skips, saying so, where it or what drives it is missing."""
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
    """Open a URL in a window of its own; what it said, did and asked for in vain fails the test at its end."""
    trouble: list[str] = []
    contexts: list[Any] = []

    def opened(url: str, *, width: int = 1400, height: int = 900, scheme: str = "light") -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
        contexts.append(context)
        context.on("request", lambda request: mind(request.url))
        context.on("weberror", lambda fault: trouble.append(f"page error: {fault.error}"))
        context.on("console", lambda said: trouble.append(f"{said.type}: {said.text}") if said.type in ("error", "warning") else None)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(url)
        return page

    def mind(url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "data:")):
            trouble.append(f"a request beyond this machine: {url}")

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
