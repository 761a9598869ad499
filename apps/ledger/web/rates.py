"""Pages of exchange rates: the list, one rate by hand, our own file, a published file."""

import io
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.errors import DomainError, InputError
from apps.core.scope import current_scope
from apps.core.web.form_fields import decimal_mark, place_error
from apps.core.web.list_query import read_day, read_text
from apps.core.web.listing import Filter, dates_filter
from apps.ledger.access import access_rate
from apps.ledger.models import ExchangeRate
from apps.ledger.queries import book_currency
from apps.ledger.rate_files import RateReport, change_rate, import_rates, put_rate
from apps.ledger.rows import RATE_ROWS
from apps.ledger.web.forms import NewRateForm, RateFileForm, RateForm
from apps.ledger.wording import RATE
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.records.description import Entity, Fact, Listing

MAX_BYTES = 5_000_000
SHOWN_PROBLEMS = 100


def _find(query: QueryDict) -> QuerySet[ExchangeRate]:
    found, text = ExchangeRate.objects.all(), read_text(query)
    if text:
        found = found.filter(Q(currency__icontains=text) | Q(source__icontains=text))
    first, last = read_day(query, "from"), read_day(query, "to")
    if first:
        found = found.filter(day__gte=first)
    return found.filter(day__lte=last) if last else found


def _filters(query: QueryDict) -> tuple[Filter, ...]:
    return (dates_filter(query, "Day"),)


def _options(request: HttpRequest) -> dict[str, Any]:
    return {"mark": decimal_mark(tenant_of(request).locale)}


def _more(_: HttpRequest) -> dict[str, Any]:
    return {"book_currency": book_currency(), "may_import_file": may("imports.run") and may("ledger.manage")}


RATES = Entity(
    listing=Listing(
        page="ledger:rates",
        name="exchange rates",
        title="Exchange rates",
        reads="ledger.read",
        find=_find,
        sorts={"day": "day", "currency": "currency"},
        sort="-day",
        filters=_filters,
        columns=RATE_ROWS.columns,
        facts=(
            Fact("Currency", "currency", sort="currency"),
            Fact("Day", "day", "day", sort="day"),
            Fact("Worth", "rate", "quantity", css="num"),
            Fact("Source", "source", css="col-mid"),
        ),
        template="ledger/rates.html",
        empty="Documents in foreign currencies need a rate of their day or shortly before.",
        more=_more,
    ),
    pages="ledger:rate_",
    one="rate",
    writes="ledger.manage",
    access=access_rate,
    wording=RATE,
    form=RateForm,
    new_form=NewRateForm,
    create=put_rate,
    change=change_rate,
    id_name="rate_id",
    form_options=_options,
    facts=(Fact("Currency", "currency"), Fact("Day", "day", "day"), Fact("Worth", "rate", "quantity"),
           Fact("Source", "source")),
    rows=RATE_ROWS,
    detail_template="ledger/rate.html",
    form_template="ledger/rate_form.html",
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires("imports.run")
def rate_file(request: HttpRequest) -> HttpResponse:
    """Show the form for a published file of rates; check it, or import it. Sending it again makes nothing new."""
    check_permission("ledger.manage")
    form = RateFileForm(request.POST or None, request.FILES or None)
    problem, report, keeps = None, None, request.POST.get("then") == "import"
    if request.method == "POST" and form.is_valid():
        try:
            report = _import(form, keep=keeps)
        except DomainError as error:
            problem = place_error(form, error)
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "ledger/rate_file.html", {
        "form": form, "record": None, "back": reverse("ledger:rates"), "problem": problem, "report": report,
        "keeps": keeps, "refused": report.refused[:SHOWN_PROBLEMS] if report else [],
    }, status=status)  # fmt: skip


def _import(form: RateFileForm, *, keep: bool) -> RateReport:
    sent: UploadedFile[bytes] = form.cleaned_data["file"]
    if (sent.size or 0) > MAX_BYTES:
        raise InputError(
            f"The file is larger than {MAX_BYTES // 1_000_000} MB.", code="too_large", field="file"
        )
    try:
        text = sent.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("The file is no text in UTF-8.", code="unreadable", field="file") from None
    given = {name: form.cleaned_data[name] for name in ("shape", "source", "base", "turned")}
    return import_rates(
        lines=io.StringIO(text, newline=""), **given, keep=keep, actor=current_scope().actor, now=clock.now()
    )
