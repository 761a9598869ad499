"""The report in words, for a terminal, a log or a page."""

from collections.abc import Iterator
from decimal import Decimal

from apps.core.money import from_minor
from apps.invoices.imports.decisions import Outcome
from apps.invoices.imports.report import Group, ImportReport

SHOWN_PROBLEMS = 20
_OUTCOME_LABELS: dict[Outcome, str] = {"accepted": "Accepted", "skipped": "Skipped", "refused": "Refused"}
_FACT_LABELS = {
    "rows": "Rows with content",
    "documents": "Document numbers",
    "customers": "Customers",
    "countries": "Countries",
    "stock_codes": "Stock codes as written",
    "quantity_times_price": "Sum of quantity × price",
    "cancellation_documents": "Cancellation documents",
    "cancellation_rows": "Cancellation rows",
    "cancellation_value": "Worth of cancellations",
    "rows_without_customer": "Rows without customer",
    "zero_prices": "Prices of zero",
    "negative_prices": "Negative prices",
    "prices_below_cents": "Prices with more than 2 decimals",
    "exact_duplicate_rows": "Exact duplicate rows",
}


def report_lines(report: ImportReport) -> Iterator[str]:
    """Yield the lines of the report in plain words."""
    yield f"{report.file['name']}: {report.facts['rows']:,} rows, profile {report.profile}, {report.state}."
    yield ""
    for outcome, label in _OUTCOME_LABELS.items():
        yield from _outcome_lines(report, outcome, label)
    yield from _sum_lines(report)
    yield from _remark_lines(report)
    yield from _fact_lines(report)
    yield from _problem_lines(report)
    if report.files:
        yield ""
        yield from (f"{label}: {path}" for label, path in report.files.items())


def _outcome_lines(report: ImportReport, outcome: Outcome, label: str) -> Iterator[str]:
    whole = report.total(outcome)
    yield f"{label:<12}{_counts(whole, report)}"
    for (end, rule), group in sorted(report.groups.items()):
        if end == outcome and rule:
            yield f"  of these  {_counts(group, report)}  {rule}: {report.rules.get(rule, '')}"


def _counts(group: Group, report: ImportReport) -> str:
    return f"{group.documents:>9,} documents {group.rows:>10,} rows {_money(group.value, report):>20}"


def _sum_lines(report: ImportReport) -> Iterator[str]:
    yield ""
    for kind, label in (("invoice", "Invoices"), ("credit_note", "Credit notes")):
        entry = report.booked[kind]
        net = _money(from_minor(entry.net_minor, report.currency), report)
        yield f"{label} booked: {entry.documents:,} with {entry.lines:,} lines, {net} net"
    booked = from_minor(report.booked_minor, report.currency)
    yield f"Booked in all, credit notes taken off: {_money(booked, report)}"
    yield f"Rounding (exact value − booked): {_money(report.rounding_difference, report)}"
    if report.shift_days:
        yield f"Dates were moved by {report.shift_days // 7} weeks."
    yield f"New customers: {report.customers_made:,}. New products: {report.products_made:,}."
    if report.is_balanced:
        yield "Every row and every penny of the file is accounted for above."
    elif report.state == "finished":
        yield "The sums above do NOT add up to the file. Please report this as a fault of the program."


def _remark_lines(report: ImportReport) -> Iterator[str]:
    if report.remarks:
        yield ""
        yield "Decided by rule, in the books:"
    for code, group in sorted(report.remarks.items()):
        worth = f", {_money(group.difference, report)}" if group.difference else ""
        places = ", ".join(str(remark.row) for remark in group.samples[:5])
        more = " …" if group.count > 5 else ""
        yield f"  {code} ×{group.count:,}{worth} (rows {places}{more}): {report.rules.get(code, '')}"


def _fact_lines(report: ImportReport) -> Iterator[str]:
    yield ""
    yield "Counted in the file, whatever became of the rows:"
    for name, value in report.facts.items():
        yield f"  {_FACT_LABELS.get(name, name):<34}{value:>20,}"


def _problem_lines(report: ImportReport) -> Iterator[str]:
    if not report.problems:
        return
    yield ""
    more = f", the first {SHOWN_PROBLEMS}" if report.problem_count > SHOWN_PROBLEMS else ""
    yield f"To repair: {report.problem_count:,}{more}"
    for problem in report.problems[:SHOWN_PROBLEMS]:
        place = f", {problem.column} “{problem.value}”" if problem.column else ""
        yield f"  row {problem.row}{place}: {problem.reason}"


def _money(value: Decimal, report: ImportReport) -> str:
    return f"{value:,} {report.currency}"
