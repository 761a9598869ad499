"""The parties that policies name, by code: suppliers and customers."""

from collections.abc import Collection
from uuid import UUID

from apps.core.errors import InputError
from apps.parties.models import Customer, Supplier

MAX_PARTIES = 200
_MODELS = (Supplier, Customer)


def find_parties(text: str) -> list[UUID]:
    """Return the parties with these codes, in their order. Raises InputError for a code that is nobody's."""
    codes = [code.strip() for code in text.split(",") if code.strip()]
    if len(codes) > MAX_PARTIES:
        raise InputError(f"At most {MAX_PARTIES} can be named.", code="too_many", field="parties")
    found: dict[str, UUID] = {}
    for model in reversed(_MODELS) if codes else ():
        found |= dict(model.objects.filter(code__in=codes).values_list("code", "id"))
    for code in codes:
        if code not in found:
            raise InputError(f"Nobody has the code “{code}”.", code="unknown_party", field="parties")
    return [found[code] for code in codes]


def codes_of_parties(ids: Collection[UUID]) -> list[str]:
    """Return the codes of parties, by code."""
    rows: list[str] = []
    for model in _MODELS if ids else ():
        rows += model.objects.filter(id__in=list(ids)).values_list("code", flat=True)
    return sorted(rows)
