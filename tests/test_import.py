"""`pressctl import`: the real release from four formats, the report, and what is refused."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY, Run, make_office, run_pressctl
from hypothesis import given, settings
from hypothesis import strategies as st
from importers.sources import LEDE, NOW, SECOND, STORY, forwarded, made, page, word
from render_samples import office as settings_of

from pressctl import config, draft, importers, release
from pressctl.document import Mapping, Node, Problems, Scalar, parse
from pressctl.errors import Exit, ReleaseError
from pressctl.importers import Paragraph, Source

BODY = "7de2b8d643c296b782c80994d74a7e41ea94a228d4ea69bd67c25624355afbbc"
FOLDER = Path(os.environ.get("PRESSCTL_ORACLES", REPOSITORY.parent / "shared/oracles")) / "import"
if not FOLDER.is_dir() and "PRESSCTL_ORACLES" not in os.environ:
    FOLDER = REPOSITORY.parent.parent / "shared/oracles/import"  # a work tree stands one folder deeper
real = pytest.mark.skipif(not FOLDER.is_dir(), reason="the real release is not here: name its folder in PRESSCTL_ORACLES")


def seed() -> list[str]:
    return (FOLDER / "seed.txt").read_text(encoding="utf-8").split("\n")


def plain(node: Node) -> Any:
    """What a document means: texts, lists and tables."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.entries.items()}
    return [plain(item) for item in node.items]


def matter(text: str) -> dict[str, Any]:
    problems = Problems("draft.md")
    top = parse(text.split("---\n")[1], problems)
    assert top is not None
    assert not problems.found
    meaning: dict[str, Any] = plain(top)
    return meaning


def digest(made_: draft.Draft) -> str:
    return hashlib.sha256(made_.body.encode()).hexdigest()


@real
def test_the_real_release_keeps_its_words_and_gets_the_front_matter_that_it_means(tmp_path: Path) -> None:
    source = importers.read(FOLDER / "seed.txt")
    found = draft.make(source, settings_of(tmp_path), NOW)
    assert digest(found) == BODY
    assert found.text.split("---\n\n", 1)[1] == found.body
    wanted = matter((FOLDER / "seed.expected.md").read_text(encoding="utf-8"))
    purpose = wanted["events"][0].pop("purpose")
    meant = matter(found.text)
    # the words that stand there; that the resolution ended the agreement would have to be concluded
    assert purpose.startswith(meant["events"][0].pop("purpose"))
    assert meant == wanted


@real
def test_the_report_tells_what_was_read_kept_and_removed_and_asks_three_questions(pressctl: Run, office: Path) -> None:
    result = pressctl("import", str(FOLDER / "seed.txt"), "-o", "releases/seed.md")
    assert result.returncode == Exit.DONE
    assert result.stdout == "releases/seed.md\n"
    assert result.stderr.split("\n") == [
        "11 lines read, 8 paragraphs kept, 2 removed, 3 questions",
        "  line 1 → headline",
        "  line 2 → dateline",
        f"  removed line 10, wordpress-shortcode: {seed()[9]}",
        "  removed line 11, comment-counter: No Comment",
        "  ? issue date?",
        "  ? media contact?",
        "  ? is 2025 the year of “Tuesday, July 8”? (also possible: 2031)",
        "",
    ]
    written = (office / "releases/seed.md").read_text(encoding="utf-8")
    assert pressctl("import", str(FOLDER / "seed.txt")).stdout == written


@real
def test_the_draft_is_refused_only_for_its_date(pressctl: Run, office: Path) -> None:
    pressctl("import", str(FOLDER / "seed.txt"), "-o", "releases/seed.md")
    refused = pressctl("render", "seed")
    assert refused.returncode == Exit.STOPPED
    assert refused.stderr.count("error:") == 1
    assert "`date`" in refused.stderr
    file = office / "releases/seed.md"
    file.write_text(file.read_text(encoding="utf-8").replace("# date: REQUIRED", "date: 2025-07-03 #"), encoding="utf-8")
    shown = pressctl("render", "seed")
    assert shown.returncode == Exit.DONE, shown.stderr
    assert "287(g) program" in " ".join(shown.stdout.split())


@real
@pytest.mark.parametrize("form", ["page", "word", "mail", "mail of long lines", "wrapped", "with empty lines"])
def test_every_form_of_the_real_release_has_the_same_words(tmp_path: Path, form: str) -> None:
    import textwrap

    lines = seed()
    files: dict[str, tuple[str, bytes | str]] = {
        "page": ("saved.html", page(lines)),
        "word": ("release.docx", word(lines)),
        "mail": ("forwarded.eml", forwarded(lines)),
        "mail of long lines": ("mail.eml", forwarded(lines, 2)),
        "wrapped": ("wrapped.txt", "\n\n".join(textwrap.fill(line, 76, break_on_hyphens=False, break_long_words=False) for line in lines)),
        "with empty lines": ("spaced.txt", "\r\n\r\n".join(lines)),
    }
    found = made(tmp_path, *files[form])
    assert found.body.split("\n\n")[0].startswith("Just days after")
    assert digest(found) == BODY
    meant = matter(found.text)
    assert meant["headline"] == lines[0]
    assert meant["organization"] == "Key West Immigrant Support Network"
    assert [event["start"] for event in meant["events"]] == ["2025-07-08T17:00:00-04:00"]
    why = {item["why"] for item in meant["source"]["removed"]}
    assert {"wordpress-shortcode", "comment-counter"} <= why


def test_a_file_that_is_there_is_never_overwritten(pressctl: Run, office: Path) -> None:
    (office / "story.txt").write_text("\n".join(STORY), encoding="utf-8")
    result = pressctl("import", "story.txt", "-o", "releases/night-bus.md")
    assert result.returncode == Exit.STOPPED
    assert "this file is there already\n  at releases/night-bus.md\n" in result.stderr
    assert "40 residents will ask the City Commission" in (office / "releases/night-bus.md").read_text(encoding="utf-8")


def test_the_date_of_a_page_is_an_anchor_and_not_the_day_of_issue(tmp_path: Path) -> None:
    found = made(tmp_path, "saved.html", page(STORY))
    meant = matter(found.text)
    assert "date" not in meant
    assert meant["source"]["anchor"] == "2025-07-03"
    assert meant["source"]["publisher"] == "KONK Life"
    assert "issue date? (the page was published on 2025-07-03)" in found.questions


def test_labels_contact_and_about_go_to_their_keys(tmp_path: Path) -> None:
    text = "\n\n".join(
        [
            "FOR IMMEDIATE RELEASE",
            "July 3, 2025",
            "Media contact: Press volunteer\npress@example.org\n+1 305 555 0100",
            *STORY,
            "About the Key West Example Network",
            "The Key West Example Network is a sample.",
            "###",
        ]
    )
    found = made(tmp_path, "release.txt", text)
    meant = matter(found.text)
    assert meant["headline"] == STORY[0]
    assert meant["date"] == "2025-07-03"
    assert meant["dateline"] == {"city": "Key West", "region": "US-FL", "country": "US", "as_written": "KEY WEST, Fla."}
    assert meant["contact"] == {"email": "press@example.org", "phone": "+1 305 555 0100", "name": "Press volunteer"}
    assert meant["boilerplate"] == "The Key West Example Network is a sample."
    assert found.body == f"{LEDE.removeprefix('KEY WEST, Fla. — ')}\n\n{SECOND}\n"
    assert [removed.why for removed in found.removed] == ["release-line", "boilerplate-heading", "end-mark"]


def test_an_embargo_that_is_not_clear_stops_the_draft(tmp_path: Path) -> None:
    office = make_office(tmp_path / "press")
    text = "\n\n".join(["EMBARGOED until after the vote", *STORY])
    (office / "story.txt").write_text(text, encoding="utf-8")
    loaded = config.load(office / "pressctl.toml")
    found = draft.make(importers.read(office / "story.txt"), loaded, NOW)
    (office / "releases/story.md").write_text(found.text.replace("# date: REQUIRED", "date: 2025-07-03 #"), encoding="utf-8")
    with pytest.raises(ReleaseError, match="EMBARGOED until after the vote"):
        release.load(office / "releases/story.md", loaded)
    assert "until when is it embargoed (line 1)?" in found.questions


def test_an_embargo_with_day_and_time_is_a_time(tmp_path: Path) -> None:
    found = made(tmp_path, "story.txt", "\n\n".join(["EMBARGOED UNTIL July 7, 2025, 6 a.m.", *STORY]))
    assert matter(found.text)["embargo"] == "2025-07-07T06:00:00-04:00"


def test_spanish_is_recognised_and_its_dateline_dated(tmp_path: Path) -> None:
    text = (
        "Vecinos piden que siga el autobús nocturno\n\nCayo Hueso, 8 de julio de 2025.- Un grupo de vecinos pedirá a la comisión de la "
        "ciudad que conserve el autobús que lleva a la gente a su casa por la noche, y que diga con tiempo si no puede.\n"
    )
    meant = matter(made(tmp_path, "nota.txt", text).text)
    assert meant["language"] == "es"
    assert meant["date"] == "2025-07-08"
    assert meant["dateline"]["city"] == "Cayo Hueso"


@pytest.mark.parametrize(
    ("language", "text", "title", "place"),
    [
        (
            "es",
            "Vecinos piden que siga el autobús\n\nKEY WEST, Florida – La Red de Pasajeros de Key West llama a la prensa a seguir la "
            "decisión sobre el autobús que usan los que trabajan de noche en los hoteles.\n\n"
            "La reunión pública es el martes, 8 de julio de 2025, a las "
            "17:00 en el Ayuntamiento de Key West.\n",
            "Reunión pública",
            "Ayuntamiento de Key West",
        ),
        (
            "pt",
            "Moradores pedem que o ônibus fique\n\nKEY WEST, Flórida – A Rede de Passageiros de Key West apela à imprensa para que "
            "acompanhe a decisão da cidade sobre o ônibus que os moradores usam para ir ao trabalho em hotéis da ilha.\n\n"
            "A audiência pública é na "
            "terça-feira, 8 de julho de 2025, às 17:00 no Centro Cultural de Key West.\n",
            "Audiência pública",
            "Centro Cultural de Key West",
        ),
        (
            "ht",
            "Abitan yo mande pou otobis la rete\n\nKEY WEST, Florida – Rezo Pasaje Key West la ap mande laprès ak jounalis yo pou yo "
            "suiv desizyon vil la sou otobis ki nan lannwit la, ke travayè yo pran pou yo al travay.\n\n"
            "Reyinyon piblik la se madi 8 jiyè 2025, a "
            "17:00 nan City Hall Key West.\n",
            "Reyinyon piblik",
            "City Hall Key West",
        ),
    ],
)
def test_an_event_and_an_appeal_are_read_in_four_languages(tmp_path: Path, language: str, text: str, title: str, place: str) -> None:
    meant = matter(made(tmp_path, "story.txt", text).text)
    assert meant["language"] == language
    [event] = meant["events"]
    assert (event["title"], event["start"], event["place"]["name"]) == (title, "2025-07-08T17:00:00-04:00", place)
    assert meant["call_to_action"] == {"audience": "press", "paragraph": "1"}


def test_a_spanish_date_with_a_time_and_no_known_event_is_asked_about(tmp_path: Path) -> None:
    text = (
        "Vecinos piden que siga el autobús\n\nLa comisión de la ciudad y los vecinos se ven el martes, 8 de julio de 2025, a las 17:00, "
        "para que se diga con tiempo lo que pasa con el autobús de la noche.\n"
    )
    found = made(tmp_path, "nota.txt", text)
    assert "events" not in matter(found.text)
    assert "does anything take place on “martes, 8 de julio de 2025” (paragraph 1)?" in found.questions


def test_right_to_left_text_stays_as_it_is_and_its_language_is_asked(tmp_path: Path) -> None:
    text = "תושבים מבקשים להשאיר את האוטובוס\n\nקבוצה של תושבים תבקש ביום שלישי להשאיר את אוטובוס הלילה.\n"
    found = made(tmp_path, "story.txt", text)
    assert found.body == "קבוצה של תושבים תבקש ביום שלישי להשאיר את אוטובוס הלילה.\n"
    assert "language" not in matter(found.text)
    assert "language?" in found.questions


def test_letters_in_the_wrong_encoding_stay_and_are_asked_about(tmp_path: Path) -> None:
    found = made(tmp_path, "story.txt", "\n\n".join([*STORY[:2], "The cityâ€™s council meets."]))
    assert "The cityâ€™s council meets." in found.body
    assert any("`â€™` was read in the wrong encoding (one place)" in question for question in found.questions)


def test_outside_an_office_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n".join(STORY), encoding="utf-8")
    result = run_pressctl(tmp_path, "import", "a.txt")
    assert result.returncode == Exit.STOPPED
    assert "hint:" in result.stderr


WORDS = st.text(st.characters(codec="utf-8"), max_size=60)
PIECES = st.sampled_from(
    [*STORY, "###", "FOR IMMEDIATE RELEASE", "No Comment", "Share this:", "About the Bus", "Contact: A desk", "press@example.org",
     "July 3, 2025", "EMBARGOED UNTIL noon", "- one", "12", "[gallery ids=1]", "---", "headline: x", "<b>", "Dr. Ann Example said so."]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(PIECES, WORDS), max_size=12))
def test_no_line_is_lost_and_the_front_matter_reads_back(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    """Every paragraph is in the body, in the front matter, or listed; and what is written is YAML."""
    folder = tmp_path_factory.getbasetemp()
    paragraphs = tuple(Paragraph(number, text, block=number) for number, line in enumerate(lines, 1) if (text := " ".join(line.split())))
    source = Source(folder / "story.txt", paragraphs, len(lines), sha256="0")
    try:
        found = draft.make(source, settings_of(folder), NOW)
    except ReleaseError:
        return
    assert matter(found.text)["status"] == "draft"
    told = {removed.line for removed in found.removed} | {line for line, _ in found.moved}
    for paragraph in paragraphs:
        kept = draft._PRIVATE.sub("", paragraph.text).strip()
        assert not kept or kept in found.body or paragraph.line in told
