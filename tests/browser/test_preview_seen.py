"""The live preview in a real browser: choosing, switching and following by keyboard, speed, accessibility, silence."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import RELEASE

from browser.conftest import Held, Open, Page
from pressctl.preview import Preview

VIEWS = ("light", "dark", "inverted", "phone", "text", "page", "headers")
SLOWEST = 3.0  # seconds from saving a file to seeing it, on a machine that does other things too; the goal is 0.2
INSIDE = "() => document.querySelector('#stage iframe')?.contentDocument?.body?.innerText ?? ''"
SEEN = f"(words) => ({INSIDE})().includes(words) ? performance.timeOrigin + performance.now() : 0"


@pytest.fixture
def preview(office: Path) -> Iterator[str]:
    with Preview(office / "pressctl.toml", office / "releases/night-bus.md") as running:
        yield running.url


def entered(open_page: Open, url: str, **how: object) -> Page:
    page = open_page(url, **how)
    page.wait_for_selector("#plan h3")
    page.wait_for_function(f"() => ({INSIDE})().includes('Residents ask')")
    return page


def switch(page: Page, view: str) -> None:
    page.focus(f"#tab-{view}")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#tab-{view}[aria-current=page]")
    page.wait_for_function("(view) => new URL(location.href).searchParams.get('view') === view", arg=view)


def test_a_contact_is_picked_by_keyboard_alone(open_page: Open, preview: str) -> None:
    page = entered(open_page, preview)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "contact"
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#contact[aria-expanded=true][aria-activedescendant=contact-0]")
    assert page.locator("[role=option]").count() == 6
    page.keyboard.press("ArrowUp")
    assert "News desk, A weekly" in page.inner_text("[role=option].active")
    page.keyboard.type("daily city")
    page.wait_for_function("() => document.querySelectorAll('[role=option]').length === 1")
    assert page.inner_text("#status") == "1 contact"
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => ({INSIDE})().includes('City desk, A daily paper')")
    assert page.input_value("#contact") == "City desk, A daily paper"
    assert page.locator("#contacts").is_hidden()
    assert "city@daily.example" in page.inner_text("#head")
    assert "daily" not in page.url
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#contact[aria-expanded=true]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#contact[aria-expanded=false]")
    assert page.input_value("#contact") == "City desk, A daily paper"


def test_a_contact_is_picked_with_a_mouse_in_the_list_and_in_the_plan_and_going_back_goes_back(open_page: Open, preview: str) -> None:
    page = entered(open_page, preview)
    page.click("#contact")
    page.click("[role=option]:has-text('National desk')")
    page.wait_for_function(f"() => ({INSIDE})().includes('National desk')")
    page.click("#plan a:has-text('City desk')")
    page.wait_for_function(f"() => ({INSIDE})().includes('City desk')")
    assert page.input_value("#contact") == "City desk, A daily paper"
    page.go_back()
    page.wait_for_function(f"() => ({INSIDE})().includes('National desk')")
    assert page.input_value("#contact") == "National desk, A national wire service"
    page.reload()
    page.wait_for_function(f"() => ({INSIDE})().includes('National desk')")


def test_each_view_shows_what_it_says(open_page: Open, preview: str) -> None:
    page = entered(open_page, preview)
    colour = "() => getComputedStyle(document.querySelector('#stage iframe').contentDocument.documentElement)"
    switch(page, "inverted")
    page.wait_for_function(f"() => ({colour})().filter.includes('invert')")
    switch(page, "dark")
    page.wait_for_function(f"() => ({colour})().colorScheme === 'dark'")
    switch(page, "phone")
    page.wait_for_function(f"() => ({colour})().colorScheme === 'light'")
    assert page.evaluate("document.querySelector('#stage iframe').contentWindow.innerWidth") == 390
    assert page.evaluate("document.querySelector('#stage iframe').clientHeight") > 400
    switch(page, "text")
    assert "FOR IMMEDIATE RELEASE" in page.inner_text("#stage pre")
    switch(page, "page")
    page.wait_for_function(f"() => ({INSIDE})().includes('Residents ask')")
    switch(page, "headers")
    assert "List-Unsubscribe" in page.inner_text("#stage")
    assert "of 102,000" in page.inner_text("#stage")
    assert page.evaluate("document.activeElement.id") == "tab-headers"


def test_a_saved_file_is_seen_and_contact_view_focus_and_scroll_stay(open_page: Open, preview: str, office: Path) -> None:
    long = RELEASE + "\n\n".join(f"Paragraph {n} about the bus." for n in range(60)) + "\n"
    (office / "releases/night-bus.md").write_text(long)
    page = entered(open_page, preview)
    page.click("#plan a:has-text('City desk')")
    switch(page, "dark")
    page.wait_for_function(f"() => ({INSIDE})().includes('City desk')")
    page.evaluate("document.querySelector('#stage iframe').contentWindow.scrollTo(0, 900)")
    (office / "releases/night-bus.md").write_text(long.replace("Residents ask", "Neighbours ask"))
    page.wait_for_function(SEEN, arg="Neighbours ask")
    assert page.evaluate("document.querySelector('#stage iframe').contentWindow.scrollY") == 900
    page.wait_for_function("() => document.getElementById('status').textContent.startsWith('Reloaded ')")
    assert page.inner_text(".subject") == "Neighbours ask city to keep the night bus"
    assert page.locator("#tab-dark[aria-current=page]").count() == 1
    assert page.evaluate("document.activeElement.id") == "tab-dark"
    assert page.input_value("#contact") == "City desk, A daily paper"
    switch(page, "text")
    (office / "releases/night-bus.md").write_text(long.replace("Residents ask", "Riders ask"))
    page.wait_for_function("() => document.querySelector('#stage pre').innerText.includes('RIDERS ASK')")


def test_a_view_chosen_before_the_contacts_copy_has_come_keeps_the_contact(open_page: Open, preview: str) -> None:
    page = entered(open_page, preview)
    city = Held(page, r"/\?to=")
    page.click("#plan a:has-text('City desk')")
    switch(page, "dark")
    city.come()
    page.wait_for_function(f"() => ({INSIDE})().includes('City desk')")
    assert page.input_value("#contact") == "City desk, A daily paper"
    assert page.locator("#tab-dark[aria-current=page]").count() == 1
    page.go_back()
    page.wait_for_selector("#tab-light[aria-current=page]")
    assert page.input_value("#contact") == "City desk, A daily paper"


def test_a_file_saved_before_the_contacts_copy_has_come_keeps_the_contact(open_page: Open, preview: str, office: Path) -> None:
    page = entered(open_page, preview)
    city = Held(page, r"/\?to=")
    page.click("#plan a:has-text('City desk')")
    (office / "releases/night-bus.md").write_text(RELEASE.replace("Residents ask", "Neighbours ask"))
    page.wait_for_function(SEEN, arg="Neighbours ask")
    city.come()
    page.wait_for_function(f"() => ({INSIDE})().includes('City desk')")
    assert page.input_value("#contact") == "City desk, A daily paper"
    assert "Neighbours ask" in page.evaluate(INSIDE)


def test_a_copy_that_comes_late_does_not_cover_a_newer_one(open_page: Open, preview: str) -> None:
    page = entered(open_page, preview)
    city = Held(page, r"/frame\?")
    page.click("#plan a:has-text('City desk')")
    city.asked()
    page.click("#plan a:has-text('National desk')")
    page.wait_for_function(f"() => ({INSIDE})().includes('National desk')")
    city.come()
    page.wait_for_timeout(300)
    assert "National desk" in page.evaluate(INSIDE)
    assert page.input_value("#contact") == "National desk, A national wire service"


def test_a_mistake_is_seen_with_its_place_and_gone_when_it_is_mended(open_page: Open, preview: str, office: Path) -> None:
    page = entered(open_page, preview)
    (office / "releases/night-bus.md").write_text(RELEASE.replace("dateline", "datline"))
    page.wait_for_selector("#notice .problem")
    notice = page.inner_text("#notice")
    assert "releases/night-bus.md:3" in notice
    assert "Below is what the files said before" in notice
    page.wait_for_function("() => document.getElementById('status').textContent.startsWith('Not reloaded ')")
    assert page.get_attribute("#notice", "role") == "alert"
    assert "Residents ask" in page.evaluate(INSIDE)
    (office / "releases/night-bus.md").write_text(RELEASE.replace("Residents ask", "Neighbours ask"))
    page.wait_for_function(SEEN, arg="Neighbours ask")
    page.wait_for_selector("#notice .problem", state="detached")


def test_what_a_template_brings_along_stays_shut_in_also_after_an_edit(open_page: Open, preview: str, office: Path) -> None:
    page = open_page(preview, refused=("Blocked script", "Content Security Policy"))
    page.wait_for_function(f"() => ({INSIDE})().includes('Residents ask')")
    hostile = (
        "<script>parent.document.title = 'run'</script><img src=https://tracker.example/1.gif onerror=\"parent.document.title = 'run'\">"
    )
    (office / "templates").mkdir()
    (office / "templates/email.html.j2").write_text(f"<html><body><p>{{{{ release.headline }}}}, brought along</p>{hostile}</body></html>")
    page.wait_for_function(SEEN, arg="brought along")
    page.wait_for_timeout(300)
    assert page.title() == "night-bus – Preview"


def test_findings_and_plan_follow_the_files(open_page: Open, preview: str, office: Path) -> None:
    page = entered(open_page, preview)
    (office / "releases/night-bus.md").write_text(RELEASE.replace("on Tuesday", "on Tuesday, July 8"))
    page.wait_for_selector("#findings li.error code:has-text('weekday-mismatch')")
    text = (office / "contacts/suppressions.yaml").read_text()
    (office / "contacts/suppressions.yaml").write_text(text + text.partition("\n")[2].replace("news@weekly", "city@daily"))
    page.wait_for_function("() => document.getElementById('plan').innerText.includes('2 recipients')")


def test_the_end_of_the_preview_is_said(open_page: Open, office: Path) -> None:
    with Preview(office / "pressctl.toml", office / "releases/night-bus.md") as running:
        page = entered(open_page, running.url)
    page.wait_for_function("() => document.getElementById('status').textContent.includes('has ended')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view_is_accessible(open_page: Open, preview: str, axe: Callable[[Page], list[str]], office: Path, scheme: str) -> None:
    (office / "releases/night-bus.md").write_text(RELEASE.replace("on Tuesday", "on Tuesday, July 8"))
    page = entered(open_page, preview, scheme=scheme)
    for view in VIEWS:
        switch(page, view)
        assert (view, axe(page)) == (view, [])
    page.click("#contact")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    assert axe(page) == []
    (office / "releases/night-bus.md").write_text("---\nheadline: [\n")
    page.wait_for_selector("#notice .problem")
    page.set_viewport_size({"width": 390, "height": 844})
    assert axe(page) == []
    for view in VIEWS:
        switch(page, view)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view


def test_what_is_focused_can_be_seen_and_twice_the_size_still_fits(open_page: Open, preview: str) -> None:
    page = entered(open_page, preview, width=700, height=450)  # 1400 x 900 at 200 %
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    seen = set()
    for _ in range(16):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
        style = "() => [document.activeElement.outerHTML.slice(0, 99), getComputedStyle(document.activeElement).outlineStyle]"
        element, outline = page.evaluate(style)
        assert element.startswith(("<iframe", "<body")) or outline == "solid", element
    assert {"contact", *(f"tab-{view}" for view in VIEWS)} <= seen


def test_a_saved_file_is_seen_soon(open_page: Open, preview: str, office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = entered(open_page, preview)
    took = []
    for number in range(20):
        words = f"Version {number} of"
        text = RELEASE.replace("Residents ask", f"{words} residents ask")
        time.sleep(0.15 + 0.013 * number)  # at any moment between two looks
        began = time.time()
        (office / "releases/night-bus.md").write_text(text)
        took.append(page.wait_for_function(SEEN, arg=words).json_value() / 1000 - began)
    with capsys.disabled():
        print(f"\nsaved → seen, 20 edits: median {statistics.median(took) * 1000:.0f} ms, longest {max(took) * 1000:.0f} ms")
    assert max(took) < SLOWEST
