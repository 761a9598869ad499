"""Where a copy differs from the books, in one snapshot."""

from collections.abc import Iterator

from apps.changes.arrays import plain_array
from apps.changes.messages import UNCHANGED
from apps.changes.projections import Difference, Target
from apps.readmodels.books import CopiedTable
from apps.readmodels.changed import Changed, Kept
from apps.readmodels.folds import Fold
from apps.readmodels.statements import Statements

Texts = list[str | None]
NOTHING = "nothing"


def compare_rows(target: Target, changed: Changed) -> Iterator[Difference]:
    """Yield the source rows that the copied rows, with the pending changes counted in, do not equal."""
    expected = {key.decode(): _texts(row) for key, row in changed.rows.items()}
    query = _differing(changed.table)
    parameters = {
        "tenant": target.tenant_id,
        "build": target.build,
        "pending": plain_array(changed.rows),
    }
    # Row by row from the server: a copy that is wrong altogether must not fill the memory.
    with target.connection.cursor(name="compare") as cursor:
        for key, source, copy in cursor.execute(query, parameters):
            wanted = _with_pending(expected[key], copy) if key in expected else copy
            if wanted != source:
                yield Difference(
                    target.tenant_id,
                    changed.table.copy,
                    key,
                    _shown(changed, source),
                    _shown(changed, wanted),
                )


def compare_folds(target: Target, fold: Fold) -> Iterator[Difference]:
    """Yield the sums that are not those of the copied rows."""
    for table, query in fold.checks():
        for key, wanted, stored in Statements(target).fetch(f"{query} limit 100"):
            yield Difference(target.tenant_id, table, key, wanted or NOTHING, stored or NOTHING)


def _differing(table: CopiedTable) -> str:
    source = ", ".join(f"s.{name}::text" for name in table.columns)
    copy = ", ".join(f"c.{name}::text" for name in table.columns)
    source_row = ", ".join(f"s.{name}" for name in table.columns)
    copy_row = ", ".join(f"c.{name}" for name in table.columns)
    return f"""
        select coalesce(s.id, c.id)::text,
               case when s.id is not null then array[{source}] end,
               case when c.id is not null then array[{copy}] end
        from (select {table.names} from {table.source} where tenant_id = %(tenant)s) s
        full join (
            select {table.names} from {table.copy} where tenant_id = %(tenant)s and build = %(build)s
        ) c on c.id = s.id
        where ({source_row}) is distinct from ({copy_row}) or coalesce(s.id, c.id) = any(%(pending)s::uuid[])
        order by 1
    """


def _texts(row: Kept | None) -> list[object] | None:
    return None if row is None else [value.decode() if isinstance(value, bytes) else value for value in row]


def _with_pending(pending: list[object] | None, copy: Texts | None) -> list[object] | None:
    if pending is None or copy is None:
        return pending
    return [old if new is UNCHANGED else new for new, old in zip(pending, copy, strict=True)]


def _shown(changed: Changed, row: object) -> str:
    if not isinstance(row, list):
        return NOTHING
    pairs = zip(changed.table.columns, row, strict=True)
    return ", ".join(f"{name}={value}" for name, value in pairs if name != "id")
