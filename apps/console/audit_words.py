"""How the log reads: tables and operations in words."""

from typing import Final

from apps.audit.queries import EntryLine

OPERATIONS: Final = {
    "insert": "Created",
    "update": "Changed",
    "delete": "Deleted",
    "access": "Looked at or took out",
}
TABLES: Final = {
    "invoices_invoice": "Invoice or credit note",
    "invoices_line": "Line of a document",
    "parties_customer": "Customer",
    "catalog_product": "Product",
    "catalog_productcost": "Planned cost of a product",
    "catalog_category": "Category",
    "catalog_pricelist": "Price list",
    "catalog_pricebreak": "Price in a list",
    "catalog_warehouse": "Warehouse",
    "catalog_stock": "Stock",
    "catalog_lot": "Lot",
    "catalog_lotstock": "Stock of a lot",
    "catalog_reservation": "Reservation",
    "catalog_movement": "Movement of stock",
    "invoices_importbatch": "Import",
    "jobs_job": "Background job",
    "tenancy_tenant": "Company",
    "tenancy_membership": "Member",
    "tenancy_rolepermission": "Permission of a role",
    "tenancy_apikey": "API key",
}


def what_of(line: EntryLine) -> str:
    """Return what an entry says was done, and to what kind of thing."""
    if line.operation == "access":
        return f"Access: {line.table_name}"
    thing = TABLES.get(line.table_name, line.table_name)
    return f"{OPERATIONS[line.operation]}: {thing[0].lower()}{thing[1:]}"


def record_of(line: EntryLine) -> str:
    """Return which record an entry is about."""
    return line.row_key
