"""The house itself: who may import whom, what each file says of itself, where heavy things are imported."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY

PACKAGE = REPOSITORY / "pressctl"
FILES = sorted(PACKAGE.rglob("*.py"))

# A module imports only from rows above its own; within a row nobody imports his neighbour, unless a chain says so.
ROWS: tuple[frozenset[str], ...] = (
    frozenset(
        {
            "errors",
            "kept",
            "pressctl",
            "values",
        }
    ),
    frozenset(
        {
            "clock",
            "content_lines",
            "dates",
            "delivery",
            "dkim_record",
            "dns_lookup",
            "document",
            "document_marks",
            "files",
            "finding",
            "image_file",
            "message",
            "office",
            "office_secret",
            "pace",
            "pattern",
            "spreadsheet",
        }
    ),
    frozenset(
        {
            "addresses",
            "age_file",
            "config",
            "contact_cache",
            "contact_keys",
            "contact_schema",
            "contacts",
            "edition",
            "pitches",
            "plain_list",
            "release",
            "release_keys",
            "release_languages",
            "schema",
            "selection",
            "suppressions",
            "toml_document",
        }
    ),
    frozenset(
        {
            "anatomy",
            "ap_style",
            "attached_data",
            "check",
            "checks",
            "contact_changes",
            "contact_copy",
            "contact_editor",
            "contact_store",
            "contact_table",
            "delivery_log",
            "draft",
            "facts",
            "feeds",
            "file_traces",
            "formats",
            "greeting",
            "homographs",
            "html_tree",
            "identity",
            "images",
            "importers",
            "jmap_account",
            "jmap_answer",
            "jmap_mail",
            "kinds",
            "labels",
            "languages",
            "linked_data",
            "links",
            "log_place",
            "mail_catcher",
            "mail_fields",
            "manuscript",
            "markup",
            "news_copy",
            "notice",
            "personal",
            "pictures",
            "plaintext",
            "press_kit",
            "press_page",
            "provider",
            "publication",
            "published",
            "reading_level",
            "releases_on_file",
            "render",
            "recipients",
            "rendered",
            "sent_before",
            "sigv4",
            "speech",
            "story_facts",
            "template",
            "text_blocks",
            "translation",
            "vcard",
            "word_colours",
        }
    ),
    frozenset(
        {
            "callsheet",
            "contact_check",
            "contact_export",
            "contact_history",
            "contact_import",
            "exposure",
            "forget",
            "http1",
            "inbox",
            "inbox_page",
            "loopback",
            "mail_sizes",
            "mail_view",
            "newsroom",
            "office_watch",
            "outgoing",
            "page_parts",
            "plan",
            "preview",
            "preview_page",
            "preview_views",
            "providers",
            "receipt",
            "report",
            "sandbox",
            "wire",
        }
    ),
    frozenset(
        {
            "batch",
            "brakes",
            "discovery",
            "distribute",
            "doctor",
            "due",
            "job",
            "matrix",
            "resolve",
            "routes",
            "send",
            "sync",
            "two_clocks",
        }
    ),
    frozenset(
        {
            "completion",
            "report_page",
            "show",
            "show_check",
            "show_contacts",
            "show_matrix",
            "show_pages",
            "show_run",
        }
    ),
    frozenset(
        {
            "__main__",
            "cli",
            "commands",
        }
    ),
)


def module_of(path: Path) -> str:
    """The first name under the package: a folder of peers counts as one."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return "pressctl" if parts == ("__init__",) else parts[0]


def row_of(module: str) -> int:
    return next(number for number, row in enumerate(ROWS) if module in row)


def imports(path: Path, *, top_only: bool = False) -> set[str]:
    """The package's modules that a file imports; only those that run at its own import where `top_only`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if not top_only else iter(tree.body)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module == "pressctl":
            found |= {alias.name for alias in node.names if alias.name != "__version__"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pressctl."):
            found.add((node.module or "").split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("pressctl.")}
    return found


def test_every_module_has_its_row() -> None:
    assert {module_of(path) for path in FILES} <= set().union(*ROWS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_its_row_and_those_above(path: Path) -> None:
    own = row_of(module_of(path))
    below = {name for name in imports(path) if row_of(name) > own}
    assert not below, f"{path.name} reaches down to {sorted(below)}"


def test_no_imports_run_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for path in FILES:
        graph.setdefault(module_of(path), set()).update(imports(path, top_only=True) - {module_of(path)})

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"a circle: {' → '.join((*trail, module))}"
        for other in graph.get(module, ()):
            visit(other, (*trail, module))

    for module in graph:
        visit(module, ())


def test_providers_never_import_each_other() -> None:
    for path in (PACKAGE / "providers").glob("*.py"):
        assert "providers" not in imports(path), path.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_each_file_says_its_job_in_its_first_line(path: Path) -> None:
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    assert re.match(r'"""\S.{15,}', first), f"{path.name} begins with {first!r}"


DOORS = {  # a library, and the only modules that may touch it
    "sqlite3": {"delivery_log"},
    "yaml": {"document", "document_marks"},
    "jinja2": {"template", "personal", "render", "page_parts"},
    "markdown": {"markup"},
    "nh3": {"markup"},
    "css_inline": {"render"},
    "httptools": {"http1", "loopback"},
    "rich": {"show_run"},
    "typer": {"cli", "commands"},
}


@pytest.mark.parametrize("library", DOORS)
def test_each_dependency_has_its_door(library: str) -> None:
    users = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            if any(name.split(".")[0] == library for name in names):
                users.add(module_of(path))
    assert users <= DOORS[library]


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        (["--version"], ["typer", "pressctl.cli", "yaml", "re"]),
        (["--help"], ["rich", "yaml", "jinja2", "httpx2", "asyncio", "pydantic", "sqlite3"]),
        (["render", "--help"], ["rich", "yaml", "jinja2", "httpx2", "asyncio", "markdown"]),
        (["render", "key-west-287g"], ["rich", "httpx2", "asyncio", "ssl", "httptools"]),
        (["render", "key-west-287g", "--as", "web"], ["pressctl.contacts", "pressctl.delivery_log", "sqlite3"]),
        (["check", "key-west-287g"], ["rich", "jinja2", "markdown", "httpx2", "asyncio", "json", "secrets"]),
        (["log", "--help"], ["rich", "jinja2", "httpx2", "asyncio", "pressctl.config", "csv", "json"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_start_up_imports_only_what_runs(words: list[str], absent: list[str]) -> None:
    program = (
        "import sys; sys.argv = ['pressctl', *sys.argv[1:]]\n"
        "from pressctl.__main__ import main\n"
        "code = main(); sys.stderr.write('\\n'.join(sys.modules)); sys.exit(code)"
    )
    result = subprocess.run([sys.executable, "-c", program, *words], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert not set(result.stderr.split("\n")) & set(absent)


@pytest.mark.parametrize("line", ["render k", "send x --to tag:", "render x --", "contacts show k"])
def test_completion_imports_next_to_nothing(line: str) -> None:
    program = "import os, sys\nfrom pressctl.completion import answer\nanswer(os.environ); sys.stderr.write('\\n'.join(sys.modules))"
    asked = {"_PRESSCTL_COMPLETE": "complete_bash", "COMP_WORDS": f"pressctl {line}", "COMP_CWORD": str(len(line.split()))}
    environment = {**os.environ, **asked}
    result = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert result.stdout
    assert not set(result.stderr.split("\n")) & {"re", "typing", "collections", "pathlib", "enum", "typer"}, result.stderr


def test_the_project_speaks_of_itself_alone() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    roots = {name.split("/")[0] for name in listed.stdout.split("\n") if name}
    allowed = {"pressctl", "templates", "contacts", "releases", "tests", "pyproject.toml", "README.md", "LICENSE"}
    assert {root for root in roots if not root.startswith(".")} <= allowed
