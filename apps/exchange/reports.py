"""What page, API and command tell about a file: one report, the same everywhere."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from apps.exchange.model import Amount, EInvoice
from apps.exchange.nodes import Unread
from apps.exchange.reading import check_file, read_einvoice
from apps.exchange.validator import Finding, Profile

PROFILES: Final[dict[str, str]] = {
    "auto": "As the file says",
    "en16931": "EN 16931 only",
    "peppol": "Peppol BIS Billing 3",
}
MOST_FINDINGS: Final = 200


@dataclass(frozen=True, slots=True)
class Summary:
    """What a document is, in a few words."""

    kind: str
    number: str
    type_code: str
    issue_date: str
    seller: str
    buyer: str
    currency: str
    total: str
    due: str
    lines: int


@dataclass(frozen=True, slots=True)
class FileReport:
    """A file that was read, and what is wrong with it; at most MOST_FINDINGS findings are listed, all are counted."""

    syntax: str
    container: str
    valid: bool
    fatal: int
    warnings: int
    summary: Summary
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return asdict(self)


def report_on(content: bytes, *, profile: Profile = "auto") -> FileReport:
    """Read and check a file. Raises EInvoiceRefused when it cannot be read as an electronic invoice."""
    read = read_einvoice(content)
    findings = check_file(read, profile=profile)
    fatal = sum(finding.severity == "fatal" for finding in findings)
    return FileReport(
        syntax=read.syntax,
        container=read.container,
        valid=fatal == 0,
        fatal=fatal,
        warnings=len(findings) - fatal,
        summary=_summary(read.invoice),
        findings=tuple(findings[:MOST_FINDINGS]),
        unread=read.unread,
    )


def _summary(invoice: EInvoice) -> Summary:
    totals = invoice.totals
    return Summary(
        kind=invoice.kind,
        number=invoice.number[:200],
        type_code=invoice.type_code[:20],
        issue_date=invoice.issue_date.isoformat() if invoice.issue_date else "",
        seller=invoice.seller.name[:200] if invoice.seller else "",
        buyer=invoice.buyer.name[:200] if invoice.buyer else "",
        currency=invoice.currency[:20],
        total=_text(totals.gross if totals else None),
        due=_text(totals.due if totals else None),
        lines=len(invoice.lines),
    )


def _text(amount: Amount | None) -> str:
    return "" if amount is None else format(amount.value, "f")
