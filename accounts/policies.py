"""Pure: what a level allows, and what an account that is being closed may no longer do."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from marketplace.lib.errors import Refused
from marketplace.lib.money import Fen

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Limits:
    """What one person may have going at once; None = no limit."""

    one_order: Fen | None
    unpaid_orders: int
    live_orders: int | None


LIMITS: dict[int, Limits] = {
    0: Limits(Fen(50_000), unpaid_orders=1, live_orders=3),
    1: Limits(Fen(500_000), unpaid_orders=2, live_orders=10),
    2: Limits(None, unpaid_orders=2, live_orders=None),
    3: Limits(None, unpaid_orders=2, live_orders=None),
}
TO_SELL_CARDS = 2


def level_for(price: int) -> int:
    """The lowest level that may spend `price` fen on one order."""
    return next(
        level for level, row in LIMITS.items() if row.one_order is None or price <= row.one_order
    )


def may_trade(user: "User") -> None:
    """Place, publish, seal and offer need an account that is not being closed [Li].

    Raises:
        Refused: `account_closing`.
    """
    if user.state != "ACTIVE":
        raise Refused(
            "account_closing",
            _("Your account is being closed. Open orders and cases run on; nothing new can begin."),
        )


def need_level(user: "User", level: int) -> None:
    """Raises:
    Refused: `level_too_low`, with the level `needed`.
    """
    if user.level < level:
        raise Refused("level_too_low", _NEEDS[level], needed=level, level=user.level)


_NEEDS = {
    1: _("Confirm your phone first. You can do that under “Verification”."),
    2: _("Your real name has to be checked first. You can do that under “Verification”."),
    3: _("This is for checked merchants."),
}
