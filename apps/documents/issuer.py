"""Who issues a tenant's documents, as it is printed on them: name, numbers, address, where to pay."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from stdnum import iban

from apps.core.countries import check_country
from apps.core.db import write
from apps.core.errors import InputError, StaleVersion
from apps.core.scope import Actor, current_tenant_id
from apps.core.text import clean_text
from apps.documents.models import Issuer
from apps.parties.tax_ids import check_tax_id
from apps.tenancy.models import Tenant

_LIMITS: Final = {
    "name": 300, "registration_number": 64, "street": 300, "postal_code": 40, "city": 100, "region": 100,
    "phone": 40, "bank_name": 100, "bank_code": 11,
}  # fmt: skip


@dataclass(frozen=True)
class IssuerInfo:
    """The issuer; where nothing was written down yet, the tenant's name and country. Version 0 = not yet."""

    name: str
    country_code: str
    tax_id: str = ""
    registration_number: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    phone: str = ""
    email: str = ""
    bank_name: str = ""
    bank_account: str = ""
    bank_code: str = ""
    version: int = 0


DETAILS: Final = tuple(each.name for each in fields(IssuerInfo) if each.name != "version")


def get_issuer() -> IssuerInfo:
    """Return who issues the open tenant's documents."""
    row = Issuer.objects.first()
    if row is not None:
        return IssuerInfo(**{name: getattr(row, name) for name in (*DETAILS, "version")})
    name, country = Tenant.objects.values_list("name", "country_code").get(id=current_tenant_id())
    return IssuerInfo(name, country)


def change_issuer(
    *, details: Mapping[str, str], actor: Actor, now: datetime, version: int | None = None
) -> IssuerInfo:
    """Write down what is printed on documents from now on; rendered documents stay as they are.

    Raises InputError, StaleVersion.
    """
    unknown = sorted(set(details) - set(DETAILS))
    if unknown:
        raise InputError(f"“{unknown[0]}” is no detail of an issuer.", code="unknown_field", field=unknown[0])
    with write():
        known = get_issuer()
        Issuer.objects.bulk_create(
            [Issuer(name=known.name, country_code=known.country_code)], ignore_conflicts=True
        )
        row = Issuer.objects.select_for_update().get()
        if version is not None and version != row.version:
            raise StaleVersion(
                "Somebody changed the issuer after you opened it.", detail={"version": row.version}
            )
        country = check_country(details.get("country_code", row.country_code))
        checked = {name: _checked(name, value, country) for name, value in details.items()}
        for name, value in checked.items():
            setattr(row, name, value)
        row.version += 1
        row.save(update_fields=[*checked, "version"])
    return get_issuer()


def _checked(name: str, value: str, country: str) -> str:
    if name == "country_code":
        return country
    if name == "tax_id":
        return check_tax_id(value, country)
    if name == "bank_account":
        return _account(value)
    if name == "email":
        return _email(value)
    text = clean_text(value, field=name, limit=_LIMITS[name], required=name == "name")
    return text.replace(" ", "").upper() if name == "bank_code" else text


def _account(value: str) -> str:
    """Return an account's number; one that begins like an IBAN must be one."""
    text = clean_text(value, field="bank_account", limit=64, required=False)
    number = text.replace(" ", "").upper()
    if number[:2].isalpha() and number[2:4].isdigit():
        if not iban.is_valid(number):
            raise InputError("This is no valid IBAN.", code="invalid_iban", field="bank_account",
                             cure="Compare it with the bank's letter.")  # fmt: skip
        return number
    return text


def _email(value: str) -> str:
    text = clean_text(value, field="email", limit=320, required=False)
    try:
        if text:
            validate_email(text)
    except ValidationError:
        raise InputError("This is no e-mail address.", code="invalid_email", field="email") from None
    return text
