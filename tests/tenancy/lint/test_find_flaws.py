"""Each rule finds the flaw that is seeded for it, and no other rule does."""

from collections import Counter
from typing import Any

import psycopg
import pytest

from apps.tenancy.lint import Expectations
from apps.tenancy.lint.finding import Finding
from apps.tenancy.lint.rulebook import FOLDER, rules, run_rules
from config.env import ROOT
from tests.tenancy.lint.flaws import FLAWS, Flaw

BEFORE: dict[str, Counter[tuple[str, str, str]]] = {}


def _name(flaw: Flaw) -> str:
    return f"{flaw.rule}-{flaw.sql[-40:]}"


def _places(findings: list[Finding]) -> Counter[tuple[str, str, str]]:
    return Counter((finding.rule, finding.object, finding.detail) for finding in findings)


@pytest.mark.parametrize("flaw", FLAWS, ids=_name)
def test_a_seeded_flaw_is_found_by_its_rule_and_no_other(
    lab: psycopg.Connection[Any], expected: Expectations, flaw: Flaw
) -> None:
    before = _before(lab, expected, flaw.before)

    _seed(lab, flaw.sql)

    new = _places(run_rules(lab, expected)) - before
    assert {(rule, where) for rule, where, _ in new} == {(flaw.rule, flaw.object)}


def _before(lab: psycopg.Connection[Any], expected: Expectations, sql: str) -> Counter[tuple[str, str, str]]:
    """Run what the flaw needs, and return what was found before it; kept, because the laboratory is always the same."""
    _seed(lab, sql)
    if sql not in BEFORE:
        BEFORE[sql] = _places(run_rules(lab, expected))
    return BEFORE[sql]


def _seed(lab: psycopg.Connection[Any], sql: str) -> None:
    if sql:
        lab.execute("set local role bulkhead_owner")
        lab.execute(sql)
        lab.execute("reset role")


def test_sound_tables_have_no_flaw(lab: psycopg.Connection[Any], expected: Expectations) -> None:
    assert [finding for finding in run_rules(lab, expected) if "lint_" in finding.object] == []


def test_every_rule_has_a_seeded_flaw() -> None:
    assert {rule.code for rule in rules()} == {flaw.rule for flaw in FLAWS}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_a_rule_says_what_is_wrong_and_how_to_mend_it(rule: Any) -> None:
    assert (FOLDER / "rules" / f"{rule.code}.sql").exists()
    assert rule.says.endswith(".")
    assert len(rule.cure) > 10


def test_every_rule_is_explained_in_the_documentation() -> None:
    text = (ROOT / "docs" / "walls.md").read_text()

    lines = {line for line in text.splitlines() if line.startswith("| `")}
    assert {f"| `{rule.code}` | {rule.says} |" for rule in rules()} <= lines
