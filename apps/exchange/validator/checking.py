"""Run every check over one document."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import localcontext
from typing import Final, Literal

from apps.exchange.model import EInvoice
from apps.exchange.validator import arithmetic, categories, codes, decimals, lines, parties, peppol, presence
from apps.exchange.validator.finding import Finding
from apps.exchange.validator.places import Places
from apps.exchange.validator.rules import PEPPOL_ARITHMETIC, PEPPOL_FORMAT

Profile = Literal["auto", "en16931", "peppol"]
Check = Callable[[EInvoice, Places], Iterator[Finding]]
# Numbers in files have up to 40 digits; nothing that is multiplied here is cut off.
PRECISION: Final = 150
_CHECKS: Final[tuple[Check, ...]] = (
    presence.check, parties.check, lines.check, arithmetic.check, categories.check, decimals.check, codes.check,
    peppol.check,
)  # fmt: skip


def check(invoice: EInvoice, *, profile: Profile = "auto") -> list[Finding]:
    """Return what is wrong with a document by EN 16931 and Peppol BIS Billing 3, fatal findings first.

    `profile` “auto” holds a document to the format rules of Peppol when it names that specification; the arithmetic
    of Peppol is checked on every document and is a warning where the document does not claim Peppol. What the
    official tests accept (±1.00 on BR-CO-17, -S-08, -S-09; ±0.02 on R040, R120) is accepted and reported as a
    warning (books.md 18).
    """
    is_peppol = profile == "peppol" or (profile == "auto" and peppol.claims_peppol(invoice))
    places = Places(invoice)
    with localcontext() as context:
        context.prec = PRECISION
        found = [finding for each in _CHECKS for finding in each(invoice, places)]
    kept = (_by_profile(finding, is_peppol) for finding in found)
    return sorted(filter(None, kept), key=lambda finding: finding.severity != "fatal")


def by_profile(findings: list[Finding], invoice: EInvoice, *, profile: Profile = "auto") -> list[Finding]:
    """Return findings about a file's form as the profile sees them."""
    is_peppol = profile == "peppol" or (profile == "auto" and peppol.claims_peppol(invoice))
    return [kept for kept in (_by_profile(finding, is_peppol) for finding in findings) if kept]


def _by_profile(finding: Finding, is_peppol: bool) -> Finding | None:
    if is_peppol:
        return finding
    if finding.rule in PEPPOL_FORMAT:
        return None
    return replace(finding, severity="warning") if finding.rule in PEPPOL_ARITHMETIC else finding
