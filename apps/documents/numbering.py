"""Gapless numbers per tenant, series and year. Take them last: the counter stays locked until the end."""

from datetime import date

from apps.core.errors import DomainError
from apps.core.ids import new_id
from apps.core.scope import current_tenant_id


class DateOutOfOrder(DomainError):
    """A document is dated before one that has a number already, and the tenant keeps the order of dates."""

    code = "date_out_of_order"
    cure = "Date it on that day or later."


def take_numbers(
    connection: object, *, series: str, year: int, count: int = 1, last_date: date | None = None
) -> int:
    """Lock a series' counter until the transaction ends and return the first of `count` new numbers.

    `last_date` is the latest date of the documents that get them. A transaction that fails gives its numbers
    back, so the series has no hole (books.md 20, 21). Two series, or two tenants, never wait for each other (23).
    """
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(
            """
            insert into documents_seriescounter (tenant_id, id, series, year, last_number, last_date)
            values (%(tenant)s, %(id)s, %(series)s, %(year)s, %(count)s, %(last_date)s)
            on conflict (tenant_id, series, year) do update
                set last_number = documents_seriescounter.last_number + excluded.last_number,
                    last_date = greatest(documents_seriescounter.last_date, excluded.last_date)
            returning last_number
            """,
            {
                "tenant": current_tenant_id(), "id": new_id(), "series": series, "year": year, "count": count,
                "last_date": last_date,
            },
        )  # fmt: skip
        last: int = cursor.fetchone()[0]
    return last - count + 1


def check_date_order(connection: object, *, series: str, day: date) -> None:
    """Raise DateOutOfOrder when a document of the series is dated later than `day` (books.md 22).

    Locks the series' counters until the transaction ends, so that two documents posted at once are compared too.
    """
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(
            """
            select last_date from documents_seriescounter
            where tenant_id = %s and series = %s order by year for update
            """,
            [current_tenant_id(), series],
        )
        last: date | None = max((row[0] for row in cursor.fetchall() if row[0]), default=None)
    if last is not None and day < last:
        raise DateOutOfOrder(
            f"A document of the series {series} is dated {last.isoformat()}; this one would be earlier.",
            field="issue_date", detail={"last_date": last.isoformat()},
        )  # fmt: skip


def number_text(series: str, year: int, sequence: int) -> str:
    """Return a legal number as it is printed."""
    return f"{series}-{year}-{sequence:06d}"
