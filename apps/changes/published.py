"""What leaves the books through the event stream: tables and columns by name, and nothing else.

The stream heeds no row-level security, so this list is a wall. Left out on purpose: e-mail, tax ids and free
text of documents. A new column needs a line here and a migration that runs `publication_sql()` again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

PUBLICATION = "bulkhead"


@dataclass(frozen=True)
class PublishedTable:
    """A table of schema public as its readers know it: column name to PostgreSQL type.

    `version` counts changes of this shape; it travels with each event.
    """

    name: str
    columns: Mapping[str, str]
    version: int = 1


TABLES = (
    PublishedTable("changes_heartbeat", {"id": "smallint", "beat_at": "timestamptz"}),
    PublishedTable(
        "parties_customer",
        {
            "tenant_id": "uuid",
            "id": "uuid",
            "code": "text",
            "name": "text",
            "country_code": "varchar",
            "is_walk_in": "bool",
            "created_at": "timestamptz",
            "version": "integer",
        },
    ),
    PublishedTable(
        "catalog_product",
        {
            "tenant_id": "uuid",
            "id": "uuid",
            "sku": "text",
            "name": "text",
            "unit_price": "numeric",
            "currency": "varchar",
            "is_active": "bool",
            "created_at": "timestamptz",
            "version": "integer",
        },
    ),
    PublishedTable(
        "invoices_invoice",
        {
            "tenant_id": "uuid",
            "id": "uuid",
            "kind": "text",
            "state": "text",
            "number": "text",
            "issue_date": "date",
            "due_date": "date",
            "customer_id": "uuid",
            "country_code": "varchar",
            "currency": "varchar",
            "net_minor": "bigint",
            "tax_minor": "bigint",
            "total_minor": "bigint",
            "credits_id": "uuid",
            "source": "text",
            "created_at": "timestamptz",
            "posted_at": "timestamptz",
            "voided_at": "timestamptz",
            "version": "integer",
        },
    ),
    PublishedTable(
        "invoices_line",
        {
            "tenant_id": "uuid",
            "id": "uuid",
            "invoice_id": "uuid",
            "position": "integer",
            "product_id": "uuid",
            "quantity": "numeric",
            "unit_price": "numeric",
            "tax_rate": "numeric",
            "net_minor": "bigint",
            "shared_minor": "bigint",
        },
    ),
)
TABLES_BY_NAME = {table.name: table for table in TABLES}

# What `lint_walls` compares the catalog with: publication, table, columns.
PUBLISHED_COLUMNS = {
    PUBLICATION: {f"public.{table.name}": tuple(table.columns) for table in TABLES},
}


def publication_sql() -> str:
    """Return the SQL that makes the publication carry exactly this list; safe to run again, as owner."""
    tables = ", ".join(f"public.{table.name} ({', '.join(table.columns)})" for table in TABLES)
    return f"""
        do $$
        begin
            if not exists (select from pg_publication where pubname = '{PUBLICATION}') then
                create publication {PUBLICATION};
            end if;
        end $$;
        alter publication {PUBLICATION} set table {tables};
    """
