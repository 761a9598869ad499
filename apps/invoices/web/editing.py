"""Pages that write drafts. What was entered stays on the page until it is saved."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.db import write
from apps.core.errors import DomainError, InputError, StaleVersion
from apps.core.money import exponent, from_minor
from apps.core.scope import current_scope
from apps.core.web.form_fields import decimal_mark, read_version
from apps.documents.queries import default_terms
from apps.documents.terms import due_date_of
from apps.invoices.access import access_invoice
from apps.invoices.due import terms_of_customer
from apps.invoices.operations import change_draft, create_draft, post_invoice
from apps.invoices.queries import DocumentInfo, get_document
from apps.invoices.transitions import EDIT, check_transition
from apps.invoices.web.entered import extra_values, extras_of, line_values, lines_of
from apps.invoices.web.forms import UNIT_CHOICES, BaseLines, DraftForm, ExtraSet, LineSet, NewDraftForm
from apps.invoices.web.refusals import show_refusal
from apps.invoices.web.sets import sent_extras, sent_lines
from apps.invoices.wording import wording_of
from apps.parties.queries import find_customer, find_customer_code
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.timeline import explain_stale
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once


@dataclass
class Draft:
    """A draft on its page: header, lines, allowances and charges, and the document that is changed, if any."""

    form: DraftForm
    lines: BaseLines
    extras: BaseLines | None
    currency: str
    document: DocumentInfo | None = None
    problem: DomainError | None = None
    posts: bool = field(default=False)

    def is_valid(self) -> bool:
        """Whether every field can be read."""
        parts = [self.form, self.lines, *filter(None, [self.extras])]
        # Each is asked, so that each shows its errors.
        return not [part for part in parts if not part.is_valid()]


@require_http_methods(["GET", "POST"])
@requires("invoices.write")
def document_create(request: HttpRequest) -> HttpResponse:
    """Show the form of a new document, or create its draft."""
    tenant = tenant_of(request)
    mark = decimal_mark(tenant.locale)
    if request.method == "GET":
        marked = {"mark": mark}
        lines = LineSet(prefix="lines", form_kwargs=marked)
        extras = ExtraSet(prefix="extras", form_kwargs=marked)
        form = NewDraftForm(initial=_initial(request), mark=mark)
        return _show(request, Draft(form, lines, extras, tenant.currency))
    form = NewDraftForm(request.POST, mark=mark)
    currency = str(request.POST.get("currency") or tenant.currency)
    return _save(request, Draft(form, sent_lines(request, mark), sent_extras(request, mark), currency))


@require_http_methods(["GET", "POST"])
@requires("invoices.write")
def document_edit(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    """Show the form of a draft, or change it. Raises InvalidTransition when it is no draft."""
    invoice = access_invoice(invoice_id, permission="invoices.write")
    check_transition(invoice, EDIT)
    document, mark = get_document(invoice_id), decimal_mark(tenant_of(request).locale)
    if request.method == "GET":
        marked = {"mark": mark}
        lines = LineSet(prefix="lines", initial=line_values(document), form_kwargs=marked)
        extras = ExtraSet(prefix="extras", initial=extra_values(document), form_kwargs=marked)
        form = DraftForm(initial=_header_values(document), mark=mark)
        return _show(request, Draft(form, lines, extras, document.currency, document))
    form = DraftForm(request.POST, mark=mark)
    sets = sent_lines(request, mark), sent_extras(request, mark)
    return _save(request, Draft(form, *sets, document.currency, document))


def _save(request: HttpRequest, draft: Draft) -> HttpResponse:
    draft.posts = request.POST.get("then") == "post"
    if draft.posts:
        check_permission("invoices.post")
    version = read_version(request.POST) if draft.document else None
    if draft.is_valid():
        try:
            address = answer_once(request, lambda: _write(draft, version))
        except StaleVersion as error:
            draft.problem = _explain(request, draft, error)
        except DomainError as error:
            draft.problem = show_refusal(error, draft.form, draft.lines)
        else:
            messages.success(request, "Saved and posted." if draft.posts else "Saved as a draft.")
            return redirect(address)
    return _show(request, draft)


def _write(draft: Draft, version: int | None) -> str:
    """Write the draft, and post it when that was asked for: both or neither."""
    actor, now, given = current_scope().actor, clock.now(), draft.form.cleaned_data
    extras = None if draft.extras is None else extras_of(draft.extras)
    shared: dict[str, Any] = {
        "customer_id": _customer_id(given["customer"]), "issue_date": given["issue_date"], "note": given["note"],
        "order_reference": given["order_reference"], "delivery_date": given["delivery_date"],
        "prepaid": given["prepaid"] or Decimal(0), "rounding": given["rounding"] or Decimal(0),
        "lines": lines_of(draft.lines, extras or []), **_due_of(draft),
    }  # fmt: skip
    if extras is not None:
        shared["adjustments"] = [extra for number, extra in extras if number is None]
    with write():
        if draft.document is None:
            new = {name: given[name] for name in ("kind", "currency", "external_number")}
            invoice = create_draft(**shared, **new, actor=actor, now=now)
        else:
            key = draft.document.id
            invoice = change_draft(invoice_id=key, version=version, **shared, actor=actor, now=now)
        if draft.posts:
            post_invoice(invoice_id=invoice.id, actor=actor, now=now)
    return reverse("invoices:detail", args=[invoice.id])


def _due_of(draft: Draft) -> dict[str, Any]:
    """Return the terms and the due date that were chosen; of a draft that is changed only what is new."""
    given, document = draft.form.cleaned_data, draft.document
    terms, due_date = given["terms"], given["due_date"]
    if document is None:
        return {"terms": terms or None, "due_date": due_date}
    if (terms, due_date) == (document.terms, document.due_date):
        return {}
    # Another day means that day alone; other terms mean their own days, unless a day was named besides.
    named = due_date if due_date != document.due_date or terms == document.terms else None
    return {"terms": terms, "due_date": named or (None if terms else due_date)}


def _customer_id(text: str) -> UUID:
    customer = find_customer(text)
    if customer is None:
        raise InputError(
            f"There is no customer “{text}”.", code="unknown_customer", field="customer",
            cure="Choose one from the list, or make the customer first.",
        )  # fmt: skip
    return customer.id


def _explain(request: HttpRequest, draft: Draft, error: StaleVersion) -> StaleVersion:
    document = draft.document
    if document is None:
        return error
    return explain_stale(wording_of(document.currency), document.id, error, tenant_of(request).locale)


def _initial(request: HttpRequest) -> dict[str, Any]:
    tenant = tenant_of(request)
    today = clock.local_date(clock.now(), tenant.time_zone)
    code = find_customer_code(request.GET.get("customer", ""))
    customer = find_customer(code) if code else None
    terms = terms_of_customer(customer) if customer else default_terms()
    return {
        "kind": "invoice", "currency": tenant.currency, "issue_date": today, "due_date": due_date_of(terms, today),
        "customer": code, "terms": terms.code,
    }  # fmt: skip


def _header_values(document: DocumentInfo) -> dict[str, Any]:
    amounts = {
        name: from_minor(minor, document.currency) if minor else None
        for name, minor in (("prepaid", document.prepaid_minor), ("rounding", document.rounding_minor))
    }
    return {
        "customer": document.customer_code, "issue_date": document.issue_date, "due_date": document.due_date,
        "note": document.note, "terms": document.terms, "order_reference": document.order_reference,
        "delivery_date": document.delivery_date, **amounts,
    }  # fmt: skip


def _show(request: HttpRequest, draft: Draft) -> HttpResponse:
    has_errors = draft.form.is_bound and not draft.is_valid()
    status = draft.problem.status if draft.problem else 422 if has_errors else 200
    return render(request, "invoices/form.html", {
        "form": draft.form, "lines": draft.lines, "extras": draft.extras, "units": UNIT_CHOICES,
        "document": draft.document, "currency": draft.currency,
        "decimals": _decimals(draft.currency), "may_post": may("invoices.post"), "problem": draft.problem,
    }, status=status)  # fmt: skip


def _decimals(currency: str) -> int:
    try:
        return exponent(currency.upper())
    except InputError:
        return 2
