"""When a document is to be paid: by its own days, by named terms, else by the customer's or the tenant's terms."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from apps.core.errors import InputError
from apps.documents.queries import default_terms, get_terms
from apps.documents.terms import Terms, discount_until, due_date_of, plan_of
from apps.invoices.inputs import Due, InstalmentInput
from apps.parties.models import Customer


def terms_of_customer(customer: Customer) -> Terms:
    """Return the terms that a customer's invoices begin with: its own, else the tenant's."""
    if customer.net_days is None:
        return default_terms()
    return Terms(
        days=customer.net_days, discount_percent=customer.discount_percent or Decimal(0),
        discount_days=customer.discount_days or 0,
    )  # fmt: skip


def decide_due(
    *,
    customer: Customer,
    kind: str,
    issue_date: date,
    terms: str | None,
    due_date: date | None,
    instalments: Sequence[InstalmentInput] | None,
) -> Due:
    """Return when a document is due. Raises InputError.

    Named instalments win; terms that have instalments make them; else a named day wins over the terms' day.
    A credit note is due on its own date: it waits to be applied.
    """
    if kind == "credit_note":
        return Due("", due_date or issue_date, ())
    found = _terms(customer, terms, due_date)
    plan = tuple(instalments or ())
    if not plan and instalments is None:
        plan = tuple(InstalmentInput(day, share) for day, share in plan_of(found, issue_date))
    last = max((each.due_date for each in plan), default=due_date or due_date_of(found, issue_date))
    if any(each.due_date < issue_date for each in plan):
        raise InputError(
            "An instalment is due before the document's date.", code="due_before_issue", field="instalments"
        )
    return Due(found.code, last, plan, found.discount_percent, discount_until(found, issue_date))


def _terms(customer: Customer, code: str | None, due_date: date | None) -> Terms:
    if code:
        return get_terms(code)
    # Somebody who names the day, or says “no terms”, means no other.
    return Terms() if code == "" or due_date is not None else terms_of_customer(customer)
