"""From held money to a proven code: hand over, look once more, reveal, confirm, complete."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from listings.actions import stock as listing_stock
from marketplace.lib import clock
from marketplace.lib.states import Side
from marketplace.lib.verbs import verb
from orders import terms
from orders.actions import ending, settlement
from orders.actions.steps import (
    advance,
    check_expected,
    locked,
    may_take,
    only,
    refusal,
    side,
    tell,
    tell_both,
)
from orders.escrow import vault
from orders.escrow.issuers.protocol import Finding
from orders.escrow.issuers.registry import ask
from orders.escrow.vault import Revealed
from orders.models import Order
from orders.states import OrderState, OrderStep

HANDOVER_SECONDS = 10
LAST_LOOK_SECONDS = 5


# --- Hand-over: three short steps, no lock held while the issuer is asked --------------------------
def hand_over(order_id: UUID) -> Order:
    """Hands the seller's sealed code to the paid order, once the issuer says that it is good.

    Raises:
        Refused: `not_paid`, when the ledger holds no money for this order [Li, Wang].
    """
    order, code_id = _take_code(order_id)
    if code_id is None:
        return order
    return _settle_hand_over(order_id, code_id, _find(order, code_id, "handover"))


@verb
def _take_code(order_id: UUID) -> tuple[Order, UUID | None]:
    """The order with the code that is now reserved for it, or with None: nothing to hand over."""
    order = locked(order_id)
    at = clock.now()
    if not settlement.is_held(order):
        message = _("The buyer has not paid. Your code stays sealed.")
        raise refusal(order, "not_paid", message, by=None, at=at)
    if order.state != OrderState.PAID:
        return order, None
    code = vault.take(order.pk, listing_id=order.listing_id, at=at)
    # Without stock the order waits for the seller; sealing a code sets retry_at again.
    order.retry_at = at + terms.RETRY_AFTER[0] if code else None
    order.save(update_fields=["retry_at"])
    return order, code.pk if code else None


def _find(order: Order, code_id: UUID, why: str) -> Finding:
    """What the issuer says of the code; in mode `buyer_attests` there is nobody to ask."""
    if order.verification_mode != "issuer":
        return Finding.VALID
    seconds = LAST_LOOK_SECONDS if why == "last_look" else HANDOVER_SECONDS
    answer = ask(vault.question(code_id), why=why, seconds=seconds)
    return answer.finding(order.revision.face_value)


@verb
def _settle_hand_over(order_id: UUID, code_id: UUID, finding: Finding) -> Order:
    order = locked(order_id)
    at = clock.now()
    if order.state != OrderState.PAID or not vault.is_checking(code_id, order_id=order.pk):
        return order  # cancelled meanwhile: the code went back to the stock with it
    if finding == Finding.VALID:
        return _deliver(order, code_id, at)
    if finding == Finding.UNKNOWN:
        return _wait_for_issuer(order, at)
    rejected = vault.reject(code_id, why=finding, at=at)
    order.bad_codes += 1
    used = finding == Finding.REDEEMED
    if used or order.bad_codes > terms.BAD_CODES_ALLOWED:
        fault = "code_redeemed_before_reveal" if used else "code_invalid_thrice"
        return ending.cancel_for_bad_code(order, fault=fault, at=at)
    return _ask_for_another(order, rejected.last4, at)


def _deliver(order: Order, code_id: UUID, at: datetime) -> Order:
    vault.assign(code_id, order_id=order.pk, at=at)
    order.delivered_at = at
    order.reveal_due_at = at + terms.REVEAL_WITHIN
    order.retry_at, order.tries, order.reminders, order.needs_staff = None, 0, 0, ""
    advance(order, OrderStep.DELIVER_CODE, by=None, at=at, mode=order.verification_mode)
    tell_both(order, "code_ready", at=at, due_at=order.reveal_due_at)
    return order


def _wait_for_issuer(order: Order, at: datetime) -> Order:
    """An order of mode `issuer` never falls back to the buyer's word; it waits."""
    order.tries += 1
    order.retry_at = terms.retry_at(order.tries, at)
    order.needs_staff = "issuer_waiting"
    order.save(update_fields=["tries", "retry_at", "needs_staff"])
    return order


def _ask_for_another(order: Order, last4: str, at: datetime) -> Order:
    order.retry_at = at  # another code may be in stock already
    order.save(update_fields=["bad_codes", "retry_at"])
    tell(
        order,
        order.seller,
        "code_rejected",
        at=at,
        key=str(order.bad_codes),
        due_at=order.deliver_due_at,
    )
    return order


# --- Reveal ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Viewer:
    """From where somebody looks: an address and the name of a program, for the reveal log."""

    ip: str = ""
    agent: str = ""


def reveal_code(
    order_id: UUID, *, by: User, viewer: Viewer = Viewer(), skip_check: bool = False
) -> Revealed:
    """The code in the clear, to its buyer only; each look is logged before it is decrypted.

    The first time the issuer is asked once more, so that a code used by the seller after the
    hand-over is never shown. `skip_check` goes on without a silent issuer's answer; that is noted.

    Raises:
        Refused: `not_paid`, `not_delivered`, `code_redeemed` (refunded by itself),
            `issuer_unavailable`, `code_burnt`, `not_your_step`.
    """
    if not skip_check:
        look_once_more(order_id, by=by)
    return _open(order_id, by=by, viewer=viewer, skip_check=skip_check)


def look_once_more(order_id: UUID, *, by: User) -> None:
    """Asks the issuer before a first reveal; a used code ends the order with a refund instead."""
    order = Order.objects.select_related("revision").get(pk=order_id)
    _may_reveal(order, by=by, at=clock.now())
    if order.revealed or order.verification_mode != "issuer":
        return
    code_id = vault.code_of(order.pk)
    finding = _book_last_look(order_id, _find(order, code_id, "last_look"))
    if finding == Finding.UNKNOWN:
        message = _(
            "The issuer does not answer at this moment. Try again, or reveal without the check: "
            "the check at the hand-over stands."
        )
        raise refusal(order, "issuer_unavailable", message, by=by, at=clock.now(), retry_after=5)
    if finding != Finding.VALID:
        order.refresh_from_db()
        message = _(
            "The issuer says that this code is no longer good, so it is not shown. "
            "Your money is on its way back."
        )
        raise refusal(order, "code_redeemed", message, by=by, at=clock.now())


@verb
def _book_last_look(order_id: UUID, finding: Finding) -> Finding:
    """Notes a good answer; what is bad has been refunded when this returns."""
    order = locked(order_id)
    at = clock.now()
    if order.revealed or order.state not in {OrderState.DELIVERED, OrderState.COMPLETED}:
        return Finding.VALID  # somebody was faster; the reveal itself decides again
    if finding == Finding.VALID:
        order.last_look_at = at
        order.save(update_fields=["last_look_at"])
    elif finding != Finding.UNKNOWN:
        ending.refund_for_used_code(order, at=at)
    return finding


def _may_reveal(order: Order, *, by: User, at: datetime) -> None:
    only(order, by, Side.BUYER)
    refusals = {
        OrderState.PLACED: ("not_paid", _("You have not paid. There is no code to see yet.")),
        OrderState.PAID: ("not_delivered", _("The code has not been handed over yet.")),
        OrderState.REFUNDED: ("wrong_state", _("This order was refunded; its code is closed.")),
    }
    if order.state == OrderState.REFUNDED and order.revealed:
        message = _("This order was refunded; its code is burnt and not shown again.")
        raise refusal(order, "code_burnt", message, by=by, at=at)
    if order.state in refusals:
        code, message = refusals[OrderState(order.state)]
        raise refusal(order, code, message, by=by, at=at)
    may_take(order, OrderStep.REVEAL_CODE, by=by, at=at)


@verb
def _open(order_id: UUID, *, by: User, viewer: Viewer, skip_check: bool) -> Revealed:
    order = locked(order_id)
    at = clock.now()
    _may_reveal(order, by=by, at=at)
    first = not order.revealed
    if first and not skip_check:
        _last_look_is_fresh(order, by=by, at=at)
    revealed = vault.reveal(
        vault.code_of(order.pk),
        order_id=order.pk,
        by=by,
        at=at,
        ip=viewer.ip,
        agent=viewer.agent,
    )
    if first:
        order.first_revealed_at = at
        order.reminders = 0
        order.needs_staff = ""
        order.inspect_due_at = at + terms.TRY_WITHIN
    note = "without the issuer's answer" if first and skip_check else ""
    advance(order, OrderStep.REVEAL_CODE, by=by, at=at, note=note, nth=revealed.nth)
    return revealed


def _last_look_is_fresh(order: Order, *, by: User, at: datetime) -> None:
    look = order.last_look_at
    if order.verification_mode != "issuer":
        return
    if look is None or look + terms.LAST_LOOK_HOLDS < at:
        message = _("Ask the issuer first, then reveal.")
        raise refusal(order, "issuer_unavailable", message, by=by, at=at)


# --- The end ------------------------------------------------------------------------------------------
@verb
def confirm_receipt(order_id: UUID, *, by: User, expected_state: str = "") -> Order:
    """The buyer tried the code and it works: the seller is paid. Gives up no right [Guo, Liu].

    Raises:
        Refused: `not_delivered`, `not_revealed`, `report_open`, `wrong_state`, `stale_state`.
    """
    order = locked(order_id)
    at = clock.now()
    only(order, by, Side.BUYER)
    if order.state in {OrderState.PLACED, OrderState.PAID}:
        message = _(
            "You can confirm after the code has been handed over and you have revealed it. "
            "Fairhand never asks you to confirm before."
        )
        raise refusal(order, "not_delivered", message, by=by, at=at)
    check_expected(order, expected_state, by=by, at=at)
    may_take(order, OrderStep.CONFIRM, by=by, at=at)
    if not order.revealed:
        message = _("Reveal the code and try it first. You can confirm after that.")
        raise refusal(order, "not_revealed", message, by=by, at=at)
    if order.paused_at is not None:
        message = _("You reported a problem. Wait for the answer before you confirm.")
        raise refusal(order, "report_open", message, by=by, at=at)
    order.confirmed_at = at
    return _complete(order, OrderStep.CONFIRM, by=by, at=at, basis="confirmed after reveal")


@verb
def complete_after_window(order_id: UUID) -> Order:
    """The clock pays the seller when the buyer's time to report has passed in silence."""
    order = locked(order_id)
    at = clock.now()
    due = order.inspect_due_at
    waiting = order.state != OrderState.DELIVERED or order.paused_at is not None
    if waiting or not order.revealed or due is None or due > at:
        return order
    return _complete(order, OrderStep.COMPLETE_AFTER_WINDOW, by=None, at=at, basis="window passed")


def _complete(order: Order, step: str, *, by: User | None, at: datetime, basis: str) -> Order:
    net = settlement.release(order, basis=basis, at=at)
    order.completed_at = at
    order.needs_staff = ""
    advance(order, step, by=by, at=at, net=net)
    listing_stock.use_up(order.listing_id, at=at)
    tell(order, order.seller, "released", at=at, amount=net)
    tell(order, order.buyer, "released", at=at, amount=order.price, due_at=order.claims_until)
    return order


def recheck_unrevealed(order_id: UUID) -> Order:
    """After seven days unrevealed: the issuer decides whether the seller has earned the money."""
    order = Order.objects.select_related("revision").get(pk=order_id)
    if not _is_unrevealed_and_due(order, clock.now()):
        return order
    if order.verification_mode != "issuer":
        return _settle_recheck(order_id, Finding.UNKNOWN)
    return _settle_recheck(order_id, _find(order, vault.code_of(order.pk), "recheck"))


@verb
def _settle_recheck(order_id: UUID, finding: Finding) -> Order:
    order = locked(order_id)
    at = clock.now()
    if not _is_unrevealed_and_due(order, at):
        return order
    if finding == Finding.VALID:
        step = OrderStep.COMPLETE_AFTER_WINDOW
        return _complete(order, step, by=None, at=at, basis="issuer re-check valid")
    if finding == Finding.REDEEMED:
        return ending.refund_for_used_code(order, at=at)
    order.needs_staff = "card_unrevealed"
    order.tries += 1
    order.retry_at = terms.retry_at(order.tries, at)
    order.save(update_fields=["needs_staff", "tries", "retry_at"])
    return order


def _is_unrevealed_and_due(order: Order, at: datetime) -> bool:
    due = order.reveal_due_at
    unrevealed = order.state == OrderState.DELIVERED and not order.revealed
    return unrevealed and due is not None and due <= at and order.paused_at is None
