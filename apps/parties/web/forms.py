"""Forms of customers, suppliers and what belongs to them. They read what was typed; the operation decides."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse_lazy

from apps.core.errors import InputError
from apps.core.money import check_decimal, exponent, from_minor, to_minor
from apps.core.web.form_fields import NumberField, country_field
from apps.parties.master_data import LONGEST_TERMS
from apps.parties.models import CHANNELS, HANDLERS, KINDS, STATUSES, Customer
from apps.tenancy.web.once import OnceField

CODE_HELP = "Your own name for them. It stays."
_SUGGESTED = {
    "data-suggest": reverse_lazy("parties:suggest"),
    "list": "known-customers",
    "autocomplete": "off",
}
DAYS: dict[str, Any] = {"min_value": 0, "max_value": LONGEST_TERMS, "required": False}


def _choices(words: Mapping[str, str]) -> list[tuple[str, str]]:
    return list(words.items())


class PartyForm(forms.Form):
    """What customers and suppliers have alike; `mark` is the decimal mark of the tenant."""

    name = forms.CharField(max_length=300)
    country_code = country_field(label="Country")
    tax_id = forms.CharField(
        label="Tax id",
        max_length=64,
        required=False,
        help_text="CNPJ, CPF, VAT number, MST; other countries as typed.",
    )
    status = forms.ChoiceField(choices=_choices(STATUSES), required=False)
    email = forms.EmailField(label="E-mail", max_length=320, required=False)
    phone = forms.CharField(max_length=40, required=False)
    street = forms.CharField(max_length=300, required=False)
    postal_code = forms.CharField(max_length=20, required=False)
    city = forms.CharField(max_length=100, required=False)
    region = forms.CharField(max_length=100, required=False, help_text="State, county or province.")
    net_days = forms.IntegerField(**DAYS, help_text="Days until payment is due. Empty: your usual terms.")
    discount_days = forms.IntegerField(**DAYS, help_text="Days in which early payment earns the discount.")
    discount_percent = NumberField(label="Discount %", max_digits=7, decimal_places=4, required=False)

    def __init__(self, *args: Any, mark: str, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, NumberField):
                field.mark = mark


class CustomerForm(PartyForm):
    """What may be changed of a customer."""

    tier = forms.CharField(max_length=40, required=False, help_text="Chooses the price list, as gold.")
    credit_limit = NumberField(max_digits=18, decimal_places=3, min_value=0, required=False)
    credit_currency = forms.CharField(max_length=3, required=False, help_text="Three letters, as GBP.")
    delivery_address = forms.CharField(
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Where it differs.",
    )


class NewCustomerForm(CustomerForm):
    """A new customer: the code stays as it is once given."""

    code = forms.CharField(max_length=64, help_text=CODE_HELP)
    once = OnceField()
    field_order = ["code", "name"]


class SupplierForm(PartyForm):
    """What may be changed of a supplier."""


class NewSupplierForm(SupplierForm):
    """A new supplier: the code stays as it is once given."""

    code = forms.CharField(max_length=64, help_text=CODE_HELP)
    once = OnceField()
    field_order = ["code", "name"]


class ManufacturerForm(forms.Form):
    """What may be changed of a manufacturer."""

    name = forms.CharField(max_length=300)
    country_code = country_field(label="Country")
    status = forms.ChoiceField(choices=[("active", "Active"), ("closed", "Closed")])


class NewManufacturerForm(ManufacturerForm):
    """A new manufacturer: the code stays as it is once given."""

    code = forms.CharField(max_length=64, help_text=CODE_HELP)
    once = OnceField()
    field_order = ["code", "name"]


class ContactForm(forms.Form):
    """A person at a customer or supplier."""

    name = forms.CharField(max_length=200)
    role = forms.CharField(max_length=100, required=False, help_text="As Purchasing.")
    email = forms.EmailField(label="E-mail", max_length=320, required=False)
    phone = forms.CharField(max_length=40, required=False)
    is_primary = forms.BooleanField(label="The one to write to first", required=False)


class NewContactForm(ContactForm):
    """A new contact."""

    once = OnceField()


class AccountForm(forms.Form):
    """A bank account to propose."""

    holder = forms.CharField(max_length=200, help_text="In whose name the account is.")
    number = forms.CharField(label="IBAN or account number", max_length=60)
    bank_code = forms.CharField(label="BIC or bank code", max_length=20, required=False)
    bank_name = forms.CharField(max_length=200, required=False)
    country_code = country_field(label="Country of the bank")
    currency = forms.CharField(min_length=3, max_length=3, help_text="Three letters, as GBP.")
    reason = forms.CharField(
        max_length=500, help_text="Where the account comes from, as “letter of 1 March”."
    )
    once = OnceField()

    def clean_currency(self) -> str:
        """Take small letters too."""
        return str(self.cleaned_data["currency"]).upper()


class InteractionForm(forms.Form):
    """What may be changed of an interaction."""

    subject = forms.CharField(max_length=300)
    channel = forms.ChoiceField(choices=_choices(CHANNELS))
    kind = forms.ChoiceField(label="About", choices=_choices(KINDS))
    minutes = forms.IntegerField(min_value=0, max_value=1440, initial=0)
    handled_by = forms.ChoiceField(choices=_choices(HANDLERS), initial="human")
    who = forms.CharField(max_length=200, help_text="Who dealt with it.")
    is_resolved = forms.BooleanField(label="Resolved", required=False)


class NewInteractionForm(InteractionForm):
    """An interaction to write down."""

    customer = forms.CharField(
        max_length=300,
        help_text="Code or name.",
        widget=forms.TextInput(
            attrs={
                "data-suggest": reverse_lazy("parties:suggest"),
                "list": "known-customers",
                "autocomplete": "off",
            }
        ),
    )
    who = forms.CharField(max_length=200, required=False, help_text="Empty: you.")
    once = OnceField()
    field_order = ["customer", "subject"]


def read_party(form: forms.Form) -> dict[str, Any]:
    """Return the operation's values of a form; a status that was not sent stays."""
    values = {name: value for name, value in form.cleaned_data.items() if name != "once"}
    if not values["status"]:
        del values["status"]
    return values


def read_customer(form: forms.Form) -> dict[str, Any]:
    """Return the operation's values: the limit in minor units. Raises InputError."""
    values = read_party(form)
    amount, currency = values.pop("credit_limit"), values["credit_currency"].strip().upper()
    if amount is not None and not currency:
        raise InputError("A credit limit needs its currency.", code="missing", field="credit_currency")
    if amount is None:
        values["credit_limit_minor"] = None
    else:
        check_decimal(amount, field="credit_limit", places=exponent(currency))
        values["credit_limit_minor"] = to_minor(amount, currency)
    return values


def values_of_customer(customer: Customer) -> dict[str, Any]:
    """Return a customer's values as the form shows them."""
    limit, currency = customer.credit_limit_minor, customer.credit_currency
    values = {name: getattr(customer, name) for name in CustomerForm.base_fields if name != "credit_limit"}
    return values | {"credit_limit": None if limit is None else from_minor(limit, currency)}
