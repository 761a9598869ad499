"""The nine families of tax categories: BR-S, BR-Z, BR-E, BR-AE, BR-IC, BR-G, BR-O, BR-AF, BR-AG (books.md 6, 7, 10)."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from apps.exchange.model import EInvoice, TaxCategory, TaxSubtotal, is_vat
from apps.exchange.validator.arithmetic import ACCEPTED
from apps.exchange.validator.finding import Finding, Severity, broken
from apps.exchange.validator.places import Places
from apps.exchange.validator.rounding import UNIT, ZERO, cents, is_exact, value_of
from apps.exchange.validator.rules import CATEGORIES, RATED

PREFIX_OF = {code: prefix for prefix, (code, _) in CATEGORIES.items()}
ALWAYS_ZERO = frozenset({"Z", "E", "AE", "IC", "G"})
EXEMPT = frozenset({"E", "AE", "IC", "G", "O"})
# Which numbers of the parties a category asks for.
ANY_SELLER = frozenset({"S", "Z", "E", "AF", "AG", "AE"})
Where = tuple[str, TaxCategory]


@dataclass
class Used:
    """Where one category stands on a document."""

    lines: list[Where] = field(default_factory=list)
    allowances: list[Where] = field(default_factory=list)
    charges: list[Where] = field(default_factory=list)
    subtotals: list[tuple[str, TaxSubtotal]] = field(default_factory=list)


def check(invoice: EInvoice, places: Places) -> Iterator[Finding]:
    """Check every category that the document uses."""
    used = _collect(places)
    bases = _bases(invoice)
    for prefix, (code, _) in CATEGORIES.items():
        if code in used:
            yield from _times(prefix, used[code], places)
            yield from _numbers(prefix, used[code], invoice)
            yield from _rates(prefix, used[code])
            yield from _subtotals(prefix, used[code], bases[code], invoice.currency)
    yield from _intra_community(invoice, used, places)
    yield from _not_subject(used)
    yield from _split_payment(invoice, used, places)


def _collect(places: Places) -> dict[str, Used]:
    used: dict[str, Used] = defaultdict(Used)
    for place, line in places.lines():
        category = line.item.category
        if category and is_vat(category.scheme):
            used[category.code].lines.append((f"{place}/cac:Item/cac:ClassifiedTaxCategory", category))
    for place, each in places.adjustments():
        if each.category and is_vat(each.category.scheme):
            group = used[each.category.code]
            (group.charges if each.is_charge else group.allowances).append(
                (f"{place}/cac:TaxCategory", each.category)
            )
    for place, subtotal in places.subtotals():
        if subtotal.category and is_vat(subtotal.category.scheme):
            used[subtotal.category.code].subtotals.append((place, subtotal))
    return dict(used)


def _bases(invoice: EInvoice) -> dict[str, dict[Decimal | None, Decimal]]:
    """Return lines + charges − allowances by category and rate."""
    bases: dict[str, dict[Decimal | None, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in invoice.lines:
        if line.item.category:
            bases[line.item.category.code][line.item.category.rate] += value_of(line.net)
    for each in invoice.adjustments:
        if each.category:
            amount = value_of(each.amount)
            bases[each.category.code][each.category.rate] += amount if each.is_charge else -amount
    return bases


def _times(prefix: str, used: Used, places: Places) -> Iterator[Finding]:
    number, is_used = len(used.subtotals), bool(used.lines or used.allowances or used.charges)
    if prefix in RATED:
        is_right = (number > 0) == is_used
        expected = "a break-down" if is_used else "no break-down"
    else:
        is_right, expected = number == 1, "one break-down"
    if not is_right:
        yield broken(f"BR-{prefix}-01", f"{places.root}/cac:TaxTotal", expected=expected, found=number)


def _numbers(prefix: str, used: Used, invoice: EInvoice) -> Iterator[Finding]:
    missing = _missing_number(prefix, invoice)
    if missing:
        for number, group in (("02", used.lines), ("03", used.allowances), ("04", used.charges)):
            if group:
                yield broken(f"BR-{prefix}-{number}", group[0][0], expected=missing[0], found=missing[1])


def _missing_number(prefix: str, invoice: EInvoice) -> tuple[str, str] | None:
    """Return what the parties' numbers should be and are, or None where they are right."""
    seller, buyer, agent = invoice.seller, invoice.buyer, invoice.representative
    seller_vat = bool((seller and seller.vat_number) or (agent and agent.vat_number))
    seller_any = seller_vat or bool(seller and any(each.number for each in seller.registrations))
    buyer_vat = bool(buyer and buyer.vat_number)
    buyer_any = buyer_vat or bool(buyer and buyer.legal_id and buyer.legal_id.value)
    if prefix == "O":
        return ("no VAT number", "a VAT number") if seller_vat or buyer_vat else None
    if not (seller_any if prefix in ANY_SELLER else seller_vat):
        return "a tax number of the seller", "none"
    if (prefix == "AE" and not buyer_any) or (prefix == "IC" and not buyer_vat):
        return "a number of the buyer", "none"
    return None


def _rates(prefix: str, used: Used) -> Iterator[Finding]:
    is_right, expected = _rate_rule(prefix)
    for number, group in (("05", used.lines), ("06", used.allowances), ("07", used.charges)):
        for place, category in group:
            if not is_right(category.rate):
                rule = f"BR-{prefix}-{number}"
                yield broken(rule, f"{place}/cbc:Percent", expected=expected, found=category.rate)


def _rate_rule(prefix: str) -> tuple[Callable[[Decimal | None], bool], str]:
    if prefix == "O":
        return (lambda rate: rate is None), "no rate"
    if prefix == "S":
        return (lambda rate: rate is not None and rate > 0), "above 0"
    if prefix in RATED:
        return (lambda rate: rate is not None and rate >= 0), "0 or above"
    return (lambda rate: rate is not None and rate == 0), "0"


def _subtotals(
    prefix: str, used: Used, bases: dict[Decimal | None, Decimal], currency: str
) -> Iterator[Finding]:
    for place, subtotal in used.subtotals:
        if subtotal.base is not None:
            yield from _base(prefix, place, subtotal, bases)
        if subtotal.tax is not None:
            yield from _tax(prefix, place, subtotal, currency)
        yield from _reason(prefix, place, subtotal)


def _base(
    prefix: str, place: str, subtotal: TaxSubtotal, bases: dict[Decimal | None, Decimal]
) -> Iterator[Finding]:
    rate, found = subtotal.category.rate if subtotal.category else None, value_of(subtotal.base)
    if prefix in RATED and rate is None:
        return
    expected = bases.get(rate, ZERO) if prefix in RATED else sum(bases.values(), ZERO)
    if found == expected:
        return
    is_near = prefix in RATED and rate in bases and abs(found - expected) < UNIT
    yield _amount(f"BR-{prefix}-08", f"{place}/cbc:TaxableAmount", expected, found, is_near)


def _tax(prefix: str, place: str, subtotal: TaxSubtotal, currency: str) -> Iterator[Finding]:
    rule, where, found = f"BR-{prefix}-09", f"{place}/cbc:TaxAmount", value_of(subtotal.tax)
    if prefix not in RATED:
        if found != 0:
            yield broken(rule, where, expected="0", found=found)
        return
    rate = subtotal.category.rate if subtotal.category else None
    exact = value_of(subtotal.base) * (rate or ZERO) / 100
    if not is_exact(found, exact, currency):
        yield _amount(rule, where, cents(exact), found, abs(abs(found) - abs(cents(exact))) < UNIT)


def _amount(rule: str, place: str, expected: Decimal, found: Decimal, is_near: bool) -> Finding:
    severity: Severity = "warning" if is_near else "fatal"
    return broken(
        rule, place, expected=expected, found=found, severity=severity, more=ACCEPTED if is_near else ""
    )


def _reason(prefix: str, place: str, subtotal: TaxSubtotal) -> Iterator[Finding]:
    category = subtotal.category
    stated = (category.reason or category.reason_code) if category else ""
    if bool(stated) != (prefix in EXEMPT):
        expected = "a reason or its code" if prefix in EXEMPT else "no reason"
        where = f"{place}/cac:TaxCategory/cbc:TaxExemptionReason"
        yield broken(f"BR-{prefix}-10", where, expected=expected, found=stated)


def _intra_community(invoice: EInvoice, used: dict[str, Used], places: Places) -> Iterator[Finding]:
    if "K" not in used or not used["K"].subtotals:
        return
    delivery = invoice.delivery
    if not (delivery and delivery.day) and invoice.period is None and not invoice.tax_point_code:
        yield broken("BR-IC-11", f"{places.delivery}/cbc:ActualDeliveryDate", expected="a date or a period")
    if not (delivery and delivery.address and delivery.address.country):
        place = f"{places.delivery}/cac:DeliveryLocation/cac:Address/cac:Country/cbc:IdentificationCode"
        yield broken("BR-IC-12", place, expected="a country")


def _not_subject(used: dict[str, Used]) -> Iterator[Finding]:
    if "O" not in used or not used["O"].subtotals:
        return
    others = [group for code, group in used.items() if code != "O"]
    subtotals = [place for group in others for place, _ in group.subtotals]
    for rule, found in (
        ("BR-O-11", subtotals),
        ("BR-O-12", [place for group in others for place, _ in group.lines]),
        ("BR-O-13", [place for group in others for place, _ in group.allowances]),
        ("BR-O-14", [place for group in others for place, _ in group.charges]),
    ):
        if found:
            yield broken(rule, found[0], expected="only O", found=f"{len(found)} of another category")


def _split_payment(invoice: EInvoice, used: dict[str, Used], places: Places) -> Iterator[Finding]:
    if "B" not in used:
        return
    holders = (invoice.seller, invoice.buyer, invoice.representative, invoice.delivery)
    countries = {each.address.country for each in holders if each and each.address}
    if countries - {"IT", ""}:
        yield broken("BR-B-01", places.root, expected="IT", found=", ".join(sorted(countries)))
    if "S" in used:
        yield broken("BR-B-02", places.root, expected="B without S", found="B and S")
