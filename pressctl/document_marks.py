"""A YAML document's nodes with where each begins and ends, so that one can be changed and no other byte."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Spot:
    """A node. `start` and `end` are offsets from 0 into the text, in characters; `end` is behind the node's last one.

    `text` is a scalar's value. `flow` says that a list or mapping is written in brackets.
    """

    kind: str  # scalar | list | map
    start: int
    end: int
    flow: bool = False
    text: str = ""
    items: list[Spot] = field(default_factory=list)
    pairs: list[tuple[Spot, Spot]] = field(default_factory=list)  # key, value

    def value(self, key: str) -> tuple[Spot, Spot] | None:
        """Key and value of a mapping's entry."""
        return next((pair for pair in self.pairs if pair[0].text == key), None)


def parse(text: str) -> Spot | None:
    """The document's top node; None where the text is not one valid document, or uses anchors, aliases or tags."""
    import yaml

    loader: Any = None
    try:
        loader = (yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader)(text)
        top = None
        while not isinstance(event := loader.get_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent) and top is not None:
                return None
            if isinstance(event, yaml.NodeEvent):
                top = _node(loader.get_event, event, text)
    except (yaml.YAMLError, UnicodeEncodeError, RecursionError, _Foreign):
        return None
    finally:
        if loader is not None:
            loader.dispose()
    return top


class _Foreign(Exception):
    """Something that is not edited here."""


def _node(get: Callable[[], Any], event: Any, text: str) -> Spot:
    import yaml

    if isinstance(event, yaml.AliasEvent) or event.anchor is not None or event.tag not in (None, "!"):
        raise _Foreign
    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, yaml.ScalarEvent):
        if event.style in ("|", ">"):  # its end is told as behind the blank lines that follow it
            end = start + len(text[start:end].rstrip("\r\n "))
        return Spot("scalar", start, end, text=event.value)
    spot = Spot("map" if isinstance(event, yaml.MappingStartEvent) else "list", start, start, flow=bool(event.flow_style))
    parts: list[Spot] = []
    while not isinstance(last := get(), yaml.MappingEndEvent | yaml.SequenceEndEvent):
        parts.append(_node(get, last, text))
    mark: Any = last.end_mark
    # in block style the end is told as where the next thing begins, behind comments that belong to nobody
    spot.end = mark.index if spot.flow else max([spot.start, *(part.end for part in parts)])
    if spot.kind == "list":
        spot.items = parts
    else:
        spot.pairs = list(zip(parts[::2], parts[1::2], strict=True))
    return spot
