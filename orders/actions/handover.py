"""The hand-over of a sealed code: three short steps, no lock held while the issuer is asked."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from marketplace.lib import clock
from marketplace.lib.verbs import verb
from orders import terms
from orders.actions import ending, settlement
from orders.actions.steps import advance, locked, refusal, tell, tell_both
from orders.escrow import vault
from orders.escrow.code_life import is_checking
from orders.escrow.issuers.protocol import Finding
from orders.escrow.issuers.registry import ask
from orders.models import Order
from orders.states import OrderState, OrderStep

HANDOVER_SECONDS = 10
LAST_LOOK_SECONDS = 5


def hand_over(order_id: UUID) -> Order:
    """Hands the seller's sealed code to the paid order, once the issuer says that it is good.

    Raises:
        Refused: `not_paid`, when the ledger holds no money for this order [Li, Wang].
    """
    order, code_id = _take_code(order_id)
    if code_id is None:
        return order
    return _settle_hand_over(order_id, code_id, find(order, "handover", code_id))


@verb
def _take_code(order_id: UUID) -> tuple[Order, UUID | None]:
    """The order with the code that is now reserved for it, or with None: nothing to hand over."""
    order = locked(order_id)
    at = clock.now()
    if order.state not in {OrderState.PLACED, OrderState.PAID}:
        return order, None  # it has moved on; a task that comes late does nothing
    if not settlement.is_held(order):
        message = _("The buyer has not paid. Your code stays sealed.")
        raise refusal(order, "not_paid", message, by=None, at=at)
    value = order.revision.face_value  # stock sealed for an older revision may be worth less
    code = vault.take(order.pk, listing_id=order.listing_id, at=at, face_value=value)
    # Without stock the order waits for the seller; sealing a code sets retry_at again.
    order.retry_at = at + terms.RETRY_AFTER[0] if code else None
    order.save(update_fields=["retry_at"])
    return order, code.pk if code else None


def find(order: Order, why: str, code_id: UUID | None = None) -> Finding:
    """What the issuer says of the order's code, or of `code_id`, which is to become it.

    In mode `buyer_attests` there is nobody to ask.
    """
    if order.verification_mode != "issuer":
        return Finding.VALID
    seconds = LAST_LOOK_SECONDS if why == "last_look" else HANDOVER_SECONDS
    question = vault.question(code_id) if code_id else vault.question_of(order.pk)
    answer = ask(question, why=why, seconds=seconds)
    return answer.finding(order.revision.face_value)


@verb
def _settle_hand_over(order_id: UUID, code_id: UUID, finding: Finding) -> Order:
    order = locked(order_id)
    at = clock.now()
    if order.state != OrderState.PAID or not is_checking(code_id, order_id=order.pk):
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
        last4=last4,
        due_at=order.deliver_due_at,
    )
    return order
