"""The template language: sandboxed Jinja that comes to an end, and whose errors say file and line.

Templates see values, never Python: no attribute with an underscore, no function that was not handed in, no clock, no
chance, no file outside the template folders. What repeats is counted and what multiplies is bounded, so that a slip (or
a template from somebody else) ends in an error within seconds and not in a full memory.
"""

from __future__ import annotations

import traceback
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import jinja2
from jinja2 import filters, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pressctl import files, kept, plaintext
from pressctl.document import nearest
from pressctl.errors import Place, TemplateError

OUTPUT_LIMIT = 2 * 1024 * 1024  # characters of one rendered template
STEPS = 100_000  # turns of loops plus calls of macros in one rendering
_STRING_METHODS = frozenset({"upper", "lower", "title", "capitalize", "strip", "lstrip", "rstrip", "startswith", "endswith",
                             "split", "splitlines", "partition", "rpartition", "removeprefix", "removesuffix",
                             "isdigit"})  # fmt: skip
# Without use in a release, and each a way to chance, to attributes by data, or to text without bounds
_REMOVED_FILTERS = ("attr", "batch", "center", "filesizeformat", "format", "indent", "map", "pprint", "random", "round", "slice",
                    "tojson", "urlize", "xmlattr")  # fmt: skip


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
        self.filters["join"] = jinja2.pass_eval_context(_join)
        self.filters["replace"] = jinja2.pass_eval_context(_replace)
        self.filters["wrap"] = _wrap
        self.steps = 0

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
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "+" or (numbers and max(abs(left), abs(right)) <= (64 if operator == "**" else 10**9)):
            result = super().call_binop(context, operator, left, right)
        else:
            raise Exhausted(f"`{operator}` is for numbers, and not for large ones")
        if isinstance(result, str | list | tuple) and len(result) > OUTPUT_LIMIT:
            raise Exhausted("this text is too long")
        return result

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The tree, with each loop counted and each `~` bounded."""
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "_counted", [], [], None, None, lineno=loop.lineno)
        return _bounded(tree)

    def compile(self, source: Any, name: str | None = None, filename: str | None = None, raw: Any = False, defer_init: bool = False) -> Any:
        """The code of a template: of a file without personal blocks, which say more than their code, the one that is kept."""
        if not isinstance(source, str) or not name or not filename or raw or defer_init or "personal" in source:
            return super().compile(source, name, filename, raw, defer_init)
        key = repr((jinja2.__version__, _state(), self._escapes(name), name, filename, source))
        place = f"template-{zlib.crc32(name.encode()):08x}"  # by its name alone: a hundred offices fill no disk
        code = kept.read(place, key)
        if code is None:
            code = super().compile(source, name, filename)
            kept.write(place, key, code)
        return code

    def _escapes(self, name: str) -> bool:
        return self.autoescape(name) if callable(self.autoescape) else self.autoescape

    def text(self, template: jinja2.Template, values: Mapping[str, Any]) -> str:
        """The template's output; raises Exhausted where it is over OUTPUT_LIMIT."""
        self.steps = 0
        pieces: list[str] = []
        size = 0
        output = cast("Generator[str]", template.generate(values))
        for piece in output:
            size += len(piece)
            if size > OUTPUT_LIMIT:  # thrown into the template, so that its line is in the traceback
                output.throw(Exhausted(f"the output is too long: more than {OUTPUT_LIMIT:,} characters"))
            pieces.append(piece)
        return "".join(pieces)


def _state() -> tuple[int, int]:
    """Of this file, which has a hand in the code of each template."""
    status = Path(__file__).stat()
    return status.st_mtime_ns, status.st_size


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
    file = ""
    try:
        template = environment.get_template(name)
        file = template.filename or ""
        return environment.text(template, values)
    except TemplateError:
        raise
    except Exception as fault:
        raise explained(fault, whole=file) from None


def explained(fault: Exception, place: Callable[[int], Place | None] | None = None, who: str = "", whole: str = "") -> TemplateError:
    """Any failure of a template as an error for a person.

    `place` finds the place of a line where there is no file; `whole` is the file where no line is to blame.
    """
    file, line = _where(fault)
    at = place(line) if place else Place(file or whole, line) if file or whole else None
    text, _, hint = str(fault).partition("\n")
    if isinstance(fault, jinja2.TemplateNotFound):
        text, hint = f"there is no template `{fault.name}`", "templates are looked for in templates/ and in the package"
    elif isinstance(fault, jinja2.TemplateSyntaxError):
        text = (fault.message or "syntax error").split("\n")[0].rstrip(".")
        hint = nearest(text.split("'")[1], filters.FILTERS) if text.startswith("No filter named") else ""
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


def _join(context: nodes.EvalContext, value: Iterable[Any], d: str = "", attribute: str | None = None) -> str:
    """Jinja's filter, bounded."""
    items = [item if attribute is None else item[attribute] for item in value]
    if len(items) * (len(d) + 1) + sum(len(item) for item in items if isinstance(item, str)) > OUTPUT_LIMIT:
        raise Exhausted("this text is too long")
    return filters.sync_do_join(context, items, d)


def _replace(context: nodes.EvalContext, s: str, old: str, new: str, count: int | None = None) -> str:
    """Jinja's filter, bounded."""
    if len(s) + str(s).count(old) * len(new) > OUTPUT_LIMIT:
        raise Exhausted("this text is too long")
    return filters.do_replace(context, s, old, new, count)


def _wrap(text: str, width: int = plaintext.WIDTH, indent: str = "") -> str:
    """Jinja filter: paragraphs of at most `width` columns, all lines but the first indented; a URL is never broken."""
    return "\n".join(plaintext.wrap(line, width, "", indent) for line in str(text).split("\n"))
