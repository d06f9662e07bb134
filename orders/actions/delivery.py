"""From a delivered code to a paid seller: look once more, reveal, confirm, complete."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from listings.actions import stock as listing_stock
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.states import Side
from marketplace.lib.verbs import verb
from orders import terms
from orders.actions import ending, settlement
from orders.actions.handover import find
from orders.actions.steps import (
    advance,
    check_expected,
    locked,
    looked_up,
    may_take,
    only,
    refusal,
    tell,
)
from orders.escrow import vault
from orders.escrow.issuers.protocol import Finding
from orders.escrow.vault import Revealed, VaultTampered
from orders.models import Order
from orders.states import OrderState, OrderStep


# --- Reveal --------------------------------------------------------------------------------------
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
    try:
        finding = None if skip_check else _look_once_more(order_id, by=by)
        opened = _open(order_id, by=by, viewer=viewer, finding=finding, skip_check=skip_check)
    except VaultTampered:
        Order.objects.filter(pk=order_id).update(needs_staff="code_damaged")
        message = _("The code can't be opened. A person looks at it now; your money stays held.")
        raise Refused("internal", message) from None
    if isinstance(opened, Order):
        message = _(
            "The issuer says that this code is no longer good, so it is not shown. "
            "Your money is on its way back."
        )
        raise refusal(opened, "code_redeemed", message, by=by, at=clock.now())
    return opened


def _look_once_more(order_id: UUID, *, by: User) -> Finding | None:
    """What the issuer says just before a first reveal; None when it is not to be asked."""
    order = looked_up(order_id)
    _may_reveal(order, by=by, at=clock.now())
    if order.revealed or order.verification_mode != "issuer":
        return None
    finding = find(order, "last_look")
    if finding == Finding.UNKNOWN:
        raise _silent_issuer(order, by=by, at=clock.now())
    return finding


def _silent_issuer(order: Order, *, by: User, at: datetime) -> Refused:
    message = _(
        "The issuer does not answer at this moment. Try again, or reveal without the check: "
        "the check at the hand-over stands."
    )
    return refusal(order, "issuer_unavailable", message, by=by, at=at, retry_after=5)


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
def _open(
    order_id: UUID, *, by: User, viewer: Viewer, finding: Finding | None, skip_check: bool
) -> Revealed | Order:
    """The code; or the order, which has been refunded because the issuer no longer takes it."""
    order = locked(order_id)
    at = clock.now()
    _may_reveal(order, by=by, at=at)
    first = not order.revealed
    if first and not skip_check and order.verification_mode == "issuer":
        if finding is None:
            raise _silent_issuer(order, by=by, at=at)
        if finding != Finding.VALID:
            return ending.refund_for_used_code(order, at=at)
        order.last_look_at = at
    revealed = vault.reveal(order.pk, by=by, at=at, ip=viewer.ip, agent=viewer.agent)
    if first:
        _start_trying(order, at)
    note = "without the issuer's answer" if first and skip_check else ""
    advance(order, OrderStep.REVEAL_CODE, by=by, at=at, note=note, nth=revealed.nth)
    return revealed


def _start_trying(order: Order, at: datetime) -> None:
    order.first_revealed_at = at
    order.reminders = 0
    order.needs_staff = ""
    order.inspect_due_at = at + terms.TRY_WITHIN


# --- The end -------------------------------------------------------------------------------------
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
    order.completed_at = due  # a sweep that comes late does not make the order younger
    return _complete(order, OrderStep.COMPLETE_AFTER_WINDOW, by=None, at=at, basis="window passed")


def _complete(order: Order, step: str, *, by: User | None, at: datetime, basis: str) -> Order:
    net = settlement.release(order, basis=basis, at=at)
    order.completed_at = order.completed_at or at
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
    return _settle_recheck(order_id, find(order, "recheck"))


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
