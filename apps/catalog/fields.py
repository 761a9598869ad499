"""What a product's fields may hold, for every road that writes one."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.catalog.models import STATUSES, TAX_CATEGORIES, Product
from apps.core.errors import InputError
from apps.core.money import check_decimal
from apps.core.text import clean_text

# Texts, and how long they may be.
TEXTS = {
    "name": 300, "manufacturer": 200, "active_ingredient": 300, "dosage": 100, "pack": 100, "regulatory_code": 64,
}  # fmt: skip
# UN/ECE Recommendation 20 and 21, as EN 16931 BT-130 wants them.
UNIT = re.compile(r"[A-Z0-9]{2,3}")
COMMON_UNITS = {
    "EA": "each", "C62": "piece", "XBX": "box", "XPK": "pack", "XBO": "bottle", "SET": "set", "KGM": "kilogram",
    "GRM": "gram", "LTR": "litre", "MLT": "millilitre", "MTR": "metre", "HUR": "hour", "DAY": "day",
}  # fmt: skip


def check_field(name: str, value: Any) -> Any:
    """Return a field's value as it is kept. Raises InputError."""
    if name in TEXTS:
        return clean_text(value, field=name, limit=TEXTS[name], required=name == "name")
    if name not in CHECKS:
        raise InputError(f"“{name}” cannot be changed.", code="not_changeable", field=name)
    return CHECKS[name](value)


def check_unit(value: str, field: str = "unit") -> str:
    """Return a unit's code (UN/ECE Recommendation 20). Raises InputError."""
    unit = clean_text(value, field=field, limit=3).upper()
    if not UNIT.fullmatch(unit):
        raise InputError(
            "A unit has two or three letters or digits, as EA or KGM.", code="bad_unit", field=field
        )
    return unit


def _choice(name: str, value: str) -> str:
    choices = TAX_CATEGORIES if name == "tax_category" else STATUSES
    if value not in choices:
        raise InputError(f"This is one of: {', '.join(choices)}.", code="unknown_choice", field=name)
    return value


CHECKS: dict[str, Callable[[Any], Any]] = {
    "unit": check_unit,
    "unit_price": lambda value: check_decimal(value, field="unit_price", minimum=Decimal(0)),
    "tax_rate": lambda value: check_decimal(
        value, field="tax_rate", minimum=Decimal(0), maximum=Decimal(100), places=4
    ),
    "tax_category": lambda value: _choice("tax_category", value),
    "status": lambda value: _choice("status", value),
    "is_active": bool,
    "is_stocked": bool,
    "category_id": lambda value: UUID(str(value)) if value else None,
}
CHANGEABLE = (*TEXTS, *CHECKS)


def settle_status(values: dict[str, Any], product: Product | None) -> None:
    """Make `status` and `is_active` say the same; where only the flag is given, not sold means discontinued."""
    if "status" in values:
        values["is_active"] = values["status"] == "active"
    elif "is_active" in values:
        known = product.status if product else "active"
        if values["is_active"] != (known == "active"):
            values["status"] = "active" if values["is_active"] else "discontinued"


def settle_tax(values: dict[str, Any], product: Product | None) -> None:
    """Make the tax category fit the rate: standard is above zero (EN 16931 BR-S-05), others but L and M are zero.

    Where only the rate is given, standard and zero rated follow it. Raises InputError.
    """
    rate = values.get("tax_rate", product.tax_rate if product else Decimal(0))
    given = values.get("tax_category")
    category = given or (product.tax_category if product else "Z")
    if given is None and category in {"S", "Z"}:
        category = values["tax_category"] = "S" if rate > 0 else "Z"
    if category not in {"L", "M"} and (category == "S") != (rate > 0):
        said = "above zero" if category == "S" else "zero"
        raise InputError(
            f"The tax rate of “{TAX_CATEGORIES[category]}” is {said}.",
            code="tax_category_differs",
            field="tax_rate",
        )
