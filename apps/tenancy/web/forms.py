"""Forms of members and keys."""

from typing import Any

from django import forms
from django.urls import reverse

from apps.core.web.form_fields import DayField
from apps.tenancy.access import may
from apps.tenancy.customers import directory
from apps.tenancy.permissions import KEY_SCOPES, PERMISSIONS, ROLE_LABELS
from apps.tenancy.web.once import OnceField


class InviteForm(forms.Form):
    """Somebody who shall work in the open tenant."""

    email = forms.EmailField(label="E-mail", max_length=254)
    name = forms.CharField(max_length=200, required=False, help_text="Needed only for somebody new.")
    role = forms.ChoiceField(choices=list(ROLE_LABELS.items()))


class KeyForm(forms.Form):
    """A key for a program. It may do no more than the person who makes it."""

    name = forms.CharField(max_length=100, help_text="What uses it, as “web shop”.")
    scopes = forms.MultipleChoiceField(
        label="It may",
        widget=forms.CheckboxSelectMultiple,
    )
    customer = forms.CharField(
        label="Only for the customer",
        max_length=300,
        required=False,
        help_text="A customer's code. Empty means all customers.",
    )
    expires_on = DayField(label="Last day", required=False)
    once = OnceField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        scopes: Any = self.fields["scopes"]
        scopes.choices = [(scope, PERMISSIONS[scope]) for scope in KEY_SCOPES if may(scope)]
        self.fields["customer"].widget.attrs.update({
            "data-suggest": reverse(directory().suggest_page), "list": "known-customers", "autocomplete": "off",
        })  # fmt: skip
