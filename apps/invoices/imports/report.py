"""What became of a file: every row is in the books, skipped by a rule, or refused with a reason."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from apps.core.money import from_minor
from apps.invoices.imports.decisions import ZERO, Decision, Outcome, Problem, Remark

SAMPLES = 20
LISTED_PROBLEMS = 1_000


@dataclass(slots=True)
class Group:
    """Rows that met the same end."""

    documents: int = 0
    rows: int = 0
    value: Decimal = ZERO
    rows_without_value: int = 0

    def add(self, decision: Decision) -> None:
        """Count one document in."""
        self.documents += bool(decision.number)
        self.rows += len(decision.rows)
        self.value += decision.value
        self.rows_without_value += decision.rows_without_value

    def as_json(self) -> dict[str, object]:
        """Return plain data; values are exact decimals as text."""
        return {
            "documents": self.documents,
            "rows": self.rows,
            "value": str(self.value),
            "rows_without_value": self.rows_without_value,
        }


@dataclass(slots=True)
class RemarkGroup:
    """Remarks of one kind, with some of their places."""

    count: int = 0
    difference: Decimal = ZERO
    samples: list[Remark] = field(default_factory=list)

    def add(self, remark: Remark) -> None:
        """Count one remark in."""
        self.count += 1
        self.difference += remark.difference
        if len(self.samples) < SAMPLES:
            self.samples.append(remark)


@dataclass(slots=True)
class Booked:
    """Documents of one kind that are in the books because of this run."""

    documents: int = 0
    lines: int = 0
    net_minor: int = 0


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """The account of one run over one file, built document by document in bounded memory."""

    file: dict[str, Any]
    profile: str
    currency: str
    rules: Mapping[str, str]
    state: str = "running"
    shift_days: int = 0
    groups: dict[tuple[Outcome, str], Group] = field(default_factory=lambda: defaultdict(Group))
    remarks: dict[str, RemarkGroup] = field(default_factory=lambda: defaultdict(RemarkGroup))
    booked: dict[str, Booked] = field(default_factory=lambda: defaultdict(Booked))
    facts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    blank_rows: int = 0
    customers_made: int = 0
    products_made: int = 0
    seconds: float = 0.0
    files: dict[str, str] = field(default_factory=dict)

    def add(self, decision: Decision) -> None:
        """Count one final decision in."""
        self.groups[decision.outcome, decision.rule].add(decision)
        for name, count in decision.facts.items():
            self.facts[name] += count
        self.facts["rows"] += len(decision.rows)
        self.facts["documents"] += bool(decision.number)
        for remark in decision.remarks:
            self.remarks[remark.code].add(remark)
        self.problem_count += len(decision.problems)
        self.problems.extend(decision.problems[: LISTED_PROBLEMS - len(self.problems)])
        if decision.outcome == "accepted" and decision.document:
            entry = self.booked[decision.document.kind]
            entry.documents += 1
            entry.lines += len(decision.document.lines)
            entry.net_minor += decision.document.net_minor

    def total(self, outcome: Outcome) -> Group:
        """Return all groups of one outcome together."""
        whole = Group()
        for (end, _), group in self.groups.items():
            if end == outcome:
                whole.documents += group.documents
                whole.rows += group.rows
                whole.value += group.value
                whole.rows_without_value += group.rows_without_value
        return whole

    @property
    def booked_minor(self) -> int:
        """Net minor units that this run added to revenue; credit notes count negative."""
        return self.booked["invoice"].net_minor - self.booked["credit_note"].net_minor

    @property
    def rounding_difference(self) -> Decimal:
        """Exact value of the accepted rows minus what is booked for them."""
        return self.total("accepted").value - from_minor(self.booked_minor, self.currency)

    @property
    def is_balanced(self) -> bool:
        """Whether every row and every penny of the file is accounted for, roundings included."""
        ends = [self.total("accepted"), self.total("skipped"), self.total("refused")]
        return (
            sum(end.rows for end in ends) == self.facts["rows"]
            and sum((end.value for end in ends), ZERO) == self.facts["quantity_times_price"]
            and self.rounding_difference == self.remarks["rounded_line"].difference
        )

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain data for a file, a page or a program."""
        return {
            "file": self.file,
            "profile": self.profile,
            "state": self.state,
            "currency": self.currency,
            "shift_days": self.shift_days,
            "seconds": round(self.seconds, 2),
            "is_balanced": self.is_balanced,
            "accepted": self.total("accepted").as_json(),
            "skipped": self._ends("skipped"),
            "refused": self._ends("refused"),
            "booked": {
                kind: {"documents": b.documents, "lines": b.lines, "net_minor": b.net_minor}
                for kind, b in sorted(self.booked.items())
            },
            "booked_net": str(from_minor(self.booked_minor, self.currency)),
            "rounding_difference": str(self.rounding_difference),
            "blank_rows": self.blank_rows,
            "customers_made": self.customers_made,
            "products_made": self.products_made,
            "facts": {name: str(value) for name, value in sorted(self.facts.items())},
            "remarks": {code: self._remark(code, group) for code, group in sorted(self.remarks.items())},
            "problems": [_problem(problem) for problem in self.problems],
            "problem_count": self.problem_count,
            "files": {label: PurePath(path).name for label, path in self.files.items()},
        }

    def _ends(self, outcome: Outcome) -> dict[str, object]:
        rules = {
            rule: group.as_json() | {"because": self.rules.get(rule, "")}
            for (end, rule), group in sorted(self.groups.items())
            if end == outcome
        }
        return self.total(outcome).as_json() | {"rules": rules}

    def _remark(self, code: str, group: RemarkGroup) -> dict[str, object]:
        samples = [{"row": remark.row, "value": remark.value} for remark in group.samples]
        difference = str(group.difference)
        rule = self.rules.get(code, "")
        return {"count": group.count, "value": difference, "rule": rule, "samples": samples}


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "code": problem.code,
        "reason": problem.reason,
    }
