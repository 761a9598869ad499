"""The form of an order, for sales and purchases alike: header, lines, one write. What was entered stays until saved."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.catalog.queries import find_products
from apps.core import clock
from apps.core.db import write
from apps.core.errors import DomainError, InputError, StaleVersion
from apps.core.money import exponent
from apps.core.scope import Actor, current_scope
from apps.core.web.form_fields import decimal_mark, place_error, read_version
from apps.orders.inputs import MAX_LINES
from apps.orders.web.forms import BaseLines
from apps.tenancy.timeline import Wording, explain_stale
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once

_LINE_FIELD = re.compile(r"lines\[(\d+)\]\.(\w+)")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A kind of order as its form needs it: its forms, its words, and how what was typed becomes an operation's values.

    `write(order_id or None, values, version, then)` returns the order's id.
    """

    title: str
    form: type[Form]
    new_form: type[Form]
    lines: type[BaseLines]
    list_page: str
    detail_page: str
    then: tuple[str, str]
    may_then: Callable[[], bool]
    initial: Callable[[HttpRequest], dict[str, Any]]
    header: Callable[[Any], dict[str, Any]]
    values: Callable[[Mapping[str, Any], str], dict[str, Any]]
    line: Callable[[Mapping[str, Any], UUID | None], Any]
    create: Callable[..., Any]
    change: Callable[..., Any]
    then_do: Callable[[UUID, Actor], Any]
    wording: Callable[[str], Wording]


@dataclass
class Draft:
    """An order on its page: header, lines, and the order that is changed, if any."""

    form: Form
    lines: BaseLines
    currency: str
    order: Any = None
    problem: DomainError | None = None


def create_page(paper: Paper, request: HttpRequest) -> HttpResponse:
    """Show the form of a new order, or create one."""
    tenant = tenant_of(request)
    mark = decimal_mark(tenant.locale)
    if request.method == "GET":
        lines = paper.lines(prefix="lines", form_kwargs={"mark": mark})
        form = paper.new_form(initial=paper.initial(request), mark=mark)  # type: ignore[call-arg]
        return _show(paper, request, Draft(form, lines, tenant.currency))
    form = paper.new_form(request.POST, mark=mark)  # type: ignore[call-arg]
    currency = str(request.POST.get("currency") or tenant.currency)
    return _save(paper, request, Draft(form, _sent_lines(paper, request, mark), currency))


def edit_page(paper: Paper, request: HttpRequest, order: Any) -> HttpResponse:
    """Show the form of an order (its info), or change it."""
    mark = decimal_mark(tenant_of(request).locale)
    if request.method == "GET":
        lines = paper.lines(
            prefix="lines", initial=[_line_values(each) for each in order.lines], form_kwargs={"mark": mark}
        )
        form = paper.form(initial=paper.header(order), mark=mark)  # type: ignore[call-arg]
        return _show(paper, request, Draft(form, lines, order.currency, order))
    form = paper.form(request.POST, mark=mark)  # type: ignore[call-arg]
    return _save(paper, request, Draft(form, _sent_lines(paper, request, mark), order.currency, order))


def _save(paper: Paper, request: HttpRequest, draft: Draft) -> HttpResponse:
    version = read_version(request.POST) if draft.order else None
    goes_on = request.POST.get("then") == paper.then[0] and paper.may_then()
    if all([draft.form.is_valid(), draft.lines.is_valid()]):
        try:
            address = answer_once(request, lambda: _write(paper, draft, version, goes_on))
        except StaleVersion as error:
            draft.problem = error
            if draft.order:
                wording = paper.wording(draft.currency)
                draft.problem = explain_stale(wording, draft.order.id, error, tenant_of(request).locale)
        except DomainError as error:
            draft.problem = _show_refusal(error, draft)
        else:
            messages.success(request, "Saved.")
            return redirect(address)
    return _show(paper, request, draft)


def _write(paper: Paper, draft: Draft, version: int | None, goes_on: bool) -> str:
    """Write the order, and do what comes next when that was asked for: both or neither."""
    actor, now, given = current_scope().actor, clock.now(), draft.form.cleaned_data
    values = paper.values(given, draft.currency) | {"lines": _inputs(paper, draft.lines)}
    with write():
        if draft.order is None:
            key = paper.create(**values, currency=given["currency"], actor=actor, now=now).id
        else:
            key = draft.order.id
            paper.change(order_id=key, version=version, **values, actor=actor, now=now)
        if goes_on:
            paper.then_do(key, actor)
    return reverse(paper.detail_page, args=[key])


def _inputs(paper: Paper, lines: BaseLines) -> list[Any]:
    entered = [form.cleaned_data for form in lines.entered()]
    products = find_products({each["sku"] for each in entered if each["sku"]})
    for position, each in enumerate(entered):
        if each["sku"] and each["sku"] not in products:
            raise InputError(
                "There is no such product.", code="unknown_product", field=f"lines[{position}].sku"
            )
    return [paper.line(each, products.get(each["sku"])) for each in entered]


def _sent_lines(paper: Paper, request: HttpRequest, mark: str) -> BaseLines:
    number = request.POST.get("lines-TOTAL_FORMS", "")
    if number.isascii() and number.isdigit() and int(number[:9]) > MAX_LINES:
        # Not drawn again: the browser still has the page.
        raise InputError(
            f"An order has at most {MAX_LINES:,} lines. Nothing was saved.", code="too_many_lines",
            field="lines", cure="Go back in the browser: what you entered is still there. Split the order.",
        )  # fmt: skip
    return paper.lines(request.POST, prefix="lines", form_kwargs={"mark": mark})


def _show_refusal(error: DomainError, draft: Draft) -> DomainError:
    """Put an operation's refusal at the field it names; return it for the summary above the form."""
    named = _LINE_FIELD.fullmatch(error.field or "")
    if named is None:
        place_error(draft.form, error)
        return error
    entered, position, name = draft.lines.entered(), int(named[1]), named[2].replace("product", "sku")
    if position < len(entered) and name in entered[position].fields:
        entered[position].add_error(name, error.message)
    return InputError(f"Line {position + 1}: {error.message}", cure=error.cure, code=error.code)


def _line_values(line: Any) -> dict[str, Any]:
    return {"sku": line.sku, "description": line.description, "quantity": line.quantity,
            "unit_price": line.unit_price, "tax_rate": line.tax_rate}  # fmt: skip


def _show(paper: Paper, request: HttpRequest, draft: Draft) -> HttpResponse:
    try:
        decimals = exponent(draft.currency.upper())
    except InputError:
        decimals = 2
    has_errors = draft.form.is_bound and not (draft.form.is_valid() and draft.lines.is_valid())
    status = draft.problem.status if draft.problem else 422 if has_errors else 200
    return render(request, "orders/form.html", {
        "paper": paper, "form": draft.form, "lines": draft.lines, "order": draft.order, "problem": draft.problem,
        "decimals": decimals, "currency": draft.currency, "may_then": paper.may_then(),
        "back": reverse(paper.detail_page, args=[draft.order.id]) if draft.order else reverse(paper.list_page),
    }, status=status)  # fmt: skip
