"""Row locks, always in this order: stock by product and warehouse. Documents lock themselves before they come here."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from apps.core.scope import current_tenant_id

_LOCK_STOCK = """
select s.id, s.product_id, s.warehouse_id, s.on_hand, s.reserved, s.incoming, s.lotted, s.sequence
from catalog_stock s
join unnest(%s::uuid[], %s::uuid[]) as wanted (product_id, warehouse_id)
    on s.product_id = wanted.product_id and s.warehouse_id = wanted.warehouse_id
where s.tenant_id = %s
order by s.product_id, s.warehouse_id
for update of s
"""


def lock_stock(connection: Any, keys: Collection[tuple[UUID, UUID]]) -> list[tuple[Any, ...]]:
    """Lock stock against every other writer (FOR UPDATE), by (product, warehouse) in one order, and return it.

    A row is id, product_id, warehouse_id, on_hand, reserved, incoming, lotted, sequence; keys without stock are
    left out.
    """
    pairs = sorted(set(keys))
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_STOCK, [[p for p, _ in pairs], [w for _, w in pairs], current_tenant_id()])
        return list(cursor.fetchall())
