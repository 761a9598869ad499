"""The command: every database of this project is sound, and a flaw ends it with 1."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from apps.tenancy.lint import find_flaws
from apps.tenancy.lint.databases import open_session

DATABASES = ["default", "sao"]


def lint(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("lint_walls", *arguments, stdout=out, stderr=out)
    return int(ended.value.code or 0), out.getvalue()


@contextmanager
def flaw(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Commit a flaw and take it away again."""
    connection.execute("create view lint_committed as select 1 as one")
    connection.execute("alter view lint_committed owner to bulkhead_owner")
    try:
        yield
    finally:
        connection.execute("drop view lint_committed")


def test_every_database_of_the_project_is_sound() -> None:
    code, text = lint("--json")

    report = json.loads(text)
    assert [one["findings"] for one in report] == [[], []]
    assert [one["database"] for one in report] == DATABASES
    assert code == 0


def test_people_are_told_so_in_a_line_for_each_database() -> None:
    code, text = lint()

    assert code == 0
    assert [line.partition(" (")[0] for line in text.splitlines()] == ["default: no flaws", "sao: no flaws"]


def test_a_flaw_is_shown_with_its_cure_and_ends_the_command_with_1(
    admin_connection: psycopg.Connection[Any],
) -> None:
    with flaw(admin_connection):
        code, text = lint("--database", "default")

    assert code == 1
    assert "public.lint_committed" in text
    assert "view_without_invoker" in text
    assert "alter view public.lint_committed set (security_invoker = true);" in text
    assert "default: 1 flaw (" in text


def test_a_flaw_is_told_to_programs(admin_connection: psycopg.Connection[Any]) -> None:
    with flaw(admin_connection):
        code, text = lint("--json")

    default, sao = json.loads(text)
    assert code == 1
    assert sao["findings"] == []
    assert default["findings"] == [
        {
            "rule": "view_without_invoker",
            "object": "public.lint_committed",
            "detail": "",
            "says": "A view reads with its owner's rights and policies, not with the caller's.",
            "cure": "alter view public.lint_committed set (security_invoker = true);",
        }
    ]


def test_one_database_may_be_named(admin_connection: psycopg.Connection[Any]) -> None:
    with flaw(admin_connection):
        code, text = lint("--database", "sao")

    assert code == 0
    assert text.startswith("sao: no flaws")


def test_an_unknown_database_is_refused() -> None:
    with pytest.raises(CommandError, match="invalid choice: 'nowhere'"):
        call_command("lint_walls", "--database", "nowhere")


def test_a_database_that_does_not_answer_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections["sao"].settings_dict, "HOST", "/nowhere")

    code, text = lint()

    assert code == 2
    assert text.startswith("A database does not answer: ")


@pytest.mark.parametrize(
    "alias", ["default", "replica", "default_sealer", "default_owner", "sao", "sao_replica"]
)
def test_any_role_sees_the_same(alias: str) -> None:
    with open_session(alias) as connection:
        assert find_flaws(connection) == []


def test_the_lint_leaves_its_callers_transaction_as_it_was() -> None:
    with open_session("default") as connection:
        before = connection.execute("show search_path").fetchone()
        find_flaws(connection)

        assert connection.execute("show search_path").fetchone() == before
