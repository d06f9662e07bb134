"""The seller's codes: sealing them, and taking them back while nobody has seen them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import TO_SELL_CARDS, may_trade, need_level
from listings.models import Listing
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.kicks import wake
from marketplace.lib.verbs import verb
from orders.actions import ending
from orders.actions.steps import locked, refusal
from orders.escrow import rejections, vault
from orders.escrow.issuers.protocol import Answer
from orders.escrow.issuers.registry import ask_about
from orders.escrow.models import Code, CodeState
from orders.models import Order
from orders.states import OrderState

LEAST_VALIDITY = timedelta(days=7)
SEALS_PER_DAY = 200
REJECTIONS_PER_DAY = 5
SECONDS = 10


@dataclass(frozen=True)
class Card:
    """What a seller types into the vault form; its text never leaves this object by accident."""

    number: str
    secret: str
    face_value: int  # fen
    expires_on: date | None

    def __repr__(self) -> str:
        return "Card(…)"


def seal_code(listing_id: UUID, *, by: User, card: Card, order_id: UUID | None = None) -> Code:
    """Seals a card code into the vault, for the listing's stock or for one paid order.

    The issuer is asked first, without any lock; nothing is stored of a code that it refuses.

    Raises:
        Refused: `code_already_known`, `code_redeemed`, `code_invalid`, `balance_differs`,
            `expires_too_soon`, `invalid`, `level_too_low`, `card_limit`, `not_paid`, `not_found`.
    """
    listing = _listing(listing_id, by)
    answer = question(listing, by=by, card=card)
    return store(listing.pk, by=by, card=card, answer=answer, order_id=order_id)


def question(listing: Listing, *, by: User, card: Card) -> Answer:
    """What the issuer says of a card that is about to be sealed; refuses a bad one."""
    _may_seal(listing, by=by, card=card)
    if listing.current.verification_mode != "issuer":
        return Answer(status="unknown")
    answer = ask_about(
        vault.plain(card.number, card.secret),
        issuer=listing.current.issuer,
        why="seal",
        seconds=SECONDS,
    )
    _refuse_bad(answer, card, by=by)
    return answer


@verb
def store(
    listing_id: UUID, *, by: User, card: Card, answer: Answer, order_id: UUID | None = None
) -> Code:
    """Writes the sealed code; with an order, hands it over as soon as this is committed."""
    order = _order_that_waits(order_id, by) if order_id else None
    listing = Listing.objects.select_for_update(no_key=True, of=("self",)).get(pk=listing_id)
    at = clock.now()
    code = vault.seal_code(
        seller=by,
        listing_id=listing.pk,
        issuer=listing.current.issuer,
        number=card.number,
        secret=card.secret,
        face_value=card.face_value,
        expires_on=card.expires_on,
        order_id=order.pk if order else None,
        answer=answer,
        at=at,
    )
    _feed_waiting_order(order or _next_waiting(listing), at)
    return code


def _listing(listing_id: UUID, by: User) -> Listing:
    listing = Listing.objects.filter(pk=listing_id, seller=by).select_related("current").first()
    if listing is None:
        raise Refused("not_found", _("We can't find that."))
    return listing


def _may_seal(listing: Listing, *, by: User, card: Card) -> None:
    at = clock.now()
    may_trade(by)
    need_level(by, TO_SELL_CARDS)
    if card.face_value != listing.current.face_value:
        raise invalid("face_value", _("The listing promises another face value."))
    if card.expires_on is not None and card.expires_on < (at + LEAST_VALIDITY).date():
        raise Refused("expires_too_soon", _("The code must be good for seven more days."))
    if vault.sealed_since(by, at - timedelta(days=1)) >= SEALS_PER_DAY:
        raise Refused("throttled", _("You have sealed 200 codes today. Go on tomorrow."))
    if rejections.rejected_since(by, at - timedelta(days=1)) >= REJECTIONS_PER_DAY:
        raise Refused(
            "throttled", _("The issuer refused five of your codes today. Go on tomorrow.")
        )


def _refuse_bad(answer: Answer, card: Card, *, by: User) -> None:
    """All answers name the reason and never the code."""
    refusals = {
        "redeemed": ("code_redeemed", _("The issuer says that this code has been used.")),
        "invalid": ("code_invalid", _("The issuer does not know this code.")),
    }
    if answer.status in refusals:
        rejections.note_rejection(by, answer.status, at=clock.now())
        code, message = refusals[answer.status]
        raise Refused(code, message)
    if answer.status == "valid" and answer.balance != card.face_value:
        rejections.note_rejection(by, "balance_differs", at=clock.now())
        raise Refused(
            "balance_differs", _("The issuer says that this code is worth another amount.")
        )


def _order_that_waits(order_id: UUID, by: User) -> Order:
    order = locked(order_id)
    at = clock.now()
    if order.seller_id != by.pk:
        raise Refused("not_found", _("We can't find that."))
    if order.state == OrderState.PLACED:
        message = _("The buyer has not paid. Seal the code into your stock instead, or wait.")
        raise refusal(order, "not_paid", message, by=by, at=at)
    if order.state != OrderState.PAID:
        raise refusal(order, "wrong_state", _("This order needs no code."), by=by, at=at)
    return order


def _next_waiting(listing: Listing) -> Order | None:
    """The paid order that has waited longest for a code of this listing."""
    return (
        Order.objects.filter(listing=listing, state=OrderState.PAID, retry_at=None)
        .order_by("paid_at")
        .first()
    )


def _feed_waiting_order(order: Order | None, at: datetime) -> None:
    if order is None:
        return
    Order.objects.filter(pk=order.pk, state=OrderState.PAID).update(retry_at=at)
    wake("orders.tasks.hand_over", order.pk)


def recall_code(code_id: UUID, *, by: User) -> Code:
    """Takes a code out of the vault: from the stock, or before its buyer saw it, with a refund.

    Raises:
        Refused: `already_revealed`, `wrong_state`, `not_found`.
    """
    code = Code.objects.filter(pk=code_id, seller=by).first()
    if code is None:
        raise Refused("not_found", _("We can't find that."))
    if code.state in {CodeState.REVEALED, CodeState.BURNT}:
        raise Refused("already_revealed", _("The buyer has seen this code."), state=code.state)
    if code.state == CodeState.ASSIGNED and code.order_id is not None:
        return _recall_from_order(code_id, code.order_id, by=by)
    return _withdraw(code_id)


@verb
def _recall_from_order(code_id: UUID, order_id: UUID, *, by: User) -> Code:
    ending.refund_by_seller(order_id, by=by, recall=True)
    return vault.withdraw(code_id, at=clock.now())


@verb
def _withdraw(code_id: UUID) -> Code:
    return vault.withdraw(code_id, at=clock.now())
