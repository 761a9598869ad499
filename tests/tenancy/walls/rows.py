"""A row in any table with tenants, made from the catalog, so that a new table is attacked without a new test."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

TABLES = """
select format('%I.%I', n.nspname, c.relname) from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_' order by 1
"""
# What an INSERT must name: not null, without a default, not made by the database; or what WANTED names.
COLUMNS = """
select a.attname, format_type(a.atttypid, a.atttypmod), t.typcategory from pg_attribute a
join pg_type t on t.oid = a.atttypid
where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped
  and (a.attname = any(%s) or (a.attnotnull and not a.atthasdef and a.attidentity = '')) order by a.attnum
"""
CHANGEABLE = """
select a.attname from pg_attribute a where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped
  and a.attname <> 'tenant_id' and a.attgenerated = ''
  and has_column_privilege('bulkhead_app', a.attrelid, a.attnum, 'update')
order by a.attnum limit 1
"""
BY_TYPE = {
    "uuid": uuid4,
    "bytea": lambda: bytes(32),
    "jsonb": lambda: "{}",
    "xid8": lambda: "1",
    "boolean": lambda: False,
}
# By category of type: string, number, date and time, array.
BY_CATEGORY = {"S": "x", "N": 1, "D": "2026-03-14", "A": "{}"}
# One of the words that a check constraint allows, where it allows only some.
CHOICES = r"""
select distinct on (m.found[1]) m.found[1], m.found[2] from pg_constraint k
cross join lateral regexp_matches(
    pg_get_constraintdef(k.oid), '(\w+)\)?(?:::text)? = ANY \(+ARRAY\[''([^'']*)', 'g'
) m(found)
where k.conrelid = %s::regclass and k.contype = 'c'
"""
# Where a check constraint says more than that.
WANTED: dict[str, dict[str, Any]] = {
    "audit.entry": {"at": "2026-03-14"},
    "audit.seal": {"prints": bytes(16)},
    "public.catalog_movement": {"reserved_change": 0},
    "public.catalog_product": {"is_active": True},
    "public.bills_bill": {"state": "draft", "total_minor": 0, "net_minor": 0, "tax_minor": 0},
    "public.documents_storedfile": {"removed_reason": ""},
    "public.ledger_entry": {"kind": "general", "line_count": 2},
    "public.ledger_line": {"credit_minor": 0},
    "public.approvals_request": {"state": "pending", "levels": "[{}]"},
    "public.invoices_invoice": {"state": "draft", "total_minor": 0, "net_minor": 0, "tax_minor": 0},
    "public.orders_salesorder": {
        "state": "pending",
        "hold": "",
        "hold_reason": "",
        "held_from": "",
        "net_minor": 0,
        "tax_minor": 0,
        "total_minor": 0,
    },
    "public.orders_salesline": {"reserved": 0, "shipped": 0, "returned": 0, "cancelled": 0, "invoiced": 0},
    "public.orders_purchaseorder": {
        "state": "draft",
        "net_minor": 0,
        "tax_minor": 0,
        "freight_minor": 0,
        "total_minor": 0,
    },
    "public.orders_purchaseline": {"received": 0, "rejected": 0, "cancelled": 0, "billed": 0},
    "public.parties_bankaccount": {"state": "proposed"},
    "public.parties_contact": {"customer_id": str(uuid4())},
    "public.settlement_openitem": {
        "customer_id": str(uuid4()),
        "side": "receivable",
        "amount_minor": 1,
        "book_minor": 1,
        "open_minor": 1,
        "open_book_minor": 1,
        "discount_minor": 0,
    },
    "public.payments_payment": {"customer_id": str(uuid4()), "state": "posted"},
    "public.payments_paymentrunrow": {"discount_minor": 0},
    "public.payments_bankline": {"state": "open"},
}
# What the lint allows to be unique over all tenants, with its reason in allowances.py.
UNIQUE_EVERYWHERE = {"public.tenancy_tenant": ("slug",)}


@dataclass(frozen=True)
class Row:
    """A row to insert, as its columns with their types and values."""

    table: str
    types: dict[str, str]
    values: dict[str, Any]

    @property
    def statement(self) -> sql.Composed:
        values = (
            sql.SQL("{}::").format(sql.Literal(value)) + sql.SQL(self.types[name])
            for name, value in self.values.items()
        )
        return sql.SQL("insert into {} ({}) values ({})").format(
            sql.SQL(self.table),
            sql.SQL(", ").join(map(sql.Identifier, self.values)),
            sql.SQL(", ").join(values),
        )

    def of(self, tenant_id: UUID) -> "Row":
        """Return the same row of another tenant: every other value alike, but a name that is known to be one."""
        fresh = {name: uuid4().hex for name in UNIQUE_EVERYWHERE.get(self.table, ())}
        return Row(self.table, self.types, {**self.values, **fresh, "tenant_id": tenant_id})


def tenant_tables(connection: psycopg.Connection[Any]) -> list[str]:
    """Return every table that has a tenant, from the catalog."""
    return [name for (name,) in connection.execute(TABLES).fetchall()]


def make_row(connection: psycopg.Connection[Any], table: str, tenant_id: UUID) -> Row:
    """Return a row that the table's types and checks accept."""
    choices = dict(connection.execute(CHOICES, [table]).fetchall())
    wanted = {**choices, **WANTED.get(table, {})}
    columns = connection.execute(COLUMNS, [table, list(WANTED.get(table, {}))]).fetchall()
    types = {name: kind for name, kind, _ in columns} | {"tenant_id": "uuid"}
    values = {name: _value(kind, category) for name, kind, category in columns}
    values |= {name: value for name, value in wanted.items() if name in values}
    values |= {name: uuid4().hex for name in UNIQUE_EVERYWHERE.get(table, ())} | {"tenant_id": tenant_id}
    return Row(table, {name: types[name] for name in values}, values)


def _value(kind: str, category: str) -> Any:
    return BY_TYPE[kind]() if kind in BY_TYPE else BY_CATEGORY[category]


def changeable_column(connection: psycopg.Connection[Any], table: str) -> str:
    """Return a column that the application may update, or the tenant's where it may update none."""
    row = connection.execute(CHANGEABLE, [table]).fetchone()
    return str(row[0]) if row else "tenant_id"
