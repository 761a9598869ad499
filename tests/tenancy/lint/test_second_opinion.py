"""django-rls's audit_rls is run for real: it sees our tables, and what it says arrives."""

from typing import Any

import psycopg

from apps.tenancy.lint import Expectations
from apps.tenancy.lint.finding import Finding
from apps.tenancy.lint.project import of_project
from apps.tenancy.lint.second_opinion import ask_audit_rls

CUSTOM = "Models using CustomPolicy (prefer ModelPolicy)"
SILENT = "set local event_triggers = off"


def _said(findings: list[Finding]) -> dict[str, str]:
    return {finding.object: finding.detail for finding in findings}


def test_sound_tables_are_named_in_its_one_standing_remark_and_nowhere_else(
    lab: psycopg.Connection[Any], expected: Expectations
) -> None:
    said = _said(ask_audit_rls(lab, expected.declared))

    assert list(said) == [CUSTOM]
    assert said[CUSTOM].split(", ") == sorted(expected.declared)


def test_it_finds_security_that_is_off(lab: psycopg.Connection[Any], expected: Expectations) -> None:
    lab.execute(SILENT)
    lab.execute("alter table lint_parent disable row level security")

    said = _said(ask_audit_rls(lab, expected.declared))

    assert said["public.lint_parent"] == "RLS not enabled on lint_parent"


def test_it_finds_security_that_is_not_forced(lab: psycopg.Connection[Any], expected: Expectations) -> None:
    lab.execute(SILENT)
    lab.execute("alter table lint_child no force row level security")

    said = _said(ask_audit_rls(lab, expected.declared))

    assert said["public.lint_child"].startswith("FORCE ROW LEVEL SECURITY not set on lint_child")


def test_it_finds_a_table_without_policies(lab: psycopg.Connection[Any], expected: Expectations) -> None:
    for policy in ("tenant", "wall", "customer"):
        lab.execute(f"drop policy lint_parted_{policy} on lint_parted")

    said = _said(ask_audit_rls(lab, expected.declared))

    assert said["public.lint_parted"] == "RLS enabled but no policies on lint_parted"


def test_it_finds_a_declared_table_that_is_not_there(lab: psycopg.Connection[Any]) -> None:
    said = _said(ask_audit_rls(lab, ["audit.entry", "public.lint_nowhere"]))

    assert said["public.lint_nowhere"] == "table 'lint_nowhere' not found"
    assert "audit.entry" not in said


def test_the_project_declares_its_tables_of_every_schema() -> None:
    assert {"public.invoices_invoice", "public.tenancy_membership", "audit.entry"} <= set(
        of_project().declared
    )
    assert "public.tenancy_user" not in of_project().declared


def test_a_role_that_may_not_look_is_no_pass(lab: psycopg.Connection[Any], expected: Expectations) -> None:
    lab.execute("set local role bulkhead_ask")

    said = _said(ask_audit_rls(lab, expected.declared))

    assert said == {"public": "role bulkhead_ask may not use this schema: run as bulkhead_app"}
