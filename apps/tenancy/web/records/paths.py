"""Addresses of records' pages, made from their description."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods

from apps.tenancy.access import requires
from apps.tenancy.web.records.description import Entity, Listing
from apps.tenancy.web.records.details import show_personal, show_record
from apps.tenancy.web.records.forms import create_record, edit_record
from apps.tenancy.web.records.imports import import_rows, refused_rows, show_import
from apps.tenancy.web.records.lists import export_list, show_list, suggest

IMPORTS = "imports.run"
View = Callable[..., HttpResponseBase]


def paths_of_list(listing: Listing) -> list[URLPattern]:
    """Return the addresses of a list that is no entity's: the list, and `…_export` where it has a file."""
    return _list_paths(listing, None, f"{listing.page}_")


def paths_of(entity: Entity) -> list[URLPattern]:
    """Return the addresses of an entity: those pages that its description has what they need for."""
    listing, name = entity.listing, _name
    reads, writes = listing.reads, entity.writes
    found = _list_paths(listing, entity, entity.pages)
    if entity.suggest is not None:
        found.append(path("suggest", _read(suggest, entity, reads), name=name(entity.page("suggest"))))
    if entity.create is not None:
        found.append(path("new", _form(create_record, entity, writes), name=name(entity.page("create"))))
    if entity.rows is not None:
        found += _import_paths(entity)
    found.append(path("<uuid:key>", _read(show_record, entity, reads), name=name(entity.page("detail"))))
    if entity.personal:
        view = _read(show_personal, entity, reads)
        found.append(path("<uuid:key>/personal", view, name=name(entity.page("personal"))))
    if entity.change is not None:
        view = _form(edit_record, entity, writes)
        found.append(path("<uuid:key>/edit", view, name=name(entity.page("edit"))))
    return found


def _list_paths(listing: Listing, entity: Entity | None, pages: str) -> list[URLPattern]:
    view = requires(listing.reads)(require_GET(partial(show_list, listing, entity)))
    found = [path("", view, name=_name(listing.page))]
    if listing.columns:
        export = requires("exports.run")(require_GET(partial(export_list, listing)))
        found.append(path("export.csv", export, name=_name(f"{pages}export")))
    return found


def _import_paths(entity: Entity) -> list[URLPattern]:
    view, one = _form(import_rows, entity, IMPORTS), _form(show_import, entity, IMPORTS)
    refused = _read(refused_rows, entity, IMPORTS)
    return [
        path("import", view, name=_name(entity.page("import"))),
        path("import/<uuid:key>", one, name=_name(entity.page("import_file"))),
        path("import/<uuid:key>/refused.csv", refused, name=_name(entity.page("import_refused"))),
    ]


def _read(view: View, entity: Entity, permission: str) -> Any:
    return requires(permission)(require_GET(partial(view, entity)))


def _form(view: View, entity: Entity, permission: str) -> Any:
    return requires(permission)(require_http_methods(["GET", "POST"])(partial(view, entity)))


def _name(page: str) -> str:
    """Return a page's name as its own address list says it: without the room."""
    return page.partition(":")[2]
