"""Forms of customers. They read what was typed; the operation decides."""

from django import forms

from apps.core.web.form_fields import country_field
from apps.tenancy.web.once import OnceField


class CustomerForm(forms.Form):
    """What may be changed of a customer."""

    name = forms.CharField(max_length=300)
    country_code = country_field(label="Country")
    tax_id = forms.CharField(label="Tax id", max_length=64, required=False)
    email = forms.EmailField(label="E-mail", max_length=320, required=False)


class NewCustomerForm(CustomerForm):
    """A new customer: the code stays as it is once given."""

    code = forms.CharField(max_length=64, help_text="Your own name for them. It stays.")
    once = OnceField()
    field_order = ["code", "name"]
