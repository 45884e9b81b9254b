"""Contact cards as another's parser reads them: the desk's own contacts and nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from render_samples import DESK, office, release

from pressctl.config import MediaContact
from pressctl.errors import ReleaseError
from pressctl.formats import vcf


def cards(*contacts: MediaContact, **changes: Any) -> list[Any]:
    folder = Path("/nowhere")
    data = vcf.make(release(folder, contacts=contacts or (DESK,)), office(folder, **changes)).decode()
    return list(vobject.readComponents(data))


def test_a_card_has_name_title_house_telephone_and_mail() -> None:
    [card] = cards()
    assert (card.version.value, card.fn.value, card.org.value, card.title.value) == (
        "4.0",
        "Press desk",
        ["Key West Example Network"],
        "on call",
    )
    assert (card.tel.value, card.tel.params["TYPE"]) == ("tel:+1-305-555-0100", ["work", "voice"])
    assert (card.email.value, card.role.value) == ("press@network.example", "Media contact")


def test_each_contact_has_one_card_and_keeps_its_uid() -> None:
    two = (DESK, MediaContact("Spanish desk", email="es@network.example"))
    assert [card.fn.value for card in cards(*two)] == ["Press desk", "Spanish desk"]
    assert [card.uid.value for card in cards(*two)] == [card.uid.value for card in cards(*two)]
    assert len({card.uid.value for card in cards(*two)}) == 2


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("+1 305 555 0100", "tel:+1-305-555-0100"),
        ("(305) 555-0100", "tel:305-555-0100"),
        ("305.555.0100 ext. 7", "tel:305-555-0100;ext=7"),
    ],
)
def test_a_telephone_number_can_be_dialled(written: str, dialled: str) -> None:
    assert cards(MediaContact("Desk", phone=written))[0].tel.value == dialled


def test_a_release_without_contacts_has_no_card(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no media contact"):
        vcf.make(release(tmp_path, contacts=()), office(tmp_path))


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from(",;:\\é👩🏽‍🚒"), min_size=1).filter(str.strip))
def test_any_name_comes_back_as_it_was(name: str) -> None:
    assert cards(MediaContact(name, title=name))[0].fn.value == name
