"""The template language: sandboxed, bounded Jinja with personal blocks, whose errors say file and line.

What stands between `{% personal %}` and `{% endpersonal %}` is one recipient's own and is written per contact; all the
rest is written once per edition. A personal block knows `contact`, `release`, `organization` and `labels`, stands where
text may stand, and includes nothing, so that it still works when the files are gone.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pressctl import files, plaintext
from pressctl.document import nearest
from pressctl.errors import Place, TemplateError

OUTPUT_LIMIT = 2 * 1024 * 1024  # characters of one rendered template
STEPS = 100_000  # turns of loops plus calls of macros in one rendering
REPEAT_LIMIT = 10_000  # characters or items that `*` may make
PERSONAL_NAMES = ("contact", "release", "organization", "labels")
_END_OF_SLOT = "\x02"  # between slots rendered in one go; not white space, which Jinja's `-` would eat
_STRING_METHODS = frozenset({"upper", "lower", "title", "capitalize", "strip", "lstrip", "rstrip", "startswith", "endswith",
                             "split", "splitlines", "partition", "rpartition", "removeprefix", "removesuffix",
                             "replace", "join", "isdigit"})  # fmt: skip
_REMOVED_FILTERS = ("xmlattr", "format", "center", "indent", "pprint", "random", "urlize", "filesizeformat")


class Exhausted(Exception):
    """A template does more than a press release can need; becomes a TemplateError with its line."""


class Missing(jinja2.StrictUndefined):
    """A name that is not there. Its message is the problem and, after a line end, the hint."""

    known: tuple[str, ...] = ()

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        name = str(self._undefined_name)
        if self._undefined_obj is jinja2.utils.missing:
            if name == "contact":
                return "`contact` is known only in a personal block\nput it between {% personal %} and {% endpersonal %}"
            return f"there is no `{name}` here\n{nearest(name, self.known) or 'there are: ' + ', '.join(self.known)}"
        keys = [key for key in self._undefined_obj if isinstance(key, str)] if isinstance(self._undefined_obj, Mapping) else []
        return f"there is no `{name}` in this value\n{nearest(name, keys) or ('it has: ' + ', '.join(keys) if keys else '')}"


class Environment(ImmutableSandboxedEnvironment):
    """Jinja without clock, chance, files beyond the template folders, or the power to fill the memory."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self, folders: Sequence[Path], names: Iterable[str], autoescape: bool | Callable[[str | None], bool]) -> None:
        super().__init__(
            loader=_Loader(folders),
            undefined=type("Missing", (Missing,), {"known": tuple(names)}),
            autoescape=autoescape,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        for name in ("lipsum", "cycler", "joiner", "namespace", "dict"):
            del self.globals[name]
        for name in _REMOVED_FILTERS:
            del self.filters[name]
        self.filters["_counted"] = self._counted
        self.filters["_joined"] = jinja2.pass_eval_context(_joined)
        self.filters["wrap"] = _wrap
        self.steps = 0
        self.slots: list[tuple[str, str, int]] = []  # source, file, line of each personal block, in the order they were read
        self.mark = ""  # what a slot's token begins with; "" where personal blocks have no place

    def count(self, number: int = 1) -> None:
        """Note that the template has done this many steps; raises Exhausted."""
        self.steps += number
        if self.steps > STEPS:
            raise Exhausted(f"the template does not come to an end: more than {STEPS:,} steps")

    def _counted(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self.count()
            yield item

    def call(self, context: Any, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        self.count()
        return super().call(context, function, *args, **kwargs)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict:  # a key, before a method of the same name; and several times faster
            try:
                return obj[attribute]
            except KeyError:
                pass
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str):
            return attr in _STRING_METHODS
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "%" and isinstance(left, str):
            raise Exhausted("formatting with % is not available in templates")
        if operator == "**" and not (_small(left) and _small(right, 64)):
            raise Exhausted("this power is too large")
        if operator == "*" and (hasattr(left, "__len__") or hasattr(right, "__len__")):
            times, thing = (left, right) if isinstance(left, int) else (right, left)
            if isinstance(times, int) and times * len(thing) > REPEAT_LIMIT:
                raise Exhausted(f"this repetition is too long: more than {REPEAT_LIMIT:,}")
        result = super().call_binop(context, operator, left, right)
        if hasattr(result, "__len__") and len(result) > OUTPUT_LIMIT:
            raise Exhausted("this text is too long")
        if isinstance(result, int) and result.bit_length() > 256:
            raise Exhausted("this number is too large")
        return result

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        source = super().preprocess(source, name, filename)
        return self._take_slots(source, name, filename) if "personal" in source else source

    def _take_slots(self, source: str, name: str | None, filename: str | None) -> str:
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
                self.slots.append(("".join(inner.pieces), filename or "", opened))
                inner = None
            i = after
        if inner is not None:
            raise jinja2.TemplateSyntaxError("this personal block is never closed with `endpersonal`", opened, name, filename)
        return "".join(outer.pieces)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The tree, with each loop counted and each `~` bounded."""
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "_counted", [], [], None, None, lineno=loop.lineno)
        return _bounded(tree)

    def text(self, template: jinja2.Template, values: Mapping[str, Any]) -> str:
        """The template's output; raises Exhausted where it is over OUTPUT_LIMIT."""
        self.steps = 0
        pieces: list[str] = []
        size = 0
        for piece in template.generate(values):
            size += len(piece)
            if size > OUTPUT_LIMIT:
                raise Exhausted(f"the output is too long: more than {OUTPUT_LIMIT:,} characters")
            pieces.append(piece)
        return "".join(pieces)


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


class _Loader(jinja2.BaseLoader):
    """Templates by name from the first folder that has it; a name never leads out of the folders."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folders)

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        parts = jinja2.loaders.split_template_path(template)  # raises TemplateNotFound for `..`
        for folder in self.folders:
            path = folder.joinpath(*parts)
            if path.exists():
                return files.read_text(path, TemplateError, "template"), str(path), lambda: True
        raise jinja2.TemplateNotFound(template)


def render(environment: Environment, name: str, values: Mapping[str, Any]) -> str:
    """The output of one template of the folders. Raises TemplateError with the file and line at fault."""
    try:
        return environment.text(environment.get_template(name), values)
    except TemplateError:
        raise
    except Exception as fault:
        raise explained(fault) from None


def explained(fault: Exception, place: Callable[[int], Place | None] | None = None, who: str = "") -> TemplateError:
    """Any failure of a template as an error for a person; `place` finds the place of a line where there is no file."""
    file, line = _where(fault)
    at = place(line) if place else Place(file, line) if file else None
    text, _, hint = str(fault).partition("\n")
    if isinstance(fault, jinja2.TemplateNotFound):
        text, hint = f"there is no template `{fault.name}`", "templates are looked for in templates/ and in the package"
    elif isinstance(fault, jinja2.TemplateSyntaxError):
        text, hint = (fault.message or "syntax error").split("\n")[0], hint if isinstance(fault, Missing) else ""
    elif isinstance(fault, jinja2.exceptions.SecurityError):
        text, hint = f"this is not allowed in a template: {text}", "templates see values, not Python"
    elif isinstance(fault, RecursionError):
        text, hint = "the template calls or includes itself without end", "take out the include or the call that leads back"
    elif isinstance(fault, MemoryError | OverflowError):
        text, hint = "the template asks for more than can be", ""
    elif not isinstance(fault, jinja2.UndefinedError | Exhausted):
        text, hint = f"the template fails: {text or type(fault).__name__}", ""
    return TemplateError(f"{text}{who}", at, hint)


def _where(fault: Exception) -> tuple[str, int]:
    if isinstance(fault, jinja2.TemplateSyntaxError):
        return fault.filename or "", fault.lineno
    for frame in reversed(list(traceback.walk_tb(fault.__traceback__))):
        code, line = frame[0].f_code, frame[1]
        if "__jinja_template__" in frame[0].f_globals or code.co_filename.endswith(".j2") or code.co_filename == "<template>":
            return code.co_filename, line
    return "", 0


def check_slot(environment: Environment, source: str, file: str, line: int, fields: Iterable[str]) -> None:
    """Find what can be found wrong in a personal block without a contact; raises TemplateError with its place."""

    def place(inner: int) -> Place:
        return Place(file, line + max(inner, 1) - 1)

    try:
        tree = environment.parse(source)
        environment.compile(source)  # some mistakes, an unknown filter for one, show only here
    except Exception as fault:
        raise explained(fault, place) from None
    for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block)):
        raise TemplateError("a personal block includes, imports and extends nothing", place(node.lineno), "write it out in the block")
    known = set(fields)
    assigned = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"} | {m.name for m in tree.find_all(nodes.Macro)}
    for name in tree.find_all(nodes.Name):
        if name.name not in (*PERSONAL_NAMES, *assigned, "loop", "caller", "range"):
            hint = nearest(name.name, PERSONAL_NAMES) or f"a personal block knows: {', '.join(PERSONAL_NAMES)}"
            raise TemplateError(f"there is no `{name.name}` in a personal block", place(name.lineno), hint)
    accesses: list[tuple[nodes.Expr, Any, int]] = [(node.node, node.attr, node.lineno) for node in tree.find_all(nodes.Getattr)]
    accesses += [(node.node, getattr(node.arg, "value", None), node.lineno) for node in tree.find_all(nodes.Getitem)]
    for owner, attribute, at in accesses:
        if isinstance(owner, nodes.Name) and owner.name == "contact" and isinstance(attribute, str) and attribute not in known:
            hint = nearest(attribute, known) or f"a contact has: {', '.join(sorted(known))}"
            raise TemplateError(f"a contact has no `{attribute}` for templates", place(at), hint)


@dataclass(frozen=True, slots=True)
class Slots:
    """The compiled personal blocks of one part, rendered in one go."""

    environment: Environment
    template: jinja2.Template
    sources: tuple[str, ...]

    def __call__(self, values: dict[str, Any]) -> tuple[str, ...]:
        """Each slot's text. Raises what Jinja raises, and Exhausted."""
        if not self.sources:
            return ()
        environment = self.environment
        environment.steps = 0
        # not `new_context`, which copies the globals for each recipient; a personal block has none
        context = environment.context_class(environment, values, self.template.name, self.template.blocks)
        try:
            texts = tuple("".join(self.template.root_render_func(context)).split(_END_OF_SLOT))
        except Exception:
            environment.handle_exception()  # raises the same with the template's lines in the traceback
        if len(texts) != len(self.sources) or sum(map(len, texts)) > OUTPUT_LIMIT:
            raise Exhausted("a value holds a control character" if len(texts) != len(self.sources) else "the output is too long")
        return texts

    def line(self, combined: int) -> tuple[int, int]:
        """The slot, from 0, and the line in it, from 1, of a line of the combined source."""
        for index, source in enumerate(self.sources):
            breaks = source.count("\n")
            if combined <= breaks + 1:
                return index, combined
            combined -= breaks
        return len(self.sources) - 1, 1


@lru_cache(maxsize=32)
def slots(sources: tuple[str, ...], escape: bool) -> Slots:
    """Compile personal blocks; `escape` for HTML. The same blocks are compiled once. Raises what Jinja raises."""
    environment = Environment((), PERSONAL_NAMES, escape)
    return Slots(environment, environment.from_string(_END_OF_SLOT.join(sources)), sources)


def _tag(tokens: Sequence[tuple[int, str, str]], start: int) -> tuple[str, int]:
    """The name of a tag that has nothing but a name, and the index after its end; `("", start)` for any other tag."""
    i = start + 1
    names: list[str] = []
    while i < len(tokens) and tokens[i][1] != "block_end":
        if tokens[i][1] != "whitespace":
            names.append(tokens[i][2])
        i += 1
    return (names[0], i + 1) if len(names) == 1 else ("", start)


def _bounded(tree: nodes.Template) -> nodes.Template:
    """Replace `a ~ b` by a filter that bounds the result; the code generator writes the operator out by itself."""
    stack: list[nodes.Node] = [tree]
    while stack:
        node = stack.pop()
        for field, value in node.iter_fields():
            if isinstance(value, nodes.Concat):
                setattr(node, field, _join_node(value))
            elif isinstance(value, list):
                value[:] = [_join_node(item) if isinstance(item, nodes.Concat) else item for item in value]
        stack.extend(node.iter_child_nodes())
    return tree


def _join_node(node: nodes.Concat) -> nodes.Filter:
    return nodes.Filter(nodes.List(node.nodes, lineno=node.lineno), "_joined", [], [], None, None, lineno=node.lineno)


def _joined(context: nodes.EvalContext, parts: list[Any]) -> str:
    joined = jinja2.runtime.markup_join(parts) if context.autoescape else jinja2.runtime.str_join(parts)
    if len(joined) > OUTPUT_LIMIT:
        raise Exhausted("this text is too long")
    return joined


def _wrap(text: str, width: int = plaintext.WIDTH) -> str:
    """Jinja filter: paragraphs of at most `width` columns; a URL is never broken."""
    return "\n".join(plaintext.wrap(line, width) for line in str(text).split("\n"))


def _small(value: Any, most: int = 10**6) -> bool:
    return not isinstance(value, int | float) or abs(value) <= most


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


def split(text: str, mark: str, sources: Sequence[tuple[str, str, int]]) -> tuple[tuple[str, ...], tuple[tuple[str, str, int], ...]]:
    """The pieces around the tokens, and the slot that stands at each. Raises TemplateError for a token that was changed."""
    found = re.split(f"{mark}n([0-9]+)z", text)
    used = tuple(sources[int(number)] for number in found[1::2])
    broken = any(mark in piece.casefold() for piece in found[::2])
    if broken:
        raise TemplateError("a personal block stands where its text is changed", hint="take it out of the filter or the `set` around it")
    return tuple(found[::2]), used
