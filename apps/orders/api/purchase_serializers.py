"""Purchase orders and receipts as the API takes and shows them."""

from typing import Any

from rest_framework import serializers

from apps.core.api.fields import Amount, Day, Identifier, Number, Text
from apps.core.api.serializers import Body, Shown
from apps.orders.api.fields import quantity_field, rate_field, version_field
from apps.orders.inputs import MAX_LINES, PurchaseLineInput
from apps.orders.models import PURCHASE_STATES
from apps.orders.operations import ReceivedInput
from apps.orders.queries import PurchaseOrderInfo
from apps.orders.queries.sales import allowed_here


class PurchaseLineShown(Shown):
    """A line with what came of it: accepted = received − rejected."""

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    product = serializers.UUIDField(source="product_id", allow_null=True)
    sku = serializers.CharField(allow_blank=True)
    description = serializers.CharField()
    supplier_sku = serializers.CharField(allow_blank=True)
    quantity = quantity_field()
    unit_price = quantity_field()
    tax_rate = rate_field()
    net = Amount()
    due_date = serializers.DateField(allow_null=True)
    received = quantity_field()
    rejected = quantity_field()
    accepted = quantity_field()
    cancelled = quantity_field()
    billed = quantity_field()
    open_quantity = quantity_field()


class ReceiptLineShown(Shown):
    """A line of a receipt; below zero where it takes another back."""

    position = serializers.IntegerField(help_text="Of the order's line.")
    description = serializers.CharField()
    received = quantity_field(source="quantity")
    rejected = quantity_field()
    reject_reason = serializers.CharField(source="what", allow_blank=True)
    lot = serializers.CharField(allow_blank=True)


class ReceiptShown(Shown):
    """What came with one delivery."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    received_on = serializers.DateField()
    delivery_note = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    reverses = serializers.CharField(allow_blank=True, help_text="Number of the receipt that it takes back.")
    reversed_by = serializers.CharField(
        allow_blank=True, help_text="Number of the receipt that took it back."
    )
    lines = ReceiptLineShown(many=True)


class ReceiptRow(Shown):
    """A receipt in a list."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    order = serializers.UUIDField(source="order_id", help_text="Id of the purchase order.")
    received_on = serializers.DateField()
    delivery_note = serializers.CharField(allow_blank=True)
    reverses = serializers.UUIDField(source="reverses_id", allow_null=True)
    created_at = serializers.DateTimeField()


class PurchaseOrderRow(Shown):
    """A purchase order in a list."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=list(PURCHASE_STATES.items()))
    order_date = serializers.DateField()
    expected_date = serializers.DateField(allow_null=True)
    supplier = serializers.UUIDField(source="supplier_id", help_text="Id of the supplier.")
    supplier_code = serializers.CharField(source="supplier.code")
    supplier_name = serializers.CharField(source="supplier.name")
    currency = serializers.CharField(help_text="ISO 4217, three letters.")
    net = Amount()
    tax = Amount()
    freight = Amount()
    total = Amount()
    category = serializers.CharField(allow_blank=True)
    supplier_reference = serializers.CharField(allow_blank=True)
    external_number = serializers.CharField(allow_blank=True)
    source = serializers.CharField(  # type: ignore[assignment]  # the framework takes fields off the class
        help_text="By which road it came: page, api, or an import's name."
    )
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField(help_text="Rises with each change; also the ETag.")


class PurchaseOrderShown(PurchaseOrderRow):
    """A purchase order with its lines, its receipts, its approval, and what may be done with it now."""

    supplier_code = serializers.CharField()
    supplier_name = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    approval = serializers.CharField(
        source="approval.state", help_text="none, pending, approved, rejected or void"
    )
    lines = PurchaseLineShown(many=True)
    receipts = ReceiptShown(many=True)
    actions = serializers.SerializerMethodField(
        help_text="What the order's state and the caller's permissions allow."
    )

    def get_actions(self, order: PurchaseOrderInfo) -> list[str]:
        """Return the names of the actions that are open."""
        return [action.name for action in allowed_here(order.actions)]


class NewPurchaseLine(Body):
    """A line to write."""

    product = Identifier(source="product_id", required=False, allow_null=True)
    description = Text(max_length=1000, required=False, allow_blank=True)
    supplier_sku = Text(max_length=64, required=False, allow_blank=True)
    quantity = quantity_field()
    unit_price = quantity_field()
    tax_rate = rate_field(required=False)
    due_date = Day(required=False, allow_null=True)


class NewPurchaseOrder(Body):
    """A draft to create."""

    supplier = Identifier(source="supplier_id")
    currency = Text(max_length=3, min_length=3)
    order_date = Day()
    expected_date = Day(required=False, allow_null=True)
    warehouse = Identifier(source="warehouse_id", required=False, allow_null=True)
    freight = Number(max_digits=18, decimal_places=6, required=False, help_text="Amount in major units.")
    category = Text(max_length=64, required=False, allow_blank=True)
    supplier_reference = Text(max_length=64, required=False, allow_blank=True)
    external_number = Text(max_length=64, required=False, allow_blank=True)
    note = Text(max_length=2000, required=False, allow_blank=True)
    lines = NewPurchaseLine(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[PurchaseLineInput]:
        """Turn lines into what the operations take."""
        return [PurchaseLineInput(**line) for line in lines]


class PurchaseOrderChanges(Body):
    """The fields to change; the others stay. Lines, where given, replace all lines."""

    supplier = Identifier(source="supplier_id", required=False)
    order_date = Day(required=False)
    expected_date = Day(required=False, allow_null=True)
    warehouse = Identifier(source="warehouse_id", required=False, allow_null=True)
    freight = Number(max_digits=18, decimal_places=6, required=False, help_text="Amount in major units.")
    category = Text(max_length=64, required=False, allow_blank=True)
    supplier_reference = Text(max_length=64, required=False, allow_blank=True)
    note = Text(max_length=2000, required=False, allow_blank=True)
    lines = NewPurchaseLine(many=True, required=False, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list
    version = version_field()

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[PurchaseLineInput]:
        """Turn lines into what the operations take."""
        return [PurchaseLineInput(**line) for line in lines]


class Versioned(Body):
    """An act on an order; the version is checked where it is given."""

    version = version_field()


class Reasoned(Body):
    """An act on an order with its reason, which stands in the audit log."""

    reason = Text(max_length=500)
    version = version_field()


class NewReceived(Body):
    """What came of a line, rejects included; lot and expiry are of what was kept."""

    line = Identifier(source="line_id")
    received = quantity_field()
    rejected = quantity_field(required=False)
    reject_reason = Text(max_length=200, required=False, allow_blank=True)
    lot_number = Text(max_length=64, required=False, allow_blank=True)
    expires_on = Day(required=False, allow_null=True)


class NewReceipt(Body):
    """What came with one delivery."""

    order = Identifier(source="order_id", help_text="Id of the purchase order.")
    lines = NewReceived(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list
    received_on = Day(required=False, help_text="Today in the company's time zone unless given.")
    delivery_note = Text(max_length=64, required=False, allow_blank=True)
    note = Text(max_length=2000, required=False, allow_blank=True)
    version = version_field()

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[ReceivedInput]:
        """Turn lines into what the operation takes."""
        return [ReceivedInput(**line) for line in lines]


class Reversing(Body):
    """Why a receipt is taken back."""

    reason = Text(max_length=500)
    received_on = Day(required=False, help_text="Today in the company's time zone unless given.")
