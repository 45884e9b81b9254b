"""Importing: every way in which programs save contacts, and every way in which such a file can be broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressctl import contact_export, contact_import, contact_table, contacts
from pressctl.contact_import import Proposal
from pressctl.errors import ContactsError

HEAD = "name,outlet,email,phone\n"


def propose(office: Path, data: bytes | str, file: str = "old.csv", **columns: str) -> Proposal:
    source = office / file
    source.write_bytes(data if isinstance(data, bytes) else data.encode())
    candidates, told = contact_import.read(source, columns, "")
    made = contact_import.propose(office, contacts.load(office), "new", source, candidates)
    return Proposal(made.file, made.text, made.added, (*told, *made.told), made.wrong)


def entries(office: Path, data: bytes | str, file: str = "old.csv") -> list[contacts.Contact]:
    made = propose(office, data, file)
    assert made.wrong == ()
    return list(contacts.read_list(made.file.path, made.text).contacts)


def told(office: Path, data: bytes | str, file: str = "old.csv") -> tuple[str, int]:
    """What is wrong with a file, and its line."""
    with pytest.raises(ContactsError) as caught:
        contact_import.refuse_wrong(propose(office, data, file))
    (problem,) = caught.value.problems
    assert problem.place is not None
    return problem.text, problem.place.line


@pytest.mark.parametrize(
    ("data", "how"),
    [
        ("name,email\nPeña,a@x.example\n".encode(), "read as utf-8, separated by ,"),
        ("\ufeffname;email\r\nPeña;a@x.example\r\n".encode(), "read as utf-8, separated by ;"),
        ("name\temail\r\nPeña\ta@x.example\r\n".encode("utf-16"), "read as utf-16-le, separated by tabs"),
        ("\ufeffname\temail\nPeña\ta@x.example\n".encode("utf-16-be"), "read as utf-16-be, separated by tabs"),
        ("name\temail\nPeña\ta@x.example\n".encode("utf-16-le"), "read as utf-16-le, separated by tabs"),
        ("name;email\r\nPeña;a@x.example".encode("windows-1252"), "read as windows-1252, separated by ;"),
        ("sep=|\r\nname|email\r\nPeña|a@x.example\r\n".encode(), "read as utf-8, separated by |"),
        ("name,email\rPeña,a@x.example\r".encode(), "read as utf-8, separated by ,"),
        (
            '"name","E-mail Address"\n"Peña","a@x.example"\n\n,\n'.encode(),
            "read as utf-8, separated by ,",
        ),
    ],
)
def test_however_a_program_saves_a_table_it_is_read(office: Path, data: bytes, how: str) -> None:
    made = propose(office, data)
    assert made.told[0] == how
    (contact,) = contacts.read_list(made.file.path, made.text).contacts
    assert (contact.name, contact.email, contact.source) == ("Peña", "a@x.example", "imported from old.csv")


@pytest.mark.parametrize(
    ("data", "text", "line"),
    [
        ("", "the table is empty", 0),
        ("a,b\n1,2\n", "the first row does not name the columns", 1),
        ("Desk,a@x.example\n", "the first row does not name the columns", 1),
        (HEAD + 'A,B,"a@x.example\nC,D,c@x.example,1\n', "row 2, from byte 25: a quote opens here and is never closed", 2),
        (HEAD + 'A,"B"x,a@x.example,1\n', "row 2, from byte 25: a quote ends within a cell", 2),
        (HEAD + "A,B,a@x.example,1,9\n", "row 2 has 5 cells, and the first row names 4", 2),
        (",".join(f"c{n}" for n in range(10_000)) + "\n", "row 1 has 10,000 columns, and 500 are allowed", 1),
        (HEAD + "A,B,a@x.example," + "1" * 200_000 + "\n", "row 2, from byte 25: a cell is longer than 100,000 characters", 2),
        ((HEAD + "A\0,B,a@x.example,1\n"), "row 2, byte 26: a NUL character, so this is no table", 2),
        (HEAD.encode() + b"Caf\xe9 \x81,B,a@x.example,1\n", "row 2, byte 30: 0x81 is no character in windows-1252", 2),
        (b"\xef\xbb\xbf" + HEAD.encode() + b"Caf\xe9,B,a@x.example,1\n", "row 2, byte 31: 0xe9 is no character in utf-8", 2),
        (b"PK\x03\x04rest", "this is an Excel workbook, not a table", 0),
        (HEAD + 'A,B,a@x.example,1\nA,B,"a (comment)@x.example",1\n', "row 3: quotes and comments are not used in an address", 3),
        (HEAD + 'A,B,"""a b""@x.example",1\n', "row 2: quotes and comments are not used in an address", 2),
        (HEAD + "A,B,josé@x.example,1\n", "row 2: the part before the @ is not ASCII, and most mail servers refuse that (RFC 6531)", 2),
        (HEAD + "A,B,a@x.example;b@x.example,1\n", "row 2: one address is expected here, and this looks like several", 2),
        (HEAD + "A,B,,\n", "row 2: the contact cannot be reached", 2),
        (HEAD + '"A\nB",B,a@x.example,1\n', "row 2: a line break is not allowed here", 2),
        (HEAD + '"A\nB",B,b@x.example,1\nA,B,a@b,1\n', "row 2: a line break is not allowed here", 2),
    ],
    ids=lambda value: repr(value)[:40] if not isinstance(value, int) else "",
)
def test_a_broken_table_is_told_with_row_and_byte_and_changes_nothing(office: Path, data: bytes | str, text: str, line: int) -> None:
    if text.startswith("row 2: a line break") and "a@b" in str(data):
        made = propose(office, data)
        assert [problem.text for problem in made.wrong] == [text, "row 3: the domain has no dot"]
        assert [problem.place.line for problem in made.wrong if problem.place] == [2, 4]
        return
    assert told(office, data) == (text, line)
    assert not (office / "contacts" / "new.yaml").exists()


@pytest.mark.parametrize(
    ("cell", "number", "fault"),
    [
        ("'+1 305 555 0100", "+1 305 555 0100", ""),
        ('="+1 305 555 0100"', "+1 305 555 0100", ""),
        ("=+13055550100", "+13055550100", ""),
        ("13055550100.0", "13055550100", ""),
        ("3055550100,00", "3055550100", ""),
        ("033040", "033040", ""),
        ("1.30556E+12", "", "Excel has rounded this telephone number, and its last digits are lost"),
        ("1,30556E+12", "", "Excel has rounded this telephone number, and its last digits are lost"),
        ("#NAME?", "", "Excel has put an error in the place of this telephone number"),
        ("n/a", "n/a", "this telephone number has no digit"),
    ],
)
def test_what_excel_does_to_telephone_numbers_is_undone_or_told(cell: str, number: str, fault: str) -> None:
    assert contact_table.phone(contact_table.unmangled(cell)) == (number, fault)


def test_a_telephone_number_that_is_lost_is_left_out_and_told(office: Path) -> None:
    made = propose(office, HEAD + "A,B,a@x.example,1.30556E+12\n")
    assert made.added == 1
    assert "phone" not in made.text
    assert "row 2: Excel has rounded this telephone number, and its last digits are lost; it is left out" in made.told


def test_addresses_in_all_their_forms(office: Path) -> None:
    found = entries(office, HEAD + "A,,Desk <A@Bücher.example>,\n,,mailto:b@x.example,\n,The Outlet,c@x.example,\n")
    assert [(one.name, one.email) for one in found] == [
        ("A", "A@xn--bcher-kva.example"),
        ("b", "b@x.example"),
        ("The Outlet", "c@x.example"),
    ]


def test_whoever_is_there_stays_as_they_are_and_it_is_told(office: Path) -> None:
    (office / "contacts" / "new.yaml").write_text(
        "contacts:\n  - {name: A, id: a, email: a@x.example}\n  - id: b\n    name: B\n    phone: 1\n"
    )
    rows = "Other,,A@X.example,2\nB,,,9\nC,,c@x.example,\nC2,,C@x.example,\nGone,,news@weekly.example,\n"
    made = propose(office, HEAD + rows)
    assert made.text == (office / "contacts" / "new.yaml").read_text() + "\n" * 0 + (
        "  - id: c\n    name: C\n    email: c@x.example\n    source: imported from old.csv\n"
    )
    assert made.told[1:] == (
        "row 2: the same recipient as `a`, which stays as it is",
        "row 3: the same id as `b`, which stays as it is; give the new one an `id` column if it is another desk",
        "row 5: the same recipient as row 4, which stays as it is",
        "row 6: gets nothing (unsubscribed), so it is not taken",
    )


def test_columns_are_known_in_several_languages_or_said(office: Path) -> None:
    found = entries(office, "First Name,Apellidos,Correo electrónico,Teléfono,Group Membership\nAna,Peña,a@x.example,1,a ::: b\n")
    assert [(one.given, one.family, one.email, one.phone, one.tags, one.kind) for one in found] == [
        ("Ana", "Peña", "a@x.example", "1", ("a", "b"), "person")
    ]
    made = propose(office, "Wer,Wohin\nAna,a@x.example\n", Wer="name", Wohin="email")
    assert made.added == 1


def test_a_day_as_excel_writes_it_is_not_guessed(office: Path) -> None:
    made = propose(office, "name,email,verified\nA,a@x.example,6/1/2026\nB,b@x.example,2026-06-01\n")
    assert "row 2: `verified` is not a date written as 2026-07-03; it is left out" in made.told
    assert made.text.count("verified:") == 1


CARDS = """\
BEGIN:VCARD
VERSION:3.0
N:Peña;Ana;;;
FN:Ana Peña
ORG:The Daily\\, Inc.;News
item1.EMAIL;TYPE=INTERNET:old@x.example
EMAIL;TYPE=INTERNET,PREF:ana@x.ex
 ample
TEL;TYPE=WORK:+1 305 555 0100
CATEGORIES:radio,florida
END:VCARD
BEGIN:VCARD
VERSION:4.0
KIND:group
FN:News desk
TEL;VALUE=uri:tel:+1-305-555-0101
LANG;PREF=1:es
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:N=C3=BA=C3=B1e=
z;Eva
TEL;CELL;PREF:1
END:VCARD
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_vcards_of_three_versions_are_read(office: Path, newline: str) -> None:
    found = entries(office, CARDS.replace("\n", newline), "all.vcf")
    assert [(one.name, one.outlet, one.email, one.phone, one.tags, one.languages, one.kind) for one in found] == [
        ("Ana Peña", "The Daily, Inc.", "ana@x.example", "+1 305 555 0100", ("radio", "florida"), (), "person"),
        ("News desk", "", "", "+1-305-555-0101", (), ("es",), "desk"),
        ("Eva Núñez", "", "", "1", (), (), "person"),
    ]


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("BEGIN:VCARD\nVERSION:3.0\nFN:A\n", "this card never ends: END:VCARD is missing", 1),
        ("BEGIN:VCARD\nnonsense\nEND:VCARD\n", "this is no line of a vCard", 2),
        ("BEGIN:VCARD\nVERSION:5.0\nEND:VCARD\n", "this vCard's version is not known: 2.1, 3.0 and 4.0 are", 2),
        ("BEGIN:VCARD\nFN:A\nBEGIN:VCARD\n", "a card begins here before the one of line 1 has ended", 3),
        ("BEGIN:VCARD\nEND:VCARD\nFN:A\n", "this line stands outside of a card", 3),
        ("BEGIN:VCARD\nFN:A\nEND:VCARD\n", "card 1: the contact cannot be reached", 1),
    ],
)
def test_a_broken_vcard_is_told_with_its_line(office: Path, text: str, said: str, line: int) -> None:
    assert told(office, text, "x.vcf") == (said, line)


CELL = st.text(st.characters(codec="utf-8"), max_size=12)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CELL, CELL, st.lists(CELL, max_size=3))
def test_no_exported_cell_starts_a_formula_and_it_comes_back(name: str, outlet: str, tags: list[str]) -> None:
    contact = contacts.Contact("a", name, "new", outlet=outlet, email="a@x.example", recipient="a@x.example", tags=tuple(tags))
    import csv
    import io

    rows = list(csv.reader(io.StringIO(contact_export.as_text([contact], "csv"))))
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r\0")]
    assert len(contact_export.as_text([contact], "vcard").split("BEGIN:VCARD")) == 2
    assert all(len(line.encode()) <= 75 for line in contact_export.as_text([contact], "vcard").split("\r\n"))


@pytest.mark.parametrize("form", ["csv", "excel", "vcard"])
def test_what_was_exported_can_be_imported(office: Path, form: str) -> None:
    everyone = contacts.load(office)
    exported = contact_export.as_text(everyone.lists["national"].contacts, form)
    found = entries(office, exported, f"back.{form}")
    kept = [one for one in everyone.lists["national"].contacts if one.id != "gone"]
    assert [(one.name, one.outlet, one.email, one.phone) for one in found] == [(one.name, one.outlet, one.email, one.phone) for one in kept]
    assert exported.startswith("\ufeff") == (form == "excel")


def test_json_has_everything_but_notes(office: Path) -> None:
    text = "contacts:\n  - {name: A, phone: 1, notes: private, x-a: b, verified: 2026-06-01}\n"
    (contact,) = contacts.read_list(office / "contacts" / "x.yaml", text).contacts
    assert contact_export.data(contact) == {
        "list": "x", "id": "a", "kind": "desk", "name": "A", "phone": "1", "embargo": "never", "verified": "2026-06-01", "x-a": "b"
    }  # fmt: skip
