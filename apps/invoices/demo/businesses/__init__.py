"""The three demo businesses."""

from apps.invoices.demo.businesses.gifts import HarbourGifts
from apps.invoices.demo.businesses.medicines import SaoRemedios
from apps.invoices.demo.businesses.services import VietServices
from apps.invoices.demo.shapes import Business

BUSINESSES: dict[str, Business] = {
    business.slug: business for business in (HarbourGifts(), SaoRemedios(), VietServices())
}

__all__ = ["BUSINESSES"]
