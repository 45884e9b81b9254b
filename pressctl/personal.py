"""Personal blocks: what one recipient gets of a template, taken out of it once and rendered per contact.

What stands between `{% personal %}` and `{% endpersonal %}` is one recipient's own; all the rest is written once per
edition. A personal block knows `contact`, `release`, `organization`, `labels`, `greeting` and `pitch`, stands where text
may stand, and includes nothing: it must still work when the files are gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jinja2
from jinja2 import nodes

from pressctl.document import nearest
from pressctl.errors import Place, TemplateError
from pressctl.template import OUTPUT_LIMIT, Environment, Exhausted, explained

NAMES = ("contact", "release", "organization", "labels", "greeting", "pitch")
_END_OF_SLOT = "\x02"  # between slots rendered in one go; not white space, which Jinja's `-` would eat
_BETWEEN = _END_OF_SLOT + "{#\n+#}"  # a line end that is not printed, so that a line number tells the slot


@dataclass(frozen=True, slots=True)
class Slot:
    """A personal block as written: its source, its file, and the line on which the source begins."""

    source: str
    file: str
    line: int

    def place(self, inner: int) -> Place:
        """The place of a line of the source, counted from 1."""
        return Place(self.file, self.line + max(inner, 1) - 1)


class EditionEnvironment(Environment):
    """Reads templates with a token in place of each personal block, and keeps the blocks.

    `mark` is what tokens begin with; it must stand in nothing that is rendered (see `mark_for`).
    """

    mark = "slot"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.slots: list[Slot] = []  # in the order they were read

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        source = super().preprocess(source, name, filename)
        return self._take(source, name, filename) if "personal" in source else source

    def _take(self, source: str, name: str | None, filename: str | None) -> str:
        """The source with a token in place of each personal block; line numbers stay."""
        outer = _Writer(1)
        inner: _Writer | None = None
        opened = 0
        tokens = list(self.lexer.tokeniter(source, name, filename))
        i = 0
        while i < len(tokens):
            line, kind, value = tokens[i]
            tag, after = _tag(tokens, i) if kind == "block_begin" else ("", i)
            if tag not in ("personal", "endpersonal"):
                (inner or outer).add(line, kind, value)
                i += 1
                continue
            if tag == "personal":
                if inner is not None:
                    raise jinja2.TemplateSyntaxError("a personal block inside another", line, name, filename)
                opened = line + sum(token[2].count("\n") for token in tokens[i:after])
                inner = _Writer(opened)
            elif inner is None:
                raise jinja2.TemplateSyntaxError("`endpersonal` without its `personal`", line, name, filename)
            else:
                outer.pieces.append(f"{self.mark}n{len(self.slots)}z")
                self.slots.append(Slot("".join(inner.pieces), filename or "", opened))
                inner = None
            i = after
        if inner is not None:
            raise jinja2.TemplateSyntaxError("this personal block is never closed with `endpersonal`", opened, name, filename)
        return "".join(outer.pieces)


class _Writer:
    """Puts a template's tokens together again, each on the line it came from."""

    def __init__(self, line: int) -> None:
        self.pieces: list[str] = []
        self.line = line

    def add(self, line: int, kind: str, value: str) -> None:
        """Add a token; lines that were stripped or taken out come back in a comment (`+`: else it would eat a line end)."""
        if kind.endswith("_begin") and line > self.line:
            self.pieces.append("{#" + "\n" * (line - self.line) + "+#}")
            self.line = line
        self.pieces.append(value)
        self.line += value.count("\n")


def mark_for(*contents: str) -> str:
    """The beginning of slot tokens: letters and figures that stand in none of the contents; the same for the same contents."""
    import hashlib

    haystack = "\n".join(contents).casefold()
    number = 0
    while True:
        mark = "slot" + hashlib.sha256(f"{number}\n{haystack}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
        if mark not in haystack:
            return mark
        number += 1


def split(text: str, mark: str, slots: Sequence[Slot]) -> tuple[tuple[str, ...], tuple[Slot, ...]]:
    """The pieces around the tokens, and the slot that stands at each. Raises TemplateError for a token that was changed."""
    found = re.split(f"{mark}n([0-9]+)z", text)
    used = tuple(slots[int(number)] for number in found[1::2])
    broken = any(mark in piece.casefold() for piece in found[::2])
    if broken:
        raise TemplateError("a personal block stands where its text is changed", hint="take it out of the filter or the `set` around it")
    return tuple(found[::2]), used


def check(environment: Environment, slot: Slot, fields: Iterable[str]) -> None:
    """Find what can be found wrong in a personal block without a contact; raises TemplateError with its place."""

    try:
        tree = environment.parse(slot.source)
        environment.compile(slot.source)  # some mistakes, an unknown filter for one, show only here
    except Exception as fault:
        raise explained(fault, slot.place) from None
    for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block)):
        raise TemplateError("a personal block includes, imports and extends nothing", slot.place(node.lineno), "write it out in the block")
    known = set(fields)
    assigned = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"} | {m.name for m in tree.find_all(nodes.Macro)}
    for name in tree.find_all(nodes.Name):
        if name.name not in (*NAMES, *assigned, "loop", "caller"):
            hint = nearest(name.name, NAMES) or f"a personal block knows: {', '.join(NAMES)}"
            raise TemplateError(f"there is no `{name.name}` in a personal block", slot.place(name.lineno), hint)
    accesses: list[tuple[nodes.Expr, Any, int]] = [(node.node, node.attr, node.lineno) for node in tree.find_all(nodes.Getattr)]
    accesses += [(node.node, getattr(node.arg, "value", None), node.lineno) for node in tree.find_all(nodes.Getitem)]
    for owner, attribute, at in accesses:
        if isinstance(owner, nodes.Name) and owner.name == "contact" and isinstance(attribute, str) and attribute not in known:
            hint = nearest(attribute, known) or f"a contact has: {', '.join(sorted(known))}"
            raise TemplateError(f"a contact has no `{attribute}` for templates", slot.place(at), hint)


@dataclass(frozen=True, slots=True)
class Compiled:
    """The personal blocks of both parts of an edition, compiled into one template and rendered in one go."""

    environment: Environment
    template: jinja2.Template
    text: int  # how many of the slots belong to the text part
    slots: int
    greets: bool  # a greeting is made only where a block asks for it

    def __call__(self, values: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What goes into the slots of the text part and of the HTML part. Raises what Jinja raises, and Exhausted."""
        if not self.slots:
            return (), ()
        environment = self.environment
        environment.steps = 0
        # not `new_context`, which copies the globals for each recipient; a personal block has none
        context = environment.context_class(environment, values, self.template.name, self.template.blocks)
        try:
            joined = "".join(self.template.root_render_func(context))
        except Exception:
            environment.handle_exception()  # raises the same with the template's lines in the traceback
        texts = tuple(joined.split(_END_OF_SLOT))
        if len(texts) != self.slots:
            raise Exhausted("a value holds a control character")
        if len(joined) > OUTPUT_LIMIT:
            raise Exhausted("the output is too long")
        return texts[: self.text], texts[self.text :]


@lru_cache(maxsize=32)
def compiled(text: tuple[str, ...], html: tuple[str, ...]) -> Compiled:
    """Compile personal blocks, those of HTML with escaping. The same blocks are compiled once. Raises what Jinja raises."""
    environment = Environment((), NAMES, False)
    escaped = "{% autoescape true +%}" + _BETWEEN.join(html) + "{% endautoescape %}" if html else ""
    template = environment.from_string(_BETWEEN.join([*text, escaped] if html else text))
    return Compiled(environment, template, len(text), len(text) + len(html), any("greeting" in slot for slot in (*text, *html)))


def slot_at(line: int, sources: Sequence[str]) -> tuple[int, int]:
    """The slot, from 0, and the line in it, from 1, of a line of what `compiled` makes of these sources."""
    for index, source in enumerate(sources):
        breaks = source.count("\n")
        if line <= breaks + 1:
            return index, line
        line -= breaks + 1
    return len(sources) - 1, 1


def _tag(tokens: Sequence[tuple[int, str, str]], start: int) -> tuple[str, int]:
    """The name of a tag that has nothing but a name, and the index after its end; `("", start)` for any other tag."""
    i = start + 1
    names: list[str] = []
    while i < len(tokens) and tokens[i][1] != "block_end":
        if tokens[i][1] != "whitespace":
            names.append(tokens[i][2])
        i += 1
    return (names[0], i + 1) if len(names) == 1 else ("", start)
