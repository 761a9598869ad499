"""A supplier as somebody types it."""

from uuid import UUID

from apps.core.errors import InputError
from apps.parties.suppliers import find_supplier


def find_supplier_id(text: str) -> UUID:
    """Return the supplier with this code, tax number or name. Raises InputError."""
    supplier = find_supplier(text)
    if supplier is None:
        raise InputError(
            f"There is no supplier “{text}”.", code="unknown_supplier", field="supplier",
            cure="Choose one from the list, or make the supplier first.",
        )  # fmt: skip
    return supplier.id
