"""The sums of the revenue copy as SQL: what rows contribute, added, taken back, made from nothing, compared.

Each fold is one SELECT over the two copies of source rows. Posted documents count, credit notes negative, void
ones and drafts not at all. Bringing a copy forward is: take back what the touched documents contributed, write
their new rows, add what they contribute now.
"""

from dataclasses import dataclass

NO_PRODUCT = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, eq=False)
class Table:
    """A table of sums: its key, its sums as expressions over its source, the sum that is 0 when nothing is left."""

    table: str
    keys: tuple[str, ...]
    sums: dict[str, str]
    emptiness: str

    @property
    def key_list(self) -> str:
        return ", ".join(self.keys)

    def insert(self, rows: str, sign: str) -> str:
        """Return the statement that adds (`+`) or takes back (`-`) rows of key and sums."""
        names = ", ".join(self.sums)
        signed = ", ".join(f"{sign}f.{name}" for name in self.sums)
        added = ", ".join(f"{name} = t.{name} + excluded.{name}" for name in self.sums)
        return f"""
            insert into {self.table} as t (tenant_id, build, {self.key_list}, {names})
            select %(tenant)s::uuid, %(build)s::int, {self.key_list}, {signed}
            from ({rows}) f
            order by {self.key_list}
            on conflict (tenant_id, build, {self.key_list}) do update set {added}
        """

    def sweep(self) -> str:
        """Return the statement that deletes what nothing contributes to any more."""
        return f"""
            delete from {self.table}
            where tenant_id = %(tenant)s and build = %(build)s and {self.emptiness} = 0
        """

    def mismatches(self, rows: str) -> str:
        """Return the SELECT of keys whose stored sums differ from those of `rows`, with both as text."""
        keys = " and ".join(f"t.{key} = f.{key}" for key in self.keys)
        shown = ", ".join(f"coalesce(t.{key}, f.{key})::text" for key in self.keys)
        stored = ", ".join(f"t.{name}" for name in self.sums)
        wanted = ", ".join(f"f.{name}" for name in self.sums)
        return f"""
            select concat_ws(' ', {shown}), row({wanted})::text, row({stored})::text
            from ({rows}) f
            full join (
                select * from {self.table} where tenant_id = %(tenant)s and build = %(build)s
            ) t on {keys}
            where ({stored}) is distinct from ({wanted})
            order by 1
        """

    def selected(self) -> str:
        """Return the sums as a list of the SELECT."""
        return ", ".join(f"{expression} as {name}" for name, expression in self.sums.items())

    def positions(self) -> str:
        """Return the key's positions in the SELECT."""
        return ", ".join(str(position + 1) for position in range(len(self.keys)))


@dataclass(frozen=True, eq=False)
class Rollup(Table):
    """A coarser table of the same sums, made of a day table's rows; `select` is its key's expressions."""

    select: str

    def rows(self, source: str) -> str:
        """Return the SELECT of key and sums over rows of the day table."""
        return f"select {self.select}, {self.selected()} from {source} group by {self.positions()}"


@dataclass(frozen=True, eq=False)
class Fold(Table):
    """A day table with the SELECT that gives its key and sums, and coarser tables kept along with it."""

    select: str
    rollups: tuple[Rollup, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        return (self, *self.rollups)

    def rows(self, condition: str = "") -> str:
        """Return the SELECT of key and sums for one tenant and build, or for the documents of a condition."""
        lines = LINES_BY_DOCUMENT if condition else ALL_LINES
        body = self.select.format(sums=self.selected(), condition=condition, lines=lines)
        return f"select {body} group by {self.positions()}"

    def merge(self, condition: str, sign: str) -> str:
        """Return the statement that adds or takes back what the rows of a condition contribute."""
        if not self.rollups:
            return self.insert(self.rows(condition), sign)
        *first, last = [
            self.insert("select * from found", sign),
            *(rollup.insert(rollup.rows("found"), sign) for rollup in self.rollups),
        ]
        steps = "".join(f", step{number} as ({step})" for number, step in enumerate(first))
        return f"with found as materialized ({self.rows(condition)}){steps} {last}"

    def checks(self) -> list[tuple[str, str]]:
        """Return each table's name with the SELECT of its mismatches."""
        stored = f"(select * from {self.table} where tenant_id = %(tenant)s and build = %(build)s) s"
        return [
            (self.table, self.mismatches(self.rows())),
            *((rollup.table, rollup.mismatches(rollup.rows(stored))) for rollup in self.rollups),
        ]


OF_DOCUMENT = """
    from readmodels_invoicecopy h
    where h.tenant_id = %(tenant)s and h.build = %(build)s {condition}
"""
OF_LINE = """
    from readmodels_invoicecopy h
    {lines}
    where h.tenant_id = %(tenant)s and h.build = %(build)s and h.state = 'posted' {condition}
"""
ALL_LINES = """
    join readmodels_linecopy l on l.tenant_id = h.tenant_id and l.build = h.build and l.invoice_id = h.id
"""
# For some documents: their lines one document after the other, by the index of documents. The fence (`offset 0`)
# keeps the build out of the lookup. Both are for the planner, which knows nothing of a tenant that began a minute
# ago: it believes that tenant and build leave one row, takes any index that begins with them, and reads a whole
# tenant for each document. See docs/adr/0005.
LINES_BY_DOCUMENT = """
    join lateral (
        select s.build, s.product_id, s.quantity, s.net_minor, s.shared_minor from readmodels_linecopy s
        where s.tenant_id = h.tenant_id and s.invoice_id = h.id
        offset 0
    ) l on l.build = h.build
"""
SIGN = "case h.kind when 'credit_note' then -1 else 1 end"

PRODUCT_MONTH = Rollup(
    table="readmodels_productmonth",
    keys=("month", "currency", "product_id"),
    sums={
        "net_minor": "sum(net_minor)::bigint",
        "documents": "sum(documents)::int",
        "lines": "sum(lines)::int",
    },
    emptiness="lines",
    select="date_trunc('month', day)::date as month, currency, product_id",
)
REVENUE_DAY = Fold(
    table="readmodels_revenueday",
    keys=("day", "currency", "country_code", "product_id"),
    sums={
        "net_minor": f"sum({SIGN} * (l.net_minor + l.shared_minor))::bigint",
        "quantity": f"sum({SIGN} * l.quantity)",
        "documents": "count(distinct h.id)::int",
        "lines": "count(*)::int",
    },
    emptiness="lines",
    select="h.issue_date as day, h.currency, h.country_code, "
    f"coalesce(l.product_id, '{NO_PRODUCT}') as product_id, {{sums}} {OF_LINE}",
    rollups=(PRODUCT_MONTH,),
)
CUSTOMER_DAY = Fold(
    table="readmodels_customerday",
    keys=("day", "currency", "customer_id"),
    sums={"net_minor": f"sum({SIGN} * h.net_minor)::bigint", "documents": "count(*)::int"},
    emptiness="documents",
    select=f"h.issue_date as day, h.currency, h.customer_id, {{sums}} {OF_DOCUMENT} and h.state = 'posted'",
)
DOCUMENT_DAY = Fold(
    table="readmodels_documentday",
    keys=("day", "currency", "kind", "state", "country_code"),
    sums={"documents": "count(*)::int", "net_minor": "sum(h.net_minor)::bigint"},
    emptiness="documents",
    select=f"h.issue_date as day, h.currency, h.kind, h.state, h.country_code, {{sums}} {OF_DOCUMENT}",
)
FOLDS = (REVENUE_DAY, CUSTOMER_DAY, DOCUMENT_DAY)
