"""The live preview over HTTP: who may look, what each view shows, what a saved file changes, that nothing can leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import CONFIGURATION, NATIONAL, RELEASE, REPOSITORY, Run, make_office

from pressctl import office_watch
from pressctl.preview import Preview

EMBARGOED = RELEASE.replace("date: 2026-07-03\n", "date: 2026-07-03\nembargo: 2099-01-01T06:00-04:00\n")


@dataclass
class Browser:
    """Somebody's browser: knows the URL that the command printed, and has a cookie once it was let in."""

    url: str
    cookie: str = ""

    @property
    def root(self) -> str:
        return urlsplit(self.url).path

    def ask(self, path: str = "", method: str = "GET", **headers: str) -> tuple[HTTPResponse, str]:
        """Answer and body of a path below the preview's own, or of an absolute one."""
        parts = urlsplit(self.url)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            sent.setdefault("cookie", self.cookie)
        connection.request(method, path if path.startswith("/") else self.root + path, headers=sent)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer, body

    def enter(self) -> Browser:
        answer, _ = self.ask(f"?{urlsplit(self.url).query}")
        self.cookie = (answer.headers["set-cookie"] or "").partition(";")[0]
        return self

    def page(self, **query: str) -> str:
        answer, body = self.ask("?" + "&".join(f"{name}={value}" for name, value in query.items()))
        assert answer.status == 200
        return body

    def name_of(self, words: str) -> str:
        """The name in URLs of the contact whose label begins so."""
        return next(str(row[0]) for row in json.loads(self.ask("contacts")[1]) if row[1].startswith(words))

    def until(self, words: str, path: str = "", seconds: float = 10) -> str:
        """The page as soon as it has these words."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            body = self.ask(path)[1]
            if words in body:
                return body
            time.sleep(0.02)
        raise AssertionError(f"{words!r} did not appear in: {body}")


@pytest.fixture
def preview(office: Path) -> Iterator[Browser]:
    """The preview of the sample release, with somebody let in, after the desk has spoken."""
    with Preview(office / "pressctl.toml", office / "releases/night-bus.md") as running:
        browser = Browser(running.url).enter()
        browser.until("Plan: <span")
        yield browser


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The same for tests that only look."""
    office = make_office(tmp_path_factory.mktemp("calm"))
    with Preview(office / "pressctl.toml", office / "releases/night-bus.md") as running:
        browser = Browser(running.url).enter()
        browser.until("Plan: <span")
        yield browser


# --- who may look


def test_without_the_token_there_is_nothing_to_see(calm: Browser) -> None:
    stranger = Browser(calm.url)
    paths = (
        "",
        "?token=",
        "?token=x",
        f"{calm.root}x?{urlsplit(calm.url).query}",
        "frame",
        "contacts",
        "events",
        "pages.css",
        "/",
        "/x",
    )
    for path in paths:
        answer, body = stranger.ask(path)
        assert (path, answer.status, body) == (path, 403, "")
    assert stranger.ask(cookie="pressctl-1=x; other=y")[0].status == 403
    assert stranger.ask(cookie='"; ;=')[0].status == 403


def test_the_token_is_long_and_new_with_each_start(office: Path) -> None:
    urls = []
    for _ in range(2):
        with Preview(office / "pressctl.toml", office / "releases/night-bus.md") as running:
            urls.append(running.url)
    tokens = {urlsplit(url).query.removeprefix("token=") for url in urls}
    assert len(tokens) == 2
    assert all(len(token) >= 22 for token in tokens)  # of 64 signs each: 128 bits are 22


def test_the_token_is_exchanged_for_a_cookie_that_no_script_and_no_other_page_gets(calm: Browser) -> None:
    answer, body = Browser(calm.url).ask(f"?{urlsplit(calm.url).query}")
    cookie = answer.headers["set-cookie"] or ""
    assert cookie.startswith(f"pressctl-{urlsplit(calm.url).port}=")
    assert cookie.endswith(f"; HttpOnly; SameSite=Strict; Path={calm.root}")
    assert "night" not in body


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("host", "evil.example"),
        ("host", "0.0.0.0:{port}"),
        ("host", "127.0.0.1.evil.example:{port}"),
        ("origin", "http://evil.example"),
        ("origin", "null"),
        ("sec_fetch_site", "cross-site"),
    ],
)
def test_a_request_from_elsewhere_is_refused_with_the_cookie_too(calm: Browser, header: str, value: str) -> None:
    answer, body = calm.ask(**{header: value.format(port=urlsplit(calm.url).port)})
    assert answer.status == 403
    assert "bus" not in body


@pytest.mark.parametrize("path", ["..%2f..%2fetc/passwd", "../pages.css", "..%5cx", "%2e%2e/x", "pages.css/../preview.js"])
def test_no_path_leads_out(calm: Browser, path: str) -> None:
    assert calm.ask(path)[0].status == 403


@pytest.mark.parametrize("path", ["nothing", "preview.html.j2", "layout.html.j2", "pages", "frame/x", "x.css"])
def test_what_is_not_there_is_not_found(calm: Browser, path: str) -> None:
    assert calm.ask(path)[0].status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_the_preview_only_reads(calm: Browser, method: str) -> None:
    answer, body = calm.ask(method=method, content_length="0")
    assert (answer.status, body, answer.headers["allow"]) == (405, "", "GET, HEAD")


def test_the_page_runs_its_own_files_and_the_mail_runs_nothing(calm: Browser) -> None:
    answer, _ = calm.ask()
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; frame-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    for view in ("light", "dark", "inverted", "phone", "page"):
        answer, _ = calm.ask(f"frame?to=general&view={view}")
        assert answer.headers["content-security-policy"] == (
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
            "frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        )
    page = calm.page()
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in page
    assert "allow-scripts" not in page
    for file in ("pages.css", "preview.js", "picker.js", "live.js"):
        assert calm.ask(file)[0].headers["content-security-policy"] == "default-src 'none'"


def test_no_address_stands_in_a_title_or_a_url(calm: Browser) -> None:
    for view in ("light", "text", "headers"):
        page = calm.page(to=calm.name_of("National desk"), view=view)
        links = [part.partition('"')[0] for name in ("href", "src") for part in page.split(f'{name}="')[1:]]
        assert page.partition("<title>")[2].partition("</title>")[0] == "night-bus – Preview"
        assert not [link for link in links if "wire" in link or "@" in link or "national" in link.lower()]


# --- what is to see


def test_each_contact_of_the_plan_can_be_chosen_and_found(calm: Browser) -> None:
    rows = json.loads(calm.ask("contacts")[1])
    assert [row[1:3] for row in rows] == [
        ["General copy", "for nobody in particular"],
        ["National desk, A national wire service", "wave 1, by e-mail"],
        ["City desk, A daily paper", "wave 2, by e-mail"],
        ["Newsroom intake, A civil liberties organisation", "wave 3, by webhook"],
        ["Newsroom, A radio station", "left out: only a telephone number: on the call sheet"],
        ["News desk, A weekly", "left out: suppressed: unsubscribed 2026-03-01"],
    ]
    assert "civil-liberties" in rows[3][3]
    assert "@" not in calm.ask("contacts")[1]


def test_the_mail_is_shown_as_the_contact_gets_it(calm: Browser, pressctl: Run) -> None:
    name = calm.name_of("National desk")
    page = calm.page(to=name)
    assert "National desk &lt;national@wire.example&gt;" in page
    assert "wave 1, by e-mail" in page
    frame = calm.ask(f"frame?to={name}&view=light")[1]
    printed = pressctl("render", "night-bus", "--as", "html", "--contact", "wire").stdout
    added = '<base target="_blank"><style>:root { color-scheme: light !important }</style>'
    assert added in frame
    assert frame.replace(added, "") == printed
    assert "national wire service" not in calm.ask("frame?to=general&view=light")[1]


def test_the_text_is_that_of_the_command(calm: Browser, pressctl: Run) -> None:
    import html

    page = calm.page(to=calm.name_of("City desk"), view="text")
    shown = html.unescape(
        page.partition('<pre tabindex="0" class="text" role="region" aria-label="The text part">')[2].partition("</pre>")[0]
    )
    assert shown == pressctl("render", "night-bus", "--contact", "daily").stdout


def test_headers_and_sizes_are_those_of_the_mail(calm: Browser, pressctl: Run) -> None:
    page = calm.page(to=calm.name_of("National desk"), view="headers")
    mail = pressctl("render", "night-bus", "--as", "email", "--contact", "wire").stdout
    assert f"<td>{len(mail.encode()) + mail.count(chr(10)):,}</td>" in page  # the pipe has made LF of CRLF
    assert '<th scope="row">List-Id</th><td><bdi>&lt;press-releases.example.org&gt;</bdi></td>' in page
    assert "of 102,000" in page


def test_a_webhook_has_no_headers_and_that_is_said(calm: Browser) -> None:
    page = calm.page(to=calm.name_of("Newsroom intake"), view="headers")
    assert "reached by a webhook, not by mail" in page
    assert "Newsroom intake, by webhook" in page


def test_dark_shows_the_mails_own_colours_and_says_where_it_has_none(office: Path, preview: Browser) -> None:
    own = '<style data-css-inline="keep">@media (prefers-color-scheme: dark) { body { color: #eee } }</style>'
    template = (REPOSITORY / "templates/email.html.j2").read_text()
    (office / "templates").mkdir()
    assert "no dark colours of its own" in preview.page(view="dark")
    (office / "templates/email.html.j2").write_text(template.replace("<style>", f"{own}<style>", 1))
    preview.until("own dark colours", "?to=general&view=dark")
    assert "(min-width: 0px)" in preview.ask("frame?to=general&view=dark")[1]
    assert "(max-width: 0px)" in preview.ask("frame?to=general&view=light")[1]
    assert "invert(1)" in preview.ask("frame?to=general&view=inverted")[1]


def test_the_web_page_is_shown(calm: Browser) -> None:
    assert "Residents ask city to keep the night bus" in calm.ask("frame?to=general&view=page")[1]


def test_findings_stand_beside_with_their_line_and_hint(office: Path, preview: Browser) -> None:
    (office / "releases/night-bus.md").write_text(RELEASE.replace("on Tuesday", "on Tuesday, July 8"))
    page = preview.until("weekday-mismatch")
    finding = page.partition("<code>weekday-mismatch</code>")
    assert finding[0].rpartition("<li ")[2].startswith('class="error"')
    assert "line 9" in finding[0].rpartition("<li ")[2]
    assert "2 errors" in page
    allow = "<!-- pressctl: allow weekday-mismatch the council moved it -->\n\nThe commission"
    (office / "releases/night-bus.md").write_text(RELEASE.replace("on Tuesday", "on Tuesday, July 8").replace("The commission", allow))
    assert "weekday-mismatch" not in preview.until("1 error,")


def test_the_plan_says_who_gets_it_who_not_and_what_would_be_refused(calm: Browser) -> None:
    page = calm.page()
    plan = page.partition('<section id="plan"')[2]
    assert "3 recipients, a rehearsal" in plan
    assert "<h3>Wave 1: 1</h3>" in plan
    assert "Left out: 3" in plan
    assert "the same recipient as <code>daily</code> on national" in plan
    assert "A live provider would refuse" in plan
    assert "an address for samples" in plan


def test_for_a_live_provider_the_plan_is_that_of_a_live_send(tmp_path: Path) -> None:
    live = CONFIGURATION.replace('provider = "sandbox"', 'provider = "resend"')
    office = make_office(tmp_path, {"pressctl.toml": live, "releases/night-bus.md": EMBARGOED})
    with Preview(office / "pressctl.toml", office / "releases/night-bus.md") as running:
        page = Browser(running.url).enter().until("for real")
    assert "0 recipients, for real" in page
    assert "an address for samples" in page


def test_an_expired_release_is_shown_with_what_a_live_provider_says(tmp_path: Path) -> None:
    live = CONFIGURATION.replace('provider = "sandbox"', 'provider = "resend"')
    expired = RELEASE.replace("date: 2026-07-03\n", "date: 2026-07-03\nexpires: 2026-07-04T06:00-04:00\n")
    office = make_office(tmp_path, {"pressctl.toml": live, "releases/night-bus.md": expired})
    with Preview(office / "pressctl.toml", office / "releases/night-bus.md") as running:
        page = Browser(running.url).enter().until("The provider refuses")
    assert "the release expired 2026-07-04 06:00" in page


def test_what_others_wrote_stays_text(office: Path, preview: Browser) -> None:
    evil = "<script>alert(1)</script><img src=x>"
    (office / "contacts/national.yaml").write_text(NATIONAL.replace("name: City desk", f"name: '{evil}'"))
    page = preview.until("&lt;script&gt;")
    assert "<script>alert" not in page
    assert "<img" not in page


def test_a_contact_that_was_asked_for_is_shown_first(office: Path) -> None:
    with Preview(office / "pressctl.toml", office / "releases/night-bus.md", contact="daily") as running:
        assert 'data-chosen="City desk, A daily paper"' in Browser(running.url).enter().page()


def test_ten_thousand_contacts_are_listed_in_part_and_all_found(tmp_path: Path) -> None:
    many = "".join(f"  - {{id: n{n}, name: Desk {n}, email: n{n}@paper.example}}\n" for n in range(3000))
    office = make_office(tmp_path, {"contacts/national.yaml": f"list: National\ncontacts:\n{many}"})
    with Preview(office / "pressctl.toml", office / "releases/night-bus.md") as running:
        browser = Browser(running.url).enter()
        page = browser.until("whom the picker finds", seconds=30)
        assert len(json.loads(browser.ask("contacts")[1])) > 3000
    assert "and 2,902 more" in page
    assert len(page) < 200_000


# --- files that are saved


def listen(browser: Browser) -> tuple[HTTPResponse, HTTPConnection]:
    parts = urlsplit(browser.url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request("GET", f"{browser.root}events", headers={"cookie": browser.cookie})
    return connection.getresponse(), connection


def event(stream: HTTPResponse) -> tuple[int, str]:
    while True:
        line = stream.readline()
        assert line
        if line.startswith(b"data: "):
            number, _, what = line.decode().split()[1:]
            return int(number), what


def test_a_plan_that_is_made_before_the_page_listens_is_noticed(preview: Browser) -> None:
    """The page says which state it shows and the first event which one there is: where they differ, it asks again."""
    page = preview.until('data-looks="1"')
    stream, connection = listen(preview)
    line = next(line for line in stream if line.startswith(b"data: "))
    number, looks, what = line.decode().split()[1:]
    connection.close()
    assert f'data-number="{number}" data-looks="{looks}"' in page
    assert (int(looks), what) == (1, "hello")


@pytest.mark.parametrize(
    ("file", "before", "after", "words", "path"),
    [
        ("releases/night-bus.md", "Residents ask", "Neighbours ask", "Neighbours ask", ""),
        ("pressctl.toml", "Key West Example", "Marathon Example", "Marathon Example", "frame?to=general&view=light"),
        ("contacts/national.yaml", "City desk", "Metro desk", "Metro desk", ""),
        ("contacts/suppressions.yaml", "unsubscribed", "asked by letter", "suppressed: asked by letter", ""),
    ],
)
def test_a_saved_file_is_told_at_once_and_shown(
    office: Path, preview: Browser, file: str, before: str, after: str, words: str, path: str
) -> None:
    stream, connection = listen(preview)
    number, what = event(stream)
    assert what == "hello"
    text = (office / file).read_text()
    (office / file).write_text(text.replace(before, after))
    told = event(stream)
    assert told == (number + 1, "files")
    preview.until(words, path)
    connection.close()


def test_a_template_and_a_translation_count_as_files_of_the_office(office: Path, preview: Browser) -> None:
    stream, connection = listen(preview)
    event(stream)
    (office / "templates").mkdir()
    (office / "templates/email.txt.j2").write_text("Own words: {{ release.headline }}\n")
    assert event(stream)[1] == "files"
    preview.until("Own words: Residents", "?to=general&view=text")
    while event(stream)[1] != "desk":
        pass
    (office / "releases/night-bus.es.md").write_text(RELEASE)
    assert event(stream)[1] == "files"
    connection.close()


def test_each_contact_is_shown_its_language_and_its_pitch(tmp_path: Path) -> None:
    spanish = RELEASE.replace("Residents ask city to keep the night bus", "Vecinos piden conservar el autobús nocturno")
    pitched = RELEASE.replace("---\nA group", "pitches: [{to: national, text: You rode it in May.}]\n---\nA group")
    files = {
        "contacts/national.yaml": NATIONAL.replace("    tier: 2", "    tier: 2\n    languages: [es]"),
        "releases/night-bus.md": pitched,
        "releases/night-bus.es.md": spanish.replace("---\nA group", "pitches: [{to: national, text: Usted lo usó en mayo.}]\n---\nA group"),
    }
    office = make_office(tmp_path, files)
    with Preview(office / "pressctl.toml", office / "releases/night-bus.md") as running:
        browser = Browser(running.url).enter()
        browser.until("Plan: <span")
        name = browser.name_of("City desk")
        page = browser.page(to=name)
        assert "<dt>Language</dt><dd><bdi>Spanish</bdi></dd>" in page
        assert "<dt>Pitch</dt>" in page
        assert ["City desk, A daily paper", "wave 2, by e-mail in Spanish"] in [row[1:3] for row in json.loads(browser.ask("contacts")[1])]
        assert "Usted lo usó en mayo" in browser.ask(f"frame?to={name}&view=light")[1]
        assert "Vecinos piden" in browser.ask(f"frame?to={name}&view=page")[1]
        assert "Residents ask" in browser.ask("frame?to=general&view=page")[1]
        (office / "releases/night-bus.es.md").write_text(files["releases/night-bus.es.md"].replace("Vecinos", "Residentes"))
        browser.until("Residentes piden", f"frame?to={name}&view=light")


def test_many_who_watch_hold_up_nobody(calm: Browser) -> None:
    watchers = [listen(calm) for _ in range(20)]
    began = time.monotonic()
    assert calm.page()
    assert time.monotonic() - began < 2
    for stream, connection in watchers:
        assert event(stream)[1] == "hello"
        connection.close()


@pytest.mark.parametrize(
    ("file", "broken", "words"),
    [
        ("releases/night-bus.md", "---\nheadline: [\n---\nx\n", ("releases/night-bus.md:",)),
        ("releases/night-bus.md", RELEASE.replace("dateline", "datline"), ("datline", "did you mean", "releases/night-bus.md:3")),
        ("contacts/national.yaml", NATIONAL.replace("email:", "emial:", 1), ("emial", "contacts/national.yaml:6")),
        ("pressctl.toml", CONFIGURATION + "[send\n", ("pressctl.toml:",)),
        ("templates/email.html.j2", "{{ release.headlin }}", ("headlin", "templates/email.html.j2:1")),
        ("templates/email.html.j2", "{% personal %}{{ contact.nmae }}{% endpersonal %}", ("nmae",)),
    ],
)
def test_a_mistake_is_shown_with_its_place_and_the_last_good_view_stays(
    office: Path, preview: Browser, file: str, broken: str, words: tuple[str, ...]
) -> None:
    path = office / file
    good = path.read_text() if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text(broken)
    page = preview.until('class="problem"')
    notice = page.partition('<div id="notice"')[2].partition('<div id="head"')[0]
    assert not [word for word in words if word not in notice], notice
    assert "Below is what the files said before" in notice
    assert str(office) not in notice
    assert "<bdi>Residents ask city to keep the night bus</bdi></h2>" in page
    assert "night bus" in preview.ask("frame?to=general&view=light")[1]
    if good is None:
        path.unlink()
    else:
        path.write_text(good.replace("night bus", "day bus"))
    end = time.monotonic() + 10
    while 'class="problem"' in preview.page():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_half_a_file_is_no_mistake(office: Path, preview: Browser) -> None:
    """Editors empty a file and write it again."""
    stream, connection = listen(preview)
    event(stream)
    with (office / "releases/night-bus.md").open("w") as file:
        file.flush()
        time.sleep(0.06)
        file.write(RELEASE.replace("Residents ask", "Neighbours ask"))
    assert event(stream)[1] == "files"
    assert 'class="problem"' not in preview.page()
    assert "Neighbours ask" in preview.page()
    connection.close()


def test_a_release_broken_from_the_start_is_shown_as_soon_as_it_is_mended(office: Path) -> None:
    path = office / "releases/night-bus.md"
    path.write_text("---\nheadline: x\n")
    with Preview(office / "pressctl.toml", path) as running:
        browser = Browser(running.url).enter()
        page = browser.page()
        assert 'class="problem"' in page
        assert "There is nothing to show yet" in page
        assert browser.ask("frame?to=general&view=light")[0].status == 404
        path.write_text(RELEASE)
        browser.until("<bdi>Residents ask city to keep the night bus</bdi></h2>")


def test_a_contact_that_is_gone_gives_way_to_the_general_copy(office: Path, preview: Browser) -> None:
    name = preview.name_of("City desk")
    (office / "contacts/national.yaml").write_text(NATIONAL.replace("id: daily", "id: other"))
    preview.until('data-chosen="General copy"', f"?to={name}&view=light")


# --- nothing leaves


def test_nothing_that_could_send_or_log_is_loaded_and_no_file_is_written(office: Path) -> None:
    (office / ".pressctl").mkdir(mode=0o700)
    (office / ".pressctl/log.sqlite3").write_bytes(b"not to be touched")
    before = {path: path.stat().st_mtime_ns for path in office.rglob("*")}
    program = f"""
import sys, http.client, urllib.parse
from pathlib import Path
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from test_preview import Browser
from pressctl.preview import Preview
with Preview(Path("pressctl.toml"), Path("releases/night-bus.md")) as running:
    browser = Browser(running.url).enter()
    browser.until("Plan: <span")
    for to in ("general", browser.name_of("National desk"), browser.name_of("Newsroom intake")):
        for view in ("light", "dark", "inverted", "phone", "text", "page", "headers"):
            browser.page(to=to, view=view)
            browser.ask(f"frame?to={{to}}&view={{view}}")
print("\\n".join(sys.modules))
"""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([sys.executable, "-c", program], cwd=office, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    can_send = {"send", "wire", "http1", "distribute", "routes", "batch", "resolve", "sync", "delivery_log", "receipt"}
    loaded = set(done.stdout.split())
    assert not loaded & {f"pressctl.{name}" for name in can_send}
    assert not loaded & {"sqlite3", "httpx2", "smtplib"}
    assert {path: path.stat().st_mtime_ns for path in office.rglob("*")} == before


# --- the command


def test_the_command_prints_the_address_and_ends_with_an_interrupt(office: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "pressctl", "render", "night-bus", "--serve"]
    with subprocess.Popen(command, cwd=office, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        url = running.stdout.readline().strip()
        assert "Residents ask" in Browser(url).enter().page()
        running.send_signal(2)
        assert running.wait(10) == 0
        assert "nothing is sent from it" in running.stderr.read()


def test_a_release_that_is_not_there_is_an_error_of_the_command(pressctl: Run) -> None:
    for words in (["nigt-bus"], ["releases/nigt-bus.md"], ["night-bus", "--contact", "wyre"]):
        result = pressctl("render", *words, "--serve")
        assert result.returncode == 3
        assert result.stdout == ""


def test_what_does_not_go_with_the_preview_is_said(pressctl: Run) -> None:
    result = pressctl("render", "night-bus", "--serve", "-o", "x.html")
    assert result.returncode == 2
    assert "leave out -o" in " ".join(result.stderr.split())


# --- the watch


def test_the_watch_sees_what_is_saved_made_renamed_and_deleted_and_not_what_editors_leave(tmp_path: Path) -> None:
    folder = tmp_path / "releases"
    folder.mkdir()
    (folder / "a.md").write_text("x")
    seen: list[set[str]] = []
    heard = threading.Event()

    def changed(paths: frozenset[str]) -> None:
        seen.append({Path(path).name for path in paths})
        heard.set()

    def after(*, wanted: bool = True) -> set[str]:
        assert heard.wait(5 if wanted else 0.3) == wanted
        heard.clear()
        return seen.pop() if wanted else set()

    watch = office_watch.Watch(tmp_path, changed, lambda: [tmp_path / "pressctl.toml"])
    watch.start()
    (folder / "a.md").write_text("y")
    assert after() == {"a.md"}
    (folder / "deep").mkdir()
    (folder / "deep/b.md").write_text("y")
    assert after() == {"b.md"}
    os.replace(folder / "deep/b.md", folder / "c.md")
    assert after() == {"b.md", "c.md"}
    (folder / "c.md").unlink()
    assert after() == {"c.md"}
    (tmp_path / "pressctl.toml").write_text("x")
    assert after() == {"pressctl.toml"}
    for name in (".a.md.swp", "a.md~", "#a"):
        (folder / name).write_text("x") if name != "#a" else None
    (tmp_path / "other.txt").write_text("x")
    assert after(wanted=False) == set()
    watch.stop()
