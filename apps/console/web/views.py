"""The home page, the pulse that keeps it young, and the pages beside it."""

import json
from collections.abc import Mapping

from babel import Locale
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from apps.audit.operations import record_access
from apps.console.charts import Figure, country_figure, revenue_figure
from apps.console.context import first_address
from apps.console.files import HOME_FILES
from apps.console.periods import PERIODS, read_period
from apps.console.queries import Home, get_freshness, get_home
from apps.console.web.styleguide import sample_figure, samples
from apps.core import clock
from apps.core.errors import NotFound
from apps.core.scope import current_scope
from apps.core.web.csv_files import csv_file
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.queries import TenantInfo
from apps.tenancy.web.middleware import tenant_of

# What would end a script block or open a comment inside it; JSON reads the escapes as the same characters.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@require_GET
@never_cache
@vary_on_headers("HX-Request")
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the figures of a period; who may not see them is led to the first page they may see."""
    if getattr(request, "membership", None) is None:
        return redirect("console:tenants")
    if not may("dashboards.read"):
        return redirect(first_address(current_scope().permissions) or "console:tenants")
    template = "console/_home.html" if request.headers.get("HX-Request") else "console/home.html"
    return render(request, template, _home_context(request))


@require_GET
@never_cache
@login_required
def live(request: HttpRequest) -> JsonResponse:
    """Answer how old the copy is and which version of the tenant's data it holds."""
    if getattr(request, "membership", None) is None:
        return JsonResponse({}, status=403)
    freshness = get_freshness()
    return JsonResponse({
        "version": freshness.version,
        "state": freshness.state,
        "label": freshness.label,
        "notice": freshness.notice or getattr(request, "notice", ""),
    })  # fmt: skip


@require_GET
@requires("exports.run")
def home_csv(request: HttpRequest, table: str) -> HttpResponseBase:
    """Give one of the page's tables as a file; that it was taken is recorded first."""
    check_permission("dashboards.read")
    if table not in HOME_FILES:
        raise NotFound("There is no such table.")
    headings, rows_of = HOME_FILES[table]
    found = _read_home(request.GET, tenant_of(request))
    rows = list(rows_of(found))
    record_access(
        kind="export", subject=f"home {table}", detail={"rows": len(rows), "period": found.period.query}
    )
    span = found.period.span
    return csv_file(f"{table}-{span.first}-{span.last}.csv", headings, rows)


@require_GET
@login_required
def tenants(request: HttpRequest) -> HttpResponse:
    """Show the companies a person may work in."""
    return render(request, "console/tenants.html")


@require_GET
@login_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component alive."""
    return render(request, "console/styleguide.html", samples(block(sample_figure())))


def block(figure: Figure) -> SafeString:
    """Return a figure as JSON that may stand in a script element of type application/json."""
    return mark_safe(json.dumps(figure, ensure_ascii=False).translate(ESCAPES))  # noqa: S308 - escaped above


def _home_context(request: HttpRequest) -> dict[str, object]:
    tenant = tenant_of(request)
    # The version is read before the figures: a change between the two is seen again, never missed.
    freshness = get_freshness()
    found = _read_home(request.GET, tenant)
    currency, locale = found.currency, Locale.parse(tenant.locale.replace("-", "_"))
    revenue = revenue_figure(found.bars, currency=currency, grain=found.period.grain, locale=locale)
    return {
        "home": found,
        "freshness": freshness,
        "periods": PERIODS,
        "revenue_json": block(revenue),
        "country_json": block(country_figure(found.countries, currency=currency, locale=locale)),
        "may_import": may("imports.run"),
        "may_write": may("invoices.write"),
        "may_export": may("exports.run"),
    }


def _read_home(query: Mapping[str, str], tenant: TenantInfo) -> Home:
    today = clock.local_date(clock.now(), tenant.time_zone)
    return get_home(read_period(query, today=today), query.get("currency", ""), own_currency=tenant.currency)
