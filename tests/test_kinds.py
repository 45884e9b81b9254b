"""Each kind of release as a newsroom reads it: the whole text part."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from render_samples import MEETING, office, release

from pressctl import anatomy, render
from pressctl.edition import compose
from pressctl.kinds import KINDS
from pressctl.message import Endpoint
from pressctl.release_keys import TYPES

HEAD = "KEY WEST EXAMPLE NETWORK\n\n"
CONTACT = "MEDIA CONTACT\n\nPress desk, on call\n+1 305 555 0100\npress@network.example\n\n###\n"
ABOUT = "ABOUT KEY WEST EXAMPLE NETWORK\n\nThe network works for fair rules on the island.\n\n"
AUTHOR = {"name": "Ana Example", "title": "night bus rider"}
EVENT = replace(MEETING, details={"photo": "Riders with signs", "interpretation": ("es", "ht"), "rsvp": {"email": "press@network.example"}})
OLD = "---\nheadline: Residents ask city to keep the night bus\ndateline: Key West, Fla.\ndate: 2025-07-01\n---\nThe bus stays.\n"


def text(root: Path, kind: str, **changes: Any) -> str:
    """The text part of the general copy, up to its footer."""
    edition = render.prepare(release(root, **{"body": "The city will meet.", "kind": kind, **changes}), office(root))
    whole = compose(edition, render.general(edition), Endpoint("https://x.example"), "k").text
    return whole.partition("\n------")[0]


def words_of(page: str) -> str:
    """What a reader sees of a page, in one line."""
    return " ".join(html.unescape(re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)).split()).replace(" :", ":")


def test_every_kind_that_a_file_can_name_is_known() -> None:
    assert tuple(KINDS) == TYPES


def test_an_advisory_says_what_when_and_where_before_any_text(tmp_path: Path) -> None:
    assert text(tmp_path, "advisory", events=(EVENT,), headline="Riders to speak for the night bus") == (
        HEAD + "MEDIA ADVISORY\nFOR IMMEDIATE RELEASE\nThursday, July 3, 2025\n\nRIDERS TO SPEAK FOR THE NIGHT BUS\n\n"
        "EVENT\n\n"
        "What: City Commission meeting\n"
        "When: Tuesday, July 8, 2025, 5 p.m. EDT\n"
        "Where: City Hall, 1300 White St., Key West, Fla. 33040\n"
        "Who: City Commission\n"
        "Access: Step-free\n"
        "Photos: Riders with signs\n"
        "Interpretation: Spanish, Haitian Creole\n"
        "RSVP: press@network.example\n\n"
        "KEY WEST, Fla. — The city will meet.\n\n" + ABOUT + CONTACT
    )


def test_a_statement_names_who_makes_it(tmp_path: Path) -> None:
    assert text(tmp_path, "statement", extra={"people": [AUTHOR]}) == (
        HEAD + "STATEMENT\nFOR IMMEDIATE RELEASE\nThursday, July 3, 2025\n\nRESIDENTS ASK CITY TO KEEP THE NIGHT BUS\n\n"
        "Statement by Ana Example, night bus rider\n\n"
        "KEY WEST, Fla. — The city will meet.\n\n" + ABOUT + CONTACT
    )


@pytest.mark.parametrize(
    ("kind", "label", "note"),
    [
        ("correction", "CORRECTION", "CORRECTION: This corrects “Residents ask city to keep the night bus” of"),
        ("update", "UPDATE", "WHAT IS NEW: This updates “Residents ask city to keep the night bus” of"),
    ],
)
def test_what_replaces_a_release_says_which_and_why_before_its_text(tmp_path: Path, kind: str, label: str, note: str) -> None:
    path = tmp_path / "releases" / "new.md"
    path.parent.mkdir()
    (path.parent / "night-bus.md").write_text(OLD)
    extra = {"supersedes": "night-bus@1", "correction_note": "The meeting is on Tuesday."}
    assert text(tmp_path, kind, path=path, headline="Night bus vote on Tuesday", extra=extra) == (
        HEAD + f"{label}\nFOR IMMEDIATE RELEASE\nThursday, July 3, 2025\n\nNIGHT BUS VOTE ON TUESDAY\n\n"
        f"{note}\nTuesday, July 1, 2025. The meeting is on Tuesday.\n\n"
        "KEY WEST, Fla. — The city will meet.\n\n" + ABOUT + CONTACT
    )


def test_a_kill_tells_what_is_withdrawn_and_nothing_that_could_be_used(tmp_path: Path) -> None:
    path = tmp_path / "releases" / "stop.md"
    path.parent.mkdir()
    (path.parent / "night-bus.md").write_text(OLD)
    extra = {"supersedes": "night-bus@1", "correction_note": "A name in it was wrong."}
    killed = text(
        tmp_path, "kill", path=path, headline="Night bus release withdrawn", extra=extra, events=(EVENT,), body="Please do not use it."
    )
    assert killed == (
        HEAD + "KILL: DO NOT USE\nDO NOT PUBLISH. TAKE DOWN WHAT IS PUBLISHED.\nThursday, July 3, 2025\n\nNIGHT BUS RELEASE WITHDRAWN\n\n"
        "WITHDRAWN: This withdraws our release of Tuesday, July 1, 2025. A name\nin it was wrong.\n\n"
        "Please do not use it.\n\n" + CONTACT
    )


def test_an_opinion_piece_has_its_author_its_length_and_its_only_outlet(tmp_path: Path) -> None:
    extra = {"people": [AUTHOR], "exclusive": "The Keys Daily"}
    assert text(tmp_path, "op-ed", extra=extra, headline="Keep the night bus", body="The *bus* is late. [Ride](https://b.example) it.") == (
        HEAD + "OPINION\nOFFERED EXCLUSIVELY TO THE KEYS DAILY\nThursday, July 3, 2025\n\nKEEP THE NIGHT BUS\n\n"
        "By Ana Example, night bus rider. 6 words\n\n"
        "The bus is late. Ride <https://b.example> it.\n\n" + CONTACT
    )


def test_a_letter_says_where_its_writer_lives(tmp_path: Path) -> None:
    written = text(tmp_path, "letter", extra={"people": [{"name": "Ana Example"}]})
    assert "LETTER TO THE EDITOR\nFOR IMMEDIATE RELEASE\n" in written
    assert "\n\nBy Ana Example, Key West. 4 words\n\nThe city will meet.\n\nMEDIA CONTACT" in written


@pytest.mark.parametrize(("kind", "label"), [("factsheet", "FACT SHEET"), ("biography", "BIOGRAPHY")])
def test_background_has_the_day_that_it_is_true_of(tmp_path: Path, kind: str, label: str) -> None:
    written = text(tmp_path, kind)
    assert f"{label}\nBACKGROUND FOR EDITORS\nAs of Thursday, July 3, 2025\n\nRESIDENTS" in written
    assert "\n\nThe city will meet.\n\n" + ABOUT in written


@pytest.mark.parametrize(
    ("details", "language", "when"),
    [
        ({"status": "cancelled"}, "en", "When: CANCELED: Tuesday, July 8, 2025, 5 p.m. EDT\n"),
        ({"status": "cancelled"}, "es", "Cuándo: CANCELADO: martes, 8 de julio de 2025, 5:00 p.\u00a0m."),
        (
            {"status": "postponed", "previous_start": MEETING.start.replace(day=7)},
            "en",
            "When: Tuesday, July 8, 2025, 5 p.m. EDT (postponed from Monday, July 7,\n  2025, 5 p.m. EDT)\n",
        ),
        ({"all_day": True}, "en", "When: Tuesday, July 8, 2025\n"),
        ({"all_day": True}, "ht", "Kilè: madi 8 jiyè 2025\n"),
    ],
)
def test_an_event_says_that_it_is_cancelled_was_moved_or_takes_whole_days(
    tmp_path: Path, details: dict[str, Any], language: str, when: str
) -> None:
    assert when in text(tmp_path, "release", language=language, events=(replace(MEETING, details=details),))


def test_a_signer_who_must_not_be_named_is_not(tmp_path: Path) -> None:
    assert "Ana" not in text(tmp_path, "op-ed", extra={"people": [AUTHOR | {"public": "false"}]})


@pytest.mark.parametrize("kind", KINDS)
def test_the_three_forms_of_a_kind_have_the_same_lines(tmp_path: Path, kind: str) -> None:

    made = release(tmp_path, kind=kind, events=(EVENT,), extra={"people": [AUTHOR], "correction_note": "A name was wrong."})
    facts = anatomy.data(made, office(tmp_path))
    edition = render.prepare(made, office(tmp_path))
    message = compose(edition, render.general(edition), Endpoint("https://x.example"), "k")
    for form in (words_of(message.html), words_of(render.web(made, office(tmp_path)))):
        for line in ("label", "release_line", "date", "note", "byline"):
            assert facts["printed"][line] in form, line
        assert ("City Commission meeting" in form) is KINDS[kind].events
        assert (form.find("City Commission meeting") < form.rfind("The city will meet")) is (
            KINDS[kind].events_first or not KINDS[kind].events
        )


SPANISH = (
    "KEY WEST EXAMPLE NETWORK\n\nCOMUNICADO DE PRENSA\nPARA PUBLICACIÓN INMEDIATA\njueves, 3 de julio de 2025\n\n"
    "RESIDENTS ASK CITY TO KEEP THE NIGHT BUS\n\nKEY WEST, Florida — The city will meet.\n\nEVENTO\n\n"
    "Qué: City Commission meeting\nCuándo: martes, 8 de julio de 2025, 5:00 p.\u00a0m. (hora del Este)\n"
    "Dónde: City Hall, 1300 White St., Key West, Florida 33040\nQuién: City Commission\nAcceso: Step-free\nFotos: Riders with signs\n"
    "Interpretación: español, criollo haitiano\nConfirmar asistencia: press@network.example\n\n"
    "ACERCA DE KEY WEST EXAMPLE NETWORK\n\nThe network works for fair rules on the island.\n\n"
    "CONTACTO DE PRENSA\n\nPress desk, on call\n+1 305 555 0100\npress@network.example\n\n###\n"
)


def test_a_spanish_release_has_spanish_furniture_throughout(tmp_path: Path) -> None:
    assert text(tmp_path, "release", language="es-US", events=(EVENT,)) == SPANISH


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "ht",
            "KOMINIKE POU LAPRÈS\nPOU PIBLIKASYON IMEDYA\njedi 3 jiyè 2025|KEY WEST, Florid — |Kilè: madi 8 jiyè 2025, 5è p.m. (lè Lès)|"
            "KONTAK POU LAPRÈS|\n-Fen-",
        ),
        (
            "pt-BR",
            "COMUNICADO À IMPRENSA\nPARA DIVULGAÇÃO IMEDIATA\nquinta-feira, 3 de julho de 2025|KEY WEST, Flórida — |"
            "Quando: terça-feira, 8 de julho de 2025, 17h (horário|CONTATO PARA A IMPRENSA|\n###",
        ),
    ],
)
def test_creole_and_portuguese_furniture(tmp_path: Path, language: str, lines: str) -> None:
    written = text(tmp_path, "release", language=language, events=(EVENT,))
    assert [line for line in lines.split("|") if line not in written] == []
