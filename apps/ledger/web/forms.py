"""Forms of the ledger. They read what was typed; the operation decides."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.urls import reverse_lazy

from apps.core.web.form_fields import DayField, NumberField
from apps.ledger.entries import MAX_LINES
from apps.ledger.models import ACCOUNT_KINDS, CONTROLS, EXCEPTION_KINDS, LOCK_KINDS
from apps.ledger.rate_files import SHAPES
from apps.tenancy.web.once import OnceField

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
_SUGGESTED = {"autocomplete": "off"}


def account_widget() -> forms.TextInput:
    """Return a field that offers accounts as one types."""
    return forms.TextInput(
        attrs=_SUGGESTED | {"data-suggest": reverse_lazy("ledger:account_suggest"), "list": "known-accounts"}
    )


class AccountForm(forms.Form):
    """What may be changed of an account."""

    name = forms.CharField(max_length=200)
    is_active = forms.BooleanField(label="In use", required=False, initial=True)


class NewAccountForm(AccountForm):
    """A new account: code, kind and control stay as they are once given."""

    code = forms.CharField(max_length=32)
    kind = forms.ChoiceField(choices=list(ACCOUNT_KINDS.items()))
    control = forms.ChoiceField(choices=list(CONTROLS.items()), required=False, label="Holds items of",
                                help_text="Kept by documents, never by hand.")  # fmt: skip
    once = OnceField()
    field_order = ["code", "name", "kind", "control", "is_active"]


class RateForm(forms.Form):
    """What may be changed of a rate."""

    rate = NumberField(max_digits=24, decimal_places=12)
    source = forms.CharField(max_length=100)

    def __init__(self, *args: Any, mark: str = ".", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["rate"].mark = mark  # type: ignore[attr-defined]


class NewRateForm(RateForm):
    """A new rate."""

    currency = forms.CharField(min_length=3, max_length=3, help_text="Three letters, as EUR.")
    day = DayField()
    once = OnceField()
    field_order = ["currency", "day", "rate", "source"]

    def clean_currency(self) -> str:
        """Take small letters too."""
        return str(self.cleaned_data["currency"]).upper()


class RateFileForm(forms.Form):
    """A published file of rates."""

    file = forms.FileField(max_length=500)
    shape = forms.ChoiceField(choices=list(SHAPES.items()), label="Columns")
    source = forms.CharField(max_length=100, help_text="Whose rates they are; it stands beside each rate.")
    base = forms.CharField(min_length=3, max_length=3, initial="USD", label="Quoted against")
    turned = forms.CharField(max_length=200, required=False, label="Quoted the other way round",
                             help_text="Currencies whose rate says what one unit is worth, as AUD, GBP.")  # fmt: skip
    once = OnceField()

    def clean_base(self) -> str:
        """Take small letters too."""
        return str(self.cleaned_data["base"]).upper()

    def clean_turned(self) -> list[str]:
        """Return the codes."""
        return str(self.cleaned_data["turned"]).upper().replace(",", " ").split()


class JournalForm(forms.Form):
    """The header of an entry by hand."""

    entry_date = DayField(label="Date")
    text = forms.CharField(max_length=500)
    once = OnceField()


class JournalLineForm(forms.Form):
    """One line; an empty one is left out."""

    account = forms.CharField(max_length=300, widget=account_widget())
    text = forms.CharField(max_length=500, required=False)
    dimension = forms.CharField(max_length=200, required=False)
    debit = NumberField(max_digits=18, decimal_places=3, min_value=0, required=False)
    credit = NumberField(max_digits=18, decimal_places=3, min_value=0, required=False)

    def __init__(self, *args: Any, mark: str = ".", **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("debit", "credit"):
            self.fields[name].mark = mark  # type: ignore[attr-defined]


if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet[JournalLineForm]
else:
    _FormSet = forms.BaseFormSet


class BaseJournalLines(_FormSet):
    """The lines of an entry as its form sends them."""

    def initial_form_count(self) -> int:
        """Treat every sent line alike: an empty one is left out, wherever it stands."""
        return 0 if self.is_bound else super().initial_form_count()

    def entered(self) -> list[JournalLineForm]:
        """Return the lines that hold something and are not taken out, in their order."""
        return [
            form for form in self.forms if form.has_changed() and not form.cleaned_data.get("DELETE", False)
        ]


JournalLines = cast(
    "type[BaseJournalLines]",
    forms.formset_factory(
        JournalLineForm,
        formset=BaseJournalLines,
        extra=2,
        can_delete=True,
        max_num=MAX_LINES,
        absolute_max=MAX_LINES,
    ),
)


class ReverseForm(forms.Form):
    """When and why an entry is reversed."""

    entry_date = DayField(label="Date of the reversal")
    reason = forms.CharField(max_length=500)
    once = OnceField()


class LockForm(forms.Form):
    """A lock date."""

    kind = forms.ChoiceField(choices=list(LOCK_KINDS.items()))
    through = DayField(label="Locked through")
    reason = forms.CharField(max_length=500)


class ExceptionForm(forms.Form):
    """Leave for one person."""

    person = forms.ChoiceField()
    kind = forms.ChoiceField(choices=list(EXCEPTION_KINDS.items()))
    first_day = DayField(label="From")
    last_day = DayField(label="To")
    hours = forms.IntegerField(label="Hours", min_value=1, max_value=744, initial=24,
                               help_text="How long they may post there.")  # fmt: skip
    reason = forms.CharField(max_length=500)
    once = OnceField()

    def __init__(self, *args: Any, people: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.ChoiceField", self.fields["person"]).choices = people


class SettingsForm(forms.Form):
    """How the books are kept."""

    fiscal_start_month = forms.TypedChoiceField(
        choices=[(number, name) for number, name in enumerate(MONTHS, start=1)],
        coerce=int,
        label="Year begins in",
    )
    rate_max_days = forms.IntegerField(min_value=0, max_value=366, label="Oldest rate, in days")
