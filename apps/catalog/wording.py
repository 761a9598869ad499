"""How the log of the catalog reads."""

from apps.catalog.models import STATUSES, TAX_CATEGORIES
from apps.tenancy.timeline import Wording


def _number(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _yes_or_no(text: str) -> str:
    return "yes" if text == "true" else "no"


PRODUCT = Wording(
    table="catalog_product",
    labels={
        "name": "Name", "manufacturer": "Manufacturer", "active_ingredient": "Active ingredient", "dosage": "Dosage",
        "pack": "Pack", "regulatory_code": "Regulatory code", "unit": "Unit", "unit_price": "Unit price",
        "tax_rate": "Tax %", "tax_category": "Tax category", "status": "Status", "is_stocked": "Kept in stock",
    },
    show={
        "unit_price": _number,
        "tax_rate": _number,
        "tax_category": lambda text: TAX_CATEGORIES.get(text, text),
        "status": lambda text: STATUSES.get(text, text).lower(),
        "is_stocked": _yes_or_no,
    },
)  # fmt: skip
CATEGORY = Wording(table="catalog_category", labels={"path": "Place"})
PRICE_LIST = Wording(
    table="catalog_pricelist",
    labels={
        "name": "Name", "tier": "Tier", "valid_from": "Valid from", "valid_to": "Valid to", "is_active": "In use",
    },
    show={"is_active": _yes_or_no},
)  # fmt: skip
PRICE_BREAK = Wording(
    table="catalog_pricebreak", labels={"min_quantity": "From quantity", "unit_price": "Unit price"},
    show={"min_quantity": _number, "unit_price": _number},
)  # fmt: skip
WAREHOUSE = Wording(
    table="catalog_warehouse",
    labels={"name": "Name", "is_default": "Default", "is_active": "Open"},
    show={"is_default": _yes_or_no, "is_active": _yes_or_no},
)
STOCK = Wording(
    table="catalog_stock",
    labels={
        "on_hand": "On hand",
        "reserved": "Reserved",
        "incoming": "Incoming",
        "reorder_point": "Reorder point",
    },
    show={"on_hand": _number, "reserved": _number, "incoming": _number, "reorder_point": _number},
)
LOT = Wording(table="catalog_lot", labels={"expires_on": "Expires"})
