"""A document of ten lines: created and posted under walls, number and audit, against a bare ORM insert."""

from datetime import date

from apps.core import clock
from apps.core.ids import new_id
from apps.invoices.operations import post_invoice
from benchmarks.bare import insert_bare
from benchmarks.company import LINES, PERSON, make_company, make_customer, make_draft, working_in
from benchmarks.figures import Figure, in_turns, latency_figures

ROUNDS = 300
BASELINE = "bare ORM insert of the same rows"


def run() -> list[Figure]:
    """Measure posting alone, and creating with posting."""
    with working_in(make_company()):
        customer = make_customer()
        drafts = [make_draft(customer) for _ in range(ROUNDS)]

        def post_one() -> None:
            post_invoice(invoice_id=drafts.pop().id, actor=PERSON, now=clock.now())

        def create_and_post() -> None:
            post_invoice(invoice_id=make_draft(customer).id, actor=PERSON, now=clock.now())

        posting = in_turns(post_one, insert_bare_document, ROUNDS)
        both = in_turns(create_and_post, insert_bare_document, ROUNDS)
    return [
        *latency_figures("post a draft of 10 lines", *posting, BASELINE),
        *latency_figures("create and post a document of 10 lines", *both, BASELINE),
    ]


def insert_bare_document() -> None:
    """Insert the same rows without anything around them."""
    today = date.today()  # noqa: DTZ011 - any day will do
    invoice = {
        "customer": new_id(),
        "currency": "GBP",
        "issue_date": today,
        "due_date": today,
        "number": "INV-1",
    }
    lines = [
        {
            "position": n,
            "description": f"Line {n}",
            "quantity": n,
            "unit_price": "12.50",
            "net_minor": n * 1250,
        }
        for n in range(1, LINES + 1)
    ]
    insert_bare(invoice, lines)
