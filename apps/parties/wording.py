"""How the log of customers reads."""

from apps.core.countries import country_name
from apps.tenancy.timeline import Wording

CUSTOMER = Wording(
    table="parties_customer",
    labels={"name": "Name", "country_code": "Country", "tax_id": "Tax id", "email": "E-mail"},
    # The log holds ciphertext; that the address changed may be seen, what it was may not.
    show={"country_code": country_name, "email": lambda _: "protected"},
)
