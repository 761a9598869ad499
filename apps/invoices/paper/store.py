"""The one PDF of a posted document: made when it is posted or first asked for, then only ever given out."""

import hashlib
from datetime import datetime
from typing import Final
from uuid import UUID

from apps.catalog.models import Product
from apps.core.db import write
from apps.core.errors import DomainError
from apps.core.scope import Actor, current_tenant_id, reading_from
from apps.documents.files import keep_file, list_files, open_file
from apps.documents.issuer import get_issuer
from apps.documents.models import StoredFile
from apps.documents.queries import find_terms
from apps.exchange.model import EInvoice
from apps.exchange.paper import render_paper
from apps.exchange.pdf import extract_xml
from apps.invoices.files import KIND
from apps.invoices.models import Invoice
from apps.invoices.paper.mapping import Sources, einvoice_of
from apps.invoices.queries import DocumentInfo, get_document
from apps.parties.models import Customer
from apps.tenancy.models import Tenant

PURPOSE: Final = "paper"


class NotPosted(DomainError):
    """A draft is no document yet: it has no number and no PDF."""

    code = "not_posted"
    cure = "Post it first."


def get_paper(*, invoice_id: UUID, actor: Actor, now: datetime) -> StoredFile:
    """Return a posted document's PDF, made now if it was not yet. Who may see it was decided at the invoice's door.

    Of two that ask at the same moment one makes it and both get it: there is one for ever, with its hash.
    Raises NotFound, NotPosted, PaperFailed.
    """
    # What was posted a moment ago is in the books, perhaps not yet in their copy.
    with reading_from("primary"):
        found = _find(invoice_id)
        if found is not None:
            return found
        with write() as connection:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_xact_lock(%s)", [_lock_number(invoice_id)])
            return _find(invoice_id) or _make(invoice_id, actor=actor, now=now)


def get_ubl(*, invoice_id: UUID, actor: Actor, now: datetime) -> tuple[StoredFile, bytes]:
    """Return a posted document's UBL, which is the file inside its PDF: both always say the same.

    Raises NotFound, NotPosted, PaperFailed, FileDamaged.
    """
    paper = get_paper(invoice_id=invoice_id, actor=actor, now=now)
    return paper, extract_xml(open_file(file_id=paper.id).content)[1]


def make_einvoice(document: DocumentInfo) -> EInvoice:
    """Return a document as an electronic invoice, with what the books say today of issuer and customer."""
    products = {line.product_id for line in document.lines if line.product_id}
    terms = find_terms(document.terms)
    credited = Invoice.objects.filter(id=document.credits_id).first() if document.credits_id else None
    return einvoice_of(document, Sources(
        issuer=get_issuer(),
        customer=Customer.objects.get(id=document.customer_id),
        skus=dict(Product.objects.filter(id__in=products).values_list("id", "sku")),
        terms_name=terms.name if terms else "",
        credited=(credited.number or "", credited.issue_date) if credited else None,
    ))  # fmt: skip


def _find(invoice_id: UUID) -> StoredFile | None:
    return next(iter(list_files(subject_kind=KIND, subject_id=invoice_id, purpose=PURPOSE)), None)


def _make(invoice_id: UUID, *, actor: Actor, now: datetime) -> StoredFile:
    document = get_document(invoice_id)
    if document.number is None:
        raise NotPosted("This document is a draft and has no PDF.")
    locale = Tenant.objects.values_list("locale", flat=True).get(id=current_tenant_id())
    return keep_file(
        subject_kind=KIND, subject_id=invoice_id, name=f"{document.number}.pdf", media_type="application/pdf",
        content=render_paper(make_einvoice(document), locale=locale), purpose=PURPOSE,
        customer_id=document.customer_id, actor=actor, now=now,
    )  # fmt: skip


def _lock_number(invoice_id: UUID) -> int:
    name = f"paper|{current_tenant_id()}|{invoice_id}"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
