"""Forms of endpoints. They read what was typed; the operation decides."""

from typing import Any

from django import forms

from apps.tenancy.web.once import OnceField
from apps.webhooks.catalog import choices


class EndpointForm(forms.Form):
    """Where to tell, and what."""

    url = forms.CharField(
        label="Address", max_length=2000, help_text="Begins with https://, on the open internet."
    )
    description = forms.CharField(max_length=200, required=False, help_text="Who listens there.")
    events = forms.MultipleChoiceField(label="Tell of", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        events: Any = self.fields["events"]
        events.choices = [(each, "everything" if each == "*" else each) for each in choices()]


class NewEndpointForm(EndpointForm):
    """A new endpoint."""

    once = OnceField()
