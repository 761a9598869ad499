"""The sums of the revenue copy as SQL: what rows contribute, added, taken back, made from nothing, compared.

Each fold is one SELECT over the two copies of source rows. Posted documents count, credit notes negative, void
ones and drafts not at all. Bringing a copy forward is: take back what the touched documents contributed, write
their new rows, add what they contribute now.
"""

from dataclasses import dataclass

NO_PRODUCT = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, eq=False)
class Fold:
    """A day table: its key, its sums, the SELECT that gives both, and the sum that is 0 when nothing is left."""

    table: str
    keys: tuple[str, ...]
    sums: dict[str, str]
    select: str
    emptiness: str

    def rows(self, condition: str = "") -> str:
        """Return the SELECT of key and sums for one tenant and build, or for the documents of a condition."""
        sums = ", ".join(f"{expression} as {name}" for name, expression in self.sums.items())
        keys = ", ".join(str(position + 1) for position in range(len(self.keys)))
        lines = LINES_BY_DOCUMENT if condition else ALL_LINES
        return f"select {self.select.format(sums=sums, condition=condition, lines=lines)} group by {keys}"

    def merge(self, condition: str, sign: str) -> str:
        """Return the statement that adds (`+`) or takes back (`-`) what the rows of a condition contribute."""
        keys, names = ", ".join(self.keys), ", ".join(self.sums)
        signed = ", ".join(f"{sign}f.{name}" for name in self.sums)
        added = ", ".join(f"{name} = t.{name} + excluded.{name}" for name in self.sums)
        return f"""
            insert into {self.table} as t (tenant_id, build, {keys}, {names})
            select %(tenant)s::uuid, %(build)s::int, {keys}, {signed}
            from ({self.rows(condition)}) f
            order by {keys}
            on conflict (tenant_id, build, {keys}) do update set {added}
        """

    def sweep(self) -> str:
        """Return the statement that deletes what nothing contributes to any more."""
        return f"""
            delete from {self.table}
            where tenant_id = %(tenant)s and build = %(build)s and {self.emptiness} = 0
        """

    def mismatches(self) -> str:
        """Return the SELECT of keys whose stored sums differ from the fold, with both as text."""
        keys = " and ".join(f"t.{key} = f.{key}" for key in self.keys)
        shown = ", ".join(f"coalesce(t.{key}, f.{key})::text" for key in self.keys)
        stored = ", ".join(f"t.{name}" for name in self.sums)
        wanted = ", ".join(f"f.{name}" for name in self.sums)
        return f"""
            select concat_ws(' ', {shown}), row({wanted})::text, row({stored})::text
            from ({self.rows()}) f
            full join (
                select * from {self.table} where tenant_id = %(tenant)s and build = %(build)s
            ) t on {keys}
            where ({stored}) is distinct from ({wanted})
            order by 1
        """


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
        select s.build, s.product_id, s.quantity, s.net_minor from readmodels_linecopy s
        where s.tenant_id = h.tenant_id and s.invoice_id = h.id
        offset 0
    ) l on l.build = h.build
"""
SIGN = "case h.kind when 'credit_note' then -1 else 1 end"

REVENUE_DAY = Fold(
    "readmodels_revenueday",
    ("day", "currency", "country_code", "product_id"),
    {
        "net_minor": f"sum({SIGN} * l.net_minor)::bigint",
        "quantity": f"sum({SIGN} * l.quantity)",
        "documents": "count(distinct h.id)::int",
        "lines": "count(*)::int",
    },
    "h.issue_date as day, h.currency, h.country_code, "
    f"coalesce(l.product_id, '{NO_PRODUCT}') as product_id, {{sums}} {OF_LINE}",
    "lines",
)
CUSTOMER_DAY = Fold(
    "readmodels_customerday",
    ("day", "currency", "customer_id"),
    {"net_minor": f"sum({SIGN} * h.net_minor)::bigint", "documents": "count(*)::int"},
    f"h.issue_date as day, h.currency, h.customer_id, {{sums}} {OF_DOCUMENT} and h.state = 'posted'",
    "documents",
)
DOCUMENT_DAY = Fold(
    "readmodels_documentday",
    ("day", "currency", "kind", "state", "country_code"),
    {"documents": "count(*)::int", "net_minor": "sum(h.net_minor)::bigint"},
    f"h.issue_date as day, h.currency, h.kind, h.state, h.country_code, {{sums}} {OF_DOCUMENT}",
    "documents",
)
FOLDS = (REVENUE_DAY, CUSTOMER_DAY, DOCUMENT_DAY)
