"""What a body says of a customer, as the operations take it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from apps.core.errors import InputError
from apps.core.money import check_decimal, exponent, to_minor
from apps.parties.models import Customer


def customer_values(given: Mapping[str, Any], present: Customer | None = None) -> dict[str, Any]:
    """Return a body's values with the credit limit in minor units. Raises InputError.

    `present` is the customer before a change: a limit without a currency is in the one it has.
    """
    values = dict(given)
    if "credit_limit" not in values:
        return values
    limit: Decimal | None = values.pop("credit_limit")
    values["credit_limit_minor"] = None
    if limit is None:
        values.setdefault("credit_currency", "")
        return values
    currency = values.get("credit_currency", present.credit_currency if present else "").strip().upper()
    if not currency:
        raise InputError("A credit limit needs its currency.", code="missing", field="credit_currency")
    try:
        places = exponent(currency)
    except InputError as error:
        raise InputError(error.message, code=error.code, field="credit_currency") from None
    check_decimal(limit, field="credit_limit", minimum=Decimal(0), places=places)
    values["credit_limit_minor"] = to_minor(limit, currency)
    return values
