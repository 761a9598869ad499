"""Forms of products. They read what was typed; the operation decides."""

from typing import Any

from django import forms

from apps.core.web.form_fields import NumberField
from apps.tenancy.web.once import OnceField


class ProductForm(forms.Form):
    """What may be changed of a product; `mark` is the decimal mark of the tenant."""

    name = forms.CharField(max_length=300)
    unit_price = NumberField(max_digits=18, decimal_places=6)
    tax_rate = NumberField(label="Tax %", max_digits=7, decimal_places=4)
    is_active = forms.BooleanField(label="Sold", required=False)

    def __init__(self, *args: Any, mark: str, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("unit_price", "tax_rate"):
            field = self.fields[name]
            field.mark = mark  # type: ignore[attr-defined]


class NewProductForm(ProductForm):
    """A new product: SKU and currency stay as they are once given."""

    sku = forms.CharField(label="SKU", max_length=64, help_text="Your own number for it. It stays.")
    currency = forms.CharField(min_length=3, max_length=3, help_text="Three letters, as GBP. It stays.")
    is_active = None  # type: ignore[assignment]
    once = OnceField()
    field_order = ["sku", "name", "unit_price", "currency"]

    def clean_currency(self) -> str:
        """Take small letters too."""
        return str(self.cleaned_data["currency"]).upper()
