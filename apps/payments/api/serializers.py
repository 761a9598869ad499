"""Payments as the API takes and shows them. Amounts are strings in major units ("12.30")."""

from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from rest_framework import serializers

from apps.core.api.fields import Amount, Count, Day, Identifier, Number, Text, plain
from apps.core.api.serializers import Body, Shown
from apps.core.errors import InputError
from apps.core.money import check_decimal, exponent, from_minor, to_minor
from apps.ledger.queries import book_currency
from apps.payments.inputs import PaymentInput, PaymentPart
from apps.payments.models import DIRECTIONS, METHODS, STATES, Payment
from apps.settlement.models import Allocation

LARGEST = Decimal(10) ** 15
MOST_PARTS = 500


class AllocationShown(Shown):
    """What a payment settles of one open item; undone ones stay, with their day."""

    id = serializers.UUIDField()
    item = serializers.UUIDField()
    number = serializers.CharField()
    source_kind = serializers.CharField()
    source_id = serializers.UUIDField()
    amount = serializers.CharField()
    discount = serializers.CharField()
    allocated_on = serializers.DateField()
    undone_on = serializers.DateField(allow_null=True)


class PaymentRow(Shown):
    """A payment in a list."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    direction = serializers.ChoiceField(choices=list(DIRECTIONS.items()))
    state = serializers.ChoiceField(choices=list(STATES.items()))
    customer = serializers.UUIDField(source="customer_id", allow_null=True)
    supplier = serializers.UUIDField(source="supplier_id", allow_null=True)
    payment_date = serializers.DateField()
    method = serializers.ChoiceField(choices=list(METHODS.items()))
    currency = serializers.CharField()
    amount = Amount()
    unapplied = serializers.SerializerMethodField(help_text="What of it settles nothing yet.")
    reference = serializers.CharField(allow_blank=True)
    external_number = serializers.CharField(allow_blank=True)
    source = serializers.CharField()  # type: ignore[assignment]  # the framework takes fields off the class
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField(help_text="Rises with each change; also the ETag.")

    def get_unapplied(self, payment: Payment) -> str:
        """Return what is open of its item; nothing of a void payment is."""
        return _text(payment.item.open_minor if payment.state == "posted" else 0, payment.currency)


class PaymentShown(PaymentRow):
    """A payment with what it settles."""

    account = serializers.CharField(help_text="The role or code of the ledger's account.")
    rate = serializers.SerializerMethodField()
    rate_source = serializers.CharField()
    book_amount = serializers.SerializerMethodField(help_text="In the book currency.")
    note = serializers.CharField(allow_blank=True)
    voided_on = serializers.DateField(allow_null=True)
    allocations = AllocationShown(many=True, source="shown_allocations")

    def get_rate(self, payment: Payment) -> str:
        """Return the rate to the book currency."""
        return plain(payment.rate)

    def get_book_amount(self, payment: Payment) -> str:
        """Return what the bank account moved by."""
        return _text(payment.book_minor, book_currency())


class NewPart(Body):
    """So much of the payment for an open item."""

    item = Identifier(help_text="Id of an open item of the same party and currency.")
    amount = Number(max_digits=18, decimal_places=6, min_value=Decimal(0))
    discount = Number(max_digits=18, decimal_places=6, min_value=Decimal(0), required=False)


class NewPayment(Body):
    """A payment to record: it is posted at once. Name the customer or the supplier."""

    direction = serializers.ChoiceField(choices=list(DIRECTIONS.items()), required=False, default="receive")
    customer = Identifier(required=False)
    supplier = Identifier(required=False)
    payment_date = Day()
    currency = Text(min_length=3, max_length=3)
    amount = Number(max_digits=18, decimal_places=6)
    method = serializers.ChoiceField(choices=list(METHODS.items()), required=False, default="bank_transfer")
    account = Text(
        max_length=32, required=False, help_text="Role or code of an account; `bank` unless given."
    )
    rate = Number(max_digits=20, decimal_places=10, required=False, help_text="To the book currency.")
    book_amount = Number(max_digits=18, decimal_places=6, required=False, help_text="What the bank booked.")
    reference = Text(max_length=500, required=False, allow_blank=True)
    note = Text(max_length=2000, required=False, allow_blank=True)
    external_number = Text(
        max_length=200, required=False, allow_blank=True, help_text="Unique for this source."
    )
    allocations = NewPart(many=True, required=False, max_length=MOST_PARTS)  # type: ignore[call-arg]  # of the list


class NewAllocations(Body):
    """What a payment settles besides."""

    allocated_on = Day(required=False, help_text="Today in the company's time zone unless given.")
    allocations = NewPart(many=True, max_length=MOST_PARTS)  # type: ignore[call-arg]  # of the list


class PaymentVoiding(Body):
    """When and why a payment is taken back."""

    reason = Text(max_length=500)
    voided_on = Day(required=False, help_text="Today in the company's time zone unless given.")
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")


def payment_input(values: dict[str, Any], source: str) -> PaymentInput:
    """Return what the operation takes. Raises InputError unless exactly one party is named."""
    customer, supplier = values.get("customer"), values.get("supplier")
    if (customer is None) == (supplier is None):
        raise InputError("Name a customer or a supplier.", code="one_party", field="customer")
    currency = values["currency"]
    exponent(currency)
    booked = values.get("book_amount")
    party = cast(UUID, customer or supplier)
    return PaymentInput(
        direction=values["direction"], side="receivable" if customer else "payable", party_id=party,
        payment_date=values["payment_date"], currency=currency,
        amount_minor=_minor(values["amount"], currency, "amount"),
        method=values["method"], account=values.get("account", "bank"), rate=values.get("rate"),
        book_minor=None if booked is None else _minor(booked, book_currency(), "book_amount"),
        reference=values.get("reference", ""), note=values.get("note", ""), source=source,
        external_number=values.get("external_number", ""), parts=parts_of(values.get("allocations", []), currency),
    )  # fmt: skip


def parts_of(given: list[dict[str, Any]], currency: str) -> tuple[PaymentPart, ...]:
    """Return parts as the operation takes them."""
    return tuple(
        PaymentPart(
            item_id=each["item"],
            amount_minor=_minor(each["amount"], currency, f"allocations[{place}].amount"),
            discount_minor=_minor(
                each.get("discount", Decimal(0)), currency, f"allocations[{place}].discount"
            ),
        )
        for place, each in enumerate(given)
    )


def show_allocations(payment: Payment, found: list[Allocation]) -> list[dict[str, Any]]:
    """Return a payment's allocations as they are shown."""
    rows = []
    for each in found:
        other = each.charge if each.credit_id == payment.item_id else each.credit
        rows.append({
            "id": each.id, "item": other.id, "number": other.number, "source_kind": other.source_kind,
            "source_id": other.source_id, "amount": _text(each.amount_minor, payment.currency),
            "discount": _text(each.discount_minor, payment.currency), "allocated_on": each.allocated_on,
            "undone_on": each.undone_on,
        })  # fmt: skip
    return rows


def _minor(value: Decimal, currency: str, field: str) -> int:
    check_decimal(value, field=field, maximum=LARGEST, places=exponent(currency))
    return to_minor(value, currency)


def _text(minor: int, currency: str) -> str:
    return format(from_minor(minor, currency), "f")
