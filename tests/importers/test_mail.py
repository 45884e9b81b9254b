"""A saved mail: the release in it, however often it was forwarded, and mails in which nobody can tell."""

from __future__ import annotations

import time
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from importers.sources import LEDE, SECOND, STORY, forwarded, made, page
from pressctl import importers
from pressctl.errors import ReleaseError

BODY = f"{LEDE.removeprefix('KEY WEST, Fla. — ')}\n\n{SECOND}\n"


def mail(text: str, subject: str = "Press release: Bus") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Desk <desk@daily.example>"
    message["Date"] = "Thu, 03 Jul 2025 10:00:00 -0400"
    message["Subject"] = subject
    message.set_content(text)
    return message


def test_the_note_above_the_header_and_the_signature_are_listed(tmp_path: Path) -> None:
    found = made(tmp_path, "mail.eml", forwarded(STORY))
    assert found.body == BODY
    assert [removed.why for removed in found.removed] == [
        "mail-around-the-release",
        *["forwarding-header"] * 5,
        *["signature"] * 2,
    ]
    assert found.source.anchor == date(2025, 7, 3)


def test_five_forwards_lead_to_the_one_text_and_to_a_question(tmp_path: Path) -> None:
    found = made(tmp_path, "mail.eml", forwarded(STORY, 5))
    assert found.body == BODY
    assert "the mail holds 6 messages inside each other: is the right one taken?" in found.questions


def test_two_texts_in_one_mail_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="this mail holds 2 messages that may be the release") as error:
        made(tmp_path, "mail.eml", forwarded(STORY, above="\n\n".join(STORY)))
    assert "line" in error.value.problems[0].hint


def test_a_forward_that_is_quoted_is_unquoted(tmp_path: Path) -> None:
    lines = ["Begin forwarded message:", "", "From: Desk <desk@paper.example>", "Subject: Bus", "Date: July 2, 2025 at 9:00:00 AM EDT", ""]
    quoted = "\n".join(f"> {line}".rstrip() for line in [*lines, *"\n\n".join(STORY).split("\n")])
    found = made(tmp_path, "mail.eml", mail(f"See below.\n\n{quoted}\n").as_bytes())
    assert found.body == BODY
    assert found.source.anchor == date(2025, 7, 2)


def test_a_quoted_reply_is_left_out_and_listed(tmp_path: Path) -> None:
    found = made(tmp_path, "mail.eml", mail("\n\n".join(STORY) + "\n\n> Can you send it?\n").as_bytes())
    assert found.body == BODY
    assert [(removed.why, removed.text) for removed in found.removed] == [("quoted-reply", "Can you send it?")]


def test_flowed_text_is_unwrapped(tmp_path: Path) -> None:
    words = LEDE.split(" ")
    flowed = " \r\n".join(" ".join(words[at : at + 8]) for at in range(0, len(words), 8))
    head = b"From: a@daily.example\r\nDate: Thu, 03 Jul 2025 10:00:00 -0400\r\nSubject: Bus\r\nMIME-Version: 1.0\r\n"
    head += b"Content-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    found = made(tmp_path, "mail.eml", head + f"{STORY[0]}\r\n\r\n{flowed}\r\n\r\n{SECOND}\r\n".encode())
    assert found.body == BODY


def test_the_page_is_taken_where_the_plain_text_says_less(tmp_path: Path) -> None:
    message = mail("This mail is best read in a browser.")
    message.add_alternative(f"<html><body><h1>{STORY[0]}</h1><p>{LEDE}</p><p>{SECOND}</p></body></html>", subtype="html")
    assert made(tmp_path, "mail.eml", message.as_bytes()).body == BODY


def test_a_mail_attached_to_a_mail_is_read(tmp_path: Path) -> None:
    outer = mail("Please print.")
    outer.add_attachment(mail("\n\n".join(STORY)))
    assert made(tmp_path, "mail.eml", outer.as_bytes()).body == BODY


def test_protected_links_become_the_addresses_that_they_carry(tmp_path: Path) -> None:
    line = "More: https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fbus.example%2Fa&data=05"
    assert made(tmp_path, "mail.eml", mail("\n\n".join([*STORY, line])).as_bytes()).body.endswith("More: https://bus.example/a\n")


def test_an_attachment_is_listed_and_a_mail_without_text_points_at_it(tmp_path: Path) -> None:
    message = mail("\n\n".join(STORY))
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="bus.pdf")
    assert ("attachment", "bus.pdf") in [(removed.why, removed.text) for removed in made(tmp_path, "mail.eml", message.as_bytes()).removed]
    empty = mail("")
    empty.add_attachment(b"x", maintype="application", subtype="pdf", filename="bus.pdf")
    with pytest.raises(ReleaseError, match="there is no text in this mail"):
        made(tmp_path, "empty.eml", empty.as_bytes())


def test_an_encrypted_mail_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(b"From: a@b.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: application/pkcs7-mime\n\nxxxx\n")
    with pytest.raises(ReleaseError, match="this mail is encrypted"):
        importers.read(path)


def test_a_page_is_no_mail(tmp_path: Path) -> None:
    assert made(tmp_path, "saved.html", page(STORY)).body == BODY


def test_a_header_without_end_and_parts_without_end_are_refused_in_time(tmp_path: Path) -> None:
    top = "From: a@daily.example\nDate: Thu, 03 Jul 2025 10:00:00 -0400\nMIME-Version: 1.0\n"
    long = f"{top}Subject: {'=?utf-8?q?a?= ' * 20_000}\n\n{LEDE}\n"
    nested = "".join(f"--a{number}\nContent-Type: multipart/mixed; boundary=a{number + 1}\n\n" for number in range(2000))
    deep = f"{top}Subject: x\nContent-Type: multipart/mixed; boundary=a0\n\n{nested}{LEDE}\n"
    for text, said in ((long, "header is too long"), (deep, "too deep")):
        started = time.process_time()
        with pytest.raises(ReleaseError, match=said):
            made(tmp_path, "mail.eml", text)
        assert time.process_time() - started < 5


def test_a_sentence_that_ends_in_what_somebody_wrote_stays(tmp_path: Path) -> None:
    wrote = "On Tuesday the clerk of the city wrote: “The bus stays as long as there are people who ride in it.”"
    assert wrote in made(tmp_path, "mail.eml", mail("\n\n".join([*STORY, wrote])).as_bytes()).body
