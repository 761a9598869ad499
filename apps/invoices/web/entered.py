"""From the fields of a draft's form to what the operations take, and back."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.catalog.queries import find_products, get_product_skus
from apps.core.errors import InputError
from apps.core.money import from_minor
from apps.documents.entry import AdjustmentInput
from apps.invoices.inputs import LineInput
from apps.invoices.queries import AdjustmentInfo, DocumentInfo
from apps.invoices.web.forms import BaseLines


def lines_of(lines: BaseLines, extras: list[tuple[int | None, AdjustmentInput]]) -> list[LineInput]:
    """Return the lines that were entered, with their own allowances and charges. Raises InputError."""
    entered = [form.cleaned_data for form in lines.entered()]
    products = find_products({each["sku"] for each in entered if each["sku"]})
    inputs = []
    for position, each in enumerate(entered):
        if each["sku"] and each["sku"] not in products:
            raise InputError(
                "There is no such product.", code="unknown_product", field=f"lines[{position}].sku"
            )
        inputs.append(line_of(each, products.get(each["sku"])))
    for number, extra in extras:
        if number is not None:
            if number > len(inputs):
                raise InputError(f"There is no line {number}.", code="unknown_line", field="adjustments")
            line = inputs[number - 1]
            inputs[number - 1] = replace(line, adjustments=(*line.adjustments, extra))
    return inputs


def line_of(given: dict[str, Any], product_id: UUID | None) -> LineInput:
    """Return one line; what was left empty is as usual."""
    return LineInput(
        description=given["description"], quantity=given["quantity"], unit_price=given["unit_price"],
        tax_rate=given["tax_rate"] or Decimal(0), product_id=product_id, unit=given["unit"],
        base_quantity=Decimal(1) if given["base_quantity"] is None else given["base_quantity"],
        gross_price=given["gross_price"], price_discount=given["price_discount"],
        tax_category=given["tax_category"], exemption_reason=given["exemption_reason"],
        credits_line_id=given["credits_line"],
    )  # fmt: skip


def extras_of(extras: BaseLines) -> list[tuple[int | None, AdjustmentInput]]:
    """Return allowances and charges with the number of the line that they are on, None for the whole document."""
    return [(given["line"], extra_of(given)) for given in (form.cleaned_data for form in extras.entered())]


def extra_of(given: dict[str, Any]) -> AdjustmentInput:
    """Return one allowance or charge."""
    on_line = given["line"] is not None
    return AdjustmentInput(
        is_charge=given["side"] == "charge", amount=given["amount"], percent=given["percent"],
        reason=given["reason"], tax_category="" if on_line else given["tax_category"],
        tax_rate=None if on_line else given["tax_rate"],
    )  # fmt: skip


def line_values(document: DocumentInfo) -> list[dict[str, Any]]:
    """Return a draft's lines as the form shows them; what is as usual stays empty."""
    skus = get_product_skus({line.product_id for line in document.lines if line.product_id})
    return [
        {
            "sku": skus.get(line.product_id, "") if line.product_id else "", "description": line.description,
            "quantity": line.quantity, "unit_price": line.unit_price, "tax_rate": line.tax_rate,
            "unit": "" if line.unit == "C62" else line.unit,
            "base_quantity": None if line.base_quantity == 1 else line.base_quantity,
            "gross_price": line.gross_price, "price_discount": line.price_discount,
            "tax_category": "" if line.tax_category in {"S", "Z"} else line.tax_category,
            "exemption_reason": line.exemption_reason, "credits_line": line.credits_line_id,
        }
        for line in document.lines
    ]  # fmt: skip


def entered_values(lines: Sequence[LineInput]) -> list[dict[str, Any]]:
    """Return entered lines as the form shows them again."""
    skus = get_product_skus({line.product_id for line in lines if line.product_id})
    names = ("description", "quantity", "unit_price", "tax_rate", "unit", "base_quantity", "gross_price",
             "price_discount", "tax_category", "exemption_reason")  # fmt: skip
    return [
        {name: getattr(line, name) for name in names}
        | {"sku": skus.get(line.product_id, "") if line.product_id else ""}
        for line in lines
    ]  # fmt: skip


def adjustment_values(
    lines: Sequence[LineInput], adjustments: Sequence[AdjustmentInput]
) -> list[dict[str, Any]]:
    """Return entered allowances and charges as the form shows them again."""
    found: list[tuple[int | None, AdjustmentInput]] = [
        (number, each) for number, line in enumerate(lines, start=1) for each in line.adjustments
    ]
    found += [(None, each) for each in adjustments]
    return [
        {"line": number, "side": "charge" if each.is_charge else "", "reason": each.reason, "percent": each.percent,
         "amount": each.amount, "tax_rate": each.tax_rate, "tax_category": each.tax_category}
        for number, each in found
    ]  # fmt: skip


def extra_values(document: DocumentInfo) -> list[dict[str, Any]]:
    """Return a draft's allowances and charges as the form shows them."""
    found: list[tuple[int | None, AdjustmentInfo]] = [
        (line.position, each) for line in document.lines for each in line.adjustments
    ]
    found += [(None, each) for each in document.adjustments]
    return [
        {
            "line": line, "side": "charge" if each.is_charge else "", "reason": each.reason, "percent": each.percent,
            "amount": None if each.percent is not None else from_minor(each.amount_minor, document.currency),
            "tax_rate": None if line else each.tax_rate, "tax_category": "" if line else each.tax_category,
        }
        for line, each in found
    ]  # fmt: skip
