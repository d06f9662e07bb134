"""The whole life of an order on one screen: its states, its steps, and the words for them."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.lib.states import Life, Move, Side, move

BUYER, SELLER, CLOCK = Side.BUYER, Side.SELLER, Side.CLOCK


class OrderState(models.TextChoices):
    PLACED = "PLACED", _("Ordered – NOT PAID")
    PAID = "PAID", _("Paid – money held by Fairhand")
    DELIVERED = "DELIVERED", _("Delivered")
    COMPLETED = "COMPLETED", _("Completed")
    CANCELLED = "CANCELLED", _("Cancelled")
    REFUNDED = "REFUNDED", _("Refunded")
    DISPUTED = "DISPUTED", _("Case open – money frozen")


class OrderStep(models.TextChoices):
    PLACE = "place", _("Ordered. Nothing is paid yet.")
    PAY = "pay", _("Paid. Fairhand holds the money.")
    EXPIRE = "expire", _("Ended, because it was not paid in time.")
    CANCEL = "cancel", _("Cancelled.")
    DELIVER_CODE = "deliver_code", _("The code was handed over. It waits for its first reveal.")
    REVEAL_CODE = "reveal_code", _("The code was revealed.")
    CONFIRM = "confirm", _("The buyer confirmed that the code works.")
    COMPLETE_AFTER_WINDOW = "complete_after_window", _("The time to report a problem ended.")
    REPORT_CODE = "report_code", _("The buyer reported a problem with the code.")
    ANSWER_REPORT = "answer_report", _("The issuer answered the report.")
    REFUND = "refund", _("The money went back to the buyer.")
    OPEN_CASE = "open_case", _("A case was opened. The money is frozen.")
    SETTLE_BY_VERDICT = "settle_by_verdict", _("The case is over.")


_S = OrderState
_CASES_FROM = (_S.DELIVERED, _S.COMPLETED, _S.CANCELLED, _S.REFUNDED)
LIFE: Life = {
    OrderStep.PAY: move(_S.PLACED, to=_S.PAID, by=(CLOCK,)),
    OrderStep.EXPIRE: move(_S.PLACED, to=_S.CANCELLED, by=(CLOCK,)),
    OrderStep.CANCEL: move(_S.PLACED, _S.PAID, to=_S.CANCELLED, by=(BUYER, SELLER, CLOCK)),
    OrderStep.DELIVER_CODE: move(_S.PAID, to=_S.DELIVERED, by=(CLOCK,)),
    OrderStep.REVEAL_CODE: move(_S.DELIVERED, _S.COMPLETED, to=None, by=(BUYER,)),
    OrderStep.CONFIRM: move(_S.DELIVERED, to=_S.COMPLETED, by=(BUYER,)),
    OrderStep.COMPLETE_AFTER_WINDOW: move(_S.DELIVERED, to=_S.COMPLETED, by=(CLOCK,)),
    OrderStep.REPORT_CODE: move(_S.DELIVERED, _S.COMPLETED, to=None, by=(BUYER,)),
    OrderStep.ANSWER_REPORT: move(_S.DELIVERED, _S.COMPLETED, to=None, by=(CLOCK,)),
    OrderStep.REFUND: move(_S.DELIVERED, _S.COMPLETED, to=_S.REFUNDED, by=(SELLER, CLOCK)),
    OrderStep.OPEN_CASE: move(*_CASES_FROM, to=_S.DISPUTED, by=(BUYER, SELLER)),
    # Decided: REFUNDED or COMPLETED. Withdrawn or dismissed: where the order was before.
    OrderStep.SETTLE_BY_VERDICT: move(_S.DISPUTED, to=_CASES_FROM, by=(CLOCK,)),
}

LIVE = (OrderState.PLACED, OrderState.PAID, OrderState.DELIVERED, OrderState.DISPUTED)
FINAL = (OrderState.CANCELLED, OrderState.REFUNDED)

# The sentence of each state for each side; `{time}` and `{amount}` come from terms.sentence_facts.
# PLACED never says anything that could be read as paid, in any language [Li, Wang].
SENTENCES: Mapping[tuple[str, Side], object] = {
    (_S.PLACED, BUYER): _("Ordered – NOT PAID. Pay by {time} or the order ends."),
    (_S.PLACED, SELLER): _(
        "Ordered – NOT PAID. Do not send anything. Fairhand will tell you when the money is held."
    ),
    (_S.PAID, BUYER): _(
        "Paid – money held by Fairhand. The seller must deliver by {time}. "
        "The seller has not been paid."
    ),
    (_S.PAID, SELLER): _("Paid – money held by Fairhand. Deliver by {time}."),
    (_S.DELIVERED, BUYER): _("Your code is ready. Reveal it, use it, then confirm."),
    (_S.DELIVERED, SELLER): _("Delivered. Money held until the buyer confirms or {time} passes."),
    (_S.COMPLETED, BUYER): _(
        "Completed. The seller has been paid. You can still claim until {time}."
    ),
    (_S.COMPLETED, SELLER): _("Completed. {amount} released to your wallet."),
    (_S.REFUNDED, BUYER): _("Refunded: {amount}."),
    (_S.REFUNDED, SELLER): _("Refunded to the buyer: {amount}. You can still claim until {time}."),
    (_S.DISPUTED, BUYER): _("Case open – money frozen."),
    (_S.DISPUTED, SELLER): _("Case open – money frozen."),
}
NEVER_PAID: Mapping[Side, object] = {
    BUYER: _("Cancelled – never paid."),
    SELLER: _("Cancelled – never paid. Do not send anything."),
}
PAID_BACK: Mapping[Side, object] = {
    BUYER: _("Cancelled – {amount} refunded."),
    SELLER: _("Cancelled – the money went back to the buyer."),
}


# Completed by a decision, which may have given a part of the money to each.
DECIDED: Mapping[Side, object] = {
    BUYER: _("Decided. {back} came back to you, the seller got the rest."),
    SELLER: _("Decided. {amount} released to your wallet."),
}


def sources(step: str) -> frozenset[str]:
    row: Move = LIFE[step]
    return row.sources
