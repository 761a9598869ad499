"""Forms of what is done with stock by hand, and of a lot."""

from collections.abc import Iterable
from typing import Any

from django import forms

from apps.catalog.models import Stock
from apps.catalog.stock_queries import list_lots
from apps.catalog.warehouses import list_warehouses
from apps.catalog.web.forms import SKU_WIDGET, MarkedForm
from apps.core.web.form_fields import DayField, NumberField
from apps.tenancy.web.once import OnceField


def open_warehouses() -> Iterable[tuple[str, str]]:
    """Return open warehouses, the default one first."""
    for each in list_warehouses(is_active=True).order_by("-is_default", "name", "id"):
        yield str(each.id), f"{each.code} {each.name}"


class TakeInForm(MarkedForm):
    """Goods that no purchase order tells of."""

    sku = forms.CharField(label="Product", max_length=64, widget=SKU_WIDGET, help_text="Its SKU.")
    warehouse = forms.ChoiceField(choices=open_warehouses)
    quantity = NumberField(max_digits=18, decimal_places=6)
    unit_cost = NumberField(max_digits=18, decimal_places=6, required=False,
                            help_text="In the currency of the books. Blank: at the average cost.")  # fmt: skip
    lot_number = forms.CharField(label="Lot", max_length=64, required=False)
    expires_on = DayField(label="Expires", required=False)
    reason = forms.CharField(max_length=500)
    once = OnceField()


class StockForm(MarkedForm):
    """An act on one stock; `stock` tells which lots it may name."""

    lot = forms.ChoiceField(required=False)
    reason = forms.CharField(max_length=500)
    once = OnceField()

    def __init__(self, *args: Any, stock: Stock, **options: Any) -> None:
        super().__init__(*args, **options)
        if "lot" in self.fields:
            held = [(str(each.lot_id), each.lot.number) for each in list_lots(stock.id)]
            self.fields["lot"].choices = [("", "Any: what expires first"), *held]  # type: ignore[attr-defined]


class CountForm(StockForm):
    """What was counted."""

    quantity = NumberField(label="Counted", max_digits=18, decimal_places=6)
    field_order = ["quantity"]


class AdjustForm(StockForm):
    """What is added or taken away."""

    quantity = NumberField(label="Change", max_digits=18, decimal_places=6,
                           help_text="Below zero takes away.")  # fmt: skip
    field_order = ["quantity"]


class TransferForm(StockForm):
    """What goes to another warehouse."""

    quantity = NumberField(max_digits=18, decimal_places=6)
    to_warehouse = forms.ChoiceField(label="To", choices=open_warehouses)
    field_order = ["quantity", "to_warehouse"]


class ReorderForm(StockForm):
    """Below which quantity to order again."""

    lot = None  # type: ignore[assignment]
    reason = None  # type: ignore[assignment]
    reorder_point = NumberField(max_digits=18, decimal_places=6, required=False, help_text="Blank: never.")


class LotForm(forms.Form):
    """What may be corrected of a lot."""

    expires_on = DayField(label="Expires", required=False, help_text="Blank: it does not expire.")
