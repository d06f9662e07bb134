"""The buttons of the order page: one table by state and side, cut down to what is allowed now."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.lib.money import yuan
from orders.models import Order
from orders.page import OrderPage
from orders.states import OrderState


@dataclass(frozen=True)
class Action:
    """What components/action.html draws: a link, or with `post` a form of one button."""

    label: str
    url: str
    post: bool = False
    expected: str = ""


@dataclass(frozen=True)
class Buttons:
    primary: Action | None = None
    secondary: Action | None = None
    danger: Action | None = None


def buttons(page: OrderPage) -> Buttons:
    """What may be pressed on this page; a step that is not open has no button at all [Guo]."""
    if page.order.state == OrderState.DISPUTED:
        address = reverse("case", args=[page.order.open_case_id])
        return Buttons(primary=Action(_("Open the case"), address))
    return _for_buyer(page) if page.is_buyer else _for_seller(page)


def _for_buyer(page: OrderPage) -> Buttons:
    order = page.order
    if order.state == OrderState.PLACED:
        return Buttons(primary=_pay(page), danger=_if_open(page, "cancel", _cancel))
    if order.state == OrderState.PAID:
        return Buttons(danger=_if_open(page, "cancel", _cancel))
    if not order.revealed:
        return Buttons(primary=_if_open(page, "reveal_code", _reveal))
    if "confirm" in page.steps:
        confirm = _link(order, _("It works – go to Confirm"), "order_confirm")
        return Buttons(primary=confirm, secondary=_reveal(order))
    return Buttons(secondary=_if_open(page, "reveal_code", _reveal))


def _for_seller(page: OrderPage) -> Buttons:
    order = page.order
    seal = None
    if "seal_code" in page.steps and page.code is None:
        address = f"{reverse('codes_seal')}?order={order.pk}"
        seal = Action(_("Seal the code for this order"), address)
    cancel = _if_open(page, "cancel", _seller_cancel)
    return Buttons(primary=seal, danger=cancel or _if_open(page, "refund", _refund))


def _if_open(page: OrderPage, step: str, make: Callable[[Order], Action]) -> Action | None:
    return make(page.order) if step in page.steps else None


def _link(order: Order, label: str, name: str) -> Action:
    return Action(label, reverse(name, args=[order.pk]))


def _pay(page: OrderPage) -> Action:
    order = page.order
    address = reverse("order_pay", args=[order.pk])
    label = _("Pay {amount}").format(amount=yuan(order.price))
    return Action(label, address, post=True, expected=order.state)


def _cancel(order: Order) -> Action:
    if not order.was_paid:
        return _link(order, _("Cancel the order"), "order_cancel")
    label = _("Cancel – get {amount} back").format(amount=yuan(order.price))
    return _link(order, label, "order_cancel")


def _seller_cancel(order: Order) -> Action:
    label = _("Cancel and refund") if order.was_paid else _("Cancel the order")
    return _link(order, label, "order_cancel")


def _reveal(order: Order) -> Action:
    label = _("Look at the code again") if order.revealed else _("Reveal the code")
    return _link(order, label, "order_reveal")


def _refund(order: Order) -> Action:
    label = _("Refund") if order.revealed else _("Refund and take the code back")
    return _link(order, label, "order_refund")
