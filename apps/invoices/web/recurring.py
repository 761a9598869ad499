"""Pages of invoices that come again: their list, their form, and making what is due."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock
from apps.core.errors import DomainError, InputError, NotFound
from apps.core.scope import current_scope
from apps.core.web.form_fields import DayField, decimal_mark, read_version
from apps.core.web.keyset import page_of, read_sort
from apps.core.web.list_query import read_text
from apps.documents.queries import list_terms
from apps.invoices.models import INTERVALS, RecurringInvoice
from apps.invoices.recurring import (
    RecurringInput,
    change_recurring,
    create_recurring,
    inputs_of,
    make_due,
    pause_recurring,
)
from apps.invoices.web.entered import adjustment_values, entered_values, extras_of, lines_of
from apps.invoices.web.forms import CUSTOMER_WIDGET, UNIT_CHOICES, BaseLines, ExtraSet, LineSet
from apps.invoices.web.refusals import show_refusal
from apps.invoices.web.sets import sent_extras, sent_lines
from apps.parties.queries import find_customer, find_customer_code
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import OnceField, answer_once

SORTS = {"next_date": "next_date", "name": "name"}


class RecurringForm(forms.Form):
    """The header of an invoice that comes again."""

    name = forms.CharField(max_length=100)
    customer = forms.CharField(max_length=300, widget=CUSTOMER_WIDGET, help_text="Code or whole name.")
    currency = forms.CharField(min_length=3, max_length=3)
    every = forms.ChoiceField(label="How often", choices=list(INTERVALS.items()), initial="month")
    first_date = DayField(label="First on")
    end_date = DayField(label="Until", required=False)
    terms = forms.ChoiceField(required=False)
    posts_itself = forms.BooleanField(
        label="Post at once", required=False, help_text="Otherwise a draft waits for somebody."
    )
    note = forms.CharField(max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    once = OnceField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(each.code, each.name) for each in list_terms(active=True).order_by("code")]
        self.fields["terms"].choices = [("", "As usual for the customer"), *known]  # type: ignore[attr-defined]


@require_GET
@requires("invoices.read")
def recurring_list(request: HttpRequest) -> HttpResponse:
    """Show the invoices that come again."""
    sort = read_sort(request.GET, SORTS, "next_date")
    found = RecurringInvoice.objects.all().prefetch_related("customer")
    if text := read_text(request.GET):
        found = found.filter(name__icontains=text)
    page = page_of(found, request.GET, sort, show=lambda row: row)
    return render(request, "invoices/recurring.html", {
        "page": page, "filters": (), "is_filtered": False, "sort": sort.name, "intervals": INTERVALS,
        "may_write": may("invoices.write"), "may_make": may("invoices.write") and may("invoices.post"),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires("invoices.write")
def recurring_create(request: HttpRequest) -> HttpResponse:
    """Show the form of a new recurring invoice, or create it."""
    tenant = tenant_of(request)
    if request.method == "POST":
        return _save(request, None)
    today = clock.local_date(clock.now(), tenant.time_zone)
    form = RecurringForm(initial={"currency": tenant.currency, "first_date": today})
    options = {"form_kwargs": {"mark": decimal_mark(tenant.locale)}}
    return _show(
        request, form, LineSet(prefix="lines", **options), ExtraSet(prefix="extras", **options), None, None
    )


@require_http_methods(["GET", "POST"])
@requires("invoices.write")
def recurring_edit(request: HttpRequest, recurring_id: UUID) -> HttpResponse:
    """Show the form of a recurring invoice, or change it. Raises NotFound."""
    row = RecurringInvoice.objects.filter(id=recurring_id).first()
    if row is None:
        raise NotFound("There is no such recurring invoice.")
    if request.method == "POST":
        return _save(request, row)
    lines, adjustments = inputs_of(row.content)
    names = ("name", "currency", "every", "first_date", "end_date", "terms", "posts_itself", "note")
    header = {name: getattr(row, name) for name in names}
    form = RecurringForm(initial={**header, "customer": find_customer_code(str(row.customer_id))})
    options: dict[str, Any] = {"form_kwargs": {"mark": decimal_mark(tenant_of(request).locale)}}
    return _show(
        request, form, LineSet(prefix="lines", initial=entered_values(lines), **options),
        ExtraSet(prefix="extras", initial=adjustment_values(lines, adjustments), **options), row, None,
    )  # fmt: skip


@require_POST
@requires("invoices.write")
def recurring_pause(request: HttpRequest, recurring_id: UUID) -> HttpResponse:
    """Pause a recurring invoice, or let it go on."""
    is_paused = request.POST.get("pause") == "yes"
    version = read_version(request.POST)
    row = pause_recurring(
        recurring_id=recurring_id, is_paused=is_paused, version=version, actor=current_scope().actor, now=clock.now()
    )  # fmt: skip
    messages.success(request, f"“{row.name}” is {'paused' if is_paused else 'running'}.")
    return redirect("invoices:recurring")


@require_POST
@requires("invoices.write")
def recurring_make(request: HttpRequest) -> HttpResponse:
    """Make what is due now; what makes itself later is the same."""
    check_permission("invoices.post")
    now = clock.now()
    today = clock.local_date(now, tenant_of(request).time_zone)
    made = make_due(today=today, actor=current_scope().actor, now=now)
    waiting = sum(bool(each.problem) for each in made)
    told = f"{len(made)} made." if made else "Nothing was due."
    messages.success(
        request, f"{told} {waiting} could not be posted and wait as drafts." if waiting else told
    )
    return redirect("invoices:recurring")


def _save(request: HttpRequest, row: RecurringInvoice | None) -> HttpResponse:
    mark = decimal_mark(tenant_of(request).locale)
    form = RecurringForm(request.POST)
    lines, extras = sent_lines(request, mark), sent_extras(request, mark)
    parts = [form, lines, *([extras] if extras else [])]
    problem: DomainError | None = None
    if not [part for part in parts if not part.is_valid()]:  # type: ignore[attr-defined]
        try:
            address = answer_once(request, lambda: _write(request, form, lines, extras, row))
        except DomainError as error:
            problem = show_refusal(error, form, lines)
        else:
            messages.success(request, "Saved.")
            return redirect(address)
    return _show(request, form, lines, extras, row, problem)


def _write(
    request: HttpRequest,
    form: RecurringForm,
    lines: BaseLines,
    extras: BaseLines | None,
    row: RecurringInvoice | None,
) -> str:
    given = dict(form.cleaned_data)
    given.pop("once")
    customer = find_customer(given.pop("customer"))
    if customer is None:
        raise InputError("There is no such customer.", code="unknown_customer", field="customer")
    entered = extras_of(extras) if extras else []
    recurring = RecurringInput(
        **{**given, "currency": given["currency"].upper()}, customer_id=customer.id, lines=lines_of(lines, entered),
        adjustments=[extra for number, extra in entered if number is None],
    )  # fmt: skip
    actor, now = current_scope().actor, clock.now()
    if row is None:
        create_recurring(recurring=recurring, actor=actor, now=now)
    else:
        version = read_version(request.POST)
        change_recurring(recurring_id=row.id, recurring=recurring, version=version, actor=actor, now=now)
    return reverse("invoices:recurring")


def _show(
    request: HttpRequest, form: RecurringForm, lines: BaseLines, extras: BaseLines | None, row: RecurringInvoice | None,
    problem: DomainError | None,
) -> HttpResponse:  # fmt: skip
    status = problem.status if problem else 422 if form.is_bound else 200
    return render(request, "invoices/recurring_form.html", {
        "form": form, "lines": lines, "extras": extras, "units": UNIT_CHOICES, "record": row, "problem": problem,
        "currency": row.currency if row else tenant_of(request).currency, "decimals": 2,
        "runs": list(row.runs.order_by("-period_date")[:12]) if row else (),
    }, status=status)  # fmt: skip
