"""The lint of the walls: rules over PostgreSQL's catalog that find whatever would let one tenant see another.

`find_flaws(connection)` is all that callers need. Each rule is one file in `rules/`; see docs/walls.md.
"""

from collections.abc import Sequence
from typing import Any

import psycopg

from apps.tenancy.lint.finding import Allowance, Expectations, Finding
from apps.tenancy.lint.project import of_project
from apps.tenancy.lint.rulebook import run_rules
from apps.tenancy.lint.second_opinion import ask_audit_rls

__all__ = ["Allowance", "Expectations", "Finding", "find_flaws", "of_project"]

UNUSED = "An allowance is written down for something that is no longer found."


def find_flaws(connection: psycopg.Connection[Any], expected: Expectations | None = None) -> list[Finding]:
    """Return every flaw in the walls of a database, sorted; none = sound.

    The catalog is open to every role, so any connection will do. What is expected is the project's own unless given.
    """
    expected = expected or of_project()
    found = run_rules(connection, expected) + ask_audit_rls(connection, expected.declared)
    return sorted({*_not_allowed(found, expected.allowances), *_unused(found, expected.allowances)})


def _not_allowed(found: Sequence[Finding], allowances: Sequence[Allowance]) -> list[Finding]:
    return [finding for finding in found if not any(allowance.covers(finding) for allowance in allowances)]


def _unused(found: Sequence[Finding], allowances: Sequence[Allowance]) -> list[Finding]:
    return [
        Finding(
            "allowance_unused",
            f"{allowance.rule}: {allowance.object}",
            allowance.detail or "",
            UNUSED,
            "Strike it from apps/tenancy/lint/allowances.py.",
        )
        for allowance in allowances
        if not any(allowance.covers(finding) for finding in found)
    ]
