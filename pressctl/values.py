"""Frozen values in a fifth of the time that `dataclasses` takes to make them, for what every command imports.

The standard library writes six functions for each frozen class as text and compiles every one of them: with fifty such
classes a third of the start of a command. Here only `__init__` is written, and only once a value is made: a command imports
many classes that it makes none of. The others are the same few for all. The
fields, `replace` and `fields` are the standard library's own, and a checker of types sees nothing but its `dataclass`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool = False, slots: bool = False, eq: bool = True) -> Callable[[type], type]:
        """As `dataclasses.dataclass`, with the options that are used here."""

        def decorate(cls: type) -> type:
            own = vars(cls).keys()
            cls.__doc__ = cls.__doc__ or cls.__name__  # else one is made of its signature, read with an expression of 10 ms
            made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
            functions = {"__init__": _later(made, frozen), "__repr__": _repr}
            if frozen:
                functions |= {"__setattr__": _set, "__delattr__": _delete, "__getstate__": _state, "__setstate__": _restore}
            if eq:
                functions |= _compared(made, frozen)
            for name, function in functions.items():
                if name not in own:
                    setattr(made, name, function)
            return made

        return decorate


def _later(cls: Any, frozen: bool) -> Any:
    """What stands for `__init__` until it is called for the first time."""

    def init(self: Any, *values: Any, **named: Any) -> None:
        cls.__init__ = _init(cls, frozen)
        cls.__init__(self, *values, **named)

    return init


def _init(cls: type, frozen: bool) -> Any:
    """The only function that is written as text: one that loops over the fields would be called too often."""
    names: dict[str, Any] = {"_set": object.__setattr__}
    given, body = [], []
    for field in dataclasses.fields(cls):
        name, value = field.name, field.name
        if field.default_factory is not dataclasses.MISSING:
            names[f"_make_{name}"] = field.default_factory
            names["_missing"] = dataclasses.MISSING
            given.append(f"{name}=_missing")
            value = f"_make_{name}() if {name} is _missing else {name}"
        elif field.default is not dataclasses.MISSING:
            names[f"_default_{name}"] = field.default
            given.append(f"{name}=_default_{name}")
        else:
            given.append(name)
        body.append(f" _set(self, {name!r}, {value})" if frozen else f" self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        body.append(" self.__post_init__()")
    source = f"def __init__({', '.join(['self', *given])}):\n" + "\n".join(body or [" pass"])
    exec(source, names)  # noqa: S102  # names of fields only, as the standard library does
    return names["__init__"]


def _compared(cls: type, frozen: bool) -> dict[str, Any]:
    """Equal are values of one class with equal fields; a frozen one has a hash."""
    names = [field.name for field in dataclasses.fields(cls) if field.compare]
    content: Callable[[Any], Any] = attrgetter(*names) if names else lambda value: ()

    def equal(self: Any, other: object) -> Any:
        return content(self) == content(other) if other.__class__ is self.__class__ else NotImplemented

    def number(self: Any) -> int:
        return hash(content(self))

    return {"__eq__": equal, "__hash__": number if frozen else None}


def _repr(self: Any) -> str:
    shown = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _set(self: Any, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _restore(self: Any, state: list[object]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
