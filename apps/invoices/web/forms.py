"""Forms of drafts: header, lines, allowances and charges. They read what was typed; the operation decides."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.urls import reverse_lazy

from apps.core.web.form_fields import DayField, NumberField
from apps.documents.queries import list_terms
from apps.documents.taxes import CATEGORY_LABELS
from apps.documents.units import UNITS
from apps.invoices.drafting import MAX_ADJUSTMENTS
from apps.invoices.models import KINDS
from apps.invoices.operations import MAX_LINES
from apps.tenancy.web.once import OnceField

_SUGGESTED = {"autocomplete": "off"}
CUSTOMER_WIDGET = forms.TextInput(
    attrs=_SUGGESTED | {"data-suggest": reverse_lazy("parties:suggest"), "list": "known-customers"}
)
SKU_WIDGET = forms.TextInput(
    attrs=_SUGGESTED | {"data-suggest": reverse_lazy("catalog:suggest"), "list": "known-products"}
)
UNIT_WIDGET = forms.TextInput(attrs=_SUGGESTED | {"list": "known-units", "placeholder": "C62"})
BY_CUSTOMER = "As usual for the customer"
SIDES = {"": "Allowance (−)", "charge": "Charge (+)"}
NUMBERS = ("prepaid", "rounding")


class DraftForm(forms.Form):
    """What may be changed of a draft's header."""

    customer = forms.CharField(max_length=300, widget=CUSTOMER_WIDGET, help_text="Code or whole name.")
    issue_date = DayField(label="Issued")
    terms = forms.ChoiceField(required=False)
    due_date = DayField(label="Due", required=False, help_text="Empty: by the terms.")
    order_reference = forms.CharField(label="Their order", max_length=64, required=False)
    delivery_date = DayField(label="Delivered", required=False)
    prepaid = NumberField(label="Paid before", max_digits=18, decimal_places=3, required=False)
    rounding = NumberField(label="Rounding", max_digits=18, decimal_places=3, required=False)
    note = forms.CharField(max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    once = OnceField()

    def __init__(self, *args: Any, mark: str = ".", **options: Any) -> None:
        super().__init__(*args, **options)
        terms = [(each.code, each.name) for each in list_terms(active=True).order_by("code")]
        self.fields["terms"].choices = [("", BY_CUSTOMER), *terms]  # type: ignore[attr-defined]
        for name in NUMBERS:
            self.fields[name].mark = mark  # type: ignore[attr-defined]


class NewDraftForm(DraftForm):
    """The header of a new document: kind, currency and their number stay as they are once given."""

    kind = forms.ChoiceField(choices=list(KINDS.items()))
    currency = forms.CharField(min_length=3, max_length=3, help_text="Three letters, as GBP.")
    external_number = forms.CharField(label="Their number", max_length=64, required=False)
    field_order = ["kind", "customer", "issue_date", "terms", "due_date", "currency", "external_number"]

    def clean_currency(self) -> str:
        """Take small letters too."""
        return str(self.cleaned_data["currency"]).upper()


class _MarkedForm(forms.Form):
    """A row of a set; its numbers are written with the tenant's decimal mark."""

    def __init__(self, *args: Any, mark: str = ".", **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, NumberField):
                field.mark = mark


class LineForm(_MarkedForm):
    """One line; an empty one is left out. What is seldom needed stands behind the description."""

    sku = forms.CharField(label="Product", max_length=64, required=False, widget=SKU_WIDGET)
    description = forms.CharField(max_length=1000)
    unit = forms.CharField(label="Unit", max_length=3, required=False, widget=UNIT_WIDGET)
    base_quantity = NumberField(
        label="Price is for (quantity)", max_digits=18, decimal_places=6, required=False
    )
    gross_price = NumberField(label="Gross price", max_digits=18, decimal_places=6, required=False)
    price_discount = NumberField(label="Discount of it", max_digits=18, decimal_places=6, required=False)
    tax_category = forms.ChoiceField(
        label="Tax category", required=False, choices=[("", "By the rate"), *CATEGORY_LABELS.items()]
    )
    exemption_reason = forms.CharField(label="Why no tax", max_length=500, required=False)
    credits_line = forms.UUIDField(required=False, widget=forms.HiddenInput)
    quantity = NumberField(max_digits=18, decimal_places=6)
    unit_price = NumberField(label="Unit price", max_digits=18, decimal_places=6, required=False)
    tax_rate = NumberField(label="Tax %", max_digits=7, decimal_places=4, required=False)

    MORE = ("unit", "base_quantity", "gross_price", "price_discount", "tax_category", "exemption_reason")

    def more(self) -> list[forms.BoundField]:
        """Return the fields behind the description."""
        return [self[name] for name in self.MORE]

    def main(self) -> list[forms.BoundField]:
        """Return the fields that stand in the row."""
        return [self[name] for name in ("sku", "description", "quantity", "unit_price", "tax_rate")]


class ExtraForm(_MarkedForm):
    """An allowance or charge, on one line by its number, or on the whole document."""

    line = forms.IntegerField(label="Line", min_value=1, max_value=MAX_LINES, required=False)
    side = forms.ChoiceField(label="What", required=False, choices=list(SIDES.items()))
    reason = forms.CharField(label="Reason", max_length=200, required=False)
    percent = NumberField(label="Percent", max_digits=13, decimal_places=6, required=False)
    amount = NumberField(label="Amount", max_digits=18, decimal_places=3, required=False)
    tax_rate = NumberField(label="Tax %", max_digits=7, decimal_places=4, required=False)
    tax_category = forms.ChoiceField(
        label="Tax category", required=False, choices=[("", "Of the lines"), *CATEGORY_LABELS.items()]
    )


if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet[Any]
else:
    _FormSet = forms.BaseFormSet


class BaseLines(_FormSet):
    """The rows of a draft as its form sends them."""

    def initial_form_count(self) -> int:
        """Treat every sent row alike: an empty one is left out, wherever it stands."""
        return 0 if self.is_bound else super().initial_form_count()

    def entered(self) -> list[Any]:
        """Return the rows that hold something and are not taken out, in their order."""
        return [
            form
            for form in self.forms
            if form.has_changed() and not getattr(form, "cleaned_data", {}).get("DELETE", False)
        ]


def _set(form: type[forms.Form], most: int) -> type[BaseLines]:
    made = forms.formset_factory(
        form, formset=BaseLines, extra=1, can_delete=True, max_num=most, absolute_max=most
    )
    return cast("type[BaseLines]", made)


LineSet = _set(LineForm, MAX_LINES)
ExtraSet = _set(ExtraForm, MAX_ADJUSTMENTS)
UNIT_CHOICES = tuple(UNITS.items())
