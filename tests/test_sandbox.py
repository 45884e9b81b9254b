from __future__ import annotations

import base64
import dataclasses
import html.parser
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

import httpx2
import jsonschema
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from providers.contract import KEY, LOGO, MESSAGE, NOW, PDF, oracle

from pressctl import inbox_page, mail_catcher, mail_view, provider
from pressctl.delivery import Move
from pressctl.inbox import Delivery, Inbox
from pressctl.loopback import Request
from pressctl.message import Endpoint, as_bytes
from pressctl.sandbox import Sandbox


@dataclasses.dataclass
class Browser:
    """One kept connection to a sandbox."""

    base: str

    def __enter__(self) -> Self:
        self.connection = HTTPConnection(self.base.removeprefix("http://"), timeout=10)
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def ask(self, path: str, method: str = "GET", body: bytes | None = None) -> httpx2.Response:
        self.connection.request(method, path, body=body)
        answer = self.connection.getresponse()
        return httpx2.Response(answer.status, headers=answer.getheaders(), content=answer.read())

    def send(self, request: httpx2.Request) -> httpx2.Response:
        self.connection.request(request.method, request.url.raw_path.decode(), body=request.content, headers=dict(request.headers))
        answer = self.connection.getresponse()
        return httpx2.Response(answer.status, headers=answer.getheaders(), content=answer.read())

    def mail(self, **changes: Any) -> str:
        """Send a mail to it as the adapter does; returns its id there."""
        module = provider.find("sandbox")
        request = module.request(dataclasses.replace(MESSAGE, **changes), module.Settings(base_url=self.base), KEY, NOW)
        outcome = module.outcome(self.send(request))
        assert outcome.move is Move.ACCEPT
        return outcome.provider_id

    def webhook(self) -> str:
        module = provider.find("webhook")
        message = dataclasses.replace(MESSAGE, to=Endpoint(f"{self.base}/webhook/intake.recipient.example", "Newsroom intake"))
        outcome = module.outcome(self.send(module.request(message, module.Settings(), KEY, NOW)))
        assert outcome.move is Move.ACCEPT
        return outcome.provider_id


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    ticks = iter(range(10**9))
    sandbox = Sandbox(tmp_path / "sandbox", now=lambda: NOW + timedelta(seconds=next(ticks)))
    with Browser(sandbox.start()) as open_browser:
        yield open_browser
    sandbox.stop()


def plain(**changes: Any) -> dict[str, Any]:
    return {"From": {"Email": "a@b.example"}, "To": [{"Email": "c@d.example"}], "Subject": "s", "Text": "t", **changes}


# --- taking in


def test_what_was_sent_can_be_read_after_a_restart(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as one, Browser(one.start()) as browser:
        name = browser.mail()
    two = Sandbox(tmp_path)
    with Browser(two.start()) as browser:
        assert browser.ask(f"/api/v1/message/{name}").json()["Subject"] == MESSAGE.subject
    two.stop()


def test_a_delivery_is_found_by_our_own_key(browser: Browser) -> None:
    name = browser.mail()
    found = browser.ask(f"/api/v1/search?query=message-id:{KEY}@id.sender.example").json()
    assert ([message["ID"] for message in found["messages"]], found["messages_count"]) == ([name], 1)
    assert browser.ask("/api/v1/search?query=message-id:other@id.sender.example").json()["messages"] == []
    assert browser.ask("/api/v1/search?query=anything").status_code == 400


def test_the_source_is_the_message_as_mail_has_it(browser: Browser) -> None:
    source = browser.ask(f"/api/v1/message/{browser.mail()}/raw").content
    assert source == as_bytes(dataclasses.replace(MESSAGE, date=NOW))


def test_what_is_no_sound_mail_is_shown_as_it_came(browser: Browser) -> None:
    sent = plain(To=[{"Email": "c@d.example"}, {"Email": "e@f.example"}])
    name = browser.ask("/api/v1/send", "POST", orjson.dumps(sent)).json()["ID"]
    assert browser.ask(f"/api/v1/message/{name}/raw").json() == sent


def test_what_a_webhook_would_get_is_kept_with_its_host(browser: Browser) -> None:
    name = browser.webhook()
    message = browser.ask(f"/api/v1/message/{name}").json()
    assert (message["To"], message["Tags"]) == ([{"Name": "Newsroom intake", "Address": "intake.recipient.example"}], ["webhook"])
    assert browser.ask(f"/api/v1/message/{name}/raw").json()["release"] == MESSAGE.release
    page = browser.ask(f"/message/{name}").text
    assert "Delivered by webhook to <bdi>intake.recipient.example</bdi>" in page
    assert "&#34;slug&#34;: &#34;night-bus&#34;" in page


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}", b"[" * 10_000])
def test_what_is_not_a_message_is_refused_with_an_error(browser: Browser, body: bytes) -> None:
    answer = browser.ask("/api/v1/send", "POST", body)
    assert answer.status_code == 400
    assert answer.json()["Error"]
    assert browser.ask("/api/v1/info").json()["Messages"] == 0


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"From": None}, "From"),
        ({"From": {"Email": "nobody"}}, "From"),
        ({"To": []}, "recipient"),
        ({"To": "c@d.example"}, "To"),
        ({"To": [{"Email": 7}]}, "To"),
        ({"Subject": 7}, "Subject"),
        ({"Headers": {"Bcc": "x@y.example"}}, "Bcc"),
        ({"Headers": {"X": 7}}, "Headers"),
        ({"Attachments": [{"Filename": "a"}]}, "Attachments"),
        ({"Tags": [1]}, "Tags"),
    ],
)
def test_a_message_that_a_catcher_cannot_take_is_refused_by_name(browser: Browser, changes: dict[str, Any], named: str) -> None:
    answer = browser.ask("/api/v1/send", "POST", orjson.dumps(plain(**changes)))
    assert (answer.status_code, named in answer.json()["Error"]) == (400, True)


@pytest.mark.parametrize("path", ["/", "/api/v1/messages", "/webhook/", "/message/1"])
def test_nothing_is_posted_elsewhere(browser: Browser, path: str) -> None:
    assert browser.ask(path, "POST", orjson.dumps(plain())).status_code == 404


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "OPTIONS"])
def test_the_page_only_reads(browser: Browser, method: str) -> None:
    assert browser.ask("/api/v1/messages", method, b"").status_code == 405


def test_the_answers_fit_mailpits_own_description(browser: Browser) -> None:
    file = oracle("specs/mailpit.json")
    if not file.exists():
        pytest.skip("Mailpit's API description is not beside the repository (PRESSCTL_ORACLES)")
    definitions = json.loads(file.read_text("utf-8"))["definitions"]
    name = browser.mail()
    for path, kind in (
        ("/api/v1/messages", "MessagesSummary"),
        (f"/api/v1/message/{name}", "Message"),
        ("/api/v1/message/latest", "Message"),
        ("/api/v1/info", "AppInformation"),
    ):
        jsonschema.Draft4Validator({**definitions[kind], "definitions": definitions}).validate(browser.ask(path).json())


def test_a_list_is_given_in_parts(browser: Browser) -> None:
    names = [browser.mail() for _ in range(5)]
    found = browser.ask("/api/v1/messages?start=1&limit=2").json()
    assert ([message["ID"] for message in found["messages"]], found["total"]) == ([names[3], names[2]], 5)
    assert len(browser.ask("/api/v1/messages?start=-1&limit=x").json()["messages"]) == 5


# --- the page


class Elements(html.parser.HTMLParser):
    """The elements and attributes of a page, and what stands between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said += data + " "


def test_an_empty_inbox_says_what_to_do(browser: Browser) -> None:
    page = browser.ask("/").text
    assert "Nothing has come in yet" in page
    assert "pressctl send" in page


def test_the_page_shows_who_what_and_when(browser: Browser) -> None:
    browser.mail()
    said = " ".join(Elements(browser.ask("/").text).said.split())
    for text in (
        "1 delivery",
        "From Key West Example Network <press@sender.example>",
        "To National desk, Zeitung für Überlingen <desk@recipient.example>",
        "Reply to Press volunteer <answers@reply.example>",
        "route map – Karte.pdf",
        MESSAGE.subject,
    ):
        assert text in said


def test_each_form_has_an_address_of_its_own(browser: Browser) -> None:
    name = browser.mail()
    assert 'src="/message/' in browser.ask(f"/message/{name}").text
    assert "KEY WEST, Fla. — the plain body, with %recipient.name% and {{ braces }}" in browser.ask(f"/message/{name}/text").text
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in browser.ask(f"/message/{name}/source").text
    assert browser.ask(f"/message/{name}/file/0").content == PDF.data
    assert browser.ask(f"/message/{name}/file/9").status_code == 404


def test_a_mail_is_seen_on_a_dark_screen_with_its_colours_turned_and_on_a_telephone(browser: Browser) -> None:
    name = browser.mail(html="<p>x</p><style>@media (prefers-color-scheme: dark) { p { color: #eee } }</style>")
    for face, words in {"dark": "own dark colours", "inverted": "All colours turned", "phone": "390 pixels wide"}.items():
        page = browser.ask(f"/message/{name}/{face}").text
        assert words in page
        assert f'src="/message/{name}/body?as={face}"' in page
    assert "(min-width: 0px) { p" in browser.ask(f"/message/{name}/body?as=dark").text
    assert "(max-width: 0px) { p" in browser.ask(f"/message/{name}/body?as=phone").text
    assert "prefers-color-scheme" in browser.ask(f"/message/{name}/body").text
    plain = browser.mail(html="<p>x</p>")
    assert "no dark colours of its own" in browser.ask(f"/message/{plain}/dark").text


def test_headers_are_read_out_and_the_parts_weighed(browser: Browser) -> None:
    said = " ".join(Elements(browser.ask(f"/message/{browser.mail(html='x' * 96_900)}/headers").text).said.split())
    assert "HTML part 96,900 95 % 95 % of 102,000 Gmail hides what is beyond" in said
    assert "List-Unsubscribe-Post List-Unsubscribe=One-Click" in said


def test_a_mail_without_html_shows_its_text_first(browser: Browser) -> None:
    name = browser.mail(html="")
    page = browser.ask(f"/message/{name}").text
    assert "<iframe" not in page
    assert "the plain body" in page


def test_finding_keeps_to_what_was_looked_for(browser: Browser) -> None:
    browser.mail()
    browser.mail(subject="Another matter")
    page = browser.ask("/?q=another").text
    assert "1 delivery with “another”" in page
    assert MESSAGE.subject not in page
    assert "No delivery has these words" in browser.ask("/?q=nobody").text


def test_long_lists_are_turned_page_by_page(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_page, "PAGE", 2)
    for number in range(5):
        browser.mail(subject=f"No. {number}")
    assert '<a href="/?start=2" rel="next">Older</a>' in browser.ask("/").text
    middle = browser.ask("/?start=2").text
    assert '<a href="/" rel="prev">Newer</a>' in middle
    assert "No. 2" in middle
    assert "No. 4" not in middle


EVIL = '</title></bdi>"><script>alert(1)</script><img src=x onerror=alert(1)>\x1b]0;x\x07\x1b[31m\u202e{{ 7 * 7 }}'


def test_what_others_wrote_stays_text(browser: Browser) -> None:
    person = {"Email": f"{EVIL}@x.example", "Name": EVIL}
    sent = plain(From=person, To=[person], ReplyTo=[person], Subject=EVIL, Text=EVIL, Attachments=[{"Filename": EVIL, "Content": ""}])
    name = browser.ask("/api/v1/send", "POST", orjson.dumps(sent)).json()["ID"]
    for path in ("/", "/?q=%3Cscript%3E", *(f"/message/{name}{form}" for form in ("", "/text", "/source", "/headers"))):
        shown = Elements(browser.ask(path).text)
        assert [attributes for tag, attributes in shown.tags if tag == "script"] == [{"type": "module", "src": "/inbox.js"}]
        assert "img" not in {tag for tag, _ in shown.tags}
        assert not any(name.startswith("on") for _, attributes in shown.tags for name in attributes)
        assert shown.said.count("<script>alert(1)</script>") >= 6
        assert "{{ 7 * 7 }}" in shown.said
        assert "\x1b" not in shown.said
    page = browser.ask(f"/message/{name}/source").text
    assert "\u202e" not in page.partition("<pre")[0]


def test_a_scripted_mail_is_shown_in_a_frame_that_can_do_nothing(browser: Browser) -> None:
    name = browser.mail(html='<script>alert(1)</script><img src="https://tracker.example/1.gif"><form action="https://x.example">')
    frame = next(attributes for tag, attributes in Elements(browser.ask(f"/message/{name}").text).tags if tag == "iframe")
    assert frame["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
    policy = browser.ask(str(frame["src"])).headers["content-security-policy"]
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-popups allow-popups-to-escape-sandbox",
    }


def test_the_page_itself_runs_only_its_own_files(browser: Browser) -> None:
    browser.mail()
    answer = browser.ask("/")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'; ")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    for tag, attributes in Elements(answer.text).tags:
        assert "style" not in attributes
        for name in ("src", "href", "action"):
            assert (attributes.get(name) or "/").startswith(("/", "#", "data:,")), tag
    for path in ("/pages.css", "/inbox.js", "/live.js"):
        text = browser.ask(path).text
        assert "http" not in text.replace("https", "http").split("//")[0] or "@import" not in text
        assert "url(" not in text


def test_an_inline_image_comes_from_the_delivery_itself(browser: Browser) -> None:
    body = browser.ask(f"/message/{browser.mail()}/body").text
    assert f'src="data:image/png;base64,{base64.b64encode(LOGO.data).decode()}"' in body
    assert "cid:" not in body
    assert body.startswith('<!doctype html><html lang="en"><base target="_blank">')


def test_an_attachment_is_saved_and_never_shown(browser: Browser) -> None:
    name = browser.mail(attachments=(dataclasses.replace(PDF, name='x"\u2028é.html', media_type="text/html"),))
    answer = browser.ask(f"/message/{name}/file/0")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''x%22%E2%80%A8%C3%A9.html"
    assert answer.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "path", ["/message/0", "/nothing", "/message/", "/message/../x", "/pages/inbox.css", "/.pressctl", "/attachments/"]
)
def test_what_is_not_there_is_said_so(browser: Browser, path: str) -> None:
    assert browser.ask(path).status_code in (403, 404)


def test_everything_can_be_reached_and_named_without_a_mouse(browser: Browser) -> None:
    name = browser.mail()
    tags = Elements(browser.ask(f"/message/{name}").text).tags
    assert [attributes["aria-label"] for tag, attributes in tags if tag == "nav"] == ["Deliveries", "Forms of this delivery"]
    assert [attributes.get("for") for tag, attributes in tags if tag == "label"] == ["q"]
    assert [tag for tag, _ in tags if tag in ("h1", "main", "h2", "header")] == ["header", "h1", "main", "h2"]
    assert all(attributes.get("title") for tag, attributes in tags if tag == "iframe")
    assert ("html", {"lang": "en"}) in tags
    assert sum("aria-current" in attributes for tag, attributes in tags if tag == "a") == 2
    assert next(attributes["href"] for tag, attributes in tags if tag == "a") == "#message"


# --- whatever comes in can be shown


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "email", "content", "type", "cid"]), inner, max_size=3)
    ),
    max_leaves=5,
)
TEXT = st.text(max_size=30)
PERSON = st.fixed_dictionaries({"Email": TEXT.map(lambda text: f"{text}@x.example")}, optional={"Name": TEXT})
MAIL = st.fixed_dictionaries(
    {"From": PERSON, "To": st.lists(PERSON, min_size=1, max_size=2)},
    optional={
        "Subject": TEXT,
        "Text": TEXT,
        "HTML": TEXT,
        "ReplyTo": st.lists(PERSON, max_size=1),
        "Headers": st.dictionaries(TEXT | st.sampled_from(["Message-ID", "Content-Transfer-Encoding", "X-A"]), TEXT, max_size=3),
        "Attachments": st.lists(
            st.fixed_dictionaries(
                {"Filename": TEXT, "Content": TEXT},
                optional={
                    "ContentType": TEXT | st.sampled_from(["text/html", "multipart/mixed", "message/rfc822", "image/png"]),
                    "ContentID": TEXT,
                },
            ),
            max_size=2,
        ),
    },
)
HOOK = st.dictionaries(st.sampled_from(["to", "sender", "reply_to", "subject", "text", "html", "attachments", "message_id"]), JSON)


@settings(max_examples=80, deadline=None)
@given(mails=st.lists(MAIL, max_size=2), hooks=st.lists(HOOK, max_size=2))
def test_whatever_was_taken_in_can_be_listed_read_and_shown(mails: list[Any], hooks: list[Any], tmp_path_factory: Any) -> None:
    inbox = Inbox(tmp_path_factory.mktemp("inbox"), lambda: datetime.now(UTC))
    for sent in mails:
        if not mail_catcher.problem(sent):
            inbox.add(sent)
    for sent in hooks:
        inbox.add(sent, host="intake.example")
    for delivery in inbox.list():
        check(delivery, inbox)


def check(delivery: Delivery, inbox: Inbox) -> None:
    assert orjson.dumps(mail_view.summary(delivery))
    assert orjson.dumps(mail_view.detail(delivery))
    assert mail_view.raw(delivery, inbox)
    assert isinstance(inbox_page.body(delivery, inbox), str)
    for tab in ("", "/text", "/html", "/dark", "/headers", "/source", "/file/0"):
        request = Request("GET", f"/message/{delivery.id}{tab}", {}, {}, b"")
        assert inbox_page.answer(inbox, request).status in (200, 404)
