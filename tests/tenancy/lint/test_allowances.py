"""Allowances hide exactly what they name, and do not outlive it."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from apps.tenancy.lint import Allowance, Expectations, find_flaws
from apps.tenancy.lint.allowances import ALLOWANCES
from apps.tenancy.lint.rulebook import rules

VIEW = "create view lint_view as select 1 as one; alter view lint_view owner to bulkhead_owner"
ALLOWED = Allowance("view_without_invoker", "public.lint_view", "for this test")
UNUSED = "view_without_invoker: public.lint_view"


def _found(lab: psycopg.Connection[Any], expected: Expectations) -> set[tuple[str, str]]:
    return {(finding.rule, finding.object) for finding in find_flaws(lab, expected)}


def test_an_allowed_finding_is_not_reported(lab: psycopg.Connection[Any], expected: Expectations) -> None:
    before = _found(lab, expected)
    lab.execute(VIEW)

    assert _found(lab, replace(expected, allowances=[ALLOWED])) == before


def test_an_allowance_that_allows_nothing_is_reported(
    lab: psycopg.Connection[Any], expected: Expectations
) -> None:
    before = _found(lab, expected)

    after = _found(lab, replace(expected, allowances=[ALLOWED]))

    assert after - before == {("allowance_unused", UNUSED)}


def test_an_allowance_for_one_detail_does_not_cover_another(
    lab: psycopg.Connection[Any], expected: Expectations
) -> None:
    lab.execute(VIEW)
    elsewhere = replace(ALLOWED, detail="another")

    found = _found(lab, replace(expected, allowances=[elsewhere]))

    assert {("view_without_invoker", "public.lint_view"), ("allowance_unused", UNUSED)} <= found


@pytest.mark.parametrize(
    "name, reason", [("lint_parent", "has a tenant"), ("lint_open", " "), ("lint_nowhere", "not there")]
)
def test_an_open_table_that_need_not_be_open_is_reported(
    lab: psycopg.Connection[Any], expected: Expectations, name: str, reason: str
) -> None:
    open_tables = {**expected.open_tables, name: reason}

    found = _found(lab, replace(expected, open_tables=open_tables))

    assert ("open_table_unused", name) in found


def test_every_allowance_names_a_rule_that_exists_and_gives_a_reason() -> None:
    known = {rule.code for rule in rules()} | {"audit_rls"}

    assert {allowance.rule for allowance in ALLOWANCES} <= known
    assert [allowance for allowance in ALLOWANCES if len(allowance.reason) < 20] == []
