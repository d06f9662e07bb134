"""What every verb of a listing asks first: the locked row, and whose step it is."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from listings.models import Listing, SellerFacts
from listings.states import LIFE, ListingState, ListingStep
from marketplace.lib import states
from marketplace.lib.errors import Refused


def locked(listing_id: UUID) -> Listing:
    """The listing under its lock.

    Raises:
        Refused: `not_found`.
    """
    try:
        return Listing.objects.lock(listing_id)
    except Listing.DoesNotExist:
        raise Refused("not_found", _("We can't find that.")) from None


def own(listing_id: UUID, by: User) -> Listing:
    """The same, for its seller alone; a draft of somebody else does not exist."""
    listing = locked(listing_id)
    if listing.seller_id != by.pk:
        if listing.published_at is None:
            raise Refused("not_found", _("We can't find that."))
        raise Refused("not_your_step", _("Only its seller can do this."))
    return listing


def check_version(listing: Listing, expected: int | None) -> None:
    """Raises `precondition_failed` when the listing is not the one that was looked at."""
    if expected is not None and expected != listing.version:
        sentence = _("This listing was changed since you opened it. Open it again, then repeat.")
        raise Refused("precondition_failed", sentence, version=listing.version)


def facts_of_seller(seller: User) -> SellerFacts:
    """The seller's row, locked: whatever counts over all listings of one seller waits here."""
    SellerFacts.objects.bulk_create([SellerFacts(seller=seller)], ignore_conflicts=True)
    return SellerFacts.objects.select_for_update(no_key=True).get(pk=seller.pk)


def move(listing: Listing, step: ListingStep) -> None:
    """One step of the table; raises `wrong_state` where it has none."""
    listing.state = states.require(LIFE, step, listing.state)


def settle_units(listing: Listing) -> None:
    """On sale as long as a unit is free; reserved while orders hold the rest; else finished."""
    if listing.state == ListingState.ON_SALE and not listing.free:
        move(listing, ListingStep.RESERVE_LAST)
    if listing.state == ListingState.RESERVED and listing.free:
        move(listing, ListingStep.FREE)
    if listing.state == ListingState.RESERVED and not listing.reserved:
        move(listing, ListingStep.FINISH)


def save(listing: Listing) -> Listing:
    """Writes the row with its next version, which ends every cached card of it."""
    listing.version += 1
    listing.save()
    return listing
