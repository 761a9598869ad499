"""The statements that write the copies, each made once, and a short way to run them for a target."""

from functools import cache
from typing import Any

from apps.changes.projections import Target
from apps.readmodels.books import LINE_COPY, CopiedTable
from apps.readmodels.folds import REVENUE_DAY, Fold


@cache
def merge_touched(fold: Fold, sign: str) -> str:
    """Return the statement that adds or takes back what touched documents contribute to a fold.

    Only revenue by product depends on lines; the other folds change with the documents themselves.
    """
    which = "touched" if fold is REVENUE_DAY else "documents"
    return fold.merge(f"and h.id = any(%({which})s::uuid[])", sign)


@cache
def upsert_rows(table: CopiedTable) -> str:
    """Return the statement that writes copied rows, given as one array per column."""
    arrays = ", ".join(f"%({name})s::{kind}[]" for name, kind in table.columns.items())
    updates = ", ".join(f"{name} = excluded.{name}" for name in table.columns if name != "id")
    return f"""
        insert into {table.copy} (tenant_id, build, {table.names})
        select %(tenant)s::uuid, %(build)s::int, r.* from unnest({arrays}) as r
        on conflict (tenant_id, id, build) do update set {updates}
    """


@cache
def delete_rows(table: CopiedTable) -> str:
    """Return the statement that deletes copied rows by id."""
    return f"""
        delete from {table.copy}
        where tenant_id = %(tenant)s and build = %(build)s and ctid = any(array(
            select r.place {_one_by_one(table, "s.ctid as place")}
        ))
    """


@cache
def documents_of_lines() -> str:
    """Return the query of the documents that copied lines belong to."""
    return f"select distinct r.invoice_id::text {_one_by_one(LINE_COPY, 's.invoice_id')}"


def _one_by_one(table: CopiedTable, columns: str) -> str:
    """Return the FROM of copied rows by id, fetched one after the other; see LINES_BY_DOCUMENT."""
    return f"""
        from unnest(%(ids)s::uuid[]) as wanted(id)
        join lateral (
            select s.build, {columns} from {table.copy} s
            where s.tenant_id = %(tenant)s and s.id = wanted.id
            offset 0
        ) r on r.build = %(build)s
    """


class Statements:
    """Runs statements for one target with its parameters filled in."""

    def __init__(self, target: Target, **parameters: Any) -> None:
        self._target = target
        self._parameters = {"tenant": target.tenant_id, "build": target.build, **parameters}

    def __call__(self, statement: str, **parameters: Any) -> int:
        """Run a statement and return how many rows it wrote (not known inside a pipeline)."""
        cursor = self._target.connection.execute(statement, {**self._parameters, **parameters})
        return cursor.rowcount

    def fetch(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a query and return its rows."""
        return self._target.connection.execute(statement, self._parameters).fetchall()
