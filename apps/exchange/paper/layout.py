"""What stands on paper, as plain texts in their places; the template only draws them."""

import re
from collections.abc import Iterator
from typing import Any, Final

from apps.core.countries import country_name
from apps.exchange.model import Address, AllowanceCharge, EInvoice, Line, Party, TaxCategory
from apps.exchange.paper.formats import Formats, locale_of
from apps.exchange.paper.words import has_words, words_in

FILE_NAME: Final = "invoice.xml"
# UNTDID 4461 and units of UN/ECE Recommendation 20 that people know by another name.
UNITS: Final = {"C62": "", "EA": "", "H87": "", "XPP": "", "KGM": "kg", "GRM": "g", "LTR": "l", "MTR": "m", "HUR": "h",
                "DAY": "d", "MON": "mo", "KWH": "kWh", "MTK": "m²", "MTQ": "m³", "TNE": "t"}  # fmt: skip
_LONG: Final = re.compile(r"\S{24}")
ZERO_WIDTH: Final = "\u200b"


def lay_out(invoice: EInvoice, *, locale: str) -> dict[str, Any]:
    """Return the texts of a document's page, in the words and formats of a locale."""
    found = locale_of(locale)
    words = words_in(found.language)
    formats = Formats(found, invoice.currency)
    day = invoice.issue_date
    kind = words[invoice.kind]
    return {
        "title": f"{kind} {invoice.number}",
        "lang": found.language if has_words(found.language) else "en",
        "day": [day.year, day.month, day.day] if day else [1970, 1, 1],
        "kind": kind,
        "number": invoice.number,
        "currency": invoice.currency,
        "words": words,
        "seller": _party(invoice.seller or Party(), words),
        "buyer": _party(invoice.buyer or Party(), words),
        "facts": [[words[name], text] for name, text in _facts(invoice, formats) if text],
        "notes": [_broken(note.text) for note in invoice.notes],
        "lines": [_line(line, formats, words) for line in invoice.lines],
        "totals": [list(row) for row in _totals(invoice, formats, words)],
        "due": _due(invoice, formats, words),
        "terms": invoice.terms.splitlines(),
        "payments": [way for way in _payments(invoice, words) if way],
        "reasons": sorted({reason for reason in _reasons(invoice) if reason}),
        "footer": f"{invoice.seller.name if invoice.seller else ''} · {kind} {invoice.number}",
        "file": {"name": FILE_NAME, "description": words["file"]},
        "undrawn": "",
    }


def _party(party: Party, words: dict[str, str]) -> dict[str, Any]:
    numbers = [f"{words['tax_number']} {each.number}" for each in party.registrations]
    if party.legal_id and party.legal_id.value not in {each.number for each in party.registrations}:
        numbers.append(f"{words['legal_number']} {party.legal_id.value}")
    return {"name": party.name, "lines": _address(party.address), "numbers": numbers}


def _address(address: Address | None) -> list[str]:
    if address is None:
        return []
    place = " ".join(filter(None, [address.postcode, address.city]))
    lines = [address.line1, address.line2, address.line3, place, address.subdivision]
    return [*filter(None, lines), *([country_name(address.country)] if address.country else [])]


def _facts(invoice: EInvoice, formats: Formats) -> Iterator[tuple[str, str]]:
    refers, delivery, period = invoice.references, invoice.delivery, invoice.period
    yield "issued", formats.day(invoice.issue_date)
    yield "due", formats.day(invoice.due_date)
    yield "delivered", formats.day(delivery.day if delivery else None)
    if delivery:
        yield "delivered_to", ", ".join(filter(None, [delivery.name, *_address(delivery.address)]))
    if period:
        yield "period", " – ".join(filter(None, [formats.day(period.start), formats.day(period.end)]))
    yield "buyer_reference", refers.buyer
    yield "order", refers.order
    yield "sales_order", refers.sales_order
    yield "contract", refers.contract
    yield "project", refers.project
    yield "credits", ", ".join(each.number for each in invoice.preceding)


def _line(line: Line, formats: Formats, words: dict[str, str]) -> dict[str, Any]:
    item, price, quantity = line.item, line.price, line.quantity
    unit = UNITS.get(quantity.unit, quantity.unit) if quantity else ""
    count = formats.number(quantity.value) if quantity else ""
    per = price.per if price else None
    per_text = f" / {formats.number(per.value)}" if per and per.value != 1 else ""
    details = [
        item.description,
        " · ".join(filter(None, [item.seller_id, line.note])),
        *_adjusted(line, formats),
    ]
    return {
        "position": line.number,
        "name": _broken(item.name),
        "details": [_broken(each) for each in details if each and each != item.name],
        "quantity": f"{count} {unit}".strip(),
        "price": formats.price(price.net if price else None) + per_text,
        "tax": _tax(item.category, formats, words),
        "net": formats.money(line.net),
    }


def _adjusted(line: Line, formats: Formats) -> Iterator[str]:
    for each in line.adjustments:
        yield f"{_reason(each)} {'+' if each.is_charge else '−'}{formats.money(each.amount)}".strip()


def _reason(each: AllowanceCharge) -> str:
    return each.reason or each.reason_code


def _tax(category: TaxCategory | None, formats: Formats, words: dict[str, str]) -> str:
    if category is None:
        return ""
    return words["no_tax"] if category.rate is None else f"{formats.number(category.rate)} %"


def _totals(invoice: EInvoice, formats: Formats, words: dict[str, str]) -> Iterator[tuple[str, str]]:
    totals = invoice.totals
    if totals is None:
        return
    if invoice.adjustments:
        yield words["sum"], formats.money(totals.lines)
    for each in invoice.adjustments:
        yield _reason(each), ("" if each.is_charge else "−") + formats.money(each.amount)
    yield words["net"], formats.money(totals.net)
    for subtotal in invoice.subtotals:
        category, base = subtotal.category, formats.money(subtotal.base)
        rate = (
            ""
            if category is None or category.rate is None
            else f"{words['tax']} {formats.number(category.rate)} %"
        )
        yield words["tax_on"].format(tax=rate or words["no_tax"], base=base), formats.money(subtotal.tax)
    yield words["gross"], formats.money(totals.gross)
    if totals.prepaid and totals.prepaid.value:
        yield words["prepaid"], "−" + formats.money(totals.prepaid)
    if totals.rounding and totals.rounding.value:
        yield words["rounding"], formats.money(totals.rounding)


def _due(invoice: EInvoice, formats: Formats, words: dict[str, str]) -> list[str]:
    word = "amount_credited" if invoice.kind == "credit_note" else "amount_due"
    due = formats.money(invoice.totals.due if invoice.totals else None)
    return [words[word], f"{due} {invoice.currency}"]


def _payments(invoice: EInvoice, words: dict[str, str]) -> Iterator[list[str]]:
    for payment in invoice.payments:
        account = " · ".join(filter(None, [payment.account, payment.bank, payment.account_name]))
        named = (("account", account), ("reference", payment.reference))
        yield [f"{words[name]}: {text}" for name, text in named if text]


def _reasons(invoice: EInvoice) -> Iterator[str]:
    for subtotal in invoice.subtotals:
        if subtotal.category:
            yield subtotal.category.reason or subtotal.category.reason_code


def _broken(text: str) -> str:
    """Return a text that may be broken inside very long words, so that it stays on the paper."""
    return _LONG.sub(lambda word: word[0] + ZERO_WIDTH, text)
