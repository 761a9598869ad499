"""Pages that write drafts. What was entered stays on the page until it is saved."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.catalog.queries import find_products, get_product_skus
from apps.core import clock
from apps.core.db import write
from apps.core.errors import DomainError, InputError, StaleVersion
from apps.core.money import exponent
from apps.core.scope import current_scope
from apps.core.web.form_fields import decimal_mark, read_version
from apps.invoices.access import access_invoice
from apps.invoices.operations import MAX_LINES, LineInput, change_draft, create_draft, post_invoice
from apps.invoices.queries import DocumentInfo, get_document
from apps.invoices.transitions import EDIT, check_transition
from apps.invoices.web.forms import BaseLines, DraftForm, LineSet, NewDraftForm
from apps.invoices.web.refusals import show_refusal
from apps.invoices.wording import wording_of
from apps.parties.queries import find_customer, find_customer_code
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.timeline import explain_stale
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once

PAYMENT_DAYS = timedelta(days=30)


@dataclass
class Draft:
    """A draft on its page: header, lines, and the document that is changed, if any."""

    form: DraftForm
    lines: BaseLines
    currency: str
    document: DocumentInfo | None = None
    problem: DomainError | None = None
    posts: bool = field(default=False)


@require_http_methods(["GET", "POST"])
@requires("invoices.write")
def document_create(request: HttpRequest) -> HttpResponse:
    """Show the form of a new document, or create its draft."""
    tenant = tenant_of(request)
    mark = decimal_mark(tenant.locale)
    if request.method == "GET":
        lines = LineSet(prefix="lines", form_kwargs={"mark": mark})
        return _show(request, Draft(NewDraftForm(initial=_initial(request)), lines, tenant.currency))
    form = NewDraftForm(request.POST)
    draft = Draft(form, _sent_lines(request, mark), str(request.POST.get("currency") or tenant.currency))
    return _save(request, draft)


@require_http_methods(["GET", "POST"])
@requires("invoices.write")
def document_edit(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    """Show the form of a draft, or change it. Raises InvalidTransition when it is no draft."""
    invoice = access_invoice(invoice_id, permission="invoices.write")
    check_transition(invoice, EDIT)
    document, mark = get_document(invoice_id), decimal_mark(tenant_of(request).locale)
    if request.method == "GET":
        lines = LineSet(prefix="lines", initial=_line_values(document), form_kwargs={"mark": mark})
        return _show(
            request, Draft(DraftForm(initial=_header_values(document)), lines, document.currency, document)
        )
    return _save(
        request, Draft(DraftForm(request.POST), _sent_lines(request, mark), document.currency, document)
    )


def _save(request: HttpRequest, draft: Draft) -> HttpResponse:
    draft.posts = request.POST.get("then") == "post"
    if draft.posts:
        check_permission("invoices.post")
    version = read_version(request.POST) if draft.document else None
    if all([draft.form.is_valid(), draft.lines.is_valid()]):
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
    shared: dict[str, Any] = {
        "customer_id": _customer_id(given["customer"]), "issue_date": given["issue_date"],
        "due_date": given["due_date"], "note": given["note"], "lines": _inputs(draft.lines),
    }  # fmt: skip
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


def _customer_id(text: str) -> UUID:
    customer = find_customer(text)
    if customer is None:
        raise InputError(
            f"There is no customer “{text}”.", code="unknown_customer", field="customer",
            cure="Choose one from the list, or make the customer first.",
        )  # fmt: skip
    return customer.id


def _inputs(lines: BaseLines) -> list[LineInput]:
    entered = [form.cleaned_data for form in lines.entered()]
    products = find_products({each["sku"] for each in entered if each["sku"]})
    inputs = []
    for position, each in enumerate(entered):
        if each["sku"] and each["sku"] not in products:
            raise InputError(
                "There is no such product.", code="unknown_product", field=f"lines[{position}].sku"
            )
        rate = each["tax_rate"]
        inputs.append(LineInput(
            each["description"], each["quantity"], each["unit_price"], Decimal(0) if rate is None else rate,
            products.get(each["sku"]),
        ))  # fmt: skip
    return inputs


def _sent_lines(request: HttpRequest, mark: str) -> BaseLines:
    number = request.POST.get("lines-TOTAL_FORMS", "")
    if number.isascii() and number.isdigit() and int(number[:9]) > MAX_LINES:
        # Not drawn again: the browser still has the page.
        raise InputError(
            f"A document has at most {MAX_LINES:,} lines. Nothing was saved.", code="too_many_lines",
            field="lines", cure="Go back in the browser: what you entered is still there. Split the document.",
        )  # fmt: skip
    return LineSet(request.POST, prefix="lines", form_kwargs={"mark": mark})


def _explain(request: HttpRequest, draft: Draft, error: StaleVersion) -> StaleVersion:
    document = draft.document
    if document is None:
        return error
    return explain_stale(wording_of(document.currency), document.id, error, tenant_of(request).locale)


def _initial(request: HttpRequest) -> dict[str, Any]:
    tenant = tenant_of(request)
    today = clock.local_date(clock.now(), tenant.time_zone)
    return {
        "kind": "invoice", "currency": tenant.currency, "issue_date": today, "due_date": today + PAYMENT_DAYS,
        "customer": find_customer_code(request.GET.get("customer", "")),
    }  # fmt: skip


def _header_values(document: DocumentInfo) -> dict[str, Any]:
    return {
        "customer": document.customer_code, "issue_date": document.issue_date, "due_date": document.due_date,
        "note": document.note,
    }  # fmt: skip


def _line_values(document: DocumentInfo) -> list[dict[str, Any]]:
    skus = get_product_skus({line.product_id for line in document.lines if line.product_id})
    return [
        {"sku": skus.get(line.product_id, "") if line.product_id else "", "description": line.description,
         "quantity": line.quantity, "unit_price": line.unit_price, "tax_rate": line.tax_rate}
        for line in document.lines
    ]  # fmt: skip


def _show(request: HttpRequest, draft: Draft) -> HttpResponse:
    has_errors = draft.form.is_bound and not (draft.form.is_valid() and draft.lines.is_valid())
    status = draft.problem.status if draft.problem else 422 if has_errors else 200
    return render(request, "invoices/form.html", {
        "form": draft.form, "lines": draft.lines, "document": draft.document, "currency": draft.currency,
        "decimals": _decimals(draft.currency), "may_post": may("invoices.post"), "problem": draft.problem,
    }, status=status)  # fmt: skip


def _decimals(currency: str) -> int:
    try:
        return exponent(currency.upper())
    except InputError:
        return 2
