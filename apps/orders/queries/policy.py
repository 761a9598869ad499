"""The tenant's rules for orders."""

from apps.orders.models import OrderPolicy


def get_order_policy() -> OrderPolicy:
    """Return the open tenant's rules for orders; the usual ones while it has set none."""
    return OrderPolicy.objects.first() or OrderPolicy()
