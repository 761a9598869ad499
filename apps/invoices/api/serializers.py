"""Documents as the API takes and shows them. Amounts are strings in major units beside `currency` ("12.30")."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.fields import Amount, Count, Day, Identifier, Number, Text, plain
from apps.core.api.serializers import Body, Shown
from apps.core.money import from_minor
from apps.invoices.access import list_allowed_actions
from apps.invoices.models import KINDS, STATES
from apps.invoices.operations import MAX_LINES, LineInput
from apps.invoices.queries import DocumentInfo


class LineShown(Shown):
    """A line; `net` is quantity × unit price, rounded once."""

    position = serializers.IntegerField()
    product = serializers.UUIDField(source="product_id", allow_null=True)
    description = serializers.CharField()
    quantity = Number(max_digits=18, decimal_places=6)
    unit_price = Number(max_digits=18, decimal_places=6)
    tax_rate = Number(max_digits=7, decimal_places=4, help_text="Percent.")
    net = Amount()


class TaxShown(Shown):
    """The tax of one rate, made on the sum of its lines."""

    rate = serializers.CharField(help_text="Percent.")
    base = serializers.CharField(help_text="Amount.")
    tax = serializers.CharField(help_text="Amount.")


class DocumentRow(Shown):
    """A document in a list. A credit note's amounts are positive; `kind` says that they count against revenue."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=list(KINDS.items()))
    state = serializers.ChoiceField(choices=list(STATES.items()))
    number = serializers.CharField(allow_null=True, help_text="The legal number, given at posting.")
    external_number = serializers.CharField(
        allow_blank=True, help_text="The number in the sender's own system."
    )
    issue_date = serializers.DateField()
    due_date = serializers.DateField()
    customer = serializers.UUIDField(source="customer_id", help_text="Id of the customer.")
    customer_code = serializers.CharField(source="customer.code")
    customer_name = serializers.CharField(source="customer.name")
    country_code = serializers.CharField()
    currency = serializers.CharField(help_text="ISO 4217, three letters.")
    net = Amount()
    tax = Amount()
    total = Amount()
    credits = serializers.UUIDField(
        source="credits_id", allow_null=True, help_text="The invoice that a credit note credits."
    )
    source = serializers.CharField(  # type: ignore[assignment]  # the framework takes fields off the class
        help_text="By which road it came: page, api (with a customer's code: by a key of that customer), "
        "or an import's profile."
    )
    created_at = serializers.DateTimeField()
    posted_at = serializers.DateTimeField(allow_null=True)
    voided_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text="Rises with each change; also the ETag.")


class DocumentShown(DocumentRow):
    """A document with its lines, its taxes, and what may be done with it now."""

    customer_code = serializers.CharField()
    customer_name = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    lines = LineShown(many=True)
    taxes = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField(
        help_text="What the document's state and the caller's permissions allow."
    )

    @extend_schema_field(TaxShown(many=True))
    def get_taxes(self, document: DocumentInfo) -> list[dict[str, str]]:
        """Return the taxes by rate."""
        return [
            {
                "rate": plain(each.rate),
                "base": _amount(each.base_minor, document),
                "tax": _amount(each.tax_minor, document),
            }
            for each in document.taxes
        ]

    def get_actions(self, document: DocumentInfo) -> list[str]:
        """Return the names of the actions that are open."""
        return [
            action.name for action in list_allowed_actions(document.kind, document.state, document.blocked)
        ]


class NewLine(Body):
    """A line to write."""

    product = Identifier(source="product_id", required=False, allow_null=True)
    description = Text(max_length=1000)
    quantity = Number(max_digits=18, decimal_places=6)
    unit_price = Number(max_digits=18, decimal_places=6)
    tax_rate = Number(max_digits=7, decimal_places=4, required=False, help_text="Percent; 0 unless given.")


class NewDocument(Body):
    """A draft to create."""

    kind = serializers.ChoiceField(choices=list(KINDS.items()), required=False)
    customer = Identifier(source="customer_id")
    currency = Text(max_length=3, min_length=3)
    issue_date = Day()
    due_date = Day()
    external_number = Text(max_length=64, required=False, allow_blank=True)
    note = Text(max_length=2000, required=False, allow_blank=True)
    lines = NewLine(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[LineInput]:
        """Turn lines into what the operations take."""
        return [LineInput(**line) for line in lines]


class DraftChanges(Body):
    """The fields of a draft to change; the others stay. Lines, where given, replace all lines."""

    customer = Identifier(source="customer_id", required=False)
    issue_date = Day(required=False)
    due_date = Day(required=False)
    note = Text(max_length=2000, required=False, allow_blank=True)
    lines = NewLine(many=True, required=False, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[LineInput]:
        """Turn lines into what the operations take."""
        return [LineInput(**line) for line in lines]


class Posting(Body):
    """A posting; the version is checked where it is given."""

    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")


class Voiding(Body):
    """Why a document is void; the reason stands in the audit log."""

    reason = Text(max_length=500)
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")


class Crediting(Body):
    """A credit note to draft."""

    issue_date = Day(required=False, help_text="Today in the company's time zone unless given.")


def _amount(minor: int, document: DocumentInfo) -> str:
    return format(from_minor(minor, document.currency), "f")
