"""Editing a contact file: what was asked for changes, and no other byte does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressctl import contact_editor as editor
from pressctl import document
from pressctl.errors import ContactsError

LIST = """\
# The desks.   Kept by hand.
list:   "Press"      # odd blanks stay

contacts:
  # radio first
  - id: radio          # the id
    name: Newsroom
    x-mine:   [ a,b ]  # as I like it
    tags:
      - one   # uno
      - two

  # then paper
  - name: City desk
    email: 'city@daily.example'
    notes: |
      line one
        # no comment

    tier: 2   # wave
  - {name: Web, phone: "+1 305", id: web}

x-after: stays
"""


def entry(text: str, number: int) -> tuple[int, int]:
    found = editor.block(text, "contacts")
    assert found is not None
    return found.entries[number]


def edited(text: str, number: int, **changes: object) -> str:
    start, end = entry(text, number)
    return text[:start] + editor.changed(text[start:end], {key.replace("__", "."): value for key, value in changes.items()}) + text[end:]


@pytest.mark.parametrize(
    ("number", "changes", "old", "new"),
    [
        (0, {"id": "wave"}, "id: radio          #", "id: wave          #"),
        (0, {"tags": ["x", "y z"]}, "tags:\n      - one   # uno\n      - two\n", "tags: [x, y z]\n"),
        (0, {"tier": "1"}, "      - two\n", "      - two\n    tier: 1\n"),
        (0, {"name": None}, "    name: Newsroom\n", ""),
        (0, {"id": None}, "id: radio          # the id\n    name", "name"),
        (0, {"tags": None}, "    tags:\n      - one   # uno\n      - two\n", ""),
        (1, {"email": "a@b.example"}, "'city@daily.example'", "a@b.example"),
        (1, {"tier": None}, "    tier: 2   # wave\n", ""),
        (1, {"notes": "short: yes"}, "notes: |\n      line one\n        # no comment\n", 'notes: "short: yes"\n'),
        (1, {"name__given": "Ana"}, "name: City desk", "name: {given: Ana}"),
        (2, {"phone": "1"}, '"+1 305"', "1"),
        (2, {"tier": "3"}, "id: web}", "id: web, tier: 3}"),
        (2, {"id": None}, ", id: web}", "}"),
        (2, {"name": None}, "{name: Web, phone", "{phone"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_only_what_was_asked_for_changes(number: int, changes: dict[str, object], old: str, new: str, newline: str) -> None:
    text, old, new = (part.replace("\n", newline) for part in (LIST, old, new))
    assert text.count(old) == 1
    assert edited(text, number, **changes) == text.replace(old, new)


def test_a_key_without_a_value_gets_one_and_its_comment_stays() -> None:
    text = "contacts:\n  - name: A\n    phone:   # ask\n    tier: 1\n"
    assert edited(text, 0, phone="1") == text.replace("phone:   #", "phone: 1   #")


def test_what_would_move_a_comment_is_left_to_people() -> None:
    with pytest.raises(ContactsError, match="without moving a comment"):
        edited("contacts:\n  - id: a\n    # about the name\n    name: A\n", 0, id=None)
    with pytest.raises(ContactsError, match="only key"):
        edited("contacts:\n  - id: a\n", 0, id=None)
    with pytest.raises(ContactsError, match="cannot change"):
        edited("contacts:\n  - &x\n    id: a\n", 0, id="b")


def test_entries_are_added_behind_the_last_one_in_the_lists_own_style() -> None:
    new = {"id": "new", "name": "New: desk", "tags": ["a, b", "c"], "phone": "0305", "outlet": ""}
    assert editor.added(LIST, "contacts", [new]) == LIST.replace(
        "id: web}\n", 'id: web}\n\n  - id: new\n    name: "New: desk"\n    tags: ["a, b", c]\n    phone: "0305"\n'
    )
    tight = "contacts:\n- name: A\n  phone: 1\n- name: B\n  phone: 2"
    assert editor.added(tight, "contacts", [{"name": "C"}]) == tight + "\n- name: C\n"
    for empty in ("contacts: []\n", "contacts:\n", "contacts:   # nobody yet\n", "contacts: [ ] # nobody yet\n"):
        made = editor.added(f"list: A\n{empty}x-a: b\n", "contacts", [{"name": "C"}, {"name": "D"}])
        comment = " # nobody yet" if "#" in empty else ""
        assert made == f"list: A\ncontacts:{comment}\n  - name: C\n\n  - name: D\nx-a: b\n"
    with pytest.raises(ContactsError, match="no list of lines"):
        editor.added("contacts: [{name: A}]\n", "contacts", [{"name": "C"}])


def test_an_entry_that_is_taken_out_leaves_the_comments_between() -> None:
    assert editor.removed(LIST, "contacts", [entry(LIST, 1)]) == LIST.replace(LIST[LIST.index("  - name: City") : LIST.index("  - {")], "")
    nobody = "contacts: # all\n  - name: A\n    phone: 1\nx-a: b\n"
    assert editor.removed(nobody, "contacts", [entry(nobody, 0)]) == "contacts: [] # all\nx-a: b\n"


def test_an_entry_is_found_by_its_id_if_only_one_line_says_so() -> None:
    found = editor.block(LIST, "contacts")
    assert found is not None
    assert editor.entry_named(LIST, found, "radio") == found.entries[0]
    assert editor.entry_named(LIST, found, "rad") is None
    twice = LIST.replace("x-mine:   [ a,b ]", "id: radio")
    assert editor.entry_named(twice, found, "radio") is None
    assert editor.has_open_quotes('a: "x\n  y"\n')
    assert not editor.has_open_quotes(LIST)


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=30), st.booleans())
def test_any_text_reads_back_as_it_was_written(text: str, inside: bool) -> None:
    text = text.encode("utf-8", "replace").decode()
    written = editor.scalar(text, inside=inside)
    assert "\n" not in written
    problems = document.Problems("")
    top = document.parse(f"k: [{written}, b]\n" if inside else f"k: {written} # c\nb: c\n", problems)
    assert top is not None, problems.found
    node = top.entries["k"]
    if inside:
        assert isinstance(node, document.Sequence)
        node = node.items[0]
    assert isinstance(node, document.Scalar)
    assert node.text == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("city@daily.example", "city@daily.example"),
        ("+1 305 555 0100", "+1 305 555 0100"),
        ("2026-06-01", "2026-06-01"),
        ("2", "2"),
        ("https://a.example/x", "https://a.example/x"),
        ("outlet's page", '"outlet\'s page"'),
        ("no", '"no"'),
        ("033040", '"033040"'),
        ("17:00", '"17:00"'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ("[a]", '"[a]"'),
        ("Peña", "Peña"),
        ("a\nb", '"a\\nb"'),
    ],
)
def test_text_is_quoted_only_where_a_reader_could_take_it_for_something_else(text: str, written: str) -> None:
    assert editor.scalar(text) == written


MORE = ["# c", "", "   # d", "x-a:   b  # e", "tags: [ q,r ]", "notes: |\n      # t\n      u", "tier: 3  "]
LINES = st.lists(st.sampled_from(MORE), max_size=5, unique=True)


@settings(deadline=None, max_examples=200)
@given(st.lists(LINES, min_size=1, max_size=4), st.data())
def test_whatever_else_the_file_says_stays_byte_for_byte(items: list[list[str]], data: st.DataObject) -> None:
    def one(number: int, lines: list[str]) -> str:
        body = "".join(f"    {line}\n" if line.strip() else "\n" for line in lines)
        return f"  - name: Desk {number}  # name\n{body}    phone: {number}\n"

    entries = [one(number, lines) for number, lines in enumerate(items)]
    text = "# top\ncontacts:\n" + "".join(entries) + "# end\n"
    number = data.draw(st.integers(0, len(entries) - 1))
    changed = edited(text, number, phone="0")
    assert changed == text.replace(f"    phone: {number}\n", "    phone: 0\n")
    assert edited(edited(text, number, region="US-FL"), number, region=None) == text
