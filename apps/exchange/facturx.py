"""Factur-X and ZUGFeRD: a PDF/A-3 that holds its invoice as XML."""

from apps.exchange.model import EInvoice
from apps.exchange.pdf import extract_xml
from apps.exchange.reading import read_einvoice


def read_pdf(content: bytes) -> EInvoice:
    """Return the invoice that a PDF holds. Raises EInvoiceRefused."""
    _, inner = extract_xml(content)
    return read_einvoice(inner).invoice
