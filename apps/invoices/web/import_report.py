"""The report of an import as its page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

LABELS = {"accepted": "In the books", "skipped": "Skipped by rule", "refused": "Refused"}


@dataclass(frozen=True)
class Group:
    """Rows with one end."""

    label: str
    rows: int
    documents: int
    value: Decimal


@dataclass(frozen=True)
class Reason:
    """A rule and how many rows met it."""

    text: str
    outcome: str
    rows: int
    documents: int
    value: Decimal


@dataclass(frozen=True)
class ShownReport:
    """What became of a file. `problems` are the first refused rows: row, column, value, reason."""

    currency: str
    groups: tuple[Group, ...]
    reasons: tuple[Reason, ...]
    problems: list[dict[str, Any]]
    has_refused_file: bool


def shown_report(report: Mapping[str, Any], *, has_refused_file: bool) -> ShownReport:
    """Return a stored report as its page shows it."""
    return ShownReport(
        currency=report["currency"],
        groups=tuple(_group(LABELS[end], report[end]) for end in LABELS),
        reasons=tuple(_reasons(report, "skipped") + _reasons(report, "refused")),
        problems=report["problems"],
        has_refused_file=has_refused_file,
    )


def _group(label: str, told: Mapping[str, Any]) -> Group:
    return Group(label, told["rows"], told["documents"], Decimal(told["value"]))


def _reasons(report: Mapping[str, Any], end: str) -> list[Reason]:
    return [
        Reason(told["because"] or rule, end, told["rows"], told["documents"], Decimal(told["value"]))
        for rule, told in report[end]["rules"].items()
    ]
