"""From what somebody enters to amounts: a priced line, an allowance or charge. Shared by sales and purchases."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from apps.core.errors import InputError
from apps.core.money import check_decimal, exponent, from_minor, to_minor
from apps.core.text import clean_text
from apps.documents.arithmetic import line_net, net_price, percentage_of, pro_rate
from apps.documents.taxes import Tax, read_category, read_tax
from apps.documents.units import PIECE, check_unit

MAX_ADJUSTMENTS = 50
DISCOUNT = ("Discount", "95")


@dataclass(frozen=True)
class AdjustmentInput:
    """An allowance or charge as it is entered: an amount, or a percentage of a base (by default what it is on).

    On a whole document without a tax category it is spread over the categories of the lines.
    """

    is_charge: bool = False
    amount: Decimal | None = None
    percent: Decimal | None = None
    base: Decimal | None = None
    reason: str = ""
    reason_code: str = ""
    tax_category: str = ""
    tax_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An allowance or charge with its amount in minor units; `percent` tells how it was made.

    Entered amounts are not negative; a percentage of a negative base is, so that a mirrored line is mirrored.
    """

    is_charge: bool
    amount_minor: int
    base_minor: int | None
    percent: Decimal | None
    reason: str
    reason_code: str
    tax_category: str = ""
    tax_rate: Decimal = Decimal(0)


@dataclass(frozen=True)
class LineInput:
    """A line as it is entered; the net amount is made from it.

    `unit_price` may be left out where the gross price is given. `base_quantity` is what the price is for.
    """

    description: str
    quantity: Decimal
    unit_price: Decimal | None
    tax_rate: Decimal = Decimal(0)
    product_id: UUID | None = None
    unit: str = PIECE
    base_quantity: Decimal = Decimal(1)
    gross_price: Decimal | None = None
    price_discount: Decimal | None = None
    tax_category: str = ""
    exemption_reason: str = ""
    exemption_code: str = ""
    adjustments: Sequence[AdjustmentInput] = field(default=())


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its amounts: `gross_minor` before, `net_minor` after its own allowances and charges."""

    description: str
    quantity: Decimal
    unit: str
    base_quantity: Decimal
    gross_price: Decimal | None
    price_discount: Decimal | None
    unit_price: Decimal
    tax: Tax
    gross_minor: int
    net_minor: int
    adjustments: tuple[Adjustment, ...]

    @property
    def tax_category(self) -> str:
        """The category, for totals."""
        return self.tax.category

    @property
    def tax_rate(self) -> Decimal:
        """The rate, for totals."""
        return self.tax.rate


def price_line(entered: LineInput, currency: str, *, place: str = "") -> PricedLine:
    """Return a line with its amounts (PEPPOL-R120, R121, R046). Raises InputError at `place` + field."""
    quantity = check_decimal(entered.quantity, field=place + "quantity")
    base_quantity = check_decimal(entered.base_quantity, field=place + "base_quantity", minimum=Decimal(0))
    if base_quantity == 0:
        raise InputError(
            "The base quantity is above zero.", code="out_of_range", field=place + "base_quantity"
        )
    gross_price, discount, unit_price = _read_prices(entered, place)
    tax = read_tax(
        category=entered.tax_category, rate=entered.tax_rate, reason=entered.exemption_reason,
        reason_code=entered.exemption_code, place=place,
    )  # fmt: skip
    gross_minor = line_net(quantity, unit_price, currency, base_quantity=base_quantity)
    adjustments = tuple(
        read_adjustment(each, gross_minor, currency, place=f"{place}adjustments[{number}].")
        for number, each in enumerate(_few(entered.adjustments, place))
    )
    return PricedLine(
        description=clean_text(entered.description, field=place + "description", limit=1000),
        quantity=quantity, unit=check_unit(entered.unit, field=place + "unit"), base_quantity=base_quantity,
        gross_price=gross_price, price_discount=discount, unit_price=unit_price, tax=tax, gross_minor=gross_minor,
        net_minor=gross_minor + sum(signed(each) for each in adjustments), adjustments=adjustments,
    )  # fmt: skip


def signed(adjustment: Adjustment) -> int:
    """Return what an adjustment adds: charges count up, allowances down."""
    return adjustment.amount_minor if adjustment.is_charge else -adjustment.amount_minor


def read_adjustment(entered: AdjustmentInput, base_minor: int, currency: str, *, place: str) -> Adjustment:
    """Return an allowance or charge on something worth `base_minor` (PEPPOL-R040 … R042, BR-33, 38, 42, 44).

    Given both, amount and percentage must agree to the cent. Raises InputError.
    """
    if entered.amount is None and entered.percent is None:
        raise InputError("Give an amount or a percentage.", code="missing", field=place + "amount")
    base, percent = entered.base, entered.percent
    stated = base_minor if base is None else _amount(base, currency, place + "base")
    amount = None if entered.amount is None else _amount(entered.amount, currency, place + "amount")
    if percent is not None:
        check_decimal(percent, field=place + "percent", minimum=Decimal(0), maximum=Decimal(10_000), places=6)
        made = percentage_of(stated, percent)
        if amount is not None and amount != made:
            raise InputError(
                f"{percent.normalize():f} % of {from_minor(stated, currency)} is {from_minor(made, currency)}.",
                code="percentage_differs", field=place + "amount", cure="Leave the amount empty, or correct it.",
            )  # fmt: skip
        amount = made
    assert amount is not None
    reason, code = _reason(entered, place)
    return Adjustment(
        entered.is_charge, amount, stated if percent is not None else None, percent, reason, code
    )


def spread_adjustment(
    entered: AdjustmentInput, lines: Sequence[PricedLine], currency: str, *, place: str
) -> list[Adjustment]:
    """Return an allowance or charge on a document, one for each tax category and rate that it falls on.

    Without a category of its own it is spread over the lines' bases, to the cent (books.md 19).
    """
    bases = _bases(lines)
    if entered.tax_category or entered.tax_rate is not None or len(bases) < 2:
        return [_in_category(entered, bases, currency, place)]
    whole = read_adjustment(entered, sum(bases.values()), currency, place=place)
    keys = list(bases)
    if entered.percent is not None and entered.base is None and entered.amount is None:
        parts = [(percentage_of(bases[key], entered.percent), bases[key]) for key in keys]
        return [
            Adjustment(whole.is_charge, amount, base, whole.percent, whole.reason, whole.reason_code, *key)
            for key, (amount, base) in zip(keys, parts, strict=True)
            if amount
        ]
    amounts = pro_rate(whole.amount_minor, [Decimal(abs(bases[key])) for key in keys])
    return [
        Adjustment(whole.is_charge, amount, None, None, whole.reason, whole.reason_code, *key)
        for key, amount in zip(keys, amounts, strict=True)
        if amount
    ]


def _in_category(
    entered: AdjustmentInput, bases: dict[tuple[str, Decimal], int], currency: str, place: str
) -> Adjustment:
    if entered.tax_category or entered.tax_rate is not None:
        # Its exemption reason, where it needs one, is that of the lines: one category has one reason.
        key = read_category(entered.tax_category, entered.tax_rate or Decimal(0), place=place)
    else:
        key = next(iter(bases), ("Z", Decimal(0)))
    made = read_adjustment(entered, bases.get(key, 0), currency, place=place)
    return Adjustment(
        made.is_charge, made.amount_minor, made.base_minor, made.percent, made.reason, made.reason_code, *key
    )


def _bases(lines: Sequence[PricedLine]) -> dict[tuple[str, Decimal], int]:
    bases: dict[tuple[str, Decimal], int] = {}
    for line in lines:
        key = (line.tax_category, line.tax_rate)
        bases[key] = bases.get(key, 0) + line.net_minor
    return dict(sorted(bases.items(), key=lambda pair: (pair[0][1], pair[0][0])))


def _read_prices(entered: LineInput, place: str) -> tuple[Decimal | None, Decimal | None, Decimal]:
    """Return gross price, its discount and the net price, which agree (PEPPOL-R046, BR-27, BR-28)."""
    gross, discount, price = entered.gross_price, entered.price_discount, entered.unit_price
    for name, value in (("gross_price", gross), ("price_discount", discount), ("unit_price", price)):
        if value is not None:
            check_decimal(value, field=place + name, minimum=Decimal(0))
    if gross is None:
        if discount:
            raise InputError(
                "A price discount needs the gross price.", code="missing", field=place + "gross_price"
            )
        if price is None:
            raise InputError("This is needed.", code="missing", field=place + "unit_price")
        return None, None, price
    try:
        made = net_price(gross, discount or Decimal(0))
    except InputError as error:
        raise InputError(error.message, code=error.code, field=place + (error.field or "")) from None
    if price is not None and price != made:
        raise InputError(
            f"Gross price less discount is {made.normalize():f}.", code="price_differs", field=place + "unit_price",
            cure="Leave the net price empty, or correct it.",
        )  # fmt: skip
    return gross, discount or Decimal(0), made


def _reason(entered: AdjustmentInput, place: str) -> tuple[str, str]:
    reason = clean_text(entered.reason, field=place + "reason", limit=200, required=False)
    code = clean_text(entered.reason_code, field=place + "reason_code", limit=10, required=False).upper()
    if not reason and not code:
        if entered.is_charge:
            raise InputError("Say what is charged for.", code="missing", field=place + "reason")
        return DISCOUNT
    return reason, code


def _amount(value: Decimal, currency: str, field: str) -> int:
    """Return an entered amount in minor units: not negative, no more decimals than the currency has (BR-DEC)."""
    check_decimal(value, field=field, minimum=Decimal(0), places=exponent(currency))
    return to_minor(value, currency)


def _few(adjustments: Sequence[AdjustmentInput], place: str) -> Sequence[AdjustmentInput]:
    if len(adjustments) > MAX_ADJUSTMENTS:
        raise InputError(
            f"At most {MAX_ADJUSTMENTS} allowances and charges fit.", code="too_many", field=place + "adjustments"
        )  # fmt: skip
    return adjustments
