"""How the log of products reads."""

from apps.tenancy.timeline import Wording


def _number(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


PRODUCT = Wording(
    table="catalog_product",
    labels={"name": "Name", "unit_price": "Unit price", "tax_rate": "Tax %", "is_active": "Sold"},
    show={
        "unit_price": _number,
        "tax_rate": _number,
        "is_active": lambda text: "yes" if text == "true" else "no",
    },
)
