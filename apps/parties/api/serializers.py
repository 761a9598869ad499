"""Customers, suppliers and what belongs to them as the API takes and shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.fields import Count, Flag, Number, Text
from apps.core.api.serializers import Body, Shown
from apps.core.money import from_minor
from apps.parties.master_data import LONGEST_TERMS
from apps.parties.models import CHANNELS, HANDLERS, KINDS, STATUSES

STATUS_HELP = "active, on_hold (no new business) or closed."
VERSION_HELP = "Rises with each change; also the ETag."
TERMS_HELP = "Days until payment is due; null: the company's usual terms."


class Percent(Number):
    """A percentage with up to four decimals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=7, decimal_places=4, **options)


@extend_schema_field({"type": "string", "nullable": True, "example": "5000.00", "readOnly": True})
class CreditLimit(serializers.Field[Any, Any, Any, Any]):
    """A limit in major units with the decimals of `credit_currency`; null where there is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def get_attribute(self, instance: Any) -> Any:
        minor = instance.credit_limit_minor
        return None if minor is None else from_minor(minor, instance.credit_currency)

    def to_representation(self, value: Any) -> str:
        return format(value, "f")


class PartyShown(Shown):
    """What customers and suppliers have alike. How to reach them is personal; it stands behind `…/contact`."""

    id = serializers.UUIDField()
    code = serializers.CharField(help_text="The company's own name for them; unique.")
    name = serializers.CharField()
    country_code = serializers.CharField(help_text="ISO 3166, two letters.")
    tax_id = serializers.CharField(
        allow_blank=True, help_text="Checked by the country's rule where it is known."
    )
    status = serializers.ChoiceField(choices=list(STATUSES), help_text=STATUS_HELP)
    net_days = serializers.IntegerField(allow_null=True, help_text=TERMS_HELP)
    discount_days = serializers.IntegerField(
        allow_null=True, help_text="Days in which the discount is earned."
    )
    discount_percent = Percent(allow_null=True, help_text="Discount for payment within `discount_days`.")
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField(help_text=VERSION_HELP)


class CustomerShown(PartyShown):
    """A customer."""

    is_walk_in = serializers.BooleanField(help_text="Stands for buyers who are not known.")
    tier = serializers.CharField(allow_blank=True, help_text="Chooses price lists.")
    credit_limit = CreditLimit()
    credit_currency = serializers.CharField(allow_blank=True)


class SupplierShown(PartyShown):
    """A supplier."""


class ReachShown(Shown):
    """How to reach a supplier."""

    email = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    street = serializers.CharField(allow_blank=True)
    postal_code = serializers.CharField(allow_blank=True)
    city = serializers.CharField(allow_blank=True)
    region = serializers.CharField(allow_blank=True)


class ContactShown(ReachShown):
    """How to reach a customer."""

    delivery_address = serializers.CharField(allow_blank=True)


class PartyFields(Body):
    """What may be said of customers and suppliers."""

    tax_id = Text(max_length=64, required=False, allow_blank=True)
    email = Text(max_length=320, required=False, allow_blank=True)
    phone = Text(max_length=40, required=False, allow_blank=True)
    street = Text(max_length=300, required=False, allow_blank=True)
    postal_code = Text(max_length=20, required=False, allow_blank=True)
    city = Text(max_length=100, required=False, allow_blank=True)
    region = Text(max_length=100, required=False, allow_blank=True)
    status = Text(max_length=20, required=False, help_text=STATUS_HELP)
    net_days = Count(
        min_value=0, max_value=LONGEST_TERMS, required=False, allow_null=True, help_text=TERMS_HELP
    )
    discount_days = Count(min_value=0, max_value=LONGEST_TERMS, required=False, allow_null=True)
    discount_percent = Percent(required=False, allow_null=True)


class CustomerFields(PartyFields):
    """What may be said of customers."""

    tier = Text(max_length=40, required=False, allow_blank=True)
    credit_limit = Number(
        max_digits=18, decimal_places=4, required=False, allow_null=True, help_text="Major units."
    )
    credit_currency = Text(max_length=3, required=False, allow_blank=True)
    delivery_address = Text(max_length=500, required=False, allow_blank=True)


class NewCustomer(CustomerFields):
    """A customer to create."""

    code = Text(max_length=64)
    name = Text(max_length=300)
    country_code = Text(max_length=2, min_length=2)


class CustomerChanges(CustomerFields):
    """The fields to change; the others stay."""

    name = Text(max_length=300, required=False)
    country_code = Text(max_length=2, min_length=2, required=False)
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")


class NewSupplier(PartyFields):
    """A supplier to create. Where it is paid is proposed and confirmed by two people, on its page."""

    code = Text(max_length=64)
    name = Text(max_length=300)
    country_code = Text(max_length=2, min_length=2)


class SupplierChanges(PartyFields):
    """The fields to change; the others stay."""

    name = Text(max_length=300, required=False)
    country_code = Text(max_length=2, min_length=2, required=False)
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")


class PersonShown(Shown):
    """A person at a customer or supplier. Reading one is recorded in the audit log."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    role = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    is_primary = serializers.BooleanField(help_text="The one to write to first.")
    version = serializers.IntegerField(help_text=VERSION_HELP)


class PeopleShown(Shown):
    """The people at a customer or supplier, the primary one first."""

    results = PersonShown(many=True)


class NewPerson(Body):
    """A person to add."""

    name = Text(max_length=200)
    role = Text(max_length=100, required=False, allow_blank=True)
    email = Text(max_length=320, required=False, allow_blank=True)
    phone = Text(max_length=40, required=False, allow_blank=True)
    is_primary = Flag(required=False)


class PersonChanges(Body):
    """The fields to change; the others stay."""

    name = Text(max_length=200, required=False)
    role = Text(max_length=100, required=False, allow_blank=True)
    email = Text(max_length=320, required=False, allow_blank=True)
    phone = Text(max_length=40, required=False, allow_blank=True)
    is_primary = Flag(required=False)
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")


class InteractionShown(Shown):
    """Somebody, or a machine, dealt with a customer."""

    id = serializers.UUIDField()
    customer = serializers.UUIDField(source="customer_id")
    channel = serializers.ChoiceField(choices=list(CHANNELS))
    kind = serializers.ChoiceField(choices=list(KINDS))
    subject = serializers.CharField()
    handled_by = serializers.ChoiceField(choices=list(HANDLERS))
    who = serializers.CharField()
    minutes = serializers.IntegerField()
    occurred_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True, help_text="Null while it is open.")
    version = serializers.IntegerField(help_text=VERSION_HELP)


class NewInteraction(Body):
    """An interaction to write down; without `occurred_at` it was now, without `who` it was the caller."""

    channel = Text(max_length=20)
    kind = Text(max_length=20)
    subject = Text(max_length=300)
    handled_by = Text(max_length=20, required=False)
    who = Text(max_length=200, required=False)
    minutes = Count(min_value=0, max_value=1440, required=False)
    occurred_at = serializers.DateTimeField(required=False)
    is_resolved = Flag(required=False)


class InteractionChanges(Body):
    """The fields to change; the others stay. `is_resolved` closes it or opens it again."""

    channel = Text(max_length=20, required=False)
    kind = Text(max_length=20, required=False)
    subject = Text(max_length=300, required=False)
    handled_by = Text(max_length=20, required=False)
    who = Text(max_length=200, required=False)
    minutes = Count(min_value=0, max_value=1440, required=False)
    is_resolved = Flag(required=False)
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")
