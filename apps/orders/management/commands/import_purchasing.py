"""Import a folder of purchasing data into a tenant's books."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import SYSTEM, platform_scope, tenant_scope
from apps.core.web.csv_files import safe_cell
from apps.orders.imports.run import PurchasingReport, import_purchasing
from apps.tenancy.queries import get_tenant

TOLD_PROBLEMS = 20


class Command(BaseCommand):
    help = "Import vendors, products, purchase orders and receipts. Running it again changes nothing that is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, help="Vendor, Product, PurchaseOrderHeader, PurchaseOrderDetail .csv"
        )
        parser.add_argument("--tenant", required=True, help="slug or id of the tenant")
        parser.add_argument("--currency", default="USD", help="currency of the prices")
        parser.add_argument("--country", default="US", help="country of the vendors")
        parser.add_argument("--refused", type=Path, help="where the rows that were not taken go, as CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with platform_scope(SYSTEM):
                tenant = get_tenant(options["tenant"])
            with tenant_scope(tenant.id, SYSTEM, database=tenant.database):
                report = import_purchasing(
                    folder=options["folder"],
                    currency=options["currency"],
                    country_code=options["country"],
                    actor=SYSTEM,
                    now=clock.now(),
                )
        except DomainError as error:
            raise CommandError(f"{error.message} {error.cure}".strip()) from error
        self.stdout.write("\n".join(_told(report)))
        if options["refused"]:
            _write_refused(options["refused"], report)


def _told(report: PurchasingReport) -> list[str]:
    told = [
        f"{report.orders_read:,} orders with {report.lines_read:,} lines read.",
        f"{report.orders_made:,} orders recorded, {report.orders_there:,} were there already; "
        f"{report.suppliers_made:,} suppliers and {report.products_made:,} products are new.",
        f"Received short: {report.short_lines:,} lines. With rejects: {report.rejected_lines:,} lines. "
        f"Orders with either: {report.exceptional_orders:,}.",
        f"Ordered {report.ordered.normalize():f}, received {report.received.normalize():f}, "
        f"rejected {report.rejected.normalize():f}.",
        f"Subtotal {report.subtotal:f} + tax {report.tax:f} + freight {report.freight:f} = total {report.total:f}.",
    ]
    told += [f"Now {state.replace('_', ' ')}: {number:,}." for state, number in report.states.items()]
    told += [
        f"{number:,} orders say “{status}” although goods came; what came counts."
        for status, number in report.contradicted.items()
    ]
    if report.problems:
        told.append(f"{len(report.problems):,} rows were not taken:")
        told += [
            f"  {p.file} row {p.row}{f', {p.column}' if p.column else ''}: “{p.value}”. {p.reason}"
            for p in report.problems[:TOLD_PROBLEMS]
        ]
    return told


def _write_refused(path: Path, report: PurchasingReport) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["File", "Row", "Column", "Value", "Reason"])
        for each in report.problems:
            cells = (each.file, each.row, each.column, each.value, each.reason)
            writer.writerow([safe_cell(cell) for cell in cells])
