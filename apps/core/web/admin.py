"""The base of every model's admin: the role's permissions, the open scope's rows, writes through operations.

The admin keeps no log of its own: the audit log records every change, whoever makes it and by whatever road.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.forms.models import construct_instance
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import Actor, current_scope

ACTED_ON_AT_MOST = 200


if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm


class OperationForm(_ModelForm):
    """A form that leaves the rules to the operation, which says them in words."""

    def _post_clean(self) -> None:
        options = self._meta
        construct_instance(self, self.instance, options.fields, options.exclude)


class HouseAdmin(ModelAdmin):  # type: ignore[misc]
    """Read only, unless a subclass names what writes and does it by an operation.

    `reads` and `writes` are permissions of the matrix. `creates` and `deletes` say whether rows are made or
    removed here at all.
    """

    reads: ClassVar[str]
    writes: ClassVar[str] = ""
    creates: ClassVar[bool] = False
    deletes: ClassVar[bool] = False
    form = OperationForm
    # Counting a long table costs more than looking at its pages.
    paginator = InfinitePaginator
    show_full_result_count = False
    list_per_page = 50
    list_disable_select_all = True
    list_filter_sheet = False
    view_on_site = False
    change_form_after_template = "admin/opened_version.html"

    # Permissions

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._granted(self.reads)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._granted(self.reads)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.creates and self._granted(self.writes)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._granted(self.writes)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletes and self._granted(self.writes)

    @staticmethod
    def _granted(permission: str) -> bool:
        return bool(permission) and permission in current_scope().permissions

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Filter by what is shown only: `?password__startswith=` would tell a hidden column letter by letter."""
        shown = {*self.get_list_display(request), *(self.fields or ()), *map(str, self.list_filter)}
        return lookup.partition("__")[0] in shown and bool(super().lookup_allowed(lookup, value, request))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out Django's bulk delete: it knows no state machine."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    # Writes

    def create(self, values: dict[str, Any], actor: Actor) -> Model:
        """Create a row by its operation."""
        raise NotImplementedError

    def change(self, row: Any, changes: dict[str, Any], version: int | None, actor: Actor) -> None:
        """Change a row by its operation; `version` is what the form was opened at."""
        raise NotImplementedError

    def remove(self, row: Any, actor: Actor) -> None:
        """Delete a row by its operation."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Model, form: _ModelForm, change: bool) -> None:
        actor, given = current_scope().actor, form.cleaned_data
        if change:
            changes = {name: given[name] for name in form.changed_data}
            self.change(obj, changes, _opened_version(request), actor)
        else:
            obj.pk = self.create(dict(given), actor).pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write nothing: what belongs to a row is written by the row's operation."""

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.remove(obj, current_scope().actor)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form again, with what was entered, when the operation refuses."""
        try:
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[no-any-return]
        except DomainError as error:
            if request.method != "POST":
                raise
            request.refusal = error  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[no-any-return]

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Tell why, when the operation refuses to delete."""
        try:
            return super().delete_view(request, object_id, extra_context)  # type: ignore[no-any-return]
        except DomainError as error:
            messages.error(request, said(error))
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """Return the form; after a refusal, one that says so at the field at fault."""
        form = super().get_form(request, obj, change=change, **options)
        refusal: DomainError | None = getattr(request, "refusal", None)
        return form if refusal is None else _refused(form, refusal)

    # The log

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return None

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        return []

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Lead to the audit log of the row."""
        table = self.model._meta.db_table
        return redirect(f"{reverse('admin:audit_entry_changelist')}?row_key={object_id}&table_name={table}")

    def act_on_each(self, request: HttpRequest, rows: QuerySet[Any], work: Any, told: str) -> None:
        """Run an action on each row in a transaction of its own, and tell each refusal."""
        chosen = list(rows[: ACTED_ON_AT_MOST + 1])
        if len(chosen) > ACTED_ON_AT_MOST:
            messages.error(request, f"Choose at most {ACTED_ON_AT_MOST} at once. Nothing was done.")
            return
        refusals = [f"{row}: {said(error)}" for row, error in _each(chosen, work)]
        messages.success(request, f"{len(chosen) - len(refusals)} {told}.")
        for refusal in refusals:
            messages.error(request, refusal)


def _opened_version(request: HttpRequest) -> int | None:
    text = request.POST.get("opened_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def said(error: DomainError) -> str:
    """Return a refusal as one text."""
    return " ".join(part for part in (error.message, error.cure) if part)


def _each(rows: Iterable[Any], work: Any) -> Iterable[tuple[Any, DomainError]]:
    for row in rows:
        try:
            work(row, current_scope().actor, clock.now())
        except DomainError as error:
            yield row, error


def _refused(form: type[Any], refusal: DomainError) -> type[Any]:
    class Refused(form):  # type: ignore[misc]
        def clean(self) -> Any:
            cleaned = super().clean()
            self.add_error(refusal.field if refusal.field in self.fields else None, said(refusal))
            return cleaned

    return Refused
