from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from render_samples import MEETING, NEW_YORK, NEWSROOM, office, release

from pressctl import render
from pressctl.contacts import Contact
from pressctl.edition import Edition, Personal, compose
from pressctl.errors import Place, ReleaseError, TemplateError
from pressctl.message import Address, Endpoint, Message

GIVEN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def mail(root: Path, contact: Contact = NEWSROOM, **changes: Any) -> Message:
    edition = render.prepare(release(root, **changes), office(root))
    return compose(edition, render.personal(edition, contact), Address(contact.email, contact.name), "k1")


def templates(root: Path, html: str = "<html><body>{{ body.html }}</body></html>", text: str = "{{ body.text }}") -> Path:
    folder = root / "templates"
    folder.mkdir(exist_ok=True)
    (folder / "email.html.j2").write_text(html, encoding="utf-8")
    (folder / "email.txt.j2").write_text(text, encoding="utf-8")
    return folder


def test_the_text_part_has_every_part_of_a_release_in_order(tmp_path: Path) -> None:
    body = "The city **will** meet.\n\n## Notes to editors\n\n- Spelling"
    message = mail(tmp_path, body=body, events=(MEETING,), subhead="A second line")
    assert message.text == (
        "KEY WEST EXAMPLE NETWORK\n\nNEWS RELEASE\nFOR IMMEDIATE RELEASE\nThursday, July 3, 2025\n\n"
        "For: National desk, A wire service\n\nRESIDENTS ASK CITY TO KEEP THE NIGHT BUS\n\nA second line\n\n"
        "KEY WEST, Fla. — The city will meet.\n\n"
        "EVENT\n\nWhat: City Commission meeting\nWhen: Tuesday, July 8, 2025, 5 p.m. EDT\n"
        "Where: City Hall, 1300 White St., Key West, Fla. 33040\nWho: City Commission\nAccess: Step-free\n\n"
        "ABOUT KEY WEST EXAMPLE NETWORK\n\nThe network works for fair rules on the island.\n\n"
        "MEDIA CONTACT\n\nPress desk, on call\n+1 305 555 0100\npress@network.example\n\n###\n\n"
        "NOTES TO EDITORS\n\n- Spelling\n\n" + "-" * 72 + "\nAddressed to national@wire.example.\n"
        "You receive this because your desk is on our press list. To be taken off\nthe list, reply with the word unsubscribe.\n\n"
        "Key West Example Network\nPO Box 1\nKey West, Fla. 33040\n"
    )


def test_the_mail_and_the_page_say_the_same_in_the_same_order(tmp_path: Path) -> None:
    message = mail(tmp_path, events=(MEETING,), subhead="A second line")
    page = render.web(release(tmp_path, events=(MEETING,), subhead="A second line"), office(tmp_path))
    for html in (message.html, page):
        shown = " ".join(re.sub(r"<(style|script)[ >].*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL).split())
        parts = ("NEWS RELEASE", "FOR IMMEDIATE RELEASE", "Thursday, July 3", "A second line", "KEY WEST, Fla.", "A second paragraph",
                 "5 p.m. EDT", "on call", "###", "PO Box 1")  # fmt: skip
        places = [shown.index(part) for part in parts]
        assert places == sorted(places)


def test_the_mail_is_small_inlined_and_loads_nothing(tmp_path: Path) -> None:
    html = mail(tmp_path, body="A ![bus](https://x.example/bus.jpg) [link](https://x.example).", events=(MEETING,)).html
    assert len(html.encode()) < 30_000
    assert "<style" not in html
    assert not re.search(r"\bsrc=|<link|url\(|@import", html)
    assert '<html lang="en">' in html
    assert html.count("<h1") == 1
    assert 'role="presentation"' in html
    assert "[Image: bus]" in html


@pytest.mark.parametrize(
    ("contact", "line"),
    [
        (NEWSROOM, "For: National desk, A wire service\n"),
        (replace(NEWSROOM, outlet=""), "For: National desk\n"),
        (replace(NEWSROOM, name="A wire service"), "For: A wire service\n"),
        (replace(NEWSROOM, name="", kind="outlet"), "For: A wire service\n"),
    ],
)
def test_a_recipient_is_addressed_by_what_is_known_of_it(tmp_path: Path, contact: Contact, line: str) -> None:
    text = mail(tmp_path, contact).text
    assert line in text
    assert "Dear" not in text


def test_the_general_copy_is_for_nobody(tmp_path: Path) -> None:
    edition = render.prepare(release(tmp_path), office(tmp_path))
    text = compose(edition, render.general(edition), Endpoint("https://x.example"), "k").text
    assert "For:" not in text
    assert "Addressed" not in text


def test_an_embargo_is_told_in_the_release_line_and_the_subject(tmp_path: Path) -> None:
    message = mail(tmp_path, embargo=datetime(2025, 7, 7, 6, tzinfo=NEW_YORK))
    assert "EMBARGOED UNTIL Monday, July 7, 2025, 6 a.m. EDT\n" in message.text
    assert "FOR IMMEDIATE" not in message.text
    assert message.subject == "EMBARGOED: Residents ask city to keep the night bus"


def test_a_correction_says_so_before_anything_else(tmp_path: Path) -> None:
    message = mail(tmp_path, kind="correction", extra={"correction_note": "The meeting is on Tuesday, not on Monday."})
    assert message.subject.startswith("CORRECTION: ")
    assert (
        message.text.index("CORRECTION\n")
        < message.text.index("CORRECTION: The meeting is on Tuesday")
        < message.text.index("KEY WEST, Fla.")
    )


def test_the_headers_are_those_of_honest_bulk_mail(tmp_path: Path) -> None:
    assert mail(tmp_path).headers == (
        ("List-Unsubscribe", "<mailto:desk@network.example?subject=unsubscribe>"),
        ("List-Id", "<press-releases.network.example>"),
        ("Precedence", "bulk"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
    )


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    assert mail(tmp_path) == mail(tmp_path)


def test_data_is_json_with_moments_in_utc_and_without_private_keys(tmp_path: Path) -> None:
    extra = {"people": [{"name": "x", "consent": {}}], "keywords": ("bus",), "version": 2}
    facts = render.data(release(tmp_path, events=(MEETING,), extra=extra, x={"x-note": "private"}), office(tmp_path))
    assert orjson.loads(orjson.dumps(facts)) == facts
    assert facts["events"][0]["start"] == "2025-07-08T21:00:00Z"
    assert facts["issued"] == "2025-07-03T04:00:00Z"
    assert facts["dateline"]["printed"] == "KEY WEST, Fla."
    assert facts["keywords"] == ["bus"]
    assert "private" not in str(facts)
    assert "consent" not in str(facts)


def test_own_templates_win_and_may_include_the_packages(tmp_path: Path) -> None:
    templates(tmp_path, text="OWN {{ release.x['x-a'] }}\n{{ body.text }}")
    assert mail(tmp_path, x={"x-a": "words"}).text.startswith("OWN words\nKEY WEST, Fla. — ")


@pytest.mark.parametrize(
    ("text", "line", "problem", "hint"),
    [
        ("a\n{{ contact.name }}", 2, "`contact` is known only in a personal block", "put it between {% personal %} and {% endpersonal %}"),
        ("{% personal %}\n\n{{ contact.nme }}{% endpersonal %}", 3, "a contact has no `nme` for templates", "did you mean `name`?"),
        ("{% personal %}\n{{ conact.name }}{% endpersonal %}", 2, "there is no `conact` in a personal block", "did you mean `contact`?"),
        ("\n{% personal %}{{ contact.embargo }}{% endpersonal %}", 2, "a contact has no `embargo` for templates", ""),
        ("\n{% personal %}{% if %}{% endpersonal %}", 2, "Expected an expression, got 'end of statement block'", ""),
        ("\n{% personal %}{{ contact.name|uppr }}{% endpersonal %}", 2, "No filter named 'uppr'", "did you mean `upper`?"),
        ("\n{% personal %}{% include 'x' %}{% endpersonal %}", 2, "a personal block includes, imports and extends nothing", ""),
        ("\n{% personal %}{{ body.text }}{% endpersonal %}", 2, "there is no `body` in a personal block", ""),
        ("\n{% personal %}x", 2, "this personal block is never closed with `endpersonal`", ""),
        ("x\n{% endpersonal %}", 2, "`endpersonal` without its `personal`", ""),
        ("{% personal %}\n{% personal %}x{% endpersonal %}{% endpersonal %}", 2, "a personal block inside another", ""),
        ("{% personal %}\n\n{% endpersonal %}\n{%- if true %}\n{{ oops }}{% endif %}", 5, "there is no `oops` here", ""),
    ],
)  # fmt: skip
def test_a_mistake_around_a_personal_block_is_found_before_any_contact(
    tmp_path: Path, text: str, line: int, problem: str, hint: str
) -> None:
    templates(tmp_path, text=text)
    with pytest.raises(TemplateError) as caught:
        mail(tmp_path)
    found = caught.value.problems[0]
    assert (found.text, found.place) == (problem, Place(str(tmp_path / "templates" / "email.txt.j2"), line))
    assert hint in found.hint


@pytest.mark.parametrize("part", ["text", "html"])
def test_a_block_that_fails_for_one_contact_names_its_id_and_line(tmp_path: Path, part: str) -> None:
    bad = "{% personal %}{{ contact.id }}{% endpersonal %}\n\n{% personal %}\n{{ contact.x.beat }}\n{% endpersonal %}"
    templates(tmp_path, **{part: bad})
    edition = render.prepare(release(tmp_path), office(tmp_path))
    assert getattr(render.personal(edition, replace(NEWSROOM, x={"beat": "courts & <co>"})), part) == (
        "wire-desk",
        "courts & <co>\n" if part == "text" else "courts &amp; &lt;co&gt;\n",
    )
    with pytest.raises(TemplateError) as caught:
        render.personal(edition, replace(NEWSROOM, x={"beats": "courts"}))
    problem = caught.value.problems[0]
    assert problem.text == "there is no `beat` in this value, for the contact `wire-desk`"
    assert problem.place == Place(f"templates/email.{'txt' if part == 'text' else 'html'}.j2", 4)
    assert problem.hint == "did you mean `beats`?"


@pytest.mark.parametrize("around", ["{% filter upper %}%s{% endfilter %}", "{% set a %}%s{% endset %}{{ a|replace('n0', 'x') }}"])
def test_a_personal_block_whose_text_would_be_changed_is_refused(tmp_path: Path, around: str) -> None:
    templates(tmp_path, text=around.replace("%s", "{% personal %}{{ contact.id }}{% endpersonal %}"))
    with pytest.raises(TemplateError, match="stands where its text is changed"):
        mail(tmp_path)


def test_a_personal_block_works_in_loops_includes_and_raw_text_is_left_alone(tmp_path: Path) -> None:
    folder = templates(
        tmp_path,
        text="{% for n in [1, 2] %}{{ n }}{% include 'who.j2' %}{% endfor %}{% raw %}{% personal %}{% endraw %}{# {% personal %} #}",
    )
    (folder / "who.j2").write_text("{%- personal -%} {{ contact.id }}; {%- endpersonal -%}\n")
    assert mail(tmp_path).text == "1wire-desk;2wire-desk;{% personal %}\n"


@pytest.mark.parametrize(
    "loop",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}x\n{% endfor %}{% endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% include 'email.html.j2' %}",
        "{{ 'x\n' * 10**9 }}",
        "{% set a = 'line\n' %}" + "{% set a = a ~ a %}" * 30 + "{{ a }}",
        "{% for a in range(99999) %}{{ body.html }}{% endfor %}",
    ],
)
def test_a_template_that_loops_ends_within_seconds_with_its_file_and_line(tmp_path: Path, loop: str) -> None:
    templates(tmp_path, html="<html>\n" + loop)
    start = time.process_time()
    with pytest.raises(TemplateError) as caught:
        mail(tmp_path, body="A long line of words. " * 100)
    found = caught.value.problems[0]
    assert time.process_time() - start < 5
    assert found.place is not None
    assert (found.place.file, found.place.line > 0) == (str(tmp_path / "templates" / "email.html.j2"), True)


def test_a_personal_block_that_loops_ends_too_and_names_the_contact(tmp_path: Path) -> None:
    templates(tmp_path, text="{% personal %}{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}{% endpersonal %}")
    start = time.process_time()
    with pytest.raises(TemplateError, match="itself without end, for the contact `wire-desk`"):
        mail(tmp_path)
    assert time.process_time() - start < 5


def test_a_body_of_two_megabytes_is_refused_at_once_with_size_limit_and_place(tmp_path: Path) -> None:
    start = time.process_time()
    with pytest.raises(ReleaseError) as caught:
        mail(tmp_path, body="The council meets on Tuesday. " * 70_000)
    problem = caught.value.problems[0]
    assert time.process_time() - start < 1
    assert problem.text == "the body is too long: 2,100,000 characters, and 100,000 are allowed"
    assert problem.place == Place(str(tmp_path / "releases" / "night-bus.md"), 6)
    assert problem.hint


HOSTILE = """\
<script>alert(1)</script> <iframe src="https://evil.example"></iframe> [one](javascript:alert(1)) [two](data:text/html,x)
![three](data:image/png;base64,AAAA) ![four](https://evil.example/pixel.gif) <img src="https://evil.example/p.gif" width="1">
<a href="https://ok.example" onclick="x()">five</a> <form action="https://evil.example"><input></form>
<style>p { background: url(https://evil.example) }</style> <link rel="stylesheet" href="https://evil.example/x.css">
"""


def test_a_hostile_body_is_harmless_in_each_part_of_the_mail(tmp_path: Path) -> None:
    message = mail(tmp_path, body=HOSTILE)
    for html in (message.html, render.web(release(tmp_path, HOSTILE), office(tmp_path)).partition("<article")[2]):
        assert not re.search(r"<(script|iframe|form|input|link|base)\b|javascript:|data:|\son\w+=|url\(", html)
    assert "<img" not in message.html
    assert not re.search("javascript:|data:|alert", message.text)
    assert all(word in message.text for word in ("one", "two", "[Image: three]", "[Image: four] <https://evil.example/pixel.gif>", "five"))


def test_a_web_page_has_no_personal_block(tmp_path: Path) -> None:
    folder = templates(tmp_path)
    (folder / "web.html.j2").write_text("a\n{% personal %}{{ contact.id }}{% endpersonal %}")
    with pytest.raises(TemplateError, match="a web page is for everybody") as caught:
        render.web(release(tmp_path), office(tmp_path))
    assert caught.value.problems[0].place == Place(str(folder / "web.html.j2"), 2)


def test_text_that_looks_like_a_slot_or_a_template_stays_text(tmp_path: Path) -> None:
    first = render.prepare(release(tmp_path), office(tmp_path))
    message = mail(tmp_path, body="slot0123456789abcdefn0z {{ contact.name }} {% personal %} and slotn0z")
    assert len(first.text.slots) == 2
    assert "slot0123456789abcdefn0z {{ contact.name }} {% personal %} and slotn0z" in message.text.replace("\n", " ")


@GIVEN
@given(st.text(max_size=40), st.text(max_size=40))
def test_a_contact_is_data_whatever_it_holds(tmp_path: Path, name: str, outlet: str) -> None:
    edition = _edition(tmp_path)
    contact = replace(NEWSROOM, name=name, outlet=outlet)
    told = ""
    try:
        words: Personal | None = render.personal(edition, contact)
    except TemplateError as error:
        words, told = None, str(error)
    if words is None:
        assert "control character" in told
        assert "\x02" in name + outlet
        return
    assert not re.search("<(?!/?$)", words.html[0])
    assert words.text[0].count("For: ") >= 1
    assert len(words.html) == len(words.text) == 2


_EDITIONS: dict[str, Edition] = {}


def _edition(root: Path) -> Edition:
    return _EDITIONS.setdefault("one", render.prepare(release(root), office(root)))


def test_an_attachment_comes_from_the_office_only(tmp_path: Path) -> None:
    inside, outside = tmp_path / "office" / "facts.pdf", tmp_path / "secret.pdf"
    inside.parent.mkdir()
    inside.write_bytes(b"%PDF")
    outside.write_bytes(b"%PDF")
    config = office(tmp_path / "office")
    edition = render.prepare(release(tmp_path, attachments=(inside,)), config)
    assert [(a.name, a.media_type, a.data) for a in edition.attachments] == [("facts.pdf", "application/pdf", b"%PDF")]
    link = tmp_path / "office" / "link.pdf"
    link.symlink_to(outside)
    for path in (outside, link):
        with pytest.raises(ReleaseError, match="outside the press office"):
            render.prepare(release(tmp_path, attachments=(path,)), config)


def test_the_package_has_its_own_templates() -> None:
    assert {path.name for path in (render.package_office() / "templates").iterdir()} == {
        "email.html.j2",
        "email.txt.j2",
        "newsroom.html.j2",
        "notice.html.j2",
        "web.html.j2",
    }
