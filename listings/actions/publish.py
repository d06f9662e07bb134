"""From a draft to a listing on sale, and away again; by its seller."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import TO_SELL_CARDS, may_trade, need_level
from listings.actions import flagging
from listings.actions.locking import (
    check_version,
    facts_of_seller,
    move,
    own,
    save,
    settle_units,
)
from listings.actions.revising import draw_up, keep, says_the_same, show
from listings.facts import CardFacts, check, facts_of
from listings.models import Decision, Hold, Listing
from listings.policies import card_limit, deposit_of, is_proven, sales_of
from listings.states import EDITABLE, OPEN, ListingState, ListingStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.ids import uuid7
from marketplace.lib.money import yuan
from marketplace.lib.verbs import verb
from marketplace.lib.when import CHINA

LOOK_WITHIN = timedelta(hours=24)


def may_sell_cards(seller: User) -> None:
    """Raises `account_closing` or `level_too_low` for who may not offer cards now."""
    may_trade(seller)
    need_level(seller, TO_SELL_CARDS)


@verb
def create_draft(*, by: User, facts: CardFacts) -> Listing:
    """A listing that only its seller sees, with its first revision.

    Raises:
        Refused: `account_closing`, `level_too_low`, `invalid`, `red_flag` (a card code).
    """
    seller = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    may_sell_cards(seller)
    at = clock.now()
    category = check(facts, at.astimezone(CHINA).date())
    flagging.refuse_codes(facts)
    listing = Listing(id=uuid7(), seller=seller, created_at=at)
    listing.quantity = listing.free = facts.quantity
    revision = draw_up(listing, facts, category, number=1, by=seller, at=at)
    show(listing, revision)
    listing.save(force_insert=True)
    keep(revision)
    return listing


@verb
def edit(listing_id: UUID, *, by: User, facts: CardFacts, version: int | None = None) -> Listing:
    """Says something else from now on; orders keep the revision they were made at [Guo].

    Raises:
        Refused: `wrong_state`, `not_your_step`, `precondition_failed`, `invalid`, `red_flag`,
            `level_too_low`, `card_limit`, `account_closing`.
    """
    listing = own(listing_id, by)
    check_version(listing, version)
    if listing.state not in EDITABLE:
        sentence = _("It can't be changed now. Make a draft of it again first.")
        raise Refused("wrong_state", sentence, state=listing.state)
    at = clock.now()
    category = check(facts, at.astimezone(CHINA).date())
    flagging.refuse_codes(facts)
    number = listing.current.number + 1
    revision = draw_up(listing, facts, category, number=number, by=listing.seller, at=at)
    if not says_the_same(revision, listing.current):
        keep(revision)
        show(listing, revision)
    _change_quantity(listing, facts.quantity)
    if listing.state != ListingState.DRAFT:
        _stay_public(listing, facts)
    return save(listing)


def _change_quantity(listing: Listing, quantity: int) -> None:
    if quantity == listing.quantity:
        return
    bound = listing.reserved + listing.used
    if quantity < bound:
        raise invalid("quantity", _("Orders hold more codes than that."), code="too_small")
    if quantity == listing.used and listing.state != ListingState.DRAFT:
        raise invalid("quantity", _("To end the offer, withdraw it."), code="too_small")
    listing.quantity, listing.free = quantity, quantity - bound
    settle_units(listing)


def _stay_public(listing: Listing, facts: CardFacts) -> None:
    """What is on sale is changed under the rules of publishing; nothing slips by later."""
    may_sell_cards(listing.seller)
    flags = flagging.met(facts)
    flagging.refuse(flags)
    if new := flagging.to_look_at(listing, flags):
        raise flagging.refusal(new)
    _within_card_limit(listing)


@verb
def publish(
    listing_id: UUID, *, by: User, guidance_read: bool = False, version: int | None = None
) -> Listing:
    """Puts a draft on sale, or before a person where a red flag asks for one.

    Args:
        guidance_read: the seller has read the three sentences; needed once, for the first card.

    Raises:
        Refused: `wrong_state`, `not_your_step`, `precondition_failed`, `level_too_low`,
            `account_closing`, `red_flag` (`flags`), `invalid` (guidance, expiry), `card_limit`.
    """
    listing = own(listing_id, by)
    check_version(listing, version)
    may_sell_cards(listing.seller)
    at = clock.now()
    facts = facts_of(listing)
    flags = flagging.met(facts)
    held = flagging.to_look_at(listing, flags)
    move(listing, ListingStep.HOLD if held else ListingStep.PUBLISH)
    check(facts, at.astimezone(CHINA).date())
    flagging.refuse(flags)
    _require_units(listing)
    _require_guidance(listing, at, read=guidance_read)
    _within_card_limit(listing)
    if held:
        _hold(listing, flagging.as_json(held), at)
    else:
        listing.published_at = at
    return save(listing)


def _require_units(listing: Listing) -> None:
    if not listing.free:
        sentence = _("No code is left to offer. Raise the number.")
        raise invalid("quantity", sentence, code="too_small")


def _require_guidance(listing: Listing, at: datetime, *, read: bool) -> None:
    """Before the first card: the three sentences that would have spared Ms. Li her loss."""
    facts = facts_of_seller(listing.seller)
    if facts.guidance_acknowledged_at is not None:
        return
    if not read:
        sentence = _("Read the three sentences and tick the box first.")
        raise invalid("guidance", sentence, code="required")
    facts.guidance_acknowledged_at = at
    facts.save(update_fields=["guidance_acknowledged_at"])


def _within_card_limit(listing: Listing) -> None:
    """Open card value after this change, against the seller's limit; one change at a time."""
    facts_of_seller(listing.seller)
    others = Listing.objects.exclude(pk=listing.pk).open_value(listing.seller_id)
    units = listing.reserved + (listing.free if listing.state in OPEN else 0)
    value = others + listing.price * units
    limit = _card_limit_of(listing.seller_id)
    if value > limit:
        sentence = _(
            "Your open cards would be worth {value}; your limit is {limit}. "
            "A deposit lifts it, and finished orders make room."
        ).format(value=yuan(value), limit=yuan(limit))
        raise Refused("card_limit", sentence, value=value, limit=limit)


def _card_limit_of(seller_id: UUID) -> int:
    proven = is_proven(sales_of(seller_id))
    cap = settings.PROVEN_SELLER_CARD_CAP if proven else settings.NEW_SELLER_CARD_CAP
    return card_limit(deposit_of(seller_id), cap)


def _hold(listing: Listing, flags: list[dict[str, str]], at: datetime) -> None:
    Hold.objects.create(
        listing=listing,
        revision=listing.current,
        flags=flags,
        opened_at=at,
        due_at=at + LOOK_WITHIN,
    )


@verb
def withdraw(listing_id: UUID, *, by: User, version: int | None = None) -> Listing:
    """Takes it out of search; nothing is destroyed and live orders go on [Guo].

    Raises:
        Refused: `wrong_state`, `not_your_step`, `precondition_failed`.
    """
    listing = own(listing_id, by)
    check_version(listing, version)
    move(listing, ListingStep.WITHDRAW)
    listing.holds.filter(decided_at=None).update(
        decided_at=clock.now(), decided_by=listing.seller, decision=Decision.LEFT
    )
    return save(listing)


@verb
def reopen(listing_id: UUID, *, by: User) -> Listing:
    """Makes a draft of a withdrawn listing, once no order holds a unit of it.

    Raises:
        Refused: `wrong_state`, `not_your_step`.
    """
    listing = own(listing_id, by)
    if listing.reserved:
        sentence = _("Wait until its open orders have ended.")
        raise Refused("wrong_state", sentence, state=listing.state)
    move(listing, ListingStep.REOPEN)
    return save(listing)


@verb
def offer(*, by: User, facts: CardFacts, guidance_read: bool = False) -> Listing:
    """Draft and publication in one: when it can't be published, no draft is left behind."""
    draft = create_draft(by=by, facts=facts)
    return publish(draft.pk, by=by, guidance_read=guidance_read)


@verb
def offer_draft(
    listing_id: UUID,
    *,
    by: User,
    facts: CardFacts,
    version: int | None = None,
    guidance_read: bool = False,
) -> Listing:
    """The change and the publication of a draft in one: both happen, or neither."""
    edit(listing_id, by=by, facts=facts, version=version)
    return publish(listing_id, by=by, guidance_read=guidance_read)
