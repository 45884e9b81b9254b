"""What differs between the segments of a release: grouped, counted, without anybody's address."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import RELEASE, Run, make_office
from hypothesis import example, given
from hypothesis import strategies as st

from pressctl import config, matrix, release
from pressctl.contacts import Contact
from pressctl.edition import Personal
from pressctl.errors import ContactsError, ReleaseError
from pressctl.matrix import Matrix

PITCHED = RELEASE.replace(
    "date: 2026-07-03\n",
    "date: 2026-07-03\npitches:\n  tag:immigration: You wrote about **night workers** in May.\n  national: You asked when the vote is.\n",
)
PEOPLE = """\
contacts:
  - id: m-perez
    kind: person
    name: {given: Maria, family: Pérez}
    email: mperez@daily.example
    tags: [immigration]
  - id: j-okafor
    kind: person
    name: {given: Joy, family: Okafor}
    outlet: A weekly of the Keys
    email: joy@weekly-keys.example
    tags: [immigration]
  - id: own-words
    kind: person
    name: Ana Lima
    email: ana@radio.example
    tags: [immigration]
    vars: {greeting: Querida Ana}
"""
FILES = {"releases/night-bus.md": PITCHED, "contacts/people.yaml": PEOPLE}
ALL = ("--to", "people", "--to", "national", "--to", "rights")
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def made(root: Path, files: dict[str, str] | None = None, to: Sequence[str] = ("people", "national", "rights")) -> Matrix:
    make_office(root, files or FILES)
    settings = config.load(root / "pressctl.toml")
    return matrix.make(settings, release.load(root / "releases" / "night-bus.md", settings), to, NOW)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return make_office(tmp_path / "press", FILES)


SHOWN = """\
Residents ask city to keep the night bus
release  night-bus, edition EDITION.
subject  Residents ask city to keep the night bus

4 segments, 6 contacts; 3 are left out: `pressctl send night-bus --dry-run` says
why

   contacts  for example    language  by               pitch
1  2         wire           en        e-mail, sandbox  national
2  2         m-perez        en        e-mail, sandbox  tag:immigration
3  1         own-words      en        e-mail, sandbox  tag:immigration
4  1         rights-intake  en        webhook          none

1  wire and 1 more
   Dear colleagues,

   You asked when the vote is.

   Addressed to {email}.

2  m-perez and 1 more
   Dear {name},

   You wrote about night workers in May.

   Addressed to {email}.

3  own-words
   {greeting}

   You wrote about night workers in May.

   Addressed to {email}.

4  rights-intake
   For: {name}
"""


def test_the_matrix_is_a_table_and_the_words_that_only_some_get(pressctl: Run) -> None:
    result = pressctl("render", "night-bus", "--matrix", *ALL, environment={"COLUMNS": "80"})
    edition = result.stdout.partition("edition ")[2][:8]
    assert result.stdout == SHOWN.replace("EDITION.", edition)
    assert (result.returncode, result.stderr) == (0, "")
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_the_same_is_said_in_a_pipe_and_on_a_narrow_terminal(pressctl: Run) -> None:
    wide = pressctl("render", "night-bus", "--matrix", *ALL).stdout
    narrow = pressctl("render", "night-bus", "--matrix", *ALL, environment={"COLUMNS": "56"}).stdout
    assert max(map(len, narrow.splitlines())) <= 56
    for said in ("You asked when the vote is.", "{greeting}", "own-wor", "4 segments"):
        assert said in wide
        assert said in narrow


def test_json_has_one_object_per_segment_and_nobodys_address(pressctl: Run) -> None:
    printed = pressctl("render", "night-bus", "--matrix", "--json", *ALL).stdout
    segments = [json.loads(line) for line in printed.splitlines()]
    assert [(one["segment"], one["contacts"], one["example"], one["channel"], one["provider"], one["pitch"]) for one in segments] == [
        (1, 2, "wire", "email", "sandbox", "national"),
        (2, 2, "m-perez", "email", "sandbox", "tag:immigration"),
        (3, 1, "own-words", "email", "sandbox", "tag:immigration"),
        (4, 1, "rights-intake", "webhook", "webhook", None),
    ]
    assert segments[1]["text"][0].startswith("Dear {name},\n\nYou wrote about night workers in May.\n")
    assert "<p " in segments[1]["html"][0]
    for secret in ("@", "Pérez", "Okafor", "Querida", "intake.example"):
        assert secret not in printed.replace("@media", "")


def test_one_segment_has_nothing_that_differs(pressctl: Run) -> None:
    shown = pressctl("render", "night-bus", "--matrix", "--to", "tag:immigration and not id:own-words").stdout
    assert "1 segment, 2 contacts\n" in shown
    assert shown.endswith("1  2         m-perez      en        e-mail, sandbox  tag:immigration\n")


def test_the_options_that_belong_together(pressctl: Run) -> None:
    assert pressctl("render", "night-bus", "--to", "national").returncode == 2
    assert pressctl("render", "night-bus", "--json").stdout == pressctl("render", "night-bus", "--as", "json").stdout
    wrong = pressctl("render", "night-bus", "--matrix", "--to", "natonal")
    assert (wrong.returncode, "did you mean `national`?" in wrong.stderr) == (3, True)


def test_an_own_template_that_prints_a_key_of_the_office_makes_segments(tmp_path: Path) -> None:
    people = PEOPLE.replace("tags: [immigration]\n  - id: j", "tags: [immigration]\n    x-beat: courts\n  - id: j")
    folder = Path(__file__).parent.parent / "templates"
    slot = '{% personal %}{{ contact.x["x-beat"] if contact.x else "all" }}{% endpersonal %}\n'
    files = {**FILES, "contacts/people.yaml": people, "templates/email.txt.j2": slot + (folder / "email.txt.j2").read_text()}
    found = made(tmp_path, files, ["people"])
    assert [(one.example, one.text[0]) for one in found.segments] == [("m-perez", "courts"), ("j-okafor", "all"), ("own-words", "all")]


def test_a_translation_is_a_segment_with_its_own_subject_and_pitch(tmp_path: Path) -> None:
    spanish = "headline: Vecinos piden conservar el autobús\ndateline: Key West, Fla.\ndate: 2026-07-03\nlanguage: es\n"
    people = PEOPLE.replace("    tags: [immigration]\n    vars", "    languages: [es]\n    vars")
    pitched = f"---\n{spanish}pitches:\n  people: Usted preguntó en mayo.\n---\nUn grupo de vecinos pedirá conservar el autobús.\n"
    found = made(tmp_path, {**FILES, "contacts/people.yaml": people, "releases/night-bus.es.md": pitched}, ["people"])
    assert [(one.example, one.language, one.subject, one.pitch) for one in found.segments] == [
        ("m-perez", "en", "Residents ask city to keep the night bus", "tag:immigration"),
        ("own-words", "es", "Vecinos piden conservar el autobús", "people"),
    ]
    assert found.segments[1].text[0].startswith("{greeting}\n\nUsted preguntó en mayo.\n")


def test_a_pitch_to_nobody_in_a_translation_is_refused(tmp_path: Path) -> None:
    spanish = "headline: Vecinos\ndateline: Key West, Fla.\ndate: 2026-07-03\npitches:\n  peple: Hola.\n"
    with pytest.raises(ReleaseError, match="there is no list or selection `peple`"):
        made(tmp_path, {**FILES, "releases/night-bus.es.md": f"---\n{spanish}---\nUn grupo de vecinos.\n"})


def test_nobody_selected_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContactsError, match="nobody is selected"):
        made(tmp_path, {**FILES, "contacts/empty.yaml": "contacts: []\n"}, ["empty"])


def test_nothing_is_written(tmp_path: Path) -> None:
    made(tmp_path)
    assert not (tmp_path / ".pressctl").exists()


WORDS = st.text(st.characters(categories=("L", "N", "Zs", "P"), exclude_characters="{}"), min_size=1, max_size=12).filter(str.strip)


@example(name="0", outlet=".", address="a@a.example")
@given(name=WORDS, outlet=WORDS, address=st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.example", fullmatch=True))
def test_own_values_never_stay_in_what_is_shown(name: str, outlet: str, address: str) -> None:
    contact = Contact("one", name, "press", outlet, address, recipient=address)
    words = Personal((f"For: {name}, {outlet}\n", f"To {address}."), (f"For: {name}",))
    text, _ = matrix._general(words, contact, {})
    assert text == ("For: {name}\n" if name != outlet else "For: {name}, {name}\n", "To {email}.")
    other = replace(contact, name="Other desk", outlet="Other outlet", email="other@desk.example")
    others = Personal(("For: Other desk, Other outlet\n", "To other@desk.example."), ("For: Other desk",))
    if name != outlet:
        assert matrix._general(others, other, {})[0] == text
