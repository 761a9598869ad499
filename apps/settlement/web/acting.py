"""What every button of these pages does: once, and with a refusal shown on the page that it was on."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from apps.core import clock
from apps.core.clock import local_date
from apps.core.errors import DomainError, InputError, NotFound
from apps.core.money import from_minor, to_minor
from apps.core.web.form_fields import NumberField, decimal_mark
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once

Show = Callable[[DomainError], HttpResponse]


def perform(request: HttpRequest, work: Callable[[], str], show: Show) -> HttpResponse:
    """Do a form's work once and go where it says; a refusal is shown, but for a record that is not there."""
    try:
        return redirect(answer_once(request, work))
    except NotFound:
        raise
    except DomainError as refusal:
        return show(refusal)


def once() -> str:
    """Return a token for a form, so that sending it twice does it once."""
    return uuid4().hex


def today_of(request: HttpRequest) -> date:
    """Return the day in the company's time zone."""
    return local_date(clock.now(), tenant_of(request).time_zone)


def sent_day(request: HttpRequest, name: str) -> date:
    """Return a day that a form sends, today where it sends none. Raises InputError."""
    text = request.POST.get(name, "")
    if not text:
        return today_of(request)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("This is not a date.", code="not_a_date", field=name) from None


def sent_id(sent: QueryDict, name: str) -> UUID:
    """Return an id that a form sends. Raises NotFound for what cannot be one."""
    try:
        return UUID(sent.get(name, ""))
    except ValueError:
        raise NotFound("There is no such record.") from None


def sent_minor(request: HttpRequest, name: str, currency: str, *, empty: int | None = None) -> int:
    """Return an amount that a form sends, in minor units. Raises InputError for more decimals than there are."""
    text = request.POST.get(name, "").strip()
    if not text and empty is not None:
        return empty
    field = NumberField(mark=decimal_mark(tenant_of(request).locale), max_digits=18, decimal_places=6)
    try:
        value: Any = field.clean(text)
    except ValidationError as error:
        raise InputError("This is not an amount.", code="not_an_amount", field=name) from error
    minor = to_minor(value, currency)
    if from_minor(minor, currency) != value:
        raise InputError(f"{currency} has fewer decimals.", code="too_many_decimals", field=name)
    return minor
