"""Forms of bills: the header, a set of lines, files, rules. They read what was typed; the operation decides."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.urls import reverse_lazy

from apps.bills.drafting import MAX_LINES
from apps.bills.models import BASES, KINDS
from apps.core.web.form_fields import DayField, NumberField
from apps.tenancy.web.once import OnceField

MOST = Decimal(10) ** 15
SUPPLIER_WIDGET = forms.TextInput(
    attrs={"autocomplete": "off", "data-suggest": reverse_lazy("bills:suggest"), "list": "known-suppliers"}
)


class BillForm(forms.Form):
    """The header of a bill."""

    supplier = forms.CharField(
        max_length=300, widget=SUPPLIER_WIDGET, help_text="Code, tax number or whole name."
    )
    supplier_number = forms.CharField(label="Their number", max_length=64)
    issue_date = DayField(label="Dated")
    due_date = DayField(label="Due", required=False, help_text="By the supplier's terms, unless given.")
    currency = forms.CharField(min_length=3, max_length=3, help_text="Three letters, as GBP.")
    stated_total = NumberField(label="Total on the paper", required=False, min_value=0, max_value=MOST,
                               help_text="With tax; it is booked as it stands there.")  # fmt: skip
    stated_tax = NumberField(label="Tax on the paper", required=False, min_value=0, max_value=MOST)
    order_reference = forms.CharField(label="Our order", max_length=64, required=False)
    category = forms.CharField(max_length=64, required=False)
    note = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    once = OnceField()

    def __init__(self, *args: Any, mark: str = ".", **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("stated_total", "stated_tax"):
            field = self.fields[name]
            field.mark = mark  # type: ignore[attr-defined]

    def clean_currency(self) -> str:
        """Take small letters too."""
        return str(self.cleaned_data["currency"]).upper()


class NewBillForm(BillForm):
    """The header of a new bill: its kind stays as it is once given."""

    kind = forms.ChoiceField(choices=list(KINDS.items()))
    field_order = ["kind", "supplier"]


class LineForm(forms.Form):
    """One line; an empty one is left out."""

    order_line = forms.IntegerField(
        label="Order line", min_value=1, max_value=9999, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
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
    """The lines of a bill as its form sends them."""

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


class SeveralFiles(forms.ClearableFileInput):
    """A field for more than one file."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """More than one file; each is looked at."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in given if each]


class UploadForm(forms.Form):
    """Electronic invoices, and whose they are where they do not say so themselves."""

    documents = FilesField(
        label="Files", widget=SeveralFiles(attrs={"multiple": True, "accept": ".xml,.pdf"}), required=False,
        help_text="UBL, CII, Factur-X or ZUGFeRD; up to 50 at once.",
    )  # fmt: skip
    supplier = forms.CharField(max_length=300, required=False, widget=SUPPLIER_WIDGET,
                               help_text="Only where a file names none that is known here.")  # fmt: skip


class RulesForm(forms.Form):
    """What the tenant lets pass."""

    match_basis = forms.ChoiceField(label="Bill at most what was", choices=list(BASES.items()))
    price_percent = NumberField(label="Price may differ by %", min_value=0, max_value=100, decimal_places=4)
    price_amount = NumberField(label="or, on a line, by", min_value=0, max_value=MOST,
                               help_text="In a bill's currency; the greater of both counts.")  # fmt: skip
    quantity_percent = NumberField(
        label="Quantity may exceed by %", min_value=0, max_value=100, decimal_places=4
    )
    quantity_units = NumberField(label="or by units", min_value=0, max_value=MOST, decimal_places=6)
    total_amount = NumberField(label="Totals may differ by", min_value=0, max_value=MOST)
    duplicate_days = forms.IntegerField(label="Same amount within days", min_value=0, max_value=366,
                                        help_text="Is taken for a possible duplicate.")  # fmt: skip

    def __init__(self, *args: Any, mark: str = ".", **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, NumberField):
                field.mark = mark
