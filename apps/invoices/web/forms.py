"""Forms of drafts: the header, and a set of lines. They read what was typed; the operation decides."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.urls import reverse_lazy

from apps.core.web.form_fields import DayField, NumberField
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


class DraftForm(forms.Form):
    """What may be changed of a draft's header."""

    customer = forms.CharField(max_length=300, widget=CUSTOMER_WIDGET, help_text="Code or whole name.")
    issue_date = DayField(label="Issued")
    due_date = DayField(label="Due")
    note = forms.CharField(max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    once = OnceField()


class NewDraftForm(DraftForm):
    """The header of a new document: kind, currency and their number stay as they are once given."""

    kind = forms.ChoiceField(choices=list(KINDS.items()))
    currency = forms.CharField(min_length=3, max_length=3, help_text="Three letters, as GBP.")
    external_number = forms.CharField(label="Their number", max_length=64, required=False)
    field_order = ["kind", "customer", "issue_date", "due_date", "currency", "external_number", "note"]

    def clean_currency(self) -> str:
        """Take small letters too."""
        return str(self.cleaned_data["currency"]).upper()


class LineForm(forms.Form):
    """One line; an empty one is left out."""

    sku = forms.CharField(label="Product", max_length=64, required=False, widget=SKU_WIDGET)
    description = forms.CharField(max_length=1000)
    quantity = NumberField(max_digits=18, decimal_places=6)
    unit_price = NumberField(label="Unit price", max_digits=18, decimal_places=6)
    tax_rate = NumberField(label="Tax %", max_digits=7, decimal_places=4, required=False)

    def __init__(self, *args: Any, mark: str = ".", **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("quantity", "unit_price", "tax_rate"):
            field = self.fields[name]
            field.mark = mark  # type: ignore[attr-defined]


if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet[LineForm]
else:
    _FormSet = forms.BaseFormSet


class BaseLines(_FormSet):
    """The lines of a draft as its form sends them."""

    def initial_form_count(self) -> int:
        """Treat every sent line alike: an empty one is left out, wherever it stands."""
        return 0 if self.is_bound else super().initial_form_count()

    def entered(self) -> list[LineForm]:
        """Return the lines that hold something and are not taken out, in their order."""
        return [
            form for form in self.forms if form.has_changed() and not form.cleaned_data.get("DELETE", False)
        ]


LineSet = cast(
    "type[BaseLines]",
    forms.formset_factory(
        LineForm, formset=BaseLines, extra=1, can_delete=True, max_num=MAX_LINES, absolute_max=MAX_LINES
    ),
)
