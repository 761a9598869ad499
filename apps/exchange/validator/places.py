"""Where things stand, in the words of UBL."""

from collections.abc import Iterator

from apps.exchange.model import AllowanceCharge, EInvoice, Line, TaxSubtotal, TaxTotal


class Places:
    """Paths inside one document."""

    def __init__(self, invoice: EInvoice) -> None:
        self._invoice = invoice
        is_credit = invoice.kind == "credit_note"
        self.root = "/CreditNote" if is_credit else "/Invoice"
        self._line = "CreditNoteLine" if is_credit else "InvoiceLine"
        self.type_code = f"{self.root}/cbc:{'CreditNote' if is_credit else 'Invoice'}TypeCode"
        self.quantity = f"cbc:{'Credited' if is_credit else 'Invoiced'}Quantity"
        self.seller = f"{self.root}/cac:AccountingSupplierParty/cac:Party"
        self.buyer = f"{self.root}/cac:AccountingCustomerParty/cac:Party"
        self.representative = f"{self.root}/cac:TaxRepresentativeParty"
        self.payee = f"{self.root}/cac:PayeeParty"
        self.totals = f"{self.root}/cac:LegalMonetaryTotal"
        self.period = f"{self.root}/cac:InvoicePeriod"
        self.delivery = f"{self.root}/cac:Delivery"

    def lines(self) -> Iterator[tuple[str, Line]]:
        """Give each line with its path."""
        for number, line in enumerate(self._invoice.lines, 1):
            yield f"{self.root}/cac:{self._line}[{number}]", line

    def adjustments(self) -> Iterator[tuple[str, AllowanceCharge]]:
        """Give each allowance and charge of the document with its path."""
        for number, adjustment in enumerate(self._invoice.adjustments, 1):
            yield f"{self.root}/cac:AllowanceCharge[{number}]", adjustment

    def line_adjustments(self) -> Iterator[tuple[str, AllowanceCharge]]:
        """Give each allowance and charge of the lines with its path."""
        for place, line in self.lines():
            for number, adjustment in enumerate(line.adjustments, 1):
                yield f"{place}/cac:AllowanceCharge[{number}]", adjustment

    def tax_totals(self) -> Iterator[tuple[str, TaxTotal]]:
        """Give each tax total with its path."""
        for number, total in enumerate(self._invoice.tax_totals, 1):
            yield f"{self.root}/cac:TaxTotal[{number}]", total

    def subtotals(self) -> Iterator[tuple[str, TaxSubtotal]]:
        """Give each tax break-down with its path."""
        for place, total in self.tax_totals():
            for number, subtotal in enumerate(total.subtotals, 1):
                yield f"{place}/cac:TaxSubtotal[{number}]", subtotal
