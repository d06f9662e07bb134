"""Units of a listing: reserved by an order, given back, or used up. Called by orders only."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from listings.actions.locking import facts_of_seller, locked, save, settle_units
from listings.actions.revising import difference
from listings.models import Listing
from marketplace.lib.errors import Refused


@transaction.atomic
def reserve(listing_id: UUID, *, revision: int, buyer: User, at: datetime) -> Listing:  # noqa: ARG001
    """One free unit goes to an order, at the revision the buyer has seen.

    Raises:
        Refused: `not_found`, `own_listing`, `listing_not_on_sale`, `listing_changed` (`diff`).
    """
    listing = locked(listing_id)
    if listing.seller_id == buyer.pk:
        raise Refused("own_listing", _("This is your own listing."))
    if not listing.can_be_ordered:
        raise Refused("listing_not_on_sale", _("This can't be ordered now."), state=listing.state)
    _require_seen(listing, revision)
    listing.free -= 1
    listing.reserved += 1
    settle_units(listing)
    return save(listing)


def _require_seen(listing: Listing, number: int) -> None:
    """The order freezes what the buyer saw, or nothing."""
    if number == listing.current.number:
        return
    seen = listing.revisions.select_related("text").filter(number=number).first()
    raise Refused(
        "listing_changed",
        _("The seller has changed this listing. Look at it again, then order."),
        diff=difference(seen, listing.current),
        revision=listing.current.number,
    )


@transaction.atomic
def give_back(listing_id: UUID, *, at: datetime) -> Listing:  # noqa: ARG001
    """An order ended without its unit; a withdrawn or hidden listing stays so."""
    listing = locked(listing_id)
    listing.reserved -= 1
    listing.free += 1
    settle_units(listing)
    return save(listing)


@transaction.atomic
def use_up(listing_id: UUID, *, at: datetime, sold: bool = True) -> Listing:  # noqa: ARG001
    """A unit is gone: sold, or (`sold=False`) refunded after its code was seen."""
    listing = locked(listing_id)
    listing.reserved -= 1
    listing.used += 1
    settle_units(listing)
    if sold:
        facts = facts_of_seller(listing.seller)
        facts.completed_sales += 1
        facts.save(update_fields=["completed_sales"])
    return save(listing)
