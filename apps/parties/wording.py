"""How the log of customers, suppliers and what belongs to them reads."""

from apps.core.countries import country_name
from apps.parties.models import CHANNELS, HANDLERS, KINDS, STATUSES
from apps.tenancy.timeline import Wording

# The log holds ciphertext; that it changed may be seen, what it was may not.
_PROTECTED = {name: lambda _: "protected" for name in (
    "email", "phone", "street", "postal_code", "city", "region", "delivery_address",
)}  # fmt: skip
_PARTY = {
    "name": "Name", "country_code": "Country", "tax_id": "Tax id", "email": "E-mail", "phone": "Phone",
    "street": "Street", "postal_code": "Postal code", "city": "City", "region": "Region",
    "net_days": "Net days", "discount_days": "Discount days", "discount_percent": "Discount %", "status": "Status",
}  # fmt: skip


def _status(text: str) -> str:
    return STATUSES.get(text, text)


CUSTOMER = Wording(
    table="parties_customer",
    labels=_PARTY | {
        "tier": "Tier", "credit_limit_minor": "Credit limit (minor units)", "credit_currency": "Credit currency",
        "delivery_address": "Delivery address",
    },
    show={"country_code": country_name, "status": _status, **_PROTECTED},
)  # fmt: skip
SUPPLIER = Wording(
    table="parties_supplier",
    labels=_PARTY,
    show={"country_code": country_name, "status": _status, **_PROTECTED},
)
MANUFACTURER = Wording(
    table="parties_manufacturer",
    labels={"name": "Name", "country_code": "Country", "status": "Status"},
    show={"country_code": country_name, "status": _status},
)
INTERACTION = Wording(
    table="parties_interaction",
    labels={
        "channel": "Channel", "kind": "About", "subject": "Subject", "handled_by": "Handled by", "who": "Who",
        "minutes": "Minutes", "resolved_at": "Resolved",
    },
    show={
        "channel": lambda text: CHANNELS.get(text, text),
        "kind": lambda text: KINDS.get(text, text),
        "handled_by": lambda text: HANDLERS.get(text, text),
    },
)  # fmt: skip
