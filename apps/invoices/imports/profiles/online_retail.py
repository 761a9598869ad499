"""The UCI “Online Retail” layout: a row per line, a C before the number of a cancellation, amounts in GBP."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from apps.core.money import from_minor, to_minor
from apps.invoices.imports.columns import Column
from apps.invoices.imports.countries import STAND_INS, UNKNOWN
from apps.invoices.imports.decisions import (
    ZERO,
    Decision,
    Remark,
    SourceDocument,
    SourceLine,
    SourceRow,
)
from apps.invoices.imports.profiles.cells import cell
from apps.invoices.imports.profiles.online_retail_rows import (
    COLUMNS,
    COUNTRY,
    CUSTOMER,
    NUMBER,
    SKU,
    STAMP,
    TEXT,
    Row,
    count_facts,
    read_row,
    value_of,
)
from apps.invoices.imports.profiles.online_retail_rules import CURRENCY, RULES, judge, kind_of, skip_rule

_STAND_IN_CODES = {*STAND_INS.values(), UNKNOWN}


class OnlineRetail:
    """Decides about documents of the Online Retail layout."""

    name = "online-retail"
    label = "Online Retail (UCI)"
    currency = CURRENCY
    columns: tuple[Column, ...] = COLUMNS
    rules: Mapping[str, str] = RULES
    walk_in_code = "WALK-IN"
    home_country = "GB"

    def number_of(self, fields: Sequence[str], positions: Mapping[str, int]) -> str:
        """Return the document number in capitals."""
        return cell(fields, positions, NUMBER).upper()

    def day_of(self, fields: Sequence[str], positions: Mapping[str, int]) -> str:
        """Return the day of a row as text."""
        day = cell(fields, positions, STAMP)[:10]
        return day if len(day) == 10 and day[4] == day[7] == "-" else ""

    def decide(
        self, number: str, rows: list[SourceRow], positions: Mapping[str, int], latest: date
    ) -> Decision:
        """Decide about all rows of one document: taken whole, skipped whole or refused whole."""
        facts = self.count_facts(number, rows, positions)
        decision = Decision(number, rows, "refused", value=facts["quantity_times_price"], facts=facts)
        decision.rows_without_value = sum(value_of(row, positions) is None for row in rows)
        decision.met = set(_met(rows, positions))
        read = [read_row(row, positions, latest) for row in rows]
        decision.problems = [problem for result in read if isinstance(result, list) for problem in result]
        if decision.problems:
            decision.rule = decision.problems[0].code
            return decision
        return self._judged(decision, [row for row in read if isinstance(row, Row)], positions)

    def count_facts(
        self, number: str, rows: list[SourceRow], positions: Mapping[str, int]
    ) -> dict[str, Decimal]:
        """Count what the publishers of the file state about it."""
        return count_facts(number, rows, positions)

    def _judged(self, decision: Decision, rows: list[Row], positions: Mapping[str, int]) -> Decision:
        if rule := skip_rule(decision.number, rows):
            decision.skip(rule)
            return decision
        decision.problems = judge(decision.number, rows)
        if decision.problems:
            decision.rule = decision.problems[0].code
            return decision
        decision.outcome = "accepted"
        decision.document = self._document(decision.number, rows)
        decision.remarks = [*self._remarks(rows), *_source_remarks(decision.rows, positions)]
        return decision

    def _document(self, number: str, rows: list[Row]) -> SourceDocument:
        first = rows[0]
        return SourceDocument(
            number=number,
            kind=kind_of(number),
            issue_date=first.stamp.date(),
            customer_code=first.customer or self.walk_in_code,
            country_code=first.country,
            currency=CURRENCY,
            lines=tuple(_line(row) for row in rows),
            content_hash=_content_hash(number, rows),
        )

    def _remarks(self, rows: list[Row]) -> Iterator[Remark]:
        first = rows[0]
        if not first.customer:
            yield from (Remark("walk_in_customer", row.row) for row in rows)
        if len({row.stamp for row in rows}) > 1:
            yield Remark("several_times", first.row)
        if first.country in _STAND_IN_CODES:
            yield Remark("country_stand_in", first.row, first.country)
        for row in rows:
            if row.unit_price == 0:
                yield Remark("free_line", row.row, row.sku)
            difference = row.value - _booked(row.value)
            if difference:
                yield Remark("rounded_line", row.row, str(row.value), difference)


def _line(row: Row) -> SourceLine:
    quantity = abs(row.quantity)
    net = abs(to_minor(row.value, CURRENCY))
    return SourceLine(row.row, row.sku, row.description, quantity, row.unit_price, net)


def _booked(value: Decimal) -> Decimal:
    return from_minor(to_minor(value, CURRENCY), CURRENCY)


def _content_hash(number: str, rows: list[Row]) -> bytes:
    """Hash what the document says. Order of rows and ways to write a number do not matter."""
    first = rows[0]
    head = "\x1f".join((number, first.customer, first.country, min(row.stamp for row in rows).isoformat()))
    lines = sorted(
        "\x1f".join(
            (row.sku, row.description, f"{row.quantity.normalize():f}", f"{row.unit_price.normalize():f}")
        )
        for row in rows
    )
    return hashlib.sha256("\x1e".join((head, *lines)).encode()).digest()


def _met(rows: list[SourceRow], positions: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for row in rows:
        if customer := cell(row.fields, positions, CUSTOMER):
            yield "customers", customer
        yield "countries", cell(row.fields, positions, COUNTRY)
        yield "stock_codes", cell(row.fields, positions, SKU)


def _source_remarks(rows: list[SourceRow], positions: Mapping[str, int]) -> Iterator[Remark]:
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        fields = tuple(row.fields)
        if fields in seen:
            yield Remark("exact_duplicate", row.row, difference=value_of(row, positions) or ZERO)
        seen.add(fields)
        sku = cell(row.fields, positions, SKU)
        if sku != sku.upper():
            yield Remark("stock_code_in_capitals", row.row, sku)
        if not cell(row.fields, positions, TEXT):
            yield Remark("description_missing", row.row, sku)
