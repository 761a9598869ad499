"""Pages of API keys: made, shown once, revoked."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock
from apps.core.errors import DomainError, InputError
from apps.core.scope import current_scope
from apps.core.web.form_fields import place_error
from apps.tenancy.access import requires
from apps.tenancy.customers import directory
from apps.tenancy.models import ApiKey
from apps.tenancy.operations import create_api_key, revoke_api_key
from apps.tenancy.queries import list_api_keys
from apps.tenancy.web.forms import KeyForm
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once

END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True)
class KeyRow:
    """A key as the list shows it; `state` is valid, expired or revoked."""

    id: UUID
    name: str
    prefix: str
    state: str
    scopes: tuple[str, ...]
    customer_name: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


@require_GET
@requires("keys.manage")
def key_list(request: HttpRequest) -> HttpResponse:
    """Show the open tenant's keys."""
    keys, now = list_api_keys(), clock.now()
    names = directory().names({key.customer_id for key in keys if key.customer_id})
    rows = [_row(key, now, names) for key in keys]
    return render(request, "tenancy/keys.html", {"keys": rows})


@never_cache
@require_http_methods(["GET", "POST"])
@requires("keys.manage")
def key_create(request: HttpRequest) -> HttpResponse:
    """Show the form of a new key, or make one and show its secret, once."""
    form = KeyForm(request.POST or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            return _create(request, form)
        except DomainError as error:
            problem = place_error(form, error, {"expires_at": "expires_on"})
    status = problem.status if problem else 422 if form.errors else 200
    context = {"form": form, "record": None, "back": reverse("tenancy:keys"), "problem": problem}
    return render(request, "tenancy/key_form.html", context, status=status)


@require_POST
@requires("keys.manage")
def key_revoke(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Revoke a key: its next request is refused."""
    key = revoke_api_key(key_id=key_id, actor=current_scope().actor, now=clock.now())
    messages.success(request, f"The key “{key.name}” is revoked.")
    return redirect("tenancy:keys")


def _create(request: HttpRequest, form: KeyForm) -> HttpResponse:
    given = form.cleaned_data
    made: list[tuple[ApiKey, str]] = []

    def create() -> str:
        made.append(create_api_key(**_arguments(given, tenant_of(request).time_zone)))
        return reverse("tenancy:keys")

    address = answer_once(request, create)
    if made:
        key, secret = made[0]
        return render(request, "tenancy/key_made.html", {"key": key, "secret": secret})
    messages.warning(
        request, "This key is made already. Its secret stood on the page before and is shown once."
    )
    return redirect(address)


def _arguments(given: dict[str, Any], time_zone: str) -> dict[str, Any]:
    last_day = given["expires_on"]
    return {
        "name": given["name"],
        "scopes": given["scopes"],
        "customer_id": _customer(given["customer"]),
        "expires_at": datetime.combine(last_day, END_OF_DAY, ZoneInfo(time_zone)) if last_day else None,
        "actor": current_scope().actor,
        "now": clock.now(),
    }


def _customer(text: str) -> UUID | None:
    if not text:
        return None
    found = directory().find(text)
    if found is None:
        raise InputError("There is no customer with this code.", code="unknown_customer", field="customer")
    return found


def _row(key: ApiKey, now: datetime, names: dict[UUID, str]) -> KeyRow:
    expired = key.expires_at is not None and key.expires_at <= now
    return KeyRow(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        state="revoked" if key.revoked_at else "expired" if expired else "valid",
        scopes=tuple(key.scopes),
        customer_name=names.get(key.customer_id, "one that is gone") if key.customer_id else "",
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
        last_used_at=key.last_used_at,
    )
