"""Row locks, always in this order: the document, then the counter of its series."""

from uuid import UUID

from apps.core.errors import NotFound
from apps.core.ids import new_id
from apps.core.scope import current_tenant_id
from apps.invoices.models import Invoice


def lock_invoice(invoice_id: UUID) -> Invoice:
    """Lock a document against every other writer (FOR UPDATE). Raises NotFound."""
    invoice = Invoice.objects.select_for_update().filter(id=invoice_id).first()
    if invoice is None:
        raise NotFound("There is no such document.")
    return invoice


def take_numbers(connection: object, *, series: str, year: int, count: int = 1) -> int:
    """Lock a series' counter until the transaction ends and return the first of `count` new numbers.

    A transaction that fails gives its numbers back, so the series has no hole (books.md 20, 21). Two series, or
    two tenants, never wait for each other (23).
    """
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(
            """
            insert into invoices_seriescounter (tenant_id, id, series, year, last_number)
            values (%(tenant)s, %(id)s, %(series)s, %(year)s, %(count)s)
            on conflict (tenant_id, series, year)
                do update set last_number = invoices_seriescounter.last_number + excluded.last_number
            returning last_number
            """,
            {"tenant": current_tenant_id(), "id": new_id(), "series": series, "year": year, "count": count},
        )
        last: int = cursor.fetchone()[0]
    return last - count + 1


def number_text(series: str, year: int, sequence: int) -> str:
    """Return a legal number as it is printed."""
    return f"{series}-{year}-{sequence:06d}"
