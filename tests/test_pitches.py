"""Pitches: who gets which, how they stand in the mail, and every mistake with its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import RELEASE, Run, make_office

from pressctl import config, contacts, pitches, release, render
from pressctl import edition as editions
from pressctl.config import Config
from pressctl.contacts import Contact
from pressctl.edition import Edition, compose
from pressctl.errors import ReleaseError, TemplateError
from pressctl.message import Address
from pressctl.release import Release

PEOPLE = """\
contacts:
  - id: m-perez
    kind: person
    name: {given: Maria, family: Pérez}
    outlet: A daily paper
    email: mperez@daily.example
    tags: [immigration]
  - id: null-desk
    name: City desk
    email: nobody@daily.example
    vars: {greeting: Estimada Maria}
"""
THREE = """\
pitches:
  - to: tag:immigration and not national
    text: You wrote about **night workers** in [May](https://daily.example/may).
  - to: near
    text: The commission meets two streets from you.
  - to: default
    text: This is the first release of the network.
"""
SELECTIONS = '\n[selections]\nnear = "national and not tier:2"\n'


def office(root: Path, given: str = THREE, files: dict[str, str] | None = None) -> tuple[Config, Release]:
    text = RELEASE.replace("date: 2026-07-03\n", f"date: 2026-07-03\n{given}")
    make_office(root, {"releases/night-bus.md": text, "contacts/people.yaml": PEOPLE, **(files or {})})
    with (root / "pressctl.toml").open("a") as file:
        file.write(SELECTIONS)
    settings = config.load(root / "pressctl.toml")
    return settings, release.load(root / "releases" / "night-bus.md", settings)


def contact(root: Path, wanted: str) -> Contact:
    return next(one for each in contacts.load(root).lists.values() for one in each.contacts if one.id == wanted)


def edition(root: Path, given: str = THREE, files: dict[str, str] | None = None) -> Edition:
    settings, loaded = office(root, given, files)
    return render.prepare(loaded, settings)


def text(made: Edition, to: Contact) -> str:
    return compose(made, render.personal(made, to), Address(to.email or "a@b.example", to.name), "k").text


def test_the_first_pitch_that_fits_stands_above_the_release_with_a_greeting(tmp_path: Path) -> None:
    said = text(edition(tmp_path), contact(tmp_path, "m-perez"))
    assert said.startswith(
        "Dear Maria Pérez,\n\nYou wrote about night workers in May <https://daily.example/may>.\n\n"
        + "-" * 72
        + "\n\nKEY WEST EXAMPLE NETWORK\n\nNEWS RELEASE\nFOR IMMEDIATE RELEASE\nFriday, July 3, 2026\n\nRESIDENTS ASK CITY"
    )


@pytest.mark.parametrize(
    ("wanted", "opening"),
    [
        ("wire", "Dear colleagues,\n\nThe commission meets two streets from you.\n\n-----"),  # by a saved selection
        ("daily", "Dear colleagues,\n\nThis is the first release of the network.\n\n-----"),  # by `default`
        ("null-desk", "Estimada Maria,\n\nThis is the first release of the network.\n\n-----"),
        ("rights-intake", "KEY WEST EXAMPLE NETWORK\n\nNEWS RELEASE"),  # a program gets the release alone
    ],
)
def test_each_segment_gets_its_own(tmp_path: Path, wanted: str, opening: str) -> None:
    assert text(edition(tmp_path), contact(tmp_path, wanted)).startswith(opening)


def test_the_html_part_has_the_same_words_with_inlined_styles(tmp_path: Path) -> None:
    made = edition(tmp_path)
    html = "".join(render.personal(made, contact(tmp_path, "m-perez")).html)
    assert "Dear Maria Pérez," in html
    assert '<p style="margin: 0 0 16px;">You wrote about <strong>night workers</strong> in <a href="https://daily.example/may"' in html
    assert 'style="color: #0b4f9e;text-decoration: underline;">May</a>' in html
    assert "{" not in html


def test_the_release_itself_is_the_same_for_all(tmp_path: Path) -> None:
    made = edition(tmp_path)
    mark = "KEY WEST EXAMPLE NETWORK\n"
    ends = {
        text(made, contact(tmp_path, wanted)).partition(mark)[2].partition("Addressed to")[0] for wanted in ("m-perez", "wire", "daily")
    }
    assert len(ends) == 1


def test_without_a_pitch_the_desk_line_stays_and_nobody_is_greeted(tmp_path: Path) -> None:
    said = text(edition(tmp_path, THREE.partition("  - to: near")[0]), contact(tmp_path, "wire"))
    assert said.startswith("KEY WEST EXAMPLE NETWORK\n\nNEWS RELEASE\n")
    assert "\n\nFor: National desk, A national wire service\n\n" in said
    assert "Dear" not in said


def test_the_general_copy_the_page_and_the_data_have_no_pitch(tmp_path: Path) -> None:
    settings, loaded = office(tmp_path)
    made = render.prepare(loaded, settings)
    general = compose(made, render.general(made), Address("a@b.example"), "k")
    for shown in (general.text, general.html, render.web(loaded, settings), str(render.data(loaded, settings))):
        assert "night workers" not in shown
        assert "Dear" not in shown


def test_a_map_says_the_same_as_a_list(tmp_path: Path) -> None:
    short = "pitches:\n  default: This is the first.\n  tag:immigration and not national: You wrote about it.\n"
    made = edition(tmp_path, short)
    assert [(pitch.to, pitch.text) for pitch in made.pitches] == [
        ('tag:"immigration" and not list:"national"', "You wrote about it."),
        ("", "This is the first."),
    ]


def test_a_changed_pitch_is_another_edition(tmp_path: Path) -> None:
    first = edition(tmp_path / "a")
    assert edition(tmp_path / "b").digest == first.digest
    changes = {"first release": "second release", "to: near": "to: national", "to: default": "to: rights", "**night": "night"}
    for number, (old, new) in enumerate(changes.items()):
        assert edition(tmp_path / str(number), THREE.replace(old, new)).digest != first.digest


def test_the_log_keeps_pitches_and_picks_without_files_or_lists(tmp_path: Path) -> None:
    made = edition(tmp_path)
    logged = editions.decode(editions.encode(made))
    assert logged == made
    new = replace(contact(tmp_path, "m-perez"), id="new", list="a-list-of-later", tags=("other", "immigration"))
    assert text(logged, new).startswith("Dear Maria Pérez,\n\nYou wrote about night workers")


def test_an_edition_without_pitches_is_encoded_as_before_there_were_any(tmp_path: Path) -> None:
    assert "pitches" not in editions._plain(edition(tmp_path, ""))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("pitches: hello\n", ["5:10 pitches are a list of `to:` and `text:`"]),
        ("pitches:\n  - to: national\n", ["6:5 the pitch has no `text`: one short paragraph"]),
        ("pitches:\n  - too: national\n    text: Hello.\n", ["6:5 `too` is not a key of the pitch"]),
        ("pitches:\n  - text: One.\n  - text: Two.\n", ["7:5 everybody else has two pitches, the first on line 6"]),
        ("pitches:\n  - {to: a, text: One.}\n  - {to: a, text: Two.}\n", ["7:10 `a` has two pitches, the first on line 6"]),
        ("pitches:\n  national: ''\n", ["6:13 this pitch has no text"]),
        (f"pitches:\n  national: {'x' * 1001}\n", ["6:13 too long: 1001 characters, and 1000 are allowed"]),
        ('pitches:\n  national: "a\\x1b[2J"\n', ["6:13 a control character is not allowed here: U+001B"]),
    ],
)
def test_a_pitch_that_cannot_be_read_is_told_with_its_place(tmp_path: Path, given: str, said: list[str]) -> None:
    with pytest.raises(ReleaseError) as caught:
        office(tmp_path, given)
    assert [f"{p.place.line}:{p.place.column} {p.text}" for p in caught.value.problems if p.place] == said


@pytest.mark.parametrize(
    ("to", "said", "hint", "at"),
    [
        ("natonal", "pitch: there is no list or selection `natonal`", "did you mean `national`?", 1),
        ("tag:imigration", "pitch: no contact has the tag `imigration`", "did you mean `immigration`?", 5),
        ("tag:immigration and (", "pitch: a list or something like tag:immigration is expected here", "", 22),
        ("colour:red", "pitch: contacts cannot be chosen by `colour`", "", 1),
    ],
)
def test_a_pitch_to_nobody_is_refused_with_place_and_nearest_name(tmp_path: Path, to: str, said: str, hint: str, at: int) -> None:
    settings, loaded = office(tmp_path, f"pitches:\n  - to: {to}\n    text: Hello.\n")
    known = contacts.known(contacts.load(tmp_path), settings.selections)
    with pytest.raises(ReleaseError) as caught:
        pitches.check(loaded.pitches, known)
    [problem] = caught.value.problems
    assert (problem.text, str(problem.place)) == (said, f"{tmp_path / 'releases' / 'night-bus.md'}:6:9")
    assert hint in problem.hint
    assert problem.excerpt == (to, " " * (at - 1) + "^")


def test_a_broken_expression_is_refused_when_the_edition_is_made(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="bracket that opens here is never closed"):
        edition(tmp_path, "pitches:\n  - to: (national\n    text: Hello.\n")


def test_a_template_without_a_place_for_pitches_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"the release has pitches, and email\.txt\.j2 has no place for them"):
        edition(tmp_path, THREE, {"templates/email.txt.j2": "{{ body.text }}"})


def test_a_body_cannot_bring_a_script_through_a_pitch(tmp_path: Path) -> None:
    bad = 'pitches:\n  default: "Hi <script>alert(1)</script> [x](javascript:alert) {{ contact.email }} ![p](https://t.example/p.png)"\n'
    made = edition(tmp_path, bad)
    personal = render.personal(made, contact(tmp_path, "wire"))
    html = "".join(personal.html)
    assert "script" not in html
    assert "href" not in html
    assert "<img" not in html
    assert "{{ contact.email }}" in html


def test_send_and_render_refuse_a_pitch_to_nobody_before_anything_leaves(office: Path, pressctl: Run) -> None:
    given = RELEASE.replace("date: 2026-07-03\n", "date: 2026-07-03\npitches:\n  rihgts: Hello.\n")
    (office / "releases" / "night-bus.md").write_text(given)
    for words in (("send", "night-bus"), ("render", "night-bus", "--contact", "wire")):
        result = pressctl(*words)
        assert result.returncode == 3
        assert result.stderr == (
            "error: pitch: there is no list or selection `rihgts`\n  at releases/night-bus.md:6:3\n"
            "    rihgts\n    ^\nhint: did you mean `rights`?\n"
        ).replace("releases/night-bus.md", result.stderr.partition("  at ")[2].partition(":6:3")[0])
        assert not (office / ".pressctl").exists()


def test_what_is_sent_is_what_was_previewed(office: Path, pressctl: Run) -> None:
    given = RELEASE.replace("date: 2026-07-03\n", "date: 2026-07-03\npitches:\n  national: You asked in May.\n")
    (office / "releases" / "night-bus.md").write_text(given)
    assert pressctl("send", "night-bus").returncode == 0
    kept = [path.read_text() for path in (office / ".pressctl" / "sandbox").rglob("*") if path.is_file()]
    assert sum("You asked in May." in one for one in kept) == 2
    assert "You asked in May." in pressctl("render", "night-bus", "--contact", "wire").stdout
