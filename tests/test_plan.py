"""Who gets a release, in which wave, and who does not and why; in earnest and in a rehearsal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pressctl import plan
from pressctl.contacts import Contact, Contacts
from pressctl.errors import Place, Refusal
from pressctl.plan import Plan
from pressctl.release import Dateline, Release
from pressctl.suppressions import Suppression

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 7, 3, 9, tzinfo=ZONE)
RELEASE = Release(Path("x.md"), "x", "Headline", Dateline("Key West"), NOW.date(), NOW, "release", "en", ZONE, "Text", 1)


def desk(name: str, **more: Any) -> Contact:
    contact = Contact(name, name.title(), "press", **({"email": f"{name}@paper.org"} | more))
    return replace(contact, recipient=contact.email.casefold() or contact.webhook)


def make(
    *chosen: Contact,
    release: Release = RELEASE,
    rehearsal: bool = False,
    limit: int = 0,
    suppressions: dict[str, Suppression] | None = None,
) -> Plan:
    return plan.make(release, Contacts({}, suppressions or {}), chosen, rehearsal=rehearsal, now=NOW, limit=limit)


def left(made: Plan) -> list[tuple[str, str, str]]:
    return [(out.contact.id, out.reason, out.detail) for out in made.left_out]


def test_waves_follow_the_tiers_without_gaps_and_those_without_one_come_last() -> None:
    made = make(
        desk("a"), desk("b", tier=7), desk("c", tier=2), desk("d", tier=7), desk("e"), desk("f", webhook="https://a.org/", email="", tier=2)
    )
    assert [(one.wave, one.contact.id, one.channel) for one in made.planned] == [
        (1, "c", "email"),
        (1, "f", "webhook"),
        (2, "b", "email"),
        (2, "d", "email"),
        (3, "a", "email"),
        (3, "e", "email"),
    ]
    assert (made.left_out, made.would_refuse) == ((), ())


def test_a_recipient_on_two_lists_gets_one_and_the_plan_says_which_list_won() -> None:
    other = replace(desk("b", email="A@paper.org"), list="groups")
    made = make(desk("a"), other)
    assert [one.contact.id for one in made.planned] == ["a"]
    assert left(made) == [("b", "duplicate", "the same recipient as `a` on press")]


def test_two_desks_with_only_a_telephone_are_no_duplicates() -> None:
    made = make(desk("a", email="", phone="1"), desk("b", email="", phone="1"), desk("c", email=""))
    assert left(made) == [
        ("a", "no-address", "only a telephone number: on the call sheet"),
        ("b", "no-address", "only a telephone number: on the call sheet"),
        ("c", "no-address", "no usable address: all are marked bounced or invalid"),
    ]


@pytest.mark.parametrize("rehearsal", [True, False])
def test_suppressed_and_duplicate_hold_in_a_rehearsal_too(rehearsal: bool) -> None:
    suppressions = {"a@paper.org": Suppression("a@paper.org", "unsubscribed", date(2026, 3, 1))}
    made = make(desk("a"), desk("a"), desk("b"), desk("b"), rehearsal=rehearsal, suppressions=suppressions)
    assert [out.reason for out in made.left_out] == ["suppressed", "duplicate", "duplicate"]
    assert left(made)[0] == ("a", "suppressed", "unsubscribed 2026-03-01")
    assert [one.contact.id for one in made.planned] == ["b"]


EMBARGOED = replace(RELEASE, embargo=NOW + timedelta(hours=1))
REFUSED = [
    (desk("a", email="a@wire.example"), RELEASE, "sample", "an address for samples, which reaches nobody: fill in the real one"),
    (desk("a", email="a@example.org"), RELEASE, "sample", "an address for samples, which reaches nobody: fill in the real one"),
    (
        desk("a", email="", webhook="https://in.test/x"),
        RELEASE,
        "sample",
        "an address for samples, which reaches nobody: fill in the real one",
    ),
    (desk("a", hold_until=date(2026, 7, 4)), RELEASE, "on-leave", "back on 2026-07-04"),
    (desk("a"), EMBARGOED, "embargo", "gets no embargoed copy, and the embargo lifts 2026-07-03 10:00 -0400"),
    (
        desk("a", embargo="ask"),
        EMBARGOED,
        "embargo",
        "has to be asked before embargoed copy is sent, and the embargo lifts 2026-07-03 10:00 -0400",
    ),
]


@pytest.mark.parametrize(("contact", "release", "reason", "detail"), REFUSED)
def test_what_a_live_provider_refuses_is_left_out_live_and_said_in_a_rehearsal(
    contact: Contact, release: Release, reason: str, detail: str
) -> None:
    live = make(contact, release=release)
    assert (live.planned, left(live)) == ((), [("a", reason, detail)])
    rehearsal = make(contact, release=release, rehearsal=True)
    assert [one.live_refusal for one in rehearsal.planned] == [detail]
    assert (rehearsal.left_out, rehearsal.would_refuse) == ((), ())


@pytest.mark.parametrize(
    ("contact", "release"),
    [
        (desk("a", hold_until=date(2026, 7, 3)), RELEASE),
        (desk("a", embargo="agreed"), EMBARGOED),
        (desk("a"), replace(RELEASE, embargo=NOW)),
        (desk("a"), replace(RELEASE, expires=NOW + timedelta(seconds=1))),
        (desk("a", email="", webhook="http://127.0.0.1:8025/x"), RELEASE),
    ],
)
def test_who_may_get_it_now_gets_it(contact: Contact, release: Release) -> None:
    assert [one.contact for one in make(contact, release=release).planned] == [contact]


def test_leave_is_counted_in_the_days_of_the_release() -> None:
    evening = datetime(2026, 7, 4, 1, tzinfo=ZoneInfo("UTC"))  # still July 3 in New York
    assert plan.permit(desk("a", hold_until=date(2026, 7, 4)), RELEASE, {}, evening, False) is not None


def test_an_expired_release_is_refused_live_and_said_in_a_rehearsal() -> None:
    place = Place("x.md", 5, 10)
    expired = replace(RELEASE, expires=NOW, places={"expires": place})
    with pytest.raises(Refusal, match="the release expired 2026-07-03 09:00 -0400") as caught:
        make(desk("a"), release=expired)
    assert caught.value.problems[0].place == place
    made = make(desk("a"), desk("b", email="b@b.example"), release=expired, rehearsal=True)
    assert [one.live_refusal for one in made.planned] == ["", "an address for samples, which reaches nobody: fill in the real one"]
    assert made.would_refuse == ("the release expired 2026-07-03 09:00 -0400",)


def test_at_the_moment_of_sending_the_same_rule_stops_what_has_changed_since() -> None:
    contact = desk("a")
    assert plan.permit(contact, RELEASE, {}, NOW, False) is None
    reasons = [
        plan.permit(contact, RELEASE, {"a@paper.org": Suppression("a@paper.org", "asked")}, NOW, False),
        plan.permit(contact, replace(RELEASE, expires=NOW), {}, NOW, False),
        plan.permit(contact, EMBARGOED, {}, NOW, False),
    ]
    assert [out.reason if out else None for out in reasons] == ["suppressed", "expired", "embargo"]
    assert plan.permit(contact, replace(RELEASE, expires=NOW), {}, NOW, True) is None


def test_a_limit_keeps_the_first_waves() -> None:
    made = make(desk("a", tier=2), desk("b", tier=1), desk("c", tier=1), limit=2)
    assert [one.contact.id for one in made.planned] == ["b", "c"]
    assert left(made) == [("a", "limit", "beyond the first 2")]
