"""Pages that write bills. What was entered stays on the page until it is saved."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from apps.bills.access import access_bill
from apps.bills.drafting import MAX_LINES
from apps.bills.files import shown_original
from apps.bills.inputs import BillInput, BillLineInput, Stated
from apps.bills.models import Bill
from apps.bills.operations import change_bill, create_bill, post_bill
from apps.bills.ordering import OrderLines, order_lines
from apps.bills.parts import list_lines
from apps.bills.transitions import EDIT, check_transition
from apps.bills.web.forms import BaseLines, BillForm, LineSet, NewBillForm
from apps.bills.web.suppliers import find_supplier_id
from apps.bills.wording import wording_of
from apps.core import clock
from apps.core.db import write
from apps.core.errors import DomainError, InputError, StaleVersion
from apps.core.money import exponent, from_minor, to_minor
from apps.core.scope import current_scope
from apps.core.web.form_fields import decimal_mark, place_error, read_version
from apps.core.web.list_query import read_text
from apps.documents.files import list_files
from apps.parties.models import Supplier
from apps.parties.suppliers import list_suppliers
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.timeline import explain_stale
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once

SUGGESTED = 12
LINE_FIELD = re.compile(r"lines\[(\d+)\]\.(\w+)")
NAMES = {"purchase_line": "order_line"}


@dataclass
class Draft:
    """A bill on its form: header, lines, and the bill that is changed, if any."""

    form: BillForm
    lines: BaseLines
    currency: str
    bill: Bill | None = None
    problem: DomainError | None = None


@require_GET
@requires("bills.write")
def suggest_suppliers(request: HttpRequest) -> HttpResponse:
    """Answer a few suppliers that a half-typed text may mean."""
    text = read_text(request.GET)
    found = list_suppliers(text=text).order_by("name", "id")[:SUGGESTED] if text else []
    return JsonResponse([{"value": each.code, "label": each.name} for each in found], safe=False)


@require_http_methods(["GET", "POST"])
@requires("bills.write")
def bill_create(request: HttpRequest) -> HttpResponse:
    """Show the form of a new bill, or enter it."""
    tenant = tenant_of(request)
    mark = decimal_mark(tenant.locale)
    if request.method == "GET":
        today = clock.local_date(clock.now(), tenant.time_zone)
        initial = {"kind": "invoice", "currency": tenant.currency, "issue_date": today}
        lines = LineSet(prefix="lines", form_kwargs={"mark": mark})
        return _show(request, Draft(NewBillForm(initial=initial, mark=mark), lines, tenant.currency))
    currency = str(request.POST.get("currency") or tenant.currency)
    return _save(request, Draft(NewBillForm(request.POST, mark=mark), _sent_lines(request, mark), currency))


@require_http_methods(["GET", "POST"])
@requires("bills.write")
def bill_edit(request: HttpRequest, bill_id: UUID) -> HttpResponse:
    """Show the form of a draft with its original beside it, or change it. Raises InvalidTransition."""
    bill = access_bill(bill_id, permission="bills.write")
    check_transition(bill, EDIT)
    mark = decimal_mark(tenant_of(request).locale)
    if request.method == "GET":
        lines = LineSet(prefix="lines", initial=_line_values(bill), form_kwargs={"mark": mark})
        return _show(
            request, Draft(BillForm(initial=_header_values(bill), mark=mark), lines, bill.currency, bill)
        )
    draft = Draft(BillForm(request.POST, mark=mark), _sent_lines(request, mark), bill.currency, bill)
    return _save(request, draft)


def _save(request: HttpRequest, draft: Draft) -> HttpResponse:
    posts = request.POST.get("then") == "post"
    if posts:
        check_permission("bills.post")
    version = read_version(request.POST) if draft.bill else None
    if all([draft.form.is_valid(), draft.lines.is_valid()]):
        try:
            address = answer_once(request, lambda: _write(draft, version, posts=posts))
        except StaleVersion as error:
            draft.problem = _explain(request, draft, error)
        except DomainError as error:
            draft.problem = _place(error, draft)
        else:
            messages.success(request, "Saved and posted." if posts else "Saved as a draft.")
            return redirect(address)
    return _show(request, draft)


def _write(draft: Draft, version: int | None, *, posts: bool) -> str:
    """Write the bill, and post it when that was asked for: both or neither."""
    actor, now = current_scope().actor, clock.now()
    values = _values(draft)
    with write():
        if draft.bill is None:
            kind = draft.form.cleaned_data["kind"]
            bill = create_bill(bill=BillInput(**values, kind=kind), actor=actor, now=now)
        else:
            bill = change_bill(bill_id=draft.bill.id, changes=values, version=version, actor=actor, now=now)
        if posts:
            post_bill(bill_id=bill.id, actor=actor, now=now)
    return reverse("bills:detail", args=[bill.id])


def _values(draft: Draft) -> dict[str, Any]:
    given = draft.form.cleaned_data
    supplier_id = find_supplier_id(given["supplier"])
    orders = order_lines(supplier_id, given["order_reference"])
    names = ("supplier_number", "issue_date", "due_date", "currency", "order_reference", "category", "note")
    return {
        **{name: given[name] for name in names},
        "supplier_id": supplier_id,
        "stated": _stated(given, draft),
        "lines": _inputs(draft.lines, orders),
    }


def _stated(given: dict[str, Any], draft: Draft) -> Stated | None:
    """Return the totals that stand on the paper; without a total our own are taken."""
    total, tax = given["stated_total"], given["stated_tax"]
    if total is None:
        if tax is not None:
            raise InputError("Enter the total of the paper too.", code="missing", field="stated_total")
        return None
    if tax is None:
        raise InputError(
            "Enter the tax of the paper too; 0 where it has none.", code="missing", field="stated_tax"
        )
    currency = given["currency"]
    bill = draft.bill
    return Stated(
        total_minor=to_minor(total, currency), tax_minor=to_minor(tax, currency),
        rounding_minor=bill.rounding_minor if bill else 0, prepaid_minor=bill.prepaid_minor if bill else 0,
    )  # fmt: skip


def _inputs(lines: BaseLines, orders: OrderLines) -> list[BillLineInput]:
    made = []
    for position, form in enumerate(lines.entered()):
        each = form.cleaned_data
        rate = each["tax_rate"]
        ordered = orders.at(each["order_line"]) if each["order_line"] else None
        if each["order_line"] and ordered is None:
            raise InputError("The order has no such line.", code="unknown_purchase_line",
                             field=f"lines[{position}].order_line")  # fmt: skip
        made.append(BillLineInput(
            description=each["description"], quantity=each["quantity"], unit_price=each["unit_price"],
            tax_rate=Decimal(0) if rate is None else rate, purchase_line_id=ordered.id if ordered else None,
            product_id=ordered.product_id if ordered else None,
        ))  # fmt: skip
    return made


def _sent_lines(request: HttpRequest, mark: str) -> BaseLines:
    number = request.POST.get("lines-TOTAL_FORMS", "")
    if number.isascii() and number.isdigit() and int(number[:9]) > MAX_LINES:
        raise InputError(
            f"A bill has at most {MAX_LINES:,} lines. Nothing was saved.", code="too_many_lines", field="lines",
            cure="Go back in the browser: what you entered is still there. Split the bill.",
        )  # fmt: skip
    return LineSet(request.POST, prefix="lines", form_kwargs={"mark": mark})


def _place(error: DomainError, draft: Draft) -> DomainError:
    """Put an operation's refusal at the field it names; return it for the summary above the form."""
    named = LINE_FIELD.fullmatch(error.field or "")
    if named is None:
        place_error(draft.form, error)
        return error
    entered, position, name = draft.lines.entered(), int(named[1]), NAMES.get(named[2], named[2])
    if position < len(entered) and name in entered[position].fields:
        entered[position].add_error(name, error.message)
    return InputError(f"Line {position + 1}: {error.message}", cure=error.cure, code=error.code)


def _explain(request: HttpRequest, draft: Draft, error: StaleVersion) -> StaleVersion:
    bill = draft.bill
    if bill is None:
        return error
    return explain_stale(wording_of(bill.currency), bill.id, error, tenant_of(request).locale)


def _header_values(bill: Bill) -> dict[str, Any]:
    supplier = Supplier.objects.get(id=bill.supplier_id)
    names = ("supplier_number", "issue_date", "due_date", "currency", "order_reference", "category", "note")
    stated = {}
    if bill.is_stated:
        stated = {
            "stated_total": from_minor(bill.total_minor, bill.currency),
            "stated_tax": from_minor(bill.tax_minor, bill.currency),
        }
    return {"supplier": supplier.code, **{name: getattr(bill, name) for name in names}, **stated}


def _line_values(bill: Bill) -> list[dict[str, Any]]:
    return [
        {"order_line": line.purchase_line.position if line.purchase_line else None, "description": line.description,
         "quantity": line.quantity, "unit_price": line.unit_price, "tax_rate": line.tax_rate}
        for line in list_lines(bill)
    ]  # fmt: skip


def _show(request: HttpRequest, draft: Draft) -> HttpResponse:
    has_errors = draft.form.is_bound and not (draft.form.is_valid() and draft.lines.is_valid())
    status = draft.problem.status if draft.problem else 422 if has_errors else 200
    key = draft.bill.id if draft.bill else None
    originals = list_files(subject_kind="bill", subject_id=key, purpose="original") if key else []
    return render(request, "bills/form.html", {
        "form": draft.form, "lines": draft.lines, "bill": draft.bill, "currency": draft.currency,
        "decimals": _decimals(draft.currency), "may_post": may("bills.post"), "problem": draft.problem,
        "original": shown_original(originals[0] if originals else None),
    }, status=status)  # fmt: skip


def _decimals(currency: str) -> int:
    try:
        return exponent(currency.upper())
    except InputError:
        return 2
