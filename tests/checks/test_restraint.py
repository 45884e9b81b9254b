"""What a text has in many places is told where it is worst, and counted: a desk that says it forty times is not read."""

from __future__ import annotations

import pytest

from checks.desk import findings

HEAD = "Residents ask city to keep the night bus\n"


def told(code: str, body: str) -> list[tuple[int, str]]:
    """The lines and messages of one rule on a plain text."""
    return [(finding.line, finding.message) for finding in findings(HEAD + body, raw=True) if finding.code == code]


@pytest.mark.parametrize(("code", "words", "most"), [("STY325", "meets and ", 40), ("STR015", "The council meets. ", 90)])
def test_the_longest_are_shown_and_the_others_counted(code: str, words: str, most: int) -> None:
    """The third to the fifth of five paragraphs are the longest; the message that counts stands at the very longest."""
    paragraph = most // len(words.split()) + 1
    body = "\n".join("The council " + (words * (paragraph + number)) + "talks." for number in range(5))
    found = told(code, body)
    assert [line for line, _ in found] == [4, 5, 6]
    assert [message.partition("; ")[2] for _, message in found] == ["", "", f"2 more have over {most}"]
    assert not any(";" in message for _, message in told(code, "\n".join(body.splitlines()[:3]))), "nothing is left to count"


def test_a_text_in_the_first_person_is_told_once() -> None:
    paragraphs = ["We meet at night.", "Our bus is late.", "The city knows our bus.", "We ask for help."]
    assert [line for line, _ in told("ATT215", "\n".join(paragraphs[:3]))] == [2, 3, 4]
    assert told("ATT215", "\n".join(paragraphs)) == [(2, "`We` and such words outside quotations in 4 paragraphs")]
