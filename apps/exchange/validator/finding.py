"""What a check says: which rule, how bad, where, what was expected, what stands there, in a sentence."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from apps.exchange.model import Amount
from apps.exchange.validator.rules import RULES

Severity = Literal["fatal", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule. `place` is a path in the words of UBL, whatever syntax the file came in."""

    rule: str
    severity: Severity
    place: str
    expected: str
    found: str
    text: str


def broken(
    rule: str,
    place: str,
    *,
    expected: object = "",
    found: object = "",
    severity: Severity | None = None,
    more: str = "",
) -> Finding:
    """Return the finding that a rule is broken, with the rule's own severity unless another is given."""
    known = RULES[rule]
    text = f"{known.text} {more}" if more else known.text
    return Finding(rule, severity or known.severity, place, shown(expected), shown(found), text)


def shown(value: object) -> str:
    """Return a value as findings show it."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, Amount):
        return f"{value.value:f} {value.currency}".strip()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)[:200]
