"""The page that checks electronic invoices."""

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.exchange.ubl import write_ubl
from tests.exchange.documents import STANDARD
from tests.factories.tenants import Company
from tests.flows.calls import Call, Sent, World


def make_world(company: Company) -> World:
    """The page keeps nothing: a world of its own has no record."""
    return World(company, {}, ())


def file(_: World) -> Sent:
    return {"file": SimpleUploadedFile("invoice.xml", write_ubl(STANDARD)), "profile": "peppol"}


CALLS = (
    Call("exchange:check", ("invoices.read",)),
    Call("exchange:check", ("invoices.read",), method="POST", send=file),
)
