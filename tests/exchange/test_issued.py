"""Documents that we write are exact: whatever the numbers, the validator finds nothing (books.md 18)."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.exchange.model import (
    AllowanceCharge,
    Amount,
    EInvoice,
    Item,
    Line,
    Price,
    Quantity,
    TaxCategory,
    TaxSubtotal,
    TaxTotal,
    Totals,
)
from apps.exchange.reading import check_file, read_einvoice
from apps.exchange.ubl import write_ubl
from tests.exchange.documents import STANDARD

PLACES = {"EUR": 2, "JPY": 0, "VND": 0, "BRL": 2}
RATES = {"S": ("25", "20", "5.5", "7.00"), "E": ("0",), "AE": ("0.00",), "Z": ("0",), "G": ("0",), "K": ("0",),
         "L": ("0", "7"), "M": ("4",)}  # fmt: skip
UNTAXED = {"E", "AE", "G", "K"}
money = st.decimals("0", "99999", places=2)
quantities = st.decimals("-500", "500", places=3).filter(bool)
prices = st.decimals("0", "9999", places=6)
categories = st.sampled_from([(code, rate) for code, rates in RATES.items() for rate in rates])
texts = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp", "Zs"]), min_size=1, max_size=30
)
items = st.tuples(quantities, prices, categories, texts, st.one_of(st.none(), st.integers(1, 100)))


def cut(value: Decimal, currency: str) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-PLACES[currency]), rounding=ROUND_HALF_UP)


@st.composite
def documents(draw: st.DrawFn) -> EInvoice:
    currency = draw(st.sampled_from(sorted(PLACES)))
    lines = [
        _line(n, currency, *item) for n, item in enumerate(draw(st.lists(items, min_size=1, max_size=6)), 1)
    ]
    used = sorted({(c.code, c.rate) for line in lines if (c := line.item.category)}, key=str)
    adjusted = draw(st.lists(st.tuples(st.booleans(), money, st.sampled_from(used)), max_size=3))
    adjustments = tuple(
        AllowanceCharge(is_charge, Amount(cut(value, currency), currency), reason="Agreed",
                        category=TaxCategory(code, rate))
        for is_charge, value, (code, rate) in adjusted
    )  # fmt: skip
    kind = draw(st.sampled_from(["invoice", "credit_note"]))
    type_code = "380" if kind == "invoice" else "381"
    return _totalled(
        replace(STANDARD, kind=kind, type_code=type_code, currency=currency, tax_currency="", lines=tuple(lines),
                adjustments=adjustments),
        prepaid=cut(draw(money), currency),
    )  # fmt: skip


def _line(
    number: int,
    currency: str,
    quantity: Decimal,
    price: Decimal,
    kind: tuple[str, str],
    name: str,
    per: int | None,
) -> Line:
    net = cut(quantity * price / (per or 1), currency)
    return Line(
        str(number), quantity=Quantity(quantity, "EA"), net=Amount(net, currency),
        price=Price(Amount(price, currency), per=Quantity(Decimal(per), "EA") if per else None),
        item=Item(name, category=TaxCategory(kind[0], Decimal(kind[1]))),
    )  # fmt: skip


def _totalled(document: EInvoice, *, prepaid: Decimal) -> EInvoice:
    currency = document.currency
    bases: dict[tuple[str, Decimal | None], Decimal] = {}
    for line in document.lines:
        assert line.item.category
        assert line.net
        key = _key(line.item.category)
        bases[key] = bases.get(key, Decimal(0)) + line.net.value
    for each in document.adjustments:
        assert each.category
        assert each.amount
        bases[_key(each.category)] += each.amount.value if each.is_charge else -each.amount.value

    def amount(value: Decimal) -> Amount:
        return Amount(cut(value, currency), currency)

    subtotals = tuple(
        TaxSubtotal(amount(base), amount(base * (rate or 0) / 100),
                    TaxCategory(code, rate, reason="Exempt" if code in UNTAXED else ""))
        for (code, rate), base in bases.items()
    )  # fmt: skip
    tax = sum((each.tax.value for each in subtotals if each.tax), Decimal(0))
    lines = sum((line.net.value for line in document.lines if line.net), Decimal(0))
    off = sum(
        (each.amount.value for each in document.adjustments if each.amount and not each.is_charge), Decimal(0)
    )
    on = sum(
        (each.amount.value for each in document.adjustments if each.amount and each.is_charge), Decimal(0)
    )
    net = lines - off + on
    totals = Totals(amount(lines), amount(off), amount(on), amount(net), amount(net + tax), amount(prepaid),
                    None, amount(net + tax - prepaid))  # fmt: skip
    return replace(document, totals=totals, tax_totals=(TaxTotal(amount(tax), subtotals),))


def _key(category: TaxCategory) -> tuple[str, Decimal | None]:
    return category.code, category.rate


@settings(max_examples=50, deadline=None)
@given(documents())
def test_a_document_that_we_write_has_no_finding_and_comes_back_as_it_was(document: EInvoice) -> None:
    """books.md 3–10, 15, 18, 63."""
    read = read_einvoice(write_ubl(document))
    assert check_file(read) == []
    assert read.invoice == document


@settings(max_examples=25, deadline=None)
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_lines_makes_no_finding(document: EInvoice, random: object) -> None:
    """books.md 15."""
    shuffled = list(document.lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert check_file(read_einvoice(write_ubl(replace(document, lines=tuple(shuffled))))) == []
