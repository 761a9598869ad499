"""Render a document: PDF/A-3b with the UBL inside, the same bytes for the same document."""

import json
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Final

import typst

from apps.core.errors import DomainError
from apps.exchange.model import EInvoice
from apps.exchange.paper.glyphs import drawable
from apps.exchange.paper.layout import lay_out
from apps.exchange.paper.words import words_in
from apps.exchange.ubl import write_ubl

TEMPLATE: Final = Path(__file__).parent / "invoice.typ"
STANDARD: Final = "a-3b"


class PaperFailed(DomainError):
    """The document could not be drawn; the log of the process says why."""

    code = "paper_failed"
    status = 500
    cure = "Its UBL can be downloaded; tell whoever runs this installation."


def render_paper(invoice: EInvoice, *, locale: str) -> bytes:
    """Return a document as PDF/A-3b that holds its UBL (AFRelationship “Alternative”).

    No font, package or file but the ones shipped is used, and its time stamp is its issue date: the same document
    gives the same bytes. Raises PaperFailed, CannotBeWritten.
    """
    xml = write_ubl(invoice)
    data, is_boxed = drawable(lay_out(invoice, locale=locale))
    if is_boxed:
        data["undrawn"] = words_in(data["lang"])["undrawn"]
    day = (
        datetime.combine(invoice.issue_date, time(), UTC)
        if invoice.issue_date
        else datetime(1970, 1, 1, tzinfo=UTC)
    )
    try:
        drawn = typst.compile(
            TEMPLATE, format="pdf", root=TEMPLATE.parent, ignore_system_fonts=True, pdf_standards=[STANDARD],
            timestamp=int(day.timestamp()),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False), "xml": xml.decode("utf-8")},
        )  # fmt: skip
    except typst.TypstError as error:
        raise PaperFailed("The document could not be drawn.") from error
    assert isinstance(drawn, bytes)
    return drawn
