"""The sandbox's inbox in a real browser: opening, switching, finding, what comes in; accessibility, silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from browser.conftest import Held, Open, Page
from pressctl.sandbox import Sandbox

FORMS = ("html", "dark", "inverted", "phone", "text", "headers", "source")
HTML = '<!doctype html><html lang="en"><body><h1>{}</h1><p>Own words.</p></body></html>'

HOSTILE = """<h1>Hostile</h1><script>parent.document.title = document.title = "run"</script><svg onload="parent.document.title = 'run'">
<img src="https://tracker.example/1.gif" onerror="parent.document.title = 'run'"><iframe src="https://x.example"></iframe>
<link rel=stylesheet href="https://x.example/x.css"><meta http-equiv=refresh content="0;url=https://x.example/">
<form action="https://x.example"><input autofocus name=q></form><p>Own words.</p>"""


def mail(subject: str) -> dict[str, object]:
    return {
        "From": {"Email": "press@example.org", "Name": "Press desk"},
        "To": [{"Email": "desk@wire.example", "Name": "National desk"}],
        "Subject": subject,
        "Text": f"{subject}\n\nPlain words.",
        "HTML": HTML.format(subject),
        "Headers": {"Message-ID": f"<{subject[:3]}@id.example>", "List-Id": "<press.example.org>"},
    }


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[tuple[Sandbox, str]]:
    inbox = Sandbox(tmp_path / "sandbox")
    url = inbox.start()
    for subject in ("Old bus", "Night bus", "Council meets"):
        inbox.inbox.add(mail(subject))
    inbox.inbox.add({**mail("Hostile"), "HTML": HOSTILE})
    inbox.inbox.add({"subject": "For a room", "text": "Words for a room", "html": "", "to": "Intake"}, host="intake.example")
    yield inbox, url
    inbox.stop()


def test_a_mail_is_opened_and_each_form_of_it_seen_by_keyboard(open_page: Open, sandbox: tuple[Sandbox, str]) -> None:
    page = open_page(sandbox[1])
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert "Night bus" in page.evaluate("document.activeElement.innerText") or "Council" in page.evaluate(
        "document.activeElement.innerText"
    )
    page.focus("#deliveries a:has-text('Night bus')")
    page.keyboard.press("Enter")
    page.wait_for_selector(".subject:has-text('Night bus')")
    assert "Night bus" in page.evaluate("document.activeElement.innerText")
    for form in FORMS:
        page.focus(f"#tab-{form}")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#tab-{form}[aria-current=page]")
        if form in FORMS[:4]:
            page.frame_locator("#message iframe").locator("p:has-text('Own words.')").wait_for()
            assert page.evaluate("document.querySelector('#message iframe').clientHeight") > 400
    assert "List-Id: <press.example.org>" in page.inner_text("#message pre")
    page.go_back()
    page.wait_for_selector("#tab-headers[aria-current=page]")
    assert page.title() == "Night bus – Sandbox"


def test_finding_shows_what_was_looked_for(open_page: Open, sandbox: tuple[Sandbox, str]) -> None:
    page = open_page(sandbox[1])
    page.keyboard.press("/")
    page.keyboard.type("council")
    page.keyboard.press("Enter")
    page.wait_for_selector(".count:has-text('1 delivery with')")
    assert page.locator("#deliveries li").count() == 1


def test_what_comes_in_appears_and_what_is_read_stays(open_page: Open, sandbox: tuple[Sandbox, str]) -> None:
    page = open_page(sandbox[1])
    page.click("#deliveries a:has-text('Old bus')")
    page.wait_for_selector(".subject:has-text('Old bus')")
    sandbox[0].inbox.add(mail("Breaking news"))
    page.wait_for_selector("#deliveries a:has-text('Breaking news')")
    assert page.inner_text("#status") == "1 new"
    assert page.inner_text(".subject") == "Old bus"


def test_a_mail_that_is_slow_to_open_opens_whatever_comes_in_meanwhile(open_page: Open, sandbox: tuple[Sandbox, str]) -> None:
    page = open_page(sandbox[1])
    night = Held(page, r"/message/[^/]+$")
    page.click("#deliveries a:has-text('Night bus')")
    night.asked()
    with page.expect_response("**/api/v1/info"):
        sandbox[0].inbox.add(mail("Later news"))
    page.wait_for_timeout(300)
    night.come()
    page.wait_for_selector(".subject:has-text('Night bus')")


def test_a_hostile_mail_runs_nothing_loads_nothing_and_leads_nowhere(open_page: Open, sandbox: tuple[Sandbox, str]) -> None:
    page = open_page(
        sandbox[1], refused=("Blocked script", "Refused to execute the redirect", "Content Security Policy", "Blocked autofocus")
    )
    page.click("#deliveries a:has-text('Hostile')")
    page.frame_locator("#message iframe").locator("p:has-text('Own words.')").wait_for()
    page.wait_for_timeout(300)
    page.frame_locator("#message iframe").locator("p:has-text('Own words.')").wait_for()
    assert page.title() == "Hostile – Sandbox"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1400), ("dark", 390)])
def test_every_form_is_accessible(
    open_page: Open, sandbox: tuple[Sandbox, str], axe: Callable[[Page], list[str]], scheme: str, width: int
) -> None:
    page = open_page(sandbox[1], scheme=scheme, width=width)
    assert axe(page) == []
    page.click("#deliveries a:has-text('Night bus')")
    page.wait_for_selector(".subject:has-text('Night bus')")
    for form in FORMS:
        page.click(f"#tab-{form}")
        page.wait_for_selector(f"#tab-{form}[aria-current=page]")
        assert (form, axe(page)) == (form, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), form
    page.goto(f"{sandbox[1]}/?q=room")
    page.wait_for_selector(".count:has-text('1 delivery with')")
    assert axe(page) == []
