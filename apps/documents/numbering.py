"""Gapless numbers per tenant, series and year. Take them last: the counter stays locked until the end."""

from apps.core.ids import new_id
from apps.core.scope import current_tenant_id


def take_numbers(connection: object, *, series: str, year: int, count: int = 1) -> int:
    """Lock a series' counter until the transaction ends and return the first of `count` new numbers.

    A transaction that fails gives its numbers back, so the series has no hole (books.md 20, 21). Two series, or
    two tenants, never wait for each other (23).
    """
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(
            """
            insert into documents_seriescounter (tenant_id, id, series, year, last_number)
            values (%(tenant)s, %(id)s, %(series)s, %(year)s, %(count)s)
            on conflict (tenant_id, series, year)
                do update set last_number = documents_seriescounter.last_number + excluded.last_number
            returning last_number
            """,
            {"tenant": current_tenant_id(), "id": new_id(), "series": series, "year": year, "count": count},
        )
        last: int = cursor.fetchone()[0]
    return last - count + 1


def number_text(series: str, year: int, sequence: int) -> str:
    """Return a legal number as it is printed."""
    return f"{series}-{year}-{sequence:06d}"
