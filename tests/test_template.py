from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from pressctl.errors import Place, TemplateError
from pressctl.personal import EditionEnvironment
from pressctl.template import Environment, render


def run(folder: Path, source: str, name: str = "page.html.j2", **values: Any) -> str:
    (folder / name).write_text(source, encoding="utf-8")
    return render(
        Environment([folder], ("release", "labels"), lambda file: str(file).endswith(".html.j2")), name, {"release": {}, **values}
    )


def refused(folder: Path, source: str, **values: Any) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        run(folder, source, **values)
    return caught.value


@pytest.mark.parametrize(
    ("source", "line", "text", "hint"),
    [
        ("one\n{% if %}", 2, "Expected an expression, got 'end of statement block'", ""),
        ("one\n\n{{ relase }}", 3, "there is no `relase` here", "did you mean `release`?"),
        ("{{ release.headlin }}", 1, "there is no `headlin` in this value", "did you mean `headline`?"),
        ("\n{{ release|uppr }}", 2, "No filter named 'uppr'", "did you mean `upper`?"),
        ("{% include 'none.j2' %}", 1, "there is no template `none.j2`", "templates are looked for in templates/ and in the package"),
        ("{% include '../secret' %}", 1, "there is no template `../secret`", "templates are looked for in templates/ and in the package"),
        ("{{ contact.name }}", 1, "`contact` is known only in a personal block", "put it between {% personal %} and {% endpersonal %}"),
        ("a\n{{ 1 // 0 }}", 2, "the template fails: integer division or modulo by zero", ""),
    ],
)
def test_a_mistake_is_told_with_its_line_and_a_hint(tmp_path: Path, source: str, line: int, text: str, hint: str) -> None:
    problem = refused(tmp_path, source, release={"headline": "x"}).problems[0]
    assert (problem.text, problem.place, problem.hint) == (text, Place(str(tmp_path / "page.html.j2"), line), hint)


def test_a_mistake_in_an_included_file_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "part.html.j2").write_text("\n\n{{ oops }}")
    assert refused(tmp_path, "{% include 'part.html.j2' %}").problems[0].place == Place(str(tmp_path / "part.html.j2"), 3)


def test_a_template_that_is_no_text_is_refused_by_place(tmp_path: Path) -> None:
    (tmp_path / "part.j2").write_bytes(b"ok\n\xff")
    assert refused(tmp_path, "{% include 'part.j2' %}").problems[0].place == Place(str(tmp_path / "part.j2"), 2, 1)


ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ release['__class__'] }}",
    "{{ release|attr('__class__') }}",
    "{{ release.__init__.__globals__ }}",
    "{{ lipsum.__globals__ }}",
    "{{ cycler.__init__ }}",
    "{{ self.__init__ }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ ('{0.__class__}'|string).format_map({}) }}",
    "{{ '%s'|format(1) }}",
    "{{ [1]|map(attribute='__class__')|list }}",
    "{{ release.update({'a': 1}) }}",
    "{{ release.__setitem__('a', 1) }}",
    "{% import 'os' as os %}",
    "{{ [].append(1) }}",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_no_template_reaches_python(tmp_path: Path, source: str) -> None:
    assert refused(tmp_path, source).problems[0].place == Place(str(tmp_path / "page.html.j2"), 1)


@pytest.mark.parametrize("source", [*ESCAPES, "{% include 'page.html.j2' %}", "{{ 7 * 7 }}"])
def test_the_same_as_data_is_only_text(tmp_path: Path, source: str) -> None:
    from markupsafe import escape

    assert run(tmp_path, "{{ release.headline }}", release={"headline": source}) == str(escape(source))


ENDLESS = [
    "{{ 'x' * 10**9 }}",
    "{{ [0] * 10**9 }}",
    "{{ 9**9**9 }}",
    "{% set n = 10**9 %}{{ n ** 64 ** 3 }}",
    "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
    "{% for a in 'xxxxxxxxxx' %}{% for b in range(99999) %}{% for c in range(99999) %}x{% endfor %}{% endfor %}{% endfor %}",
    "{% include 'page.html.j2' %}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% macro f(n) %}{{ f(n - 1) }}{{ f(n - 1) }}{% endmacro %}{{ f(900) }}",
    "{% set a = 'x' %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
    "{% set a = 'x' %}" + "{% set a = a + a %}" * 40 + "{{ a }}",
    "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a|replace('a', a) %}" * 9 + "{{ a }}",
    "{% set a = 'aaaaaaaaaa' %}" + "{% set a = [a, a, a, a, a, a, a, a, a]|join(a) %}" * 30 + "{{ a }}",
    "{{ 'x'|center(1000000000) }}",
    "{{ 'x'.ljust(1000000000) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ [1]|batch(1000000000, 'x')|list }}",
    "{{ [1]|slice(1000000000)|list }}",
    "{{ 1|round(1000000000, 'ceil') }}",
    "{% for a in range(30000) %}" + "x" * 200 + "{% endfor %}",
]


@pytest.mark.parametrize("source", ENDLESS, ids=lambda source: source[:40])
def test_a_template_without_end_ends_in_an_error(tmp_path: Path, source: str) -> None:
    start = time.process_time()
    assert refused(tmp_path, source).problems[0].place
    assert time.process_time() - start < 3


def test_loops_joins_and_concatenation_work_as_ever(tmp_path: Path) -> None:
    source = "{% for k in release.items %}{{ loop.index }}/{{ loop.length }}{{ k ~ '!' ~ '<' }}{% endfor %}|{{ release.items|join(', ') }}|{{ 'a b'|replace(' ', '') }}|{{ 2 + 3 * 4 }}"  # noqa: E501 — one template on one line
    assert run(tmp_path, source, release={"items": ["x", "&"]}) == "1/2x!&lt;2/2&amp;!&lt;|x, &amp;|ab|14"


def test_only_html_templates_escape(tmp_path: Path) -> None:
    assert run(tmp_path, "{{ release.a }}", release={"a": "<&>"}) == "&lt;&amp;&gt;"
    assert run(tmp_path, "{{ release.a }}", "page.txt.j2", release={"a": "<&>"}) == "<&>"


def test_a_template_is_kept_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert run(tmp_path, "{{ release.a ~ 1 }}", release={"a": "&"}) == "&amp;1"
    [file] = (tmp_path / "cache" / "pressctl").iterdir()
    before = file.stat().st_mtime_ns
    assert run(tmp_path, "{{ release.a ~ 1 }}", release={"a": "<"}) == "&lt;1"
    assert file.stat().st_mtime_ns == before
    assert run(tmp_path, "{{ release.a ~ 2 }}", release={"a": "&"}) == "&amp;2"
    assert run(tmp_path, "{{ release.a ~ 2 }}", name="page.txt.j2", release={"a": "&"}) == "&2"


def test_a_kept_template_tells_the_line_of_a_mistake_and_comes_to_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for _ in range(2):
        assert refused(tmp_path, "one\n\n{{ relase }}").problems[0].place == Place(str(tmp_path / "page.html.j2"), 3)
    for _ in range(2):
        endless = "{% for a in release.a %}{% for b in release.a %}{% endfor %}{% endfor %}"
        assert "does not come to an end" in refused(tmp_path, endless, release={"a": [0] * 1000}).problems[0].text


def test_a_template_with_personal_blocks_is_read_anew_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "page.html.j2").write_text("a{% personal %}{{ contact.name }}{% endpersonal %}b")
    for _ in range(2):
        environment = EditionEnvironment([tmp_path], ("release",), False)
        assert render(environment, "page.html.j2", {}) == "aslotn0zb"
        assert len(environment.slots) == 1
    assert not (tmp_path / "cache").exists()
