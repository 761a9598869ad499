"""Sales orders as the API takes and shows them. Amounts are strings in major units beside `currency` ("12.30")."""

from typing import Any

from rest_framework import serializers

from apps.core.api.fields import Amount, Day, Flag, Identifier, Text
from apps.core.api.serializers import Body, Shown
from apps.orders.api.fields import quantity_field, rate_field, version_field
from apps.orders.inputs import MAX_LINES, LineInput
from apps.orders.models import DISPOSITIONS, INVOICE_BASES, SALES_STATES
from apps.orders.operations import BackInput, PickInput
from apps.orders.queries import SalesOrderInfo
from apps.orders.queries.sales import allowed_here


class SalesLineShown(Shown):
    """A line with what became of it; `invoiceable` may be invoiced now, below zero = to be credited."""

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    product = serializers.UUIDField(source="product_id", allow_null=True)
    sku = serializers.CharField(allow_blank=True)
    description = serializers.CharField()
    quantity = quantity_field()
    unit_price = quantity_field()
    price_source = serializers.CharField(allow_blank=True, help_text="The price list, or “given”.")
    tax_rate = rate_field()
    net = Amount()
    reserved = quantity_field()
    shipped = quantity_field()
    returned = quantity_field()
    cancelled = quantity_field()
    invoiced = quantity_field()
    invoiceable = quantity_field()


class MovedShown(Shown):
    """A line of a shipment or return."""

    position = serializers.IntegerField(help_text="Of the order's line.")
    description = serializers.CharField()
    quantity = quantity_field()
    lot = serializers.CharField(allow_blank=True)


class ShipmentShown(Shown):
    """A shipment under its delivery note."""

    id = serializers.UUIDField()
    number = serializers.CharField(help_text="Of the delivery note.")
    shipped_on = serializers.DateField()
    delivered_on = serializers.DateField(allow_null=True)
    carrier = serializers.CharField(allow_blank=True)
    tracking = serializers.CharField(allow_blank=True)
    lines = MovedShown(many=True)


class ReturnShown(Shown):
    """Goods that came back."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    returned_on = serializers.DateField()
    reason = serializers.CharField()
    lines = MovedShown(many=True)


class SalesOrderRow(Shown):
    """A sales order in a list."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=list(SALES_STATES.items()))
    order_date = serializers.DateField()
    wanted_date = serializers.DateField(allow_null=True)
    customer = serializers.UUIDField(source="customer_id", help_text="Id of the customer.")
    customer_code = serializers.CharField(source="customer.code")
    customer_name = serializers.CharField(source="customer.name")
    currency = serializers.CharField(help_text="ISO 4217, three letters.")
    net = Amount()
    tax = Amount()
    total = Amount()
    customer_reference = serializers.CharField(allow_blank=True)
    external_number = serializers.CharField(allow_blank=True)
    source = serializers.CharField(  # type: ignore[assignment]  # the framework takes fields off the class
        help_text="By which road it came: page, api, or an import's name."
    )
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField(help_text="Rises with each change; also the ETag.")


class SalesOrderShown(SalesOrderRow):
    """A sales order with its lines, what left, what came back, and what may be done with it now."""

    customer_code = serializers.CharField()
    customer_name = serializers.CharField()
    invoice_basis = serializers.ChoiceField(choices=list(INVOICE_BASES.items()))
    hold_reason = serializers.CharField(allow_blank=True, help_text="Why it is on hold.")
    confirmed_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    lines = SalesLineShown(many=True)
    shipments = ShipmentShown(many=True)
    returns = ReturnShown(many=True)
    actions = serializers.SerializerMethodField(
        help_text="What the order's state and the caller's permissions allow."
    )

    def get_actions(self, order: SalesOrderInfo) -> list[str]:
        """Return the names of the actions that are open."""
        return [action.name for action in allowed_here(order.actions)]


class NewSalesLine(Body):
    """A line to write. Without a price, the price lists say it; a key of one customer never gives one."""

    product = Identifier(source="product_id", required=False, allow_null=True)
    description = Text(max_length=1000, required=False, allow_blank=True)
    quantity = quantity_field()
    unit_price = quantity_field(required=False, allow_null=True)
    tax_rate = rate_field(required=False, allow_null=True)


class NewSalesOrder(Body):
    """A pending order to create."""

    customer = Identifier(source="customer_id")
    currency = Text(max_length=3, min_length=3)
    order_date = Day()
    wanted_date = Day(required=False, allow_null=True)
    warehouse = Identifier(source="warehouse_id", required=False, allow_null=True)
    customer_reference = Text(max_length=64, required=False, allow_blank=True)
    external_number = Text(max_length=64, required=False, allow_blank=True)
    note = Text(max_length=2000, required=False, allow_blank=True)
    lines = NewSalesLine(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[LineInput]:
        """Turn lines into what the operations take."""
        return [LineInput(**line) for line in lines]


class SalesOrderChanges(Body):
    """The fields of a pending order to change; the others stay. Lines, where given, replace all lines."""

    customer = Identifier(source="customer_id", required=False)
    order_date = Day(required=False)
    wanted_date = Day(required=False, allow_null=True)
    warehouse = Identifier(source="warehouse_id", required=False, allow_null=True)
    customer_reference = Text(max_length=64, required=False, allow_blank=True)
    note = Text(max_length=2000, required=False, allow_blank=True)
    lines = NewSalesLine(many=True, required=False, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list
    version = version_field()

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[LineInput]:
        """Turn lines into what the operations take."""
        return [LineInput(**line) for line in lines]


class Confirming(Body):
    """A confirmation."""

    backorder = Flag(
        required=False, help_text="Reserve what is there; the rest waits. All or nothing unless given."
    )
    version = version_field()


class Cancelling(Body):
    """Why an order is cancelled; the reason stands in the audit log."""

    reason = Text(max_length=500)
    version = version_field()


class NewPick(Body):
    """How much of a line leaves. Without a lot, the lots that expire first are taken."""

    line = Identifier(source="line_id")
    quantity = quantity_field()
    lot = Identifier(source="lot_id", required=False, allow_null=True)


class NewShipment(Body):
    """A shipment of some or all lines."""

    lines = NewPick(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list
    shipped_on = Day(required=False, help_text="Today in the company's time zone unless given.")
    carrier = Text(max_length=100, required=False, allow_blank=True)
    tracking = Text(max_length=100, required=False, allow_blank=True)
    note = Text(max_length=2000, required=False, allow_blank=True)
    version = version_field()

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[PickInput]:
        """Turn lines into what the operation takes."""
        return [PickInput(**line) for line in lines]


class NewBack(Body):
    """How much of a line came back, and what becomes of it."""

    line = Identifier(source="line_id")
    quantity = quantity_field()
    disposition = serializers.ChoiceField(choices=list(DISPOSITIONS.items()), required=False)
    lot = Identifier(source="lot_id", required=False, allow_null=True)


class NewReturn(Body):
    """Goods that came back, and why."""

    lines = NewBack(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list
    reason = Text(max_length=500)
    returned_on = Day(required=False, help_text="Today in the company's time zone unless given.")
    version = version_field()

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[BackInput]:
        """Turn lines into what the operation takes."""
        return [BackInput(**line) for line in lines]
