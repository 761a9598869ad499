"""Lists of records: the page, the file of exactly this list, suggestions for half-typed texts."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from apps.audit.operations import record_access
from apps.core.web.csv_files import check_rows, csv_file
from apps.core.web.keyset import page_of, read_sort
from apps.core.web.list_query import read_text
from apps.tenancy.access import check_permission, may
from apps.tenancy.rowfiles.columns import headings_of, rows_of
from apps.tenancy.web.records.description import Entity, Listing


def show_list(listing: Listing, entity: Entity | None, request: HttpRequest) -> HttpResponse:
    """Show a page of a list."""
    found, sort = listing.find(request.GET), read_sort(request.GET, listing.sorts, listing.sort)
    total = found.count() if listing.is_counted else None
    page = page_of(found, request.GET, sort, show=listing.show, total=total)
    filters = listing.filters(request.GET)
    context = {
        "listing": listing, "entity": entity, "page": page, "filters": filters,
        "is_filtered": any(each.is_on for each in filters), "sort": sort.name,
        "may_export": bool(listing.columns) and may("exports.run"), **_allowed(entity), **_pages(listing, entity),
    }  # fmt: skip
    return render(request, listing.template, context | listing.more(request))


def export_list(listing: Listing, request: HttpRequest) -> FileResponse:
    """Give the list as a file; that it was taken is recorded first."""
    check_permission(listing.reads)
    found, sort = listing.find(request.GET), read_sort(request.GET, listing.sorts, listing.sort)
    number = found.count()
    check_rows(number)
    told = {"rows": number, "list": request.GET.urlencode()}
    record_access(kind="export", subject=listing.name, detail=told)
    file = f"{listing.name.replace(' ', '-')}.csv"
    return csv_file(file, headings_of(listing.columns), rows_of(found, listing.columns, sort.columns()))


def suggest(entity: Entity, request: HttpRequest) -> HttpResponse:
    """Answer a few records that a half-typed text may mean."""
    text = read_text(request.GET)
    assert entity.suggest is not None
    return JsonResponse(list(entity.suggest(request, text)) if text else [], safe=False)


def _allowed(entity: Entity | None) -> dict[str, bool]:
    writes = entity is not None and may(entity.writes)
    return {
        "may_create": writes and entity is not None and entity.create is not None,
        "may_import": writes and entity is not None and entity.rows is not None and may("imports.run"),
    }


def _pages(listing: Listing, entity: Entity | None) -> dict[str, Any]:
    beginning = entity.pages if entity else f"{listing.page}_"
    return {
        "export_page": f"{beginning}export",
        "create_page": f"{beginning}create",
        "import_page": f"{beginning}import",
        "opens": listing.opens or (entity.page("detail") if entity else ""),
    }
