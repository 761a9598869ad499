"""Forms of records: a new one is made once, an old one is changed at the version that was read."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.core import clock
from apps.core.errors import DomainError, StaleVersion
from apps.core.scope import current_scope
from apps.core.web.form_fields import place_error, read_version
from apps.tenancy.timeline import explain_stale
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once
from apps.tenancy.web.records.description import Entity
from apps.tenancy.web.records.details import record_look


def create_record(entity: Entity, request: HttpRequest) -> HttpResponse:
    """Show the form of a new record, or create one."""
    assert entity.new_form is not None
    options = {"initial": entity.initial(request), **entity.form_options(request)}
    form = entity.new_form(request.POST or None, **options)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(answer_once(request, lambda: _create(entity, form)))
        except DomainError as error:
            problem = place_error(form, error, dict(entity.field_names))
    return _form(entity, request, form, None, problem)


def edit_record(entity: Entity, request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the form of a record, or change it. What is personal stands in the form only after a look is recorded."""
    row = entity.access(key, permission=entity.writes)
    options = entity.form_options(request)
    assert entity.form is not None
    if request.method == "GET":
        record_look(entity, row)
        return _form(entity, request, entity.form(initial=entity.values_of(row), **options), row, None)
    form = entity.form(request.POST, **options)
    version = read_version(request.POST)
    problem: DomainError | None = None
    if form.is_valid():
        try:
            _change(entity, row, form, version)
            messages.success(request, "Saved.")
            return redirect(entity.page("detail"), row.id)
        except StaleVersion as error:
            problem = explain_stale(entity.wording, row.id, error, tenant_of(request).locale)
        except DomainError as error:
            problem = place_error(form, error, dict(entity.field_names))
    return _form(entity, request, form, row, problem)


def _create(entity: Entity, form: forms.Form) -> str:
    assert entity.create is not None
    row = entity.create(**entity.read(form), actor=current_scope().actor, now=clock.now())
    return reverse(entity.page("detail"), args=[row.id])


def _change(entity: Entity, row: Any, form: forms.Form, version: int) -> None:
    assert entity.change is not None
    named = {entity.id_name: row.id}
    scope = current_scope()
    entity.change(**named, changes=entity.read(form), version=version, actor=scope.actor, now=clock.now())


def _form(
    entity: Entity, request: HttpRequest, form: forms.Form, row: Any, problem: DomainError | None
) -> HttpResponse:
    back = reverse(entity.page("detail"), args=[row.id]) if row else reverse(entity.listing.page)
    status = problem.status if problem else 422 if form.errors else 200
    context = {
        "entity": entity, "form": form, "record": entity.listing.show(row) if row else None, "back": back,
        "problem": problem,
    }  # fmt: skip
    return render(request, entity.form_template, context, status=status)
