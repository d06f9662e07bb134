"""The tables of listings."""

from listings.models.catalogue import Category, SellerFacts
from listings.models.listing import MOST_UNITS, Kind, Listing, Mode
from listings.models.revision import Decision, Hold, Revision, Text

__all__ = [
    "MOST_UNITS",
    "Category",
    "Decision",
    "Hold",
    "Kind",
    "Listing",
    "Mode",
    "Revision",
    "SellerFacts",
    "Text",
]
