"""The life of a card code: one table, one function that takes a step, one lock."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from marketplace.lib.errors import Refused
from marketplace.lib.states import Life, Side, move, require
from orders.escrow.models import Code, CodeState

_S = CodeState
_CLOCK = (Side.CLOCK,)

CODE_LIFE: Life = {
    "take": move(_S.SEALED, to=_S.CHECKING, by=_CLOCK),
    "assign": move(_S.CHECKING, to=_S.ASSIGNED, by=_CLOCK),
    "reject": move(_S.CHECKING, to=_S.REJECTED, by=_CLOCK),
    "put_back": move(_S.SEALED, _S.CHECKING, _S.ASSIGNED, to=_S.SEALED, by=_CLOCK),
    "reveal": move(_S.ASSIGNED, _S.REVEALED, to=_S.REVEALED, by=(Side.BUYER,)),
    "burn": move(_S.ASSIGNED, _S.REVEALED, to=_S.BURNT, by=_CLOCK),
    "withdraw": move(_S.SEALED, _S.CHECKING, to=_S.WITHDRAWN, by=(Side.SELLER,)),
}


def step(code: Code, name: str, **changes: object) -> Code:
    """Takes the step for the locked code and saves it with `changes`; nothing else sets a state.

    Raises:
        Refused: `wrong_state`, when the table has no such step from here.
    """
    code.state = require(CODE_LIFE, name, code.state)
    for field, value in changes.items():
        setattr(code, field, value)
    code.save(update_fields=["state", *changes])
    return code


def locked(code_id: UUID, order_id: UUID | None = None) -> Code:
    """The code under its lock; the order, where there is one, was locked before it.

    Raises:
        Refused: `not_found`, also when it is not this order's.
    """
    found = Code.objects.select_for_update(no_key=True).filter(pk=code_id)
    code = (found.filter(order_id=order_id) if order_id else found).first()
    if code is None:
        raise Refused("not_found", _("We can't find that."))
    return code


def locked_of(order_id: UUID) -> Code | None:
    """The order's own code under its lock, or None."""
    return Code.objects.select_for_update(no_key=True).of_order(order_id).first()


def locked_free(listing_id: UUID, *, today: date, face_value: int | None = None) -> Code | None:
    """The oldest free code of the listing's stock under its lock; None when there is none.

    Codes that somebody holds at this moment are skipped, so that buyers don't queue; only when
    nothing else is left is such a one waited for, because it may turn out to be free.
    """
    stock = Code.objects.in_stock(listing_id).unexpired(today).order_by("sealed_at")
    if face_value is not None:
        stock = stock.filter(face_value=face_value)
    free = stock.select_for_update(skip_locked=True, no_key=True).first()
    return free or stock.select_for_update(no_key=True).first()


def is_checking(code_id: UUID, *, order_id: UUID) -> bool:
    """Whether the code is still in question for this order; false once either has moved on."""
    return Code.objects.filter(pk=code_id, order_id=order_id, state=CodeState.CHECKING).exists()
