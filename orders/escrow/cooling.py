"""The cool-down: a released share can be withdrawn three days later."""

from datetime import datetime
from uuid import UUID

from marketplace.lib import clock
from marketplace.lib.verbs import verb
from orders.escrow import codes, ledger
from orders.escrow.models import Earning

A_TICK = 200  # earnings


def mature_due() -> int:
    """Moves every share whose days are over; says how many it looked at."""
    due = Earning.objects.cooling().filter(matures_at__lte=clock.now()).order_by("matures_at")
    waiting = list(due.values_list("pk", flat=True)[:A_TICK])
    for earning_id in waiting:
        mature(earning_id, at=clock.now())
    return len(waiting)


@verb
def mature(earning_id: UUID, *, at: datetime) -> Earning:
    """What is left of the share goes to the wallet; a part that a refund took is not there."""
    earning = Earning.objects.select_for_update(no_key=True, of=("self",)).get(pk=earning_id)
    if earning.matured_at or earning.matures_at > at:
        return earning
    source, wallet = codes.maturing(earning.order_id), codes.wallet(earning.user_id)
    if left := ledger.lock(source, wallet)[source]:
        legs = [(source, -left), (wallet, left)]
        key = f"order:{earning.order_id}:mature"
        ledger.post(key, "mature", legs, order=earning.order_id, at=at)
    earning.matured_at = at
    earning.save(update_fields=["matured_at"])
    return earning
