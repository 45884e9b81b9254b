from __future__ import annotations

import base64
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pressctl.inbox import Inbox

NOON = datetime(2026, 7, 3, 12, tzinfo=UTC)


def mail(to: str = "desk@wire.example", key: str = "<k@id.example>", **more: Any) -> dict[str, Any]:
    return {
        "From": {"Email": "press@example.org", "Name": "Press desk"},
        "To": [{"Email": to}],
        "Subject": "The night bus",
        "Text": "x",
        "Headers": {"Message-ID": key},
        **more,
    }


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / ".pressctl" / "sandbox", lambda: NOON)


def test_what_was_taken_in_is_there_after_a_restart(inbox: Inbox) -> None:
    name = inbox.add(mail())
    again = Inbox(inbox.folder)
    found = again.get(name)
    assert found is not None
    assert (found.sent, found.received, found.host) == (mail(), NOON, "")


def test_the_newest_comes_first_even_within_one_moment_and_when_the_clock_goes_back(tmp_path: Path) -> None:
    moments = iter([NOON, NOON, NOON - timedelta(hours=1), NOON])
    inbox = Inbox(tmp_path, lambda: next(moments))
    names = [inbox.add(mail()) for _ in range(4)]
    assert [delivery.id for delivery in inbox.list()] == names[::-1]
    assert [delivery.id for delivery in inbox.list(1, 2)] == names[2:0:-1]


def test_folder_and_files_are_private(inbox: Inbox) -> None:
    inbox.add(mail(Attachments=[{"Filename": "a", "Content": "QQ=="}]))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in inbox.folder.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (inbox.folder, inbox.folder / "attachments")}
    assert (modes, folders) == ({0o600}, {0o700})


def test_a_file_for_many_recipients_is_kept_once(inbox: Inbox) -> None:
    content = base64.b64encode(bytes(3000)).decode()
    for number in range(5):
        name = inbox.add(mail(f"desk{number}@wire.example", Attachments=[{"Filename": f"{number}.pdf", "Content": content}]))
    assert len(list((inbox.folder / "attachments").iterdir())) == 1
    found = inbox.get(name)
    assert found is not None
    part = found.sent["Attachments"][0]
    assert (part["Filename"], part["Size"], "Content" in part) == ("4.pdf", 3000, False)
    assert inbox.attachment(part["Digest"]) == content


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "06401c2b0f3a4-5be1d0c2", "x" * 5000, "06401c2b0f3a4-5be1d0c2/../x"])
def test_an_id_that_is_not_there_is_none(inbox: Inbox, name: str) -> None:
    assert inbox.get(name) is None
    assert inbox.attachment(name) == ""


def test_a_delivery_is_found_by_its_message_id_also_when_another_process_took_it_in(inbox: Inbox) -> None:
    other = Inbox(inbox.folder, lambda: NOON + timedelta(seconds=1))
    first, second = inbox.add(mail(key="<a@id.example>")), other.add(mail(key="<b@id.example>"))
    for asked in (inbox, other):
        found = [asked.find(key) for key in ("<a@id.example>", "b@id.example", "c@id.example")]
        assert [delivery and delivery.id for delivery in found] == [first, second, None]


def test_searching_takes_every_word_in_subject_sender_and_recipient(inbox: Inbox) -> None:
    one, two = inbox.add(mail("national@wire.example")), inbox.add(mail("city@paper.example"))
    hook = inbox.add({"subject": "Le bus de nuit", "to": "Intake", "sender": {"email": "press@example.org"}}, host="intake.example")
    assert list(inbox.search("press")) == [hook, two, one]
    assert list(inbox.search("NIGHT wire")) == [one]
    assert list(inbox.search("intake.example nuit")) == [hook]
    assert list(inbox.search("nobody")) == []


def test_clearing_leaves_nothing(inbox: Inbox) -> None:
    inbox.add(mail(Attachments=[{"Filename": "a", "Content": "QQ=="}]))
    (inbox.folder / ".half.new").write_bytes(b"x")
    assert inbox.clear() == 1
    assert [path.name for path in inbox.folder.rglob("*")] == ["attachments"]
    assert (inbox.find("k@id.example"), list(inbox.list())) == (None, [])


def test_foreign_and_broken_files_are_passed_over(inbox: Inbox) -> None:
    name = inbox.add(mail())
    for other in ("notes.json", "0000000000000-00000000.json", ".0000000000001-00000000.json.ab.new"):
        (inbox.folder / other).write_text("{", "utf-8")
    assert [delivery.id for delivery in inbox.list()] == [name]
    assert list(inbox.search("bus")) == [name]


def test_a_full_disk_leaves_no_half_file(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        inbox.add(mail())
    assert [path.name for path in inbox.folder.rglob("*")] == ["attachments"]
