"""Writes documents as the application does: role bulkhead_app, one signed context, the tables' own triggers."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import psycopg

from apps.changes.connections import Connection, app_conninfo, enter_tenant
from apps.core.ids import new_id
from tests.factories.tenants import Company

DAY = date(2026, 3, 14)


@dataclass(frozen=True)
class Item:
    """A line to be written."""

    net_minor: int
    quantity: Decimal = Decimal(1)
    product_id: UUID | None = None


@dataclass
class Bookkeeper(AbstractContextManager["Bookkeeper"]):
    """One company's writer. Every method is one transaction unless `connection.transaction()` is open around it."""

    company: Company
    customers: list[UUID] = field(default_factory=list)
    products: list[UUID] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.connection: Connection = psycopg.connect(
            app_conninfo(self.company.tenant.database), autocommit=True, application_name="bookkeeper"
        )
        self.numbers = 0
        for index, country in enumerate(("GB", "FR", "DE")):
            mark = new_id().hex
            self.customers.append(
                self._insert("parties_customer", code=f"C-{mark}", name=f"Customer {index}", country_code=country,
                             tax_id="", email="", is_walk_in=False, created_at=DAY, version=1)
            )  # fmt: skip
            self.products.append(
                self._insert("catalog_product", sku=f"P-{mark}", name=f"Product {index}", unit_price=1,
                             currency="GBP", tax_rate=0, is_active=True, created_at=DAY, version=1)
            )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def run(self, statement: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
        """Run one statement inside the company's wall."""
        with self.connection.transaction():
            enter_tenant(self.connection, self.company.id, self.company.tenant.database)
            cursor = self.connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def _insert(self, table: str, **values: Any) -> UUID:
        row = {"tenant_id": self.company.id, "id": new_id(), **values}
        marks = ", ".join(["%s"] * len(row))
        self.run(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))
        return row["id"]

    def draft(
        self, items: Sequence[Item] = (Item(100),), *, day: date = DAY, customer: int = 0, kind: str = "invoice",
        currency: str = "GBP", country: str = "GB",
    ) -> UUID:  # fmt: skip
        """Write a draft with lines, in one transaction."""
        with self.connection.transaction():
            net = sum(item.net_minor for item in items)
            key = self._insert(
                "invoices_invoice", kind=kind, state="draft", series="INV", issue_date=day, due_date=day,
                customer_id=self.customers[customer], country_code=country, currency=currency, net_minor=net,
                tax_minor=0, total_minor=net, external_number="", content_hash="", note="", source="test",
                created_at=day, version=1,
            )  # fmt: skip
            for position, item in enumerate(items):
                self.add_line(key, item, position=position)
        return key

    def add_line(self, invoice_id: UUID, item: Item, *, position: int) -> UUID:
        """Add a line; the document's total is left to the caller."""
        return self._insert("invoices_line", invoice_id=invoice_id, position=position, product_id=item.product_id,
                            description="thing", quantity=item.quantity, unit_price=1, tax_rate=0,
                            net_minor=item.net_minor)  # fmt: skip

    def post(self, invoice_id: UUID) -> None:
        """Give a draft its number."""
        self.numbers += 1
        self.run(
            "update invoices_invoice set state = 'posted', number = %s, sequence = %s, posted_at = now(), "
            "book_currency = currency, rate = 1, book_net_minor = net_minor, book_tax_minor = tax_minor, "
            "book_total_minor = total_minor, version = version + 1 where id = %s",
            (f"N{self.numbers}-{invoice_id}", self.numbers, invoice_id),
        )

    def void(self, invoice_id: UUID) -> None:
        """Void a posted document."""
        self.run(
            "update invoices_invoice set state = 'void', voided_at = now(), version = version + 1 where id = %s",
            (invoice_id,),
        )

    def posted(self, items: Sequence[Item] = (Item(100),), **values: Any) -> UUID:
        """Write a draft and post it."""
        key = self.draft(items, **values)
        self.post(key)
        return key

    def delete_draft(self, invoice_id: UUID) -> None:
        """Delete a draft with its lines, in one transaction."""
        with self.connection.transaction():
            self.run("delete from invoices_line where invoice_id = %s", (invoice_id,))
            self.run("delete from invoices_invoice where id = %s", (invoice_id,))

    def many(self, admin: Connection, documents: int, lines: int, *, day: date = DAY) -> None:
        """Write many posted documents with lines in one transaction of two statements.

        As administrator and without triggers: what audit and books do at this size is tested elsewhere.
        """
        values = {
            "tenant": self.company.id, "day": day, "customer": self.customers[0], "product": self.products[0],
            "documents": documents, "lines": lines, "source": f"many-{new_id()}",
        }  # fmt: skip
        with admin.transaction():
            admin.execute("set local session_replication_role = replica")
            admin.execute(MANY_DOCUMENTS, values)
            admin.execute(MANY_LINES, values)


MANY_DOCUMENTS = """
    insert into invoices_invoice (tenant_id, id, kind, state, series, number, sequence, issue_date, due_date,
        customer_id, country_code, currency, net_minor, tax_minor, total_minor, external_number, content_hash, note,
        source, created_at, posted_at, version)
    select %(tenant)s, uuidv7(), 'invoice', 'posted', 'INV', %(source)s || n, n, %(day)s::date + n %% 90,
        %(day)s::date + n %% 90, %(customer)s, 'GB', 'GBP', %(lines)s * 5, 0, %(lines)s * 5, '', '', '',
        %(source)s, now(), now(), 1
    from generate_series(1, %(documents)s) n
"""
MANY_LINES = """
    insert into invoices_line (tenant_id, id, invoice_id, position, product_id, description, quantity,
        unit_price, tax_rate, net_minor)
    select i.tenant_id, uuidv7(), i.id, n, %(product)s, 'thing', n, 5, 0, 5
    from invoices_invoice i, generate_series(1, %(lines)s) n
    where i.tenant_id = %(tenant)s and i.source = %(source)s
"""
