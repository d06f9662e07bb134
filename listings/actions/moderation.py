"""What staff decide about listings: let a held one pass or send it back; hide and show again."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.inbox.notify import notify
from accounts.models import User
from listings.actions.locking import locked, move, save, settle_units
from listings.models import Decision, Hold, Listing
from listings.states import ListingStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.verbs import verb


def _by_staff(listing_id: UUID, by: User) -> Listing:
    """The locked listing, for staff who did not list it themselves."""
    listing = locked(listing_id)
    if not by.is_staff or by.pk == listing.seller_id:
        raise Refused("not_your_step", _("Other staff decide about this."))
    return listing


@verb
def approve(listing_id: UUID, *, by: User, reason: str = "") -> Listing:
    """Lets the flags of a held listing pass; it is on sale from now on.

    Raises:
        Refused: `wrong_state`, `not_your_step`.
    """
    listing = _by_staff(listing_id, by)
    move(listing, ListingStep.APPROVE)
    at = clock.now()
    _decide(listing, Decision.APPROVED, by=by, reason=reason, at=at)
    listing.published_at = at
    _tell(listing, "listing_published_after_review", at=at)
    return save(listing)


@verb
def send_back(listing_id: UUID, *, by: User, reason: str) -> Listing:
    """Makes a held listing a draft again, with the reason that its seller reads.

    Raises:
        Refused: `wrong_state`, `not_your_step`, `reason_required`.
    """
    listing = _by_staff(listing_id, by)
    if not reason.strip():
        raise Refused("reason_required", _("Write the reason; the seller reads it."))
    move(listing, ListingStep.SEND_BACK)
    at = clock.now()
    _decide(listing, Decision.SENT_BACK, by=by, reason=reason, at=at)
    _tell(listing, "listing_sent_back", at=at, reason=reason)
    return save(listing)


def decide(hold: Hold, *, by: User, decision: str, reason: str) -> Listing:
    """The one that `decision` names."""
    if decision == Decision.APPROVED:
        return approve(hold.listing_id, by=by, reason=reason)
    if decision == Decision.SENT_BACK:
        return send_back(hold.listing_id, by=by, reason=reason)
    raise invalid("decision", _("Approve it or send it back."))


def _decide(listing: Listing, decision: Decision, *, by: User, reason: str, at: datetime) -> None:
    hold = listing.holds.get(decided_at=None)
    hold.decision, hold.reason, hold.decided_by, hold.decided_at = decision, reason, by, at
    hold.save()


def _tell(listing: Listing, kind: str, *, at: datetime, **facts: str) -> None:
    key = f"{listing.pk}:{listing.version}"
    title, link = listing.current.title, listing.get_absolute_url()
    notify(listing.seller, kind, key=key, link=link, at=at, title=title, **facts)


@verb
def hide(listing_id: UUID, *, by: User) -> Listing:
    """Takes a listing down; its rows stay and live orders go on."""
    listing = _by_staff(listing_id, by)
    move(listing, ListingStep.HIDE)
    return save(listing)


@verb
def lift(listing_id: UUID, *, by: User) -> Listing:
    """Shows a hidden listing again, where its units say: on sale, reserved or finished."""
    listing = _by_staff(listing_id, by)
    move(listing, ListingStep.LIFT)
    settle_units(listing)
    return save(listing)
