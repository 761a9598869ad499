"""PDFs in the background: posting orders one, a worker makes it after the posting is committed."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from apps.core import clock
from apps.core.scope import Actor
from apps.invoices.models import Invoice
from apps.invoices.paper.store import get_paper
from apps.jobs.operations import enqueue_job
from apps.jobs.registry import JobContext

KIND: Final = "invoices.paper"


def order_paper(invoice: Invoice, *, actor: Actor, now: datetime) -> None:
    """Write down that a document just posted is to be rendered; part of the posting's transaction."""
    enqueue_job(
        kind=KIND,
        title=f"PDF of {invoice.number}",
        arguments={"invoice": str(invoice.id)},
        actor=actor,
        now=now,
    )


def work(context: JobContext) -> dict[str, Any]:
    """Render a document; done again it finds what is there."""
    paper = get_paper(invoice_id=UUID(context.arguments["invoice"]), actor=context.actor, now=clock.now())
    return {"file": str(paper.id), "sha256": paper.sha256}
