"""Forms of payments, runs and statements. They read what was typed; the operations decide."""

from collections.abc import Sequence
from typing import Any

from django import forms

from apps.core.web.form_fields import DayField, NumberField
from apps.payments.models import METHODS, OwnAccount
from apps.tenancy.web.once import OnceField

KINDS = {
    "receivable-receive": "Received from a customer", "payable-pay": "Paid to a supplier",
    "receivable-pay": "Paid back to a customer", "payable-receive": "Paid back by a supplier",
}  # fmt: skip


class PaymentForm(forms.Form):
    """A payment to record; `mark` is the decimal mark of the tenant."""

    kind = forms.ChoiceField(label="What", choices=list(KINDS.items()))
    party = forms.CharField(label="Code of the customer or supplier", max_length=64)
    payment_date = DayField(label="Date")
    amount = NumberField(max_digits=18, decimal_places=6)
    currency = forms.CharField(min_length=3, max_length=3)
    method = forms.ChoiceField(choices=list(METHODS.items()))
    account = forms.ChoiceField(label="Account")
    book_amount = NumberField(
        label="Booked by the bank", max_digits=18, decimal_places=6, required=False,
        help_text="In the currency of the books, when the payment is in another. Else the table of rates is used.",
    )  # fmt: skip
    reference = forms.CharField(max_length=500, required=False)
    note = forms.CharField(max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    once = OnceField()

    def __init__(self, *args: Any, mark: str, accounts: Sequence[OwnAccount], **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("amount", "book_amount"):
            self.fields[name].mark = mark  # type: ignore[attr-defined]
        choices = {"bank": "Bank", **{account.ledger_account: account.name for account in accounts}}
        self.fields["account"].choices = list(choices.items())  # type: ignore[attr-defined]

    def clean_currency(self) -> str:
        """Take small letters too."""
        return str(self.cleaned_data["currency"]).upper()


class AccountForm(forms.Form):
    """An account of the company."""

    name = forms.CharField(max_length=100)
    currency = forms.CharField(min_length=3, max_length=3)
    holder = forms.CharField(max_length=70, help_text="As the bank writes it.")
    iban_number = forms.CharField(label="IBAN", max_length=42, required=False)
    bic_code = forms.CharField(label="BIC", max_length=11, required=False)
    ledger_account = forms.CharField(label="Account of the ledger", max_length=20, initial="bank",
                                     help_text="Its code, or “bank” for the usual one.")  # fmt: skip
    once = OnceField()

    def clean_currency(self) -> str:
        """Take small letters too."""
        return str(self.cleaned_data["currency"]).upper()


class RunForm(forms.Form):
    """A run to prepare."""

    own_account = forms.ChoiceField(label="Pay from")
    pay_date = DayField(label="Day of payment")
    due_through = DayField(
        label="Due up to", help_text="What gives a discount on the day of payment is proposed too."
    )
    note = forms.CharField(max_length=500, required=False)
    once = OnceField()

    def __init__(self, *args: Any, accounts: Sequence[OwnAccount], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(str(account.id), f"{account.name} ({account.currency})") for account in accounts]
        self.fields["own_account"].choices = choices  # type: ignore[attr-defined]


class StatementForm(forms.Form):
    """A file of the bank."""

    own_account = forms.ChoiceField(label="Account")
    file = forms.FileField(
        help_text="CAMT.053, or CSV with a first line that names Date, Amount, Reference, Counterparty, IBAN, "
        "Currency, Entry reference. Lines that are known are not taken twice."
    )
    once = OnceField()

    def __init__(self, *args: Any, accounts: Sequence[OwnAccount], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(str(account.id), f"{account.name} ({account.currency})") for account in accounts]
        self.fields["own_account"].choices = choices  # type: ignore[attr-defined]
