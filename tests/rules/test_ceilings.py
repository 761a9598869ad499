"""Rooms stay small: files stop at 400 lines, functions at 50, and nothing is called utils."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES = 400
FUNCTION_LINES = 50
BAD_NAMES = {"utils", "util", "helpers", "helper", "misc", "common", "managers"}


def sources() -> list[Path]:
    folders = ("apps", "config", "tests", "benchmarks")
    return [
        path for folder in folders for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts
    ]


def long_functions(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{node.name} ({length} lines)"


def test_no_file_is_longer_than_its_ceiling() -> None:
    found = {str(p.relative_to(ROOT)): len(p.read_text().splitlines()) for p in sources()}
    assert {name: lines for name, lines in found.items() if lines > FILE_LINES} == {}


def test_no_function_is_longer_than_its_ceiling() -> None:
    found = {str(p.relative_to(ROOT)): list(long_functions(p.read_text())) for p in sources()}
    assert {name: functions for name, functions in found.items() if functions} == {}


def test_a_long_function_would_be_found() -> None:
    body = "\n".join("    pass" for _ in range(FUNCTION_LINES))
    assert list(long_functions(f"def long():\n{body}\n")) == ["long (51 lines)"]


def test_rooms_are_named_after_their_subject() -> None:
    assert [str(p.relative_to(ROOT)) for p in sources() if p.stem in BAD_NAMES] == []


@pytest.mark.parametrize(
    "app", sorted(p.name for p in (ROOT / "apps").iterdir() if (p / "__init__.py").exists())
)
def test_every_app_says_what_it_is_for(app: str) -> None:
    lines = (ROOT / "apps" / app / "README.md").read_text().splitlines()
    assert 8 <= len(lines) <= 45
