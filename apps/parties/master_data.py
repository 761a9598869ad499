"""What the records of customers and suppliers have alike: checks of their values, writes of named fields."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypedDict, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Model

from apps.core.countries import check_country
from apps.core.errors import InputError, NotFound, StaleVersion
from apps.core.money import check_decimal
from apps.core.text import clean_text
from apps.parties.models import STATUSES
from apps.parties.tax_ids import check_tax_id

LONGEST_TERMS = 366
MAX_LIMIT = 10**15
_PHONE = re.compile(r"\+?[0-9][0-9 ()./\-]{2,38}( ?x ?[0-9]{1,6})?")
Record = TypeVar("Record", bound=Model)
Check = Callable[[Any, str], Any]


class PartyDetails(TypedDict, total=False):
    """What may be said of a customer or supplier besides code, name and country."""

    tax_id: str
    email: str
    phone: str
    street: str
    postal_code: str
    city: str
    region: str
    net_days: int | None
    discount_days: int | None
    discount_percent: Decimal | None
    status: str


def text(limit: int, *, is_required: bool = False, lines: bool = False) -> Check:
    """Return the check of a text."""
    return lambda value, field: clean_text(
        value or "", field=field, limit=limit, required=is_required, lines=lines
    )


def email(value: Any, field: str) -> str:
    """Return an e-mail address. Raises InputError for what is none."""
    found = clean_text(value or "", field=field, limit=320, required=False)
    try:
        if found:
            validate_email(found)
    except ValidationError:
        raise InputError(
            "This is no e-mail address.",
            code="invalid_email",
            field=field,
            cure="Write it as ann@example.com.",
        ) from None
    return found


def phone(value: Any, field: str) -> str:
    """Return a phone number as it was typed. Raises InputError for what is none."""
    found = clean_text(value or "", field=field, limit=40, required=False)
    if found and not _PHONE.fullmatch(found):
        raise InputError(
            "This is no phone number.",
            code="invalid_phone",
            field=field,
            cure="Write it as +44 20 7946 0958.",
        )
    return found


def choice_of(words: Mapping[str, str]) -> Check:
    """Return the check of a fixed value."""

    def check(value: Any, field: str) -> str:
        if value not in words:
            raise InputError(f"Choose one of: {', '.join(words)}.", code="unknown_choice", field=field)
        return str(value)

    return check


def days(value: Any, field: str) -> int | None:
    """Return a number of days, or None."""
    if value is None:
        return None
    if not 0 <= value <= LONGEST_TERMS:
        raise InputError(f"Days lie between 0 and {LONGEST_TERMS}.", code="out_of_range", field=field)
    return int(value)


def percent(value: Any, field: str) -> Decimal | None:
    """Return a percentage over 0 and under 100, or None."""
    if value is None:
        return None
    least, most = Decimal("0.0001"), Decimal("99.9999")
    return check_decimal(Decimal(value), field=field, minimum=least, maximum=most, places=4)


PARTY_CHECKS: dict[str, Check] = {
    "name": text(300, is_required=True),
    "country_code": lambda value, _: check_country(value),
    "tax_id": text(64),
    "email": email,
    "phone": phone,
    "street": text(300),
    "postal_code": text(20),
    "city": text(100),
    "region": text(100),
    "net_days": days,
    "discount_days": days,
    "discount_percent": percent,
    "status": choice_of(STATUSES),
}


def checked(changes: Mapping[str, Any], checks: Mapping[str, Check]) -> dict[str, Any]:
    """Return values as they are stored. Raises InputError for a field that is not among the checks."""
    for name in sorted(set(changes) - set(checks)):
        raise InputError(f"“{name}” cannot be changed.", code="not_changeable", field=name)
    return {name: checks[name](value, name) for name, value in changes.items()}


def check_party(values: dict[str, Any], present: Any = None) -> None:
    """Check what only holds together: the tax number of the country, the days of the terms. Raises InputError.

    `present` is the record before its change; a number that came with an import is judged when it is touched.
    """

    def held(name: str, default: Any = None) -> Any:
        return values.get(name, getattr(present, name, default))

    country, number = held("country_code"), held("tax_id", "")
    if present is None or (country, number) != (present.country_code, present.tax_id):
        values["tax_id"] = check_tax_id(number, country)
    net, discount, rate = held("net_days"), held("discount_days"), held("discount_percent")
    if (discount is None) != (rate is None):
        missing = "discount_days" if discount is None else "discount_percent"
        raise InputError(
            "A discount needs its days and its percentage.", code="half_a_discount", field=missing
        )
    if discount is not None and (net is None or discount > net):
        raise InputError(
            "The discount's days end before the payment is due.",
            code="discount_after_due",
            field="discount_days",
        )


def lock_record(model: type[Record], record_id: UUID, version: int | None, *, called: str) -> Record:
    """Return a record, locked for a change. Raises NotFound, StaleVersion."""
    record = model._default_manager.select_for_update().filter(pk=record_id).first()
    if record is None:
        raise NotFound(f"There is no such {called}.")
    if version is not None and version != record.version:  # type: ignore[attr-defined]
        raise StaleVersion(f"Somebody changed this {called} after you opened it.")
    return record


def save_changes(record: Any, values: Mapping[str, Any]) -> bool:
    """Write the values that differ and raise the version; False when none does."""
    changed = [name for name, value in values.items() if getattr(record, name) != value]
    for name in changed:
        setattr(record, name, values[name])
    if changed:
        record.version += 1
        record.save(update_fields=[*changed, "version"])
    return bool(changed)
