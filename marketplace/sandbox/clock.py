"""Moving the sandbox's clock: forward only, and then everything that came due is done."""

from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from accounts.inbox import tasks as mail
from disputes import sweeps as court
from disputes.models import CaseEvent
from disputes.states import CaseRole
from marketplace.lib import clock as our_clock
from marketplace.lib.errors import invalid
from marketplace.lib.states import Side
from marketplace.sandbox import deliveries
from marketplace.sandbox.models import ClockSkip
from orders import sweeps
from orders.escrow import gateway_tasks
from orders.escrow import tasks as escrow
from orders.models import OrderEvent

STEPS = (1, 24, 72)  # hours
PASSES = 4  # one sweep's work can make the next one's

Sweep = Callable[[], object]
OTHERS: tuple[Sweep, ...] = (
    deliveries.send_due,
    gateway_tasks.sweep_events,
    gateway_tasks.sweep_commands,
    escrow.mature,
    mail.sweep_mail,
)


def skip(hours: int) -> int:
    """Moves the clock by 1, 24 or 72 hours and runs all sweeps; answers the steps that it took.

    Raises:
        Refused: `invalid` for any other number.
    """
    if hours not in STEPS:
        raise invalid("hours", _("The clock moves by 1, 24 or 72 hours."), code="bad_choice")
    return move(timedelta(hours=hours))


def move(by: timedelta) -> int:
    """The same by any time; the bar offers whole steps only."""
    ClockSkip.objects.create(skipped=by)
    our_clock.forget()
    return run_sweeps()


def run_sweeps() -> int:
    """Everything that is due, until a pass moves nothing any more; answers the steps it took."""
    before = _steps_of_the_clock()
    for _pass in range(PASSES):
        seen = _steps_of_the_clock()
        our_clock.forget()  # what a partner has just written is due too
        for sweep in OTHERS:
            sweep()
        sweeps.everything_due()
        court.everything_due()
        if _steps_of_the_clock() == seen:
            break
    return _steps_of_the_clock() - before


def _steps_of_the_clock() -> int:
    orders = OrderEvent.objects.filter(side=Side.CLOCK).count()
    return orders + CaseEvent.objects.filter(role=CaseRole.CLOCK).count()
