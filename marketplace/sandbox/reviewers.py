"""Simulated reviewers: real accounts with one completed trade each, who vote as they are told.

They come to their duty by the real verbs; only their age is written, since nobody waits 90 days
in a sandbox, and the minute of reading.
"""

import random
import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from disputes import roster
from disputes.actions import jury, service
from disputes.claims import CLAIMS
from disputes.models import Case, Seat, Winner
from disputes.models.jury import OPEN_SEAT
from disputes.states import CaseState
from listings.actions import publish
from listings.facts import CardFacts
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.sandbox import clock as sandbox_clock
from marketplace.sandbox import deliveries, gateway, people
from orders.actions import checkout, delivery, stock
from orders.actions.stock import Card
from orders.escrow import gateway_tasks
from orders.escrow.models import Payment
from orders.models import Order

OLD_ENOUGH = timedelta(days=120)
A_MINUTE = timedelta(seconds=61)
EMAILS = "@sandbox.example"
FACE = 2_000  # fen
FACTS = CardFacts(
    title="Top-up 20 for practice",
    description="Sold once to somebody who wants to try the market.",
    category="top-up",
    issuer="orchard",  # offers no check: a hundred of these orders ask nobody
    face_value=FACE,
    price=FACE - 100,
)
REASONS = (
    "The times that Fairhand recorded fit what this side says, and nothing speaks against it.",
    "I compared both statements with the record; this side’s account is the more likely one.",
    "The issuer’s answers and the order of events support this side.",
    "Neither side shows everything, but what there is speaks for this one.",
)


# --- Making them ----------------------------------------------------------------------------------
def make(count: int) -> list[people.Made]:
    """So many people who can be drawn from now on; a new roster holds them."""
    made = [people.make(level=2) for _number in range(count)]
    _trade_once([one.person for one in made])
    for one in made:
        _come_to_duty(one.person)
    roster.build_roster(at=clock.now())
    return made


def _trade_once(made: Sequence[User]) -> None:
    """Every second one sells a small card to the next: both have completed an order then."""
    sellers, buyers = made[::2], [*made[1::2], made[0]]
    payments = [_placed(seller, buyer) for seller, buyer in zip(sellers, buyers, strict=False)]
    for payment in payments:
        gateway.act(payment.pk, do="pay", deliver="once")
    deliveries.wait()
    sandbox_clock.run_sweeps()
    placed = Order.objects.filter(pk__in=[payment.ref for payment in payments])
    for order in placed.select_related("buyer"):
        delivery.reveal_code(order.pk, by=order.buyer)
        delivery.confirm_receipt(order.pk, by=order.buyer)
    everybody = User.objects.filter(pk__in=[person.pk for person in made])
    everybody.update(date_joined=F("date_joined") - OLD_ENOUGH)


def _placed(seller: User, buyer: User) -> Payment:
    """An order with a code in stock; the provider knows the payment."""
    offer = publish.offer(by=seller, facts=FACTS, guidance_read=True)
    card = Card(f"{secrets.randbelow(10**16):016}", secrets.token_hex(4).upper(), FACE, None)
    stock.seal_code(offer.pk, by=seller, card=card)
    order = checkout.place(offer.pk, by=buyer, revision=offer.current.number)
    payment = checkout.start_payment(order.pk, by=buyer)
    gateway_tasks.sweep_commands()
    return payment


@transaction.atomic
def _come_to_duty(person: User) -> None:
    """Opts in, and answers the practice cases like their model answers."""
    service.opt_in(person.pk, by=person)
    for case in service.to_practise(person):
        service.answer_practice(
            person.pk,
            slug=case.slug,
            by=person,
            side=case.side,
            findings=case.findings,
            rationale=REASONS[0],
        )


# --- Letting them vote ----------------------------------------------------------------------------
def vote(case_id: UUID, *, buyer: int, seller: int, order: str = "losing_first") -> int:
    """Real seats, the real verb, until that many have voted or the ninth vote closed the case.

    The losing side's votes come first, so that exactly the tally asked for is reached; with
    `order="random"` the case may close earlier. Answers how many voted.

    Raises:
        Refused: `case_not_open_for_votes`, or `invalid` when the case has fewer open seats than
            votes were asked for.
    """
    if Case.objects.get(pk=case_id).state != CaseState.VOTING:
        raise Refused("case_not_open_for_votes", _("This case is not being voted on."))
    sides = _sides(buyer, seller, order)
    seats = list(open_seats(case_id))
    if not 1 <= len(sides) <= len(seats):
        message = _("So many simulated reviewers do not sit on this case.")
        raise invalid("buyer", message, code="too_large")
    return sum(_cast(seat, side) for seat, side in zip(seats, sides, strict=False))


def fill(case_id: UUID, *, buyer: int, seller: int) -> int:
    """Votes on top of those cast before, as far as there are open seats."""
    places = len(open_seats(case_id))
    fewer, more = min(buyer, seller), max(buyer, seller)
    first = min(fewer, max(places - more, 0)) if places < fewer + more else fewer
    rest = min(more, places - first)
    votes = (rest, first) if buyer >= seller else (first, rest)
    return vote(case_id, buyer=votes[0], seller=votes[1]) if places else 0


def open_seats(case_id: UUID) -> Sequence[Seat]:
    """The simulated reviewers who have not voted yet; the demo's own juror is left to vote."""
    rows = Seat.objects.filter(case_id=case_id, state__in=OPEN_SEAT, round=F("case__round"))
    simulated = rows.filter(juror__email__endswith=EMAILS, due_at__gt=clock.now())
    return list(simulated.select_related("juror", "case").order_by("chair"))


def _sides(buyer: int, seller: int, order: str) -> list[str]:
    votes = [(buyer, Winner.BUYER), (seller, Winner.SELLER)]
    ordered = [str(side) for count, side in sorted(votes) for _number in range(count)]
    if order == "random":
        random.shuffle(ordered)
    return ordered


def _cast(seat: Seat, side: str) -> bool:
    case = Case.objects.get(pk=seat.case_id)
    if case.state != CaseState.VOTING:
        return False
    jury.open_bundle(seat.pk, by=seat.juror)
    Seat.objects.filter(pk=seat.pk).update(opened_at=F("opened_at") - A_MINUTE)
    reason = REASONS[seat.chair % len(REASONS)]
    finding = next(iter(CLAIMS[case.claim].findings))
    jury.cast_vote(seat.pk, by=seat.juror, side=side, findings=[finding], rationale=reason)
    return True
