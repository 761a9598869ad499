"""Bills as the API takes and shows them. Amounts are strings in major units beside `currency` ("12.30")."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.bills.access import list_allowed_actions
from apps.bills.drafting import MAX_LINES
from apps.bills.inputs import BillLineInput, Stated
from apps.bills.models import KINDS, LINE_MATCHES, MATCH_STATES, PAYEE_FLAGS, STATES, Bill
from apps.bills.queries import BillInfo, LineInfo
from apps.core.api.fields import Amount, Count, Day, Flag, Identifier, Number, Text
from apps.core.api.files import FileBody
from apps.core.api.serializers import Body, Shown
from apps.core.money import from_minor, to_minor

VERSION_HELP = "Instead of If-Match."


class BillRow(Shown):
    """A bill in a list. Amounts are what the supplier states; `computed_total` is what its lines come to."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=list(KINDS.items()))
    state = serializers.ChoiceField(choices=list(STATES.items()))
    number = serializers.CharField(allow_null=True, help_text="Our number, given at posting.")
    supplier = serializers.UUIDField(source="supplier_id")
    supplier_code = serializers.CharField(source="supplier.code")
    supplier_name = serializers.CharField(source="supplier.name")
    supplier_number = serializers.CharField(help_text="The number on the supplier's document.")
    issue_date = serializers.DateField()
    due_date = serializers.DateField()
    booked_on = serializers.DateField(allow_null=True)
    currency = serializers.CharField(help_text="ISO 4217, three letters.")
    net = Amount()
    tax = Amount()
    total = Amount()
    rounding = Amount()
    computed_total = Amount()
    match_state = serializers.ChoiceField(choices=list(MATCH_STATES.items()))
    has_duplicates = serializers.BooleanField(help_text="Another document may be the same one.")
    payee_flag = serializers.ChoiceField(
        choices=list(PAYEE_FLAGS.items()), allow_blank=True,
        help_text="The document names another bank account than the approved one, or none is approved.",
    )  # fmt: skip
    category = serializers.CharField(allow_blank=True)
    order_reference = serializers.CharField(allow_blank=True)
    credits = serializers.UUIDField(source="credits_id", allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]  # the framework takes fields off the class
    created_at = serializers.DateTimeField()
    posted_at = serializers.DateTimeField(allow_null=True)
    voided_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text="Rises with each change; also the ETag.")


class MatchShown(Shown):
    """A line against its order and receipts, with the figures of that moment."""

    outcome = serializers.ChoiceField(choices=list(LINE_MATCHES.items()))
    ordered = Number(max_digits=18, decimal_places=6)
    limit = Number(
        max_digits=20, decimal_places=6, help_text="What may be billed in all, tolerance included."
    )
    billed_before = Number(max_digits=18, decimal_places=6)
    quantity = Number(max_digits=18, decimal_places=6, help_text="Below zero in a credit note.")
    matched = Number(max_digits=18, decimal_places=6)
    quantity_variance = Number(max_digits=18, decimal_places=6)
    price_ordered = Number(max_digits=18, decimal_places=6)
    price_billed = Number(max_digits=18, decimal_places=6)
    is_price_ok = serializers.BooleanField()
    is_quantity_ok = serializers.BooleanField()


class BillLineShown(Shown):
    """A line as the supplier states it."""

    position = serializers.IntegerField(source="line.position")
    description = serializers.CharField(source="line.description")
    quantity = Number(source="line.quantity", max_digits=18, decimal_places=6)
    unit_price = Number(source="line.unit_price", max_digits=18, decimal_places=6)
    base_quantity = Number(source="line.base_quantity", max_digits=18, decimal_places=6)
    tax_category = serializers.CharField(source="line.tax_category")
    tax_rate = Number(source="line.tax_rate", max_digits=7, decimal_places=4, help_text="Percent.")
    net = serializers.SerializerMethodField()
    account = serializers.CharField(source="line.account", allow_blank=True)
    purchase_line = serializers.UUIDField(source="line.purchase_line_id", allow_null=True)
    order_number = serializers.CharField(allow_blank=True)
    match = MatchShown(allow_null=True)

    def get_net(self, shown: LineInfo) -> str:
        """Return the amount with the currency's decimals."""
        return format(from_minor(shown.line.net_minor, self.context["currency"]), "f")


class CandidateShown(Shown):
    """Another bill that may be the same document."""

    id = serializers.UUIDField(source="bill.id")
    supplier_number = serializers.CharField(source="bill.supplier_number")
    number = serializers.CharField(source="bill.number", allow_null=True)
    reasons = serializers.ListField(child=serializers.ChoiceField(choices=["number", "amount", "file"]))


class BillShown(BillRow):
    """A bill with its lines, its match, what may be the same document, and what may be done with it now."""

    note = serializers.CharField(allow_blank=True)
    lines = serializers.SerializerMethodField()
    duplicates = serializers.SerializerMethodField()
    approval = serializers.SerializerMethodField(help_text="none, pending, approved, rejected or void.")
    payment_state = serializers.SerializerMethodField(help_text="open, partly_paid, paid, overdue or none.")
    open = serializers.SerializerMethodField(help_text="What is not paid yet.")
    actions = serializers.SerializerMethodField()

    def _info(self) -> BillInfo:
        info: BillInfo = self.context["info"]
        return info

    @extend_schema_field(BillLineShown(many=True))
    def get_lines(self, bill: Bill) -> Any:
        """Return the lines with their match."""
        return BillLineShown(self._info().lines, many=True, context={"currency": bill.currency}).data

    @extend_schema_field(CandidateShown(many=True))
    def get_duplicates(self, bill: Bill) -> Any:
        """Return the documents that may be the same one."""
        return CandidateShown(self._info().duplicates, many=True).data

    def get_approval(self, bill: Bill) -> str:
        """Return how the approval stands."""
        return self._info().approval.state

    def get_payment_state(self, bill: Bill) -> str:
        """Return the payment state, computed from postings and dates."""
        return self._info().balance.payment_state

    def get_open(self, bill: Bill) -> str:
        """Return the open amount."""
        return format(from_minor(self._info().balance.open_minor, bill.currency), "f")

    def get_actions(self, bill: Bill) -> list[str]:
        """Return the names of the actions that are open."""
        info = self._info()
        allowed = list_allowed_actions(
            bill.state, approval=info.approval.state, needs_approval=info.needs_approval
        )
        return [action.name for action in allowed]


class NewBillLine(Body):
    """A line to write."""

    description = Text(max_length=1000)
    quantity = Number(max_digits=18, decimal_places=6)
    unit_price = Number(max_digits=18, decimal_places=6)
    base_quantity = Number(max_digits=18, decimal_places=6, required=False)
    tax_category = Text(max_length=2, required=False, allow_blank=True)
    tax_rate = Number(max_digits=7, decimal_places=4, required=False, help_text="Percent; 0 unless given.")
    account = Text(max_length=64, required=False, allow_blank=True)
    product = Identifier(source="product_id", required=False, allow_null=True)
    purchase_line = Identifier(source="purchase_line_id", required=False, allow_null=True)


class BillChanges(Body):
    """The fields of a draft to change; the others stay. Lines, where given, replace all lines."""

    supplier = Identifier(source="supplier_id", required=False)
    supplier_number = Text(max_length=64, required=False)
    issue_date = Day(required=False)
    due_date = Day(required=False, allow_null=True)
    currency = Text(max_length=3, min_length=3, required=False)
    order_reference = Text(max_length=64, required=False, allow_blank=True)
    category = Text(max_length=64, required=False, allow_blank=True)
    note = Text(max_length=4000, required=False, allow_blank=True)
    credits = Identifier(source="credits_id", required=False, allow_null=True)
    stated_total = Number(
        max_digits=18,
        decimal_places=6,
        required=False,
        help_text="With tax, as the document says; with stated_tax.",
    )
    stated_tax = Number(max_digits=18, decimal_places=6, required=False)
    lines = NewBillLine(many=True, required=False, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text=VERSION_HELP)

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[BillLineInput]:
        """Turn lines into what the operations take."""
        return [BillLineInput(**line) for line in lines]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Stated totals come together."""
        if ("stated_total" in attrs) != ("stated_tax" in attrs):
            missing = "stated_tax" if "stated_total" in attrs else "stated_total"
            raise serializers.ValidationError({missing: ["Give both, or neither."]}, code="required")
        return attrs


class NewBill(BillChanges):
    """A bill to enter."""

    kind = serializers.ChoiceField(choices=list(KINDS.items()), required=False)
    supplier = Identifier(source="supplier_id")
    supplier_number = Text(max_length=64)
    issue_date = Day()
    currency = Text(max_length=3, min_length=3)
    lines = NewBillLine(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list
    version = None  # type: ignore[assignment]


class BulkBill(NewBill):
    """A bill to enter and, where wanted, to post at once."""

    post = Flag(required=False, help_text="Post it too: it is booked and never changes again.")


class BillFile(FileBody):
    """An electronic invoice, and whose it is where it does not say so itself."""

    supplier = Identifier(
        source="supplier_id", required=False, help_text="Only where the file names nobody known."
    )


class BillPosting(Body):
    """A posting; the version is checked where it is given."""

    reason = Text(max_length=500, required=False, allow_blank=True,
                  help_text="Needed over a duplicate, a match exception, or totals that do not add up.")  # fmt: skip
    booked_on = Day(required=False, help_text="The day in the books; the document's date unless given.")
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text=VERSION_HELP)


class BillVoiding(Body):
    """Why a bill is void; the reason stands in the audit log."""

    reason = Text(max_length=500)
    voided_on = Day(required=False, help_text="The day of the reversal; the day of booking unless given.")
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text=VERSION_HELP)


def stated_of(given: dict[str, Any], currency: str) -> dict[str, Any]:
    """Return what was given with the stated totals as the operations take them."""
    total, tax = given.pop("stated_total", None), given.pop("stated_tax", None)
    if total is not None:
        given["stated"] = Stated(
            total_minor=to_minor(Decimal(total), currency), tax_minor=to_minor(Decimal(tax), currency)
        )
    return given
