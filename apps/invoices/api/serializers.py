"""Documents as the API takes and shows them. Amounts are strings in major units beside `currency` ("12.30")."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.fields import Amount, Count, Day, Flag, Identifier, Number, Text
from apps.core.api.serializers import Body, Shown
from apps.core.money import from_minor
from apps.documents.arithmetic import POLICIES
from apps.documents.entry import MAX_ADJUSTMENTS, AdjustmentInput
from apps.documents.terms import MAX_INSTALMENTS
from apps.invoices.access import list_allowed_actions
from apps.invoices.inputs import MAX_LINES, InstalmentInput, LineInput
from apps.invoices.models import KINDS, STATES
from apps.invoices.queries import AdjustmentInfo, DocumentInfo
from apps.invoices.standing import PAYMENT_LABELS


class AdjustmentShown(Shown):
    """What is taken off (an allowance) or added (a charge)."""

    is_charge = serializers.BooleanField()
    amount = Amount()
    base = serializers.SerializerMethodField(
        help_text="What the percentage is of; null where an amount was given."
    )
    percent = Number(max_digits=13, decimal_places=6, allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    reason_code = serializers.CharField(allow_blank=True, help_text="UNCL 5189 or 7161.")
    tax_category = serializers.CharField(allow_blank=True)
    tax_rate = Number(max_digits=7, decimal_places=4, help_text="Percent.")

    @extend_schema_field({"type": "string", "nullable": True})
    def get_base(self, row: AdjustmentInfo) -> str | None:
        """Return the base as an amount."""
        return None if row.base_minor is None else _amount(row.base_minor, self.root.instance)


class LineShown(Shown):
    """A line; `net` is quantity × unit price ÷ base quantity, rounded once, less its own allowances (PEPPOL-R120)."""

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    product = serializers.UUIDField(source="product_id", allow_null=True)
    description = serializers.CharField()
    quantity = Number(max_digits=18, decimal_places=6)
    unit = serializers.CharField(help_text="UN/ECE Recommendation 20, such as C62 (piece) or HUR (hour).")
    base_quantity = Number(max_digits=18, decimal_places=6, help_text="How many units the price is for.")
    gross_price = Number(max_digits=18, decimal_places=6, allow_null=True)
    price_discount = Number(max_digits=18, decimal_places=6, allow_null=True)
    unit_price = Number(max_digits=18, decimal_places=6, help_text="Net price.")
    tax_category = serializers.CharField(help_text="UNCL 5305: S, Z, E, AE, G, K, O, L or M.")
    tax_rate = Number(max_digits=7, decimal_places=4, help_text="Percent.")
    exemption_reason = serializers.CharField(allow_blank=True)
    exemption_code = serializers.CharField(allow_blank=True, help_text="VATEX.")
    adjustments = AdjustmentShown(many=True)
    net = Amount()
    credits_line = serializers.UUIDField(
        source="credits_line_id", allow_null=True, help_text="The invoice's line that this one takes back."
    )


class TaxShown(Shown):
    """The tax of one category and rate, made on the sum of its lines, allowances and charges (BR-CO-17)."""

    category = serializers.CharField()
    rate = Number(max_digits=7, decimal_places=4, help_text="Percent.")
    base = Amount()
    tax = Amount()
    exemption_reason = serializers.CharField(allow_blank=True)
    exemption_code = serializers.CharField(allow_blank=True)


class InstalmentShown(Shown):
    """A part of what is due."""

    due_date = serializers.DateField()
    share = Number(max_digits=18, decimal_places=6)
    amount = Amount()


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
    order_reference = serializers.CharField(allow_blank=True, help_text="The buyer's order.")
    payment_state = serializers.ChoiceField(
        choices=list(PAYMENT_LABELS.items()),
        help_text="Computed from postings and dates; `none` while it is no open item.",
    )
    open = Amount(help_text="Still to be paid, or of a credit note to be applied.")
    created_at = serializers.DateTimeField()
    posted_at = serializers.DateTimeField(allow_null=True)
    voided_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text="Rises with each change; also the ETag.")


class DocumentShown(DocumentRow):
    """A document with its lines, its taxes, and what may be done with it now."""

    customer_code = serializers.CharField()
    customer_name = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    delivery_date = serializers.DateField(allow_null=True)
    terms = serializers.CharField(allow_blank=True, help_text="Code of the payment terms.")
    discount_percent = Number(max_digits=7, decimal_places=4, help_text="For paying early.")
    discount_until = serializers.DateField(allow_null=True)
    allowance = Amount(help_text="Taken off the whole document.")
    charge = Amount(help_text="Added to the whole document.")
    rounding = Amount()
    prepaid = Amount()
    due = Amount(help_text="Total − prepaid + rounding (BR-CO-16).")
    tax_rounding = serializers.ChoiceField(choices=list(POLICIES.items()))
    book_currency = serializers.CharField(allow_blank=True)
    rate = Number(
        max_digits=24, decimal_places=12, allow_null=True, help_text="To the book currency, at posting."
    )
    rate_source = serializers.CharField(allow_blank=True)
    book_tax = serializers.SerializerMethodField(help_text="Tax in the book currency (BR-53).")
    book_total = serializers.SerializerMethodField(help_text="Total in the book currency.")
    lines = LineShown(many=True)
    adjustments = AdjustmentShown(many=True)
    taxes = TaxShown(many=True)
    instalments = InstalmentShown(many=True)
    actions = serializers.SerializerMethodField(
        help_text="What the document's state and the caller's permissions allow."
    )

    @extend_schema_field({"type": "string", "nullable": True})
    def get_book_tax(self, document: DocumentInfo) -> str | None:
        """Return the tax in the book currency, once it is posted."""
        return _book_amount(document.book_tax_minor, document)

    @extend_schema_field({"type": "string", "nullable": True})
    def get_book_total(self, document: DocumentInfo) -> str | None:
        """Return the total in the book currency, once it is posted."""
        return _book_amount(document.book_total_minor, document)

    def get_actions(self, document: DocumentInfo) -> list[str]:
        """Return the names of the actions that are open."""
        return [
            action.name for action in list_allowed_actions(document.kind, document.state, document.blocked)
        ]


class NewAdjustment(Body):
    """An allowance or charge: an amount, or a percentage of what it is on (or of `base`)."""

    is_charge = Flag(required=False)
    amount = Number(max_digits=18, decimal_places=3, required=False)
    percent = Number(max_digits=13, decimal_places=6, required=False)
    base = Number(max_digits=18, decimal_places=3, required=False)
    reason = Text(max_length=200, required=False, allow_blank=True)
    reason_code = Text(max_length=10, required=False, allow_blank=True)
    tax_category = Text(max_length=2, required=False, allow_blank=True)
    tax_rate = Number(max_digits=7, decimal_places=4, required=False)


class NewLine(Body):
    """A line to write; the net price may be left out where the gross price is given."""

    product = Identifier(source="product_id", required=False, allow_null=True)
    description = Text(max_length=1000)
    quantity = Number(max_digits=18, decimal_places=6)
    unit = Text(max_length=3, required=False, help_text="C62 (piece) unless given.")
    base_quantity = Number(max_digits=18, decimal_places=6, required=False)
    gross_price = Number(max_digits=18, decimal_places=6, required=False)
    price_discount = Number(max_digits=18, decimal_places=6, required=False)
    unit_price = Number(max_digits=18, decimal_places=6, required=False)
    tax_category = Text(max_length=2, required=False, allow_blank=True, help_text="By the rate unless given.")
    tax_rate = Number(max_digits=7, decimal_places=4, required=False, help_text="Percent; 0 unless given.")
    exemption_reason = Text(max_length=500, required=False, allow_blank=True)
    exemption_code = Text(max_length=30, required=False, allow_blank=True)
    adjustments = NewAdjustment(many=True, required=False, max_length=MAX_ADJUSTMENTS)  # type: ignore[call-arg]

    def validate_adjustments(self, given: list[dict[str, Any]]) -> tuple[AdjustmentInput, ...]:
        """Turn allowances and charges into what the operations take."""
        return tuple(AdjustmentInput(**each) for each in given)


class NewInstalment(Body):
    """A part of what is due: its day, and its share of the whole."""

    due_date = Day()
    share = Number(max_digits=18, decimal_places=6)


class Content(Body):
    """What amounts and days are made from."""

    terms = Text(max_length=20, required=False, allow_blank=True, help_text="Code of payment terms.")
    delivery_date = Day(required=False)
    order_reference = Text(max_length=64, required=False, allow_blank=True)
    note = Text(max_length=2000, required=False, allow_blank=True)
    prepaid = Number(max_digits=18, decimal_places=3, required=False)
    rounding = Number(max_digits=18, decimal_places=3, required=False)
    adjustments = NewAdjustment(many=True, required=False, max_length=MAX_ADJUSTMENTS)  # type: ignore[call-arg]
    instalments = NewInstalment(many=True, required=False, max_length=MAX_INSTALMENTS)  # type: ignore[call-arg]

    def validate_adjustments(self, given: list[dict[str, Any]]) -> list[AdjustmentInput]:
        """Turn allowances and charges into what the operations take."""
        return [AdjustmentInput(**each) for each in given]

    def validate_instalments(self, given: list[dict[str, Any]]) -> list[InstalmentInput]:
        """Turn instalments into what the operations take."""
        return [InstalmentInput(**each) for each in given]

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[LineInput]:
        """Turn lines into what the operations take."""
        return [LineInput(**{"unit_price": None} | line) for line in lines]


class NewDocument(Content):
    """A draft to create; without a due date it is due by its terms, else by the customer's."""

    kind = serializers.ChoiceField(choices=list(KINDS.items()), required=False)
    customer = Identifier(source="customer_id")
    currency = Text(max_length=3, min_length=3)
    issue_date = Day()
    due_date = Day(required=False)
    external_number = Text(max_length=64, required=False, allow_blank=True)
    lines = NewLine(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list


class DraftChanges(Content):
    """The fields of a draft to change; the others stay. Lines, where given, replace all lines."""

    customer = Identifier(source="customer_id", required=False)
    issue_date = Day(required=False)
    due_date = Day(required=False)
    lines = NewLine(many=True, required=False, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")


class Posting(Body):
    """A posting; the version is checked where it is given."""

    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")


class Voiding(Body):
    """Why a document is void; the reason stands in the audit log."""

    reason = Text(max_length=500)
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")


class CreditedLine(Body):
    """So much of an invoice's line."""

    line = Identifier(help_text="Id of the invoice's line.")
    quantity = Number(max_digits=18, decimal_places=6)


class Crediting(Body):
    """A credit note to draft: over all that is left of the invoice, or over chosen quantities of its lines."""

    issue_date = Day(required=False, help_text="Today in the company's time zone unless given.")
    lines = CreditedLine(many=True, required=False, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list

    def validate_lines(self, given: list[dict[str, Any]]) -> dict[UUID, Decimal]:
        """Turn the lines into quantities by line."""
        chosen = {each["line"]: each["quantity"] for each in given}
        if len(chosen) < len(given):
            raise serializers.ValidationError("A line is named twice.", code="twice")
        return chosen


class Applying(Body):
    """A credit note to apply to its invoice."""

    on = Day(required=False, help_text="Today in the company's time zone unless given.")
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")


def _amount(minor: int, document: Any) -> str:
    return format(from_minor(minor, document.currency), "f")


def _book_amount(minor: int | None, document: DocumentInfo) -> str | None:
    return None if minor is None else format(from_minor(minor, document.book_currency), "f")
