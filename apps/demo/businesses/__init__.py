"""The three demo businesses."""

from apps.demo.businesses.gifts import HarbourGifts
from apps.demo.businesses.medicines import SaoRemedios
from apps.demo.businesses.services import VietServices
from apps.demo.shapes import Business

BUSINESSES: dict[str, Business] = {
    business.slug: business for business in (HarbourGifts(), SaoRemedios(), VietServices())
}

__all__ = ["BUSINESSES"]
