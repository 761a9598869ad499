"""The page that checks electronic invoices."""

from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core import clock
from apps.documents.issuer import change_issuer
from apps.documents.models import Issuer
from apps.exchange.ubl import write_ubl
from tests.exchange.documents import STANDARD
from tests.factories.tenants import Company
from tests.flows.calls import Call, Sent, World


def make_world(company: Company) -> World:
    """The page keeps nothing: a world of its own has no record."""
    return World(company, {}, ())


def make_admin_rows(company: Company) -> dict[str, UUID]:
    """Make one row of each model."""
    change_issuer(details={"city": f"City {company.id.hex[-8:]}"}, actor=company.actor(), now=clock.now())
    return {"Issuer": Issuer.objects.get().id}


def file(_: World) -> Sent:
    return {"file": SimpleUploadedFile("invoice.xml", write_ubl(STANDARD)), "profile": "peppol"}


def issuer(_: World) -> Sent:
    return {"name": "Harbour Gifts Ltd", "country_code": "GB", "city": "Bristol"}


CALLS = (
    Call("exchange:issuer", ("ledger.manage",)),
    Call("exchange:issuer", ("ledger.manage",), method="POST", send=issuer, ok=(302,)),
    Call("exchange:check", ("invoices.read",)),
    Call("exchange:check", ("invoices.read",), method="POST", send=file),
)
