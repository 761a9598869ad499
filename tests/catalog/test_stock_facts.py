"""Movements are facts, and quantities are what they say: also for raw SQL from the application's role (books.md 66)."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import Error, IntegrityError, connections, transaction

from apps.catalog.models import Movement, Stock
from apps.catalog.stock_queries import find_differences
from apps.core.db import write_alias
from tests.factories.goods import figures, keep, make_stock, ref
from tests.factories.tenants import Company

MOVE = """
insert into catalog_movement (
    tenant_id, id, moved_at, stock_id, sequence, kind, on_hand_change, reserved_change, incoming_change, value_minor,
    on_hand_after, reserved_after, incoming_after, value_after_minor, source_kind, source_id, source_line, part, reason
)
select tenant_id, uuidv7(), now(), stock_id, {sequence}, 'adjust', {change}, 0, 0, {value}, {after}, reserved_after,
       incoming_after, {value_after}, 'raw', uuidv7(), 1, 1, ''
from catalog_movement where stock_id = %s order by sequence desc limit 1
"""


@pytest.fixture
def at(in_company: Company) -> Iterator[Stock]:
    """Ten at 2.00, four of them kept."""
    found = make_stock("10", cost="2")
    keep(found, "4")
    yield found
    assert figures(found) == ("10", "4", "0")
    assert find_differences() == []


def state(error: BaseException) -> str:
    assert isinstance(error.__cause__, psycopg.Error)
    return error.__cause__.sqlstate or ""


def run(statement: str, *values: object) -> int:
    with transaction.atomic(using=write_alias()), connections[write_alias()].cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


@pytest.mark.parametrize(
    "statement,code",
    [
        ("update catalog_stock set on_hand = 99 where id = %s", "BH003"),
        ("update catalog_stock set reserved = 0 where id = %s", "BH003"),
        ("update catalog_stock set sequence = 9 where id = %s", "BH003"),
        ("delete from catalog_stock where id = %s", "42501"),
        ("update catalog_reservation set quantity = 0 where stock_id = %s", "BH003"),
        ("delete from catalog_reservation where stock_id = %s", "42501"),
        ("update catalog_movement set value_minor = 0 where stock_id = %s", "42501"),
        ("delete from catalog_movement where stock_id = %s", "42501"),
    ],
)
def test_nothing_but_movements_writes_quantities(at: Stock, statement: str, code: str) -> None:
    with pytest.raises(Error) as refused:
        run(statement, at.id)
    assert state(refused.value) == code


@pytest.mark.parametrize(
    "said,code",
    [
        ({"sequence": "sequence + 2"}, "BH003"),
        ({"sequence": "sequence"}, "23505"),
        ({"after": "on_hand_after + 2"}, "BH003"),
        ({"value_after": "value_after_minor + 1"}, "BH003"),
        (
            {"change": "-7", "after": "on_hand_after - 7", "value": "0", "value_after": "value_after_minor"},
            "23514",
        ),
        ({"change": "-10", "after": "0"}, "23514"),
    ],
)
def test_a_movement_begins_where_the_one_before_ended(at: Stock, said: dict[str, str], code: str) -> None:
    parts = {
        "sequence": "sequence + 1", "change": "1", "after": "on_hand_after + 1", "value": "200",
        "value_after": "value_after_minor + 200",
    } | said  # fmt: skip
    with pytest.raises(Error) as refused:
        run(MOVE.format(**parts), at.id)
    assert state(refused.value) == code


def test_stock_begins_empty(at: Stock) -> None:
    other = make_stock("1")
    with pytest.raises(Error) as refused:
        Stock.objects.create(product_id=at.product_id, warehouse_id=other.warehouse_id, on_hand=5)
    assert state(refused.value) == "BH003"


def test_the_same_line_is_booked_once_by_the_database_too(at: Stock) -> None:
    act = ref()
    first = Movement.objects.filter(stock=at).latest("sequence")
    with pytest.raises(IntegrityError):
        for _ in range(2):
            run(
                "insert into catalog_movement select (jsonb_populate_record(m, jsonb_build_object("
                "'id', uuidv7(), 'sequence', m.sequence + 1, 'source_id', %s::text, 'reserved_change', 0,"
                "'reservation_id', null, 'kind', 'adjust', 'value_minor', 0, 'on_hand_change', 0))).* "
                "from catalog_movement m where m.stock_id = %s order by sequence desc limit 1",
                str(act.id), at.id,
            )  # fmt: skip
    assert Movement.objects.filter(stock=at).latest("sequence").sequence == first.sequence + 1


def test_the_derivation_finds_a_stock_that_was_tampered_with(
    in_company: Company, admin_connection: psycopg.Connection
) -> None:
    at = make_stock("10")
    with admin_connection.transaction(force_rollback=True):
        assert find_differences() == []
    admin_connection.execute("alter table catalog_stock disable trigger user")
    try:
        admin_connection.execute("update catalog_stock set on_hand = 11 where id = %s", [at.id])
    finally:
        admin_connection.execute("alter table catalog_stock enable trigger user")
    (found,) = find_differences()
    assert (found.stock_id, found.what, found.stored, found.derived) == (at.id, "on_hand", 11, 10)
