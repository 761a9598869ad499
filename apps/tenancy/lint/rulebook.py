"""The rules: each a file of SQL over the catalog, with a header that says what it finds and how to mend it."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from apps.tenancy.lint.finding import Expectations, Finding

FOLDER = Path(__file__).parent
HEADER = re.compile(r"^-- (rule|says|cure): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Rule:
    """A query whose rows (object, detail) are flaws."""

    code: str
    says: str
    cure: str
    query: str

    def finding(self, found: str, detail: str | None) -> Finding:
        """Return what a row of the query means."""
        return Finding(self.code, found, detail or "", self.says, self.cure.replace("{object}", found))


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule of the folder, by code."""
    return tuple(_read(path) for path in sorted((FOLDER / "rules").glob("*.sql")))


def _read(path: Path) -> Rule:
    text = path.read_text()
    header = dict(HEADER.findall(text))
    return Rule(header["rule"], header["says"], header["cure"], text)


def run_rules(connection: psycopg.Connection[Any], expected: Expectations) -> list[Finding]:
    """Return what the rules find in the database of a connection, whose transaction it joins."""
    by_code = {rule.code: rule for rule in rules()}
    # One statement for all rules: what they share is read once.
    parts = (
        f"(select '{code}', f.* from (\n{rule.query}\n) f (object, detail))" for code, rule in by_code.items()
    )
    statement = _prelude(connection, expected) + "\nunion all\n".join(parts)
    # Rolled back, so that the path below does not outlive the lint in its caller's transaction.
    with connection.transaction(force_rollback=True), connection.cursor(row_factory=tuple_row) as cursor:
        # Expressions are compared as text, and PostgreSQL leaves out the schemas of the path.
        cursor.execute("set local search_path = pg_catalog, pg_temp")
        found = cursor.execute(statement).fetchall()
    return [by_code[code].finding(where, detail) for code, where, detail in found]


def _prelude(connection: psycopg.Connection[Any], expected: Expectations) -> str:
    text = (FOLDER / "prelude.sql").read_text()
    values = {
        "{open_tables}": dict(expected.open_tables),
        "{published}": {
            name: {t: list(c) for t, c in tables.items()} for name, tables in expected.published.items()
        },
    }
    for mark, value in values.items():
        text = text.replace(mark, sql.Literal(json.dumps(value)).as_string(connection))
    return text
