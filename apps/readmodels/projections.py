"""Revenue, customers' revenue and document counts, kept from events."""

from collections.abc import Iterator, Sequence

from apps.changes.arrays import plain_array
from apps.changes.events import Event
from apps.changes.projections import Difference, Target
from apps.readmodels.books import INVOICE_COPY, INVOICES, LINE_COPY, LINES
from apps.readmodels.changed import Changed, collect, row_key
from apps.readmodels.comparisons import compare_folds, compare_rows
from apps.readmodels.folds import FOLDS
from apps.readmodels.statements import Statements, delete_rows, documents_of_lines, merge_touched, upsert_rows

# Nothing has analysed a fresh build, and the planner takes it for small: row by row it would never end.
WHOLE_TABLES = "set local enable_nestloop = off"
TABLES = (INVOICE_COPY.copy, LINE_COPY.copy, *(table.table for fold in FOLDS for table in fold.tables))


class Revenue:
    """The copy behind the home page. Effects are written for one tenant at a time, inside its wall."""

    name = "revenue"
    tables = frozenset({INVOICES, LINES})

    def apply(self, target: Target, events: Sequence[Event]) -> None:
        """Take back what the touched documents contributed, write their rows, add what they contribute now."""
        documents, lines = collect(events)
        touched = self._touched(target, documents, lines)
        run = Statements(target, documents=plain_array(documents.rows), touched=plain_array(touched))
        folds = FOLDS if documents.rows else FOLDS[:1]
        for fold in folds:
            run(merge_touched(fold, "-"))
        for changed in (documents, lines):
            if changed.written:
                run(upsert_rows(changed.table), **changed.arrays())
            if changed.deleted:
                run(delete_rows(changed.table), ids=plain_array(changed.deleted))
        for fold in folds:
            run(merge_touched(fold, "+"))
            if not (documents.only_new and lines.only_new):
                for table in fold.tables:
                    run(table.sweep())

    def load(self, target: Target) -> int:
        """Copy the tenant's documents and lines and add them up."""
        rows = 0
        run = Statements(target)
        run(WHOLE_TABLES)
        for table in (INVOICE_COPY, LINE_COPY):
            rows += run(
                f"insert into {table.copy} (tenant_id, build, {table.names}) "
                f"select tenant_id, %(build)s, {table.names} from {table.source} where tenant_id = %(tenant)s"
            )
        for fold in FOLDS:
            run(fold.merge("", "+"))
        return rows

    def compare(self, target: Target, pending: Sequence[Event]) -> Iterator[Difference]:
        """Yield rows that are not their source's, then sums that are not those of the rows."""
        Statements(target)(WHOLE_TABLES)
        for changed in collect(pending):
            yield from compare_rows(target, changed)
        for fold in FOLDS:
            yield from compare_folds(target, fold)

    def clear(self, target: Target) -> int:
        """Delete one build."""
        run = Statements(target)
        return sum(
            run(f"delete from {table} where tenant_id = %(tenant)s and build = %(build)s") for table in TABLES
        )

    def builds(self, target: Target) -> set[int]:
        """Return the builds that hold rows, by jumps through the keys of the day tables."""
        found: set[int] = set()
        for table in (fold.table for fold in FOLDS):
            first = f"select min(build) from {table} where tenant_id = %(tenant)s"
            rows = Statements(target).fetch(
                f"with recursive jump(build) as (({first}) union all "
                f"select ({first} and build > jump.build) from jump where jump.build is not null) "
                "select build from jump where build is not null"
            )
            found.update(row[0] for row in rows)
        return found

    def _touched(self, target: Target, documents: Changed, lines: Changed) -> set[bytes]:
        """Return the documents whose sums may change: changed themselves, or by a line, or left by a line."""
        invoice = list(LINE_COPY.columns).index("invoice_id")
        touched = set(documents.rows) | {row_key(row[invoice]) for row in lines.written}
        if lines.rows:
            left = Statements(target, ids=plain_array(lines.rows)).fetch(documents_of_lines())
            touched.update(row[0].encode() for row in left)
        return touched
