"""The UCI “Online Retail” layout: a row per line, a C before the number of a cancellation, amounts in GBP."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from apps.core.money import exponent, from_minor, to_minor
from apps.invoices.imports.columns import Column
from apps.invoices.imports.countries import STAND_INS, UNKNOWN
from apps.invoices.imports.decisions import Decision, Remark, SourceDocument, SourceLine, SourceRow
from apps.invoices.imports.profiles.cells import cell
from apps.invoices.imports.profiles.online_retail_rows import (
    COLUMNS,
    NUMBER,
    STAMP,
    Cells,
    Row,
    cells_of,
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
        cells = cells_of(rows, positions)
        facts = count_facts(number, cells)
        decision = Decision(number, rows, "refused", value=facts["quantity_times_price"], facts=facts)
        decision.rows_without_value = sum(value_of(one) is None for one in cells)
        decision.met = _met(cells)
        read = [read_row(row, one, latest) for row, one in zip(rows, cells, strict=True)]
        decision.problems = [problem for result in read if isinstance(result, list) for problem in result]
        if decision.problems:
            decision.rule = decision.problems[0].code
            return decision
        return self._judged(decision, [row for row in read if isinstance(row, Row)], cells)

    def count_facts(
        self, number: str, rows: list[SourceRow], positions: Mapping[str, int]
    ) -> dict[str, Decimal]:
        """Count what the publishers of the file state about it."""
        return count_facts(number, cells_of(rows, positions))

    def _judged(self, decision: Decision, rows: list[Row], cells: list[Cells]) -> Decision:
        if rule := skip_rule(decision.number, rows):
            decision.skip(rule)
            return decision
        decision.problems = judge(decision.number, rows)
        if decision.problems:
            decision.rule = decision.problems[0].code
            return decision
        decision.outcome = "accepted"
        decision.document = self._document(decision.number, rows)
        decision.remarks = [
            *_document_remarks(rows),
            *_line_remarks(rows, decision.document.lines),
            *_cell_remarks(rows, cells),
        ]
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


def _line(row: Row) -> SourceLine:
    net = to_minor(abs(row.value), CURRENCY)
    return SourceLine(row.row, row.sku, row.description, abs(row.quantity), row.unit_price, net)


def _content_hash(number: str, rows: list[Row]) -> bytes:
    """Hash what the document says. Order of rows and ways to write a number do not matter."""
    first = rows[0]
    head = "\x1f".join((number, first.customer, first.country, min(row.stamp for row in rows).isoformat()))
    lines = sorted(
        "\x1f".join((row.sku, row.description, _plain(row.quantity), _plain(row.unit_price))) for row in rows
    )
    return hashlib.sha256("\x1e".join((head, *lines)).encode()).digest()


@lru_cache(maxsize=4096)
def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _met(cells: list[Cells]) -> set[tuple[str, str]]:
    met = {("customers", customer) for customer in {one[6] for one in cells} if customer}
    met |= {("countries", country) for country in {one[7] for one in cells}}
    return met | {("stock_codes", sku) for sku in {one[1] for one in cells}}


def _document_remarks(rows: list[Row]) -> Iterator[Remark]:
    first = rows[0]
    if not first.customer:
        yield from (Remark("walk_in_customer", row.row) for row in rows)
    if any(row.stamp != first.stamp for row in rows):
        yield Remark("several_times", first.row)
    if first.country in _STAND_IN_CODES:
        yield Remark("country_stand_in", first.row, first.country)


def _line_remarks(rows: list[Row], lines: tuple[SourceLine, ...]) -> Iterator[Remark]:
    for row, line in zip(rows, lines, strict=True):
        if not row.unit_price:
            yield Remark("free_line", row.row, row.sku)
        exact = abs(row.value)
        if exact.scaleb(exponent(CURRENCY)) != line.net_minor:
            difference = exact - from_minor(line.net_minor, CURRENCY)
            yield Remark(
                "rounded_line", row.row, str(row.value), difference.copy_sign(difference * row.quantity)
            )


def _cell_remarks(rows: list[Row], cells: list[Cells]) -> Iterator[Remark]:
    seen: set[Cells] = set()
    for row, one in zip(rows, cells, strict=True):
        if one in seen:
            yield Remark("exact_duplicate", row.row, difference=row.value)
        seen.add(one)
        if one[1] != row.sku:
            yield Remark("stock_code_in_capitals", row.row, one[1])
        if not one[2]:
            yield Remark("description_missing", row.row, row.sku)
