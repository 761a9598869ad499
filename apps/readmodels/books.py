"""The books' tables as this floor knows them: names and columns, the ones that revenue is made of."""

from dataclasses import dataclass

INVOICES = "invoices_invoice"
LINES = "invoices_line"


@dataclass(frozen=True, eq=False)
class CopiedTable:
    """A source table, its copy here, and the columns that are kept, `id` first. `texts` need quotes."""

    source: str
    copy: str
    columns: dict[str, str]
    texts: frozenset[str] = frozenset()

    @property
    def names(self) -> str:
        return ", ".join(self.columns)


INVOICE_COPY = CopiedTable(
    INVOICES,
    "readmodels_invoicecopy",
    {
        "id": "uuid",
        "kind": "text",
        "state": "text",
        "issue_date": "date",
        "customer_id": "uuid",
        "country_code": "text",
        "currency": "text",
        "net_minor": "bigint",
    },
    frozenset({"kind", "state", "country_code", "currency"}),
)
LINE_COPY = CopiedTable(
    LINES,
    "readmodels_linecopy",
    {
        "id": "uuid",
        "invoice_id": "uuid",
        "product_id": "uuid",
        "quantity": "numeric",
        "net_minor": "bigint",
        "shared_minor": "bigint",
    },
)
