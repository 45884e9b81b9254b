"""Contact files: what is read, what makes two entries one recipient, and every mistake told with its place."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressctl import contacts, document, plain_list, schema
from pressctl.contact_keys import CONTACT, LIST
from pressctl.contacts import Contact, Contacts
from pressctl.errors import ContactsError, Place
from pressctl.suppressions import Suppression


def office(folder: Path, **files: str) -> Path:
    """An office whose contacts folder has these files; `_` in a name stands for a hyphen."""
    (folder / "contacts").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "contacts" / f"{name.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
    return folder


def told(root: Path) -> list[str]:
    """The mistakes as `file:line:column text`, and that no address is repeated in them."""
    with pytest.raises(ContactsError) as caught:
        contacts.load(root)
    assert not any("@" in problem.text and ".example" in problem.text for problem in caught.value.problems)
    return [f"{str(p.place).rpartition('/contacts/')[2]} {p.text}" for p in caught.value.problems]


def entry(more: str) -> str:
    return f"contacts:\n  - name: Desk\n    {more}\n"


def one(folder: Path, more: str) -> Contact:
    (contact,) = contacts.load(office(folder, press=entry(more))).lists["press"].contacts
    return contact


def test_a_contact_is_read_with_everything_that_it_says(tmp_path: Path) -> None:
    text = """\
list: National press
contacts:
  - id: m-perez
    kind: person
    name: {given: María, family: Pérez, say: peh-REHS}
    title: Reporter
    outlet: Keys Daily
    beats: [20000634, city hall]
    tags: [immigration]
    languages: [es, en]
    region: US-FL
    timezone: America/New_York
    email: [{address: old@daily.example, status: bounced}, second@daily.example, {address: M@Daily.EXAMPLE, preferred: yes}]
    phone: [{number: "+1 305 555 0100", type: work}]
    tier: 1
    embargo: {trust: yes, agreed_on: null}
    hold_until: 2026-09-01
    consent: {basis: published-address, source: byline page, obtained: 2025-06-01}
    verified: 2026-06-01
    vars: {greeting: Estimada María}
    notes: never rendered
    x-desk: night
"""
    found = contacts.load(office(tmp_path, national_press=text)).lists["national-press"]
    assert found.title == "National press"
    assert found.contacts == (
        Contact(
            id="m-perez",
            name="María Pérez",
            list="national-press",
            outlet="Keys Daily",
            email="M@daily.example",
            phone="+1 305 555 0100",
            recipient="m@daily.example",
            kind="person",
            given="María",
            family="Pérez",
            beats=("20000634", "city hall"),
            tags=("immigration",),
            languages=("es", "en"),
            region="US-FL",
            timezone="America/New_York",
            tier=1,
            embargo="agreed",
            hold_until=date(2026, 9, 1),
            source="byline page",
            verified=date(2026, 6, 1),
            x={"x-desk": "night"},
            place=Place(str(tmp_path / "contacts" / "national-press.yaml"), 3, 5),
            details={
                "title": "Reporter",
                "vars": {"greeting": "Estimada María"},
                "consent": {"basis": "published-address", "source": "byline page", "obtained": date(2025, 6, 1)},
                "phone": ({"number": "+1 305 555 0100", "type": "work"},),
                "addresses": ("old@daily.example", "second@daily.example", "M@daily.example"),
            },
        ),
    )
    assert "never rendered" not in repr(found)


def test_an_id_is_made_from_outlet_and_name(tmp_path: Path) -> None:
    assert one(tmp_path, "outlet: El Diário Nacional\n    phone: 1").id == "el-diario-nacional-desk"


def test_a_desk_without_a_usable_address_has_no_recipient(tmp_path: Path) -> None:
    assert one(tmp_path, "phone: +1 305 555 0100").recipient == ""
    assert one(tmp_path, "email: [{address: a@b.example, status: invalid}]").recipient == ""


def test_the_same_recipient_is_known_by_letter_case_and_international_name_but_not_by_a_plus(tmp_path: Path) -> None:
    def recipient(address: str) -> str:
        return one(tmp_path, f"email: {address}").recipient

    assert recipient("Desk@Bücher.example") == recipient("desk@xn--bcher-kva.example") == recipient("DESK@BÜCHER.EXAMPLE")
    assert recipient("desk+tips@paper.example") != recipient("desk@paper.example")


def test_outlets_are_given_once_for_all_lists(tmp_path: Path) -> None:
    outlets = "outlets:\n  keys-daily: {name: Keys Daily, region: US-FL, languages: [en]}\n"
    more = "outlets:\n  weekly: {name: The Weekly}\n"
    root = office(tmp_path, outlets=outlets, a=entry("outlet: weekly\n    phone: 1"), b=more + entry("outlet: keys-daily\n    phone: 1"))
    found = contacts.load(root)
    assert [c.outlet for c in found.lists["a"].contacts] == ["The Weekly"]
    assert [(c.outlet, c.region, c.languages) for c in found.lists["b"].contacts] == [("Keys Daily", "US-FL", ("en",))]
    assert list(found.lists) == ["a", "b"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("emial: a@b.example", ["press.yaml:2:5 the contact cannot be reached", "press.yaml:3:5 `emial` is not a key of the contact"]),
        ("email: a@b", ["press.yaml:3:12 the domain has no dot"]),
        ("email: Ann <a@b.example>, evil@c.example", ["press.yaml:3:12 the address stands together with a name"]),
        ('email: "a@b.example\\nBcc: c@d.example"', ["press.yaml:3:12 a line break is not allowed here"]),
        ("email: [a@b.example, c]", ["press.yaml:3:26 this is no mail address: it has no @"]),
        ("webhook: http://intake.example/", ["press.yaml:3:14 plain http is allowed only to this machine"]),
        ("email: a@b.example\n    webhook: https://b.example/", ["press.yaml:4:5 the contact has both `email` and `webhook`"]),
        ("phone: 1\n    tier: first", ["press.yaml:4:11 `first` is not a whole number from 1 to 9"]),
        ("phone: 1\n    embargo: agred", ["press.yaml:4:14 `agred` is not one of agreed, ask, never"]),
        ("phone: 1\n    id: Night Desk", ["press.yaml:4:9 `Night Desk` is not a short name of lower-case letters, digits and hyphens"]),
        ("phone: 1\n    phone: 2", ["press.yaml:4:5 `phone` is given twice, first on line 3"]),
        ("phone: &x 1", ["press.yaml:3:12 anchors are not used here: &x"]),
        (
            "phone: 1\n  - name: Desk\n    phone: 2",
            ["press.yaml:4:11 two contacts have the id `desk`, the first on line 2"],
        ),
        (
            "email: a@b.example\n  - name: Other\n    email: A@B.example",
            ["press.yaml:5:12 the same recipient is on this list as `desk` already, on line 2"],
        ),
    ],
)
def test_a_mistake_is_told_where_it_stands(tmp_path: Path, more: str, expected: list[str]) -> None:
    assert told(office(tmp_path, press=entry(more))) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ('"\\x1b[31mDesk"', "a control character is not allowed here: U+001B"),
        ('"Desk\\r\\nBcc: x"', "a line break is not allowed here"),
        ('"Desk\\u202Egnp"', "a control character is not allowed here: U+202E"),
        ('"=?utf-8?q?a=0D=0ABcc:_x@y?="', "a name is written as plain text, not as a mail header's encoded word"),
        ("x" * 10_000, "too long for a name: 10000 characters, and 200 are allowed"),
        ("{given: =?UTF-8?B?eA==?=}", "a name is written as plain text, not as a mail header's encoded word"),
    ],
)
def test_a_name_that_could_smuggle_is_refused(tmp_path: Path, name: str, text: str) -> None:
    (problem,) = told(office(tmp_path, press=f"contacts:\n  - name: {name}\n    phone: 1\n"))
    assert problem.endswith(f" {text}")


@pytest.mark.parametrize("name", ["[bold]Desk[/bold]", "=SUM(A1)", "<script>", "قسم الأخبار", "{{ 7 * 7 }}"])
def test_a_name_that_is_only_odd_is_data(tmp_path: Path, name: str) -> None:
    (contact,) = (
        contacts.load(office(tmp_path, press=f"contacts:\n  - name: {json.dumps(name)}\n    phone: 1\n    id: a\n")).lists["press"].contacts
    )
    assert contact.name == name


def test_other_files_of_the_folder_are_told_or_left_alone(tmp_path: Path) -> None:
    root = office(tmp_path, press=entry("phone: 1"))
    (root / "contacts" / "README.md").write_text("x")
    (root / "contacts" / ".press.yaml.swp").write_text("x")
    assert list(contacts.load(root).lists) == ["press"]
    (root / "contacts" / "more.yml").write_text("x")
    assert told(root) == ["more.yml a contact file's name ends in .yaml"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("press", "", "press.yaml the contact list is empty"),
        ("press", "list: A\n", "press.yaml:1:1 the contact list has no `contacts`: the contacts"),
        ("press", "- a\n", "press.yaml:1:1 `key: value` lines are expected here"),
        ("press", "contacts: a\n", "press.yaml:1:11 a list is expected here"),
        ("Press", "contacts: []\n", "Press.yaml this file's name cannot name a list"),
    ],
)
def test_a_file_that_is_no_list_is_told(tmp_path: Path, name: str, text: str, expected: str) -> None:
    assert told(office(tmp_path, **{name: text})) == [expected]


def test_an_office_without_contacts_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContactsError, match="there is no folder for contacts"):
        contacts.load(tmp_path)


def test_suppressions_are_read(tmp_path: Path) -> None:
    text = "suppressions:\n  - {email: Desk@Paper.example, reason: unsubscribed, since: 2026-03-01}\n"
    text += "  - {webhook: https://a.example, reason: x}\n"
    found = contacts.load(office(tmp_path, suppressions=text)).suppressions
    assert found == {
        "desk@paper.example": Suppression("desk@paper.example", "unsubscribed", date(2026, 3, 1)),
        "https://a.example/": Suppression("https://a.example/", "x"),
    }


def test_an_office_without_a_suppressions_file_suppresses_nobody(tmp_path: Path) -> None:
    assert contacts.load(office(tmp_path, press=entry("phone: 1"))).suppressions == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "suppressions.yaml the file is empty"),
        ("# all gone\n", "suppressions.yaml the file is empty"),
        ("suppressed: []\n", "suppressions.yaml:1:1 the suppressions file has no `suppressions`: who gets nothing"),
        ("suppressions:\n", "suppressions.yaml:1:1 the suppressions file has no `suppressions`: who gets nothing"),
        ("suppressions: [{email: a}]\n", "suppressions.yaml:1:16 the suppression has no `reason`: why"),
        ("suppressions: [{reason: x}]\n", "suppressions.yaml:1:16 a suppression names one `email` or one `webhook`"),
        ("suppressions: [a@b.example]\n", "suppressions.yaml:1:16 the suppression is written as `key: value` lines"),
        ("suppressions: [\n", "suppressions.yaml:2:1 this is not valid YAML: while parsing a flow node did not find expected node content"),
    ],
)
def test_a_broken_suppressions_file_stops_everything(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in told(office(tmp_path, press=entry("phone: 1"), suppressions=text))


def test_a_suppressions_file_that_leads_nowhere_or_is_a_pipe_stops_everything(tmp_path: Path) -> None:
    root = office(tmp_path, press=entry("phone: 1"))
    file = root / "contacts" / "suppressions.yaml"
    file.symlink_to(tmp_path / "nowhere")
    assert told(root) == ["suppressions.yaml there is no suppressions file at this path"]
    file.unlink()
    os.mkfifo(file)
    assert told(root) == ["suppressions.yaml the suppressions file is not a regular file"]


@pytest.mark.parametrize(
    ("written", "suppressed"),
    [("true", True), ("{reason: asked, since: 2026-01-02}", True), ("{scope: email}", True), ("{scope: phone}", False), ("false", False)],
)
def test_do_not_contact_holds_for_the_recipient_on_every_list(tmp_path: Path, written: str, suppressed: bool) -> None:
    root = office(tmp_path, a=entry("email: a@b.example"), b=entry(f"email: A@b.example\n    do_not_contact: {written}"))
    assert ("a@b.example" in contacts.load(root).suppressions) == suppressed


def test_chosen_contacts_come_in_the_order_of_the_expressions_each_entry_once(tmp_path: Path) -> None:
    root = office(tmp_path, a=entry("phone: 1\n  - name: Two\n    phone: 2\n    tags: x"), b=entry("phone: 1"))
    found = contacts.load(root)

    def chosen(*expressions: str) -> list[str]:
        return [f"{contact.list}/{contact.id}" for contact in contacts.select(found, expressions, {"two": "tag:x"})]

    assert chosen("b", "two", "a") == ["b/desk", "a/two", "a/desk"]
    assert chosen() == []


# The quick reader of plain lists must read what the full parser reads, and tell what it tells.

LINE = st.sampled_from(
    [
        "name: Desk",
        "name: 'Night desk'",
        'name: "Night desk"',
        "name: Desk # c",
        "name: Desk#c",
        "name: a: b",
        "name:",
        "name: [a]",
        "id: a",
        "id: b # c",
        "id: c ",
        "phone: +1 305",
        "phone: '1'  # c",
        "phone: 1\n      2",
        "phone:\n      - 1",
        "phone: 1:2",
        "tags: [a, b c]",
        "tags: []",
        "tags: [ a ]",
        "tags: [a,]",
        "tags: [a, [b]]",
        "tags: a",
        "tags: [a#b, c'd]",
        "tags: [a\n      , b]",
        "email: a@b.example",
        "email: A@b.example",
        "email: a@ü.example",
        "email: a@b",
        "webhook: https://a.example/x",
        "tier: 1",
        "tier: x",
        "notes: |\n      - name: x\n      # no comment",
        "notes: 'two\n\n      lines'",
        'notes: "open',
        "verified: 2026-06-01",
        "x-a: b",
        "emial: x",
        "embargo: agreed",
        "embargo: {trust: yes}",
        "name: \x1b",
        "name: a\u2028b",
        "name: a\x85b",
        "name: é – ñ",
        "name: - a",
        "? a",
        "name: a\tb",
        "tags: *x",
        "tags: &x [a]",
        "id: !!str a",
        "--- a",
        "# c",
        "",
        "  ",
        "\t",
        "name : a",
        '"name": a',
        "name:a",
        "vars: {a: b}",
        "kind: desk",
        "source: a, b",
        "source: a?b",
        "source: (x)",
        "source: x:",
        "source: 'it''s'",
        'source: "a\\tb"',
    ]
)
ITEM = st.lists(LINE, min_size=1, max_size=5)
INDENT = st.sampled_from(["", "  ", " "])
EDGE = st.sampled_from(
    [
        "",
        "list: A\n",
        "# c\n",
        'list: "\n',
        "\n",
        "outlets: {}\n",
        "list: |\n  x\n",
        "---\n",
        "...\n",
        "x\n",
        "contacts:\n",
        "- a\n",
        "  - b\n",
    ]
)


def read_both(text: str) -> tuple[list[object], list[object]]:
    """What the two readers find and tell."""

    def read(quick: bool) -> list[object]:
        reader = contacts._List(Path("press.yaml"), {}, {})
        top = plain_list.parse(text, "press.yaml", "contacts", CONTACT, reader.take, reader.read_node) if quick else None
        if top is None:
            reader.begin()
            top = document.parse(text, reader.problems, each={"contacts": reader.read_node})
        if top is not None:
            LIST.read(top, reader.problems)
        return [reader.found, reader.problems.found, reader.ids, reader.recipients, reader.refusing]

    return read(True), read(False)


@settings(deadline=None, max_examples=250)
@given(st.lists(ITEM, max_size=4), INDENT, EDGE, EDGE, st.sampled_from(["contacts:", "contacts: # c", "contacts:  "]))
def test_the_quick_reader_finds_and_tells_what_the_full_parser_does(
    items: list[list[str]], indent: str, before: str, after: str, key: str
) -> None:
    body = "".join(f"{indent}- " + f"\n{indent}  ".join(lines) + "\n" for lines in items)
    quick, full = read_both(f"{before}{key}\n{body}{after}")
    assert quick == full


def test_the_quick_reader_is_used_for_a_plain_list() -> None:
    seen: list[object] = []

    def take(values: dict[str, object], line: int, column: int) -> bool:
        seen.append((values, line, column))
        return True

    text = (
        "list: A\ncontacts:\n  - name: Desk # c\n    tags: [a, b]\n    email: A@B.example\n\n  # c\n  - name: Two\n    phone: 1\nx-b: c\n"
    )
    top = plain_list.parse(text, "f", "contacts", CONTACT, take, lambda node: seen.append(node))
    assert top is not None
    assert list(top.entries) == ["list", "contacts", "x-b"]
    assert seen == [
        ({"name": "Desk", "tags": ("a", "b"), "email": "A@b.example"}, 3, 5),
        ({"name": "Two", "phone": "1"}, 8, 5),
    ]


def test_a_long_list_is_read_the_same_way(tmp_path: Path) -> None:
    text = "contacts:\n" + "".join(f"  - name: Desk {n}\n    email: d{n}@p.example\n    tags: [a, b]\n" for n in range(3000))
    assert len(text) > contacts.LONG
    root = office(tmp_path, press=text)
    found = contacts.load(root).lists["press"].contacts
    assert len(found) == 3000
    assert (found[2999].id, found[2999].email, found[2999].place) == (
        "desk-2999",
        "d2999@p.example",
        Place(str(root / "contacts" / "press.yaml"), 2 + 3 * 2999, 5),
    )
    office(tmp_path, press=text + "  - name: Last\n    email: D5@p.example\n")
    assert told(root) == ["press.yaml:9003:12 the same recipient is on this list as `desk-5` already, on line 17"]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["name", "email", "outlet", "id", "webhook", "phone", "tags", "source"]), st.text())
def test_no_text_brings_a_control_character_into_a_contact(tmp_path: Path, key: str, text: str) -> None:
    values = {"name": "Desk", "email": "a@b.example", "id": "a"} | {key: text}
    if key in ("webhook", "phone"):
        del values["email"]
    lines = "\n    ".join(f"{name}: {json.dumps(value)}" for name, value in values.items())
    try:
        found: Contacts = contacts.load(office(tmp_path, press=f"contacts:\n  - {lines}\n"))
    except ContactsError:
        return
    for contact in found.lists["press"].contacts:
        for value in (
            contact.name,
            contact.email,
            contact.outlet,
            contact.id,
            contact.webhook,
            contact.phone,
            contact.source,
            *contact.tags,
        ):
            assert not any(schema.is_control(character) for character in value)


def test_the_sample_office_reads() -> None:
    found = contacts.load(Path(__file__).parent.parent)
    assert {name: len(one.contacts) for name, one in found.lists.items()} == {"civil-liberties": 12, "national-press": 12}
    press, groups = ({c.recipient for c in found.lists[name].contacts} for name in ("national-press", "civil-liberties"))
    assert len(press & groups) == 2
    assert len(found.suppressions.keys() & press) == 1
    assert sum(bool(c.webhook) for one in found.lists.values() for c in one.contacts) == 1


def test_problems_of_one_file_are_told_together(tmp_path: Path) -> None:
    text = "lst: A\ncontacts:\n  - {name: A, emial: x, phone: 1}\n  - {email: a@b.example}\n  - text\n"
    assert told(office(tmp_path, press=text)) == [
        "press.yaml:1:1 `lst` is not a key of the contact list",
        "press.yaml:3:15 `emial` is not a key of the contact",
        "press.yaml:4:5 the contact has no `name`: a desk's name, or a person: {given: …, family: …}",
        "press.yaml:5:5 the contact is written as `key: value` lines",
    ]
