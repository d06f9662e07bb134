"""Whose cards may be offered, and which of them can be asked whether a code is unused."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from marketplace.lib.errors import invalid


@dataclass(frozen=True)
class Issuer:
    slug: str
    name: str
    has_check: bool  # the issuer answers whether a code is valid and unused

    @property
    def mode(self) -> str:
        """The verification mode of every listing of this issuer (orders.md 3.2)."""
        return "issuer" if self.has_check else "buyer_attests"


ISSUERS: dict[str, Issuer] = {
    slug: Issuer(slug, entry.get("name", slug), has_check=bool(entry.get("url")))
    for slug, entry in settings.CARD_ISSUERS.items()
}


def issuer(slug: str) -> Issuer:
    """The issuer of that name.

    Raises:
        Refused: `invalid` at the field `issuer`.
    """
    if slug not in ISSUERS:
        raise invalid("issuer", _("Choose an issuer from the list."), code="bad_choice")
    return ISSUERS[slug]


def name_of(slug: str) -> str:
    """Its name for people; a revision may outlive its issuer's entry in the settings."""
    return ISSUERS[slug].name if slug in ISSUERS else slug
