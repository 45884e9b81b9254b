"""Values behave as the standard library's dataclasses do, in everything that is used here."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from pressctl.values import dataclass


@dataclass(frozen=True, slots=True)
class Ours:
    """A bus."""

    line: str
    riders: int = 0
    stops: list[str] = dataclasses.field(default_factory=list)
    note: str = dataclasses.field(default="", compare=False, repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    """A bus."""

    line: str
    riders: int = 0
    stops: list[str] = dataclasses.field(default_factory=list)
    note: str = dataclasses.field(default="", compare=False, repr=False)


BOTH = pytest.mark.parametrize("kind", [Ours, Theirs])


@BOTH
def test_fields_have_their_defaults_and_lists_of_their_own(kind: Any) -> None:
    one, other = kind("7"), kind("7", note="x")
    assert (one.line, one.riders, one.stops) == ("7", 0, [])
    assert one.stops is not other.stops
    with pytest.raises(TypeError, match="line"):
        kind()
    with pytest.raises(TypeError, match="wheels"):
        kind("7", wheels=4)


@BOTH
def test_equal_are_those_of_one_class_with_equal_fields(kind: Any) -> None:
    assert kind("7") == kind("7", note="told apart by nobody")
    assert kind("7") != kind("8")
    assert kind("7") != ("7", 0, [])
    ours: object = Ours("7")
    assert ours != Theirs("7")


@BOTH
def test_a_frozen_one_changes_in_no_way(kind: Any) -> None:
    bus = kind("7")
    with pytest.raises(dataclasses.FrozenInstanceError, match="line"):
        bus.line = "8"
    with pytest.raises(dataclasses.FrozenInstanceError, match="line"):
        del bus.line
    with pytest.raises((AttributeError, TypeError)):
        bus.wheels = 4


@BOTH
def test_it_is_shown_replaced_copied_and_kept(kind: Any) -> None:
    bus = kind("7", 3)
    assert repr(bus) == f"{kind.__name__}(line='7', riders=3, stops=[])"
    assert dataclasses.replace(bus, riders=4) == kind("7", 4)
    assert [field.name for field in dataclasses.fields(bus)] == ["line", "riders", "stops", "note"]
    assert copy.deepcopy(bus) == bus
    assert pickle.loads(pickle.dumps(bus)) == bus  # our own bytes
    assert kind.__match_args__ == ("line", "riders", "stops", "note")


def test_a_frozen_one_has_a_hash_and_a_changing_one_has_none() -> None:
    @dataclass(frozen=True, slots=True)
    class Stop:
        name: str

    @dataclass(slots=True)
    class Count:
        riders: int = 0

        def __post_init__(self) -> None:
            self.riders += 1

    assert len({Stop("a"), Stop("a"), Stop("b")}) == 2
    count = Count()
    count.riders += 1
    assert count == Count(1)
    with pytest.raises(TypeError):
        hash(count)


def test_what_a_class_writes_itself_stays() -> None:
    @dataclass(frozen=True, slots=True)
    class Secret:
        value: str

        def __repr__(self) -> str:
            return "Secret(…)"

    @dataclass(frozen=True, slots=True, eq=False)
    class Place:
        name: str

    assert repr(Secret("x")) == "Secret(…)"
    assert Place("a") != Place("a")


def test_one_without_a_docstring_is_described_by_its_name() -> None:
    """The standard library would describe its signature, and takes longer for that than for everything else."""

    @dataclass(frozen=True, slots=True)
    class Bare:
        line: str

    assert Bare.__doc__ == "Bare"
