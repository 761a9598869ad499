"""A record's page: its facts, what is personal only after it was asked for, its timeline."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from apps.audit.operations import record_access
from apps.tenancy.access import may
from apps.tenancy.timeline import list_happenings
from apps.tenancy.web.records.description import Entity


def show_record(entity: Entity, request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a record; what is personal stays hidden."""
    return render_record(entity, request, entity.access(key), shows_personal=False)


def show_personal(entity: Entity, request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a record with what is personal; that it was seen is recorded first."""
    row = entity.access(key)
    record_look(entity, row)
    return render_record(entity, request, row, shows_personal=True)


def record_look(entity: Entity, row: Any) -> None:
    """Record that somebody sees the personal fields of a record that has any."""
    seen = [name for _, name in entity.personal if getattr(row, name)]
    if seen:
        subject = f"{entity.wording.table} {row.id}"
        record_access(kind="personal data", subject=subject, detail={"fields": seen})


def render_record(
    entity: Entity, request: HttpRequest, row: Any, *, shows_personal: bool = False, status: int = 200,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    """Return the page of a record, as it is or with the refusal of an act on it (`problem`)."""
    held = [(label, getattr(row, name)) for label, name in entity.personal]
    is_hidden = not shows_personal and any(value for _, value in held)
    shown = [(label, value if shows_personal else bool(value)) for label, value in held]
    context = {
        "entity": entity,
        "record": entity.listing.show(row),
        "personal": shown,
        "shows_personal": shows_personal,
        "reveal_url": reverse(entity.page("personal"), args=[row.id]) if is_hidden else "",
        "timeline": list_happenings(entity.wording, row.id),
        "may_edit": entity.change is not None and may(entity.writes),
        "edit_page": entity.page("edit"),
    }
    return render(request, entity.detail_template, context | entity.more(request, row) | more, status=status)
