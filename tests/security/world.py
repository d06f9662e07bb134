"""One small market with something of every kind in it, for the tests that walk all addresses."""

from dataclasses import dataclass
from uuid import UUID

from django.test import Client

from accounts.actions.tokens import SCOPES, create_token
from accounts.inbox.models import Notice
from accounts.models import User
from disputes.models import Case, Evidence, Seat
from marketplace.sandbox.models import SandboxPayment
from orders.actions import reports
from orders.escrow import payouts
from orders.escrow.models import Code, Payment
from tests import given
from tests.disputes import panels
from tests.disputes import world as court
from tests.orders import world as orders
from tests.remembered import remembered

BANK_NUMBER = "6217002870000012345"
TEXT = "It says “used”."


@dataclass
class World:
    seller: User
    buyer: User
    staff: User
    juror: User
    case: Case
    pay_token: str
    things: dict[str, UUID]

    def visitors(self) -> dict[str, Client]:
        """A browser of each kind of person, the stranger first."""
        people = {
            "nobody": None,
            "buyer": self.buyer,
            "seller": self.seller,
            "juror": self.juror,
            "staff": self.staff,
        }
        return {name: browser(person) for name, person in people.items()}


def browser(person: User | None, *, checks: bool = False) -> Client:
    """A browser that is signed in as `person`; `checks` makes forms need their token."""
    client = Client(enforce_csrf_checks=checks, raise_request_exception=False)
    if person is not None:
        client.force_login(person, "accounts.backends.PasswordBackend")
        client.get("/me/")  # the first page of a session notes when it began
    return client


@remembered
def build() -> World:
    """Needs the fixture `market`: somebody bought a code, revealed and reported it; about another
    one there is a case that is being voted on."""
    seller, buyer = given.person("Mei"), given.person("Guo")
    case = voted_on(seller, buyer)
    seat = court.open_seats(case)[0]
    staff = with_every_right(given.person("Desk", level=0))
    offer = given.listing(seller, quantity=3)
    order = given.revealed_order(offer, buyer)
    reports.report_code(order.pk, by=buyer, problem="invalid", text=TEXT)
    given.sealed_code(offer)
    given.placed_order(offer, buyer)
    payment = Payment.objects.get(ref=order.pk)
    account = payouts.add_account(seller.pk, number=BANK_NUMBER, holder="Mei Tester", by=seller)
    token, _value = create_token(buyer.pk, name="laptop", scopes=list(SCOPES), by=buyer)
    return World(
        seller,
        buyer,
        staff,
        court.may_sign_in(seat.juror),
        case,
        SandboxPayment.objects.get(ref=payment.pk).token,
        {
            "listings/": offer.pk,
            "sell/": offer.pk,
            "orders/": order.pk,
            "codes/": Code.objects.filter(order_id=None).latest("sealed_at").pk,
            "pay/": payment.pk,
            "payments/": payment.pk,
            "sandbox/payments/": payment.pk,
            "wallet/account/": account.pk,
            "wallet/payout-accounts/": account.pk,
            "wallet/payouts/": account.pk,  # none yet: an id that is no payout's
            "inbox/": _notice(buyer),
            "notifications/": _notice(buyer),
            "me/tokens/": token.pk,
            "people/": seller.pk,
            **_of_the_court(case, seat),
        },
    )


def voted_on(seller: User, buyer: User, *, words: str = court.STATEMENT) -> Case:
    """17 reviewers read about a code that the buyer calls empty; both sides have shown things."""
    court.pool()
    order = panels.revealed(orders.offer(seller), buyer)
    return court.voting(court.filed(order, statement=words))


def _of_the_court(case: Case, seat: Seat) -> dict[str, UUID]:
    """By what stands before the gap, and for the second gap of an address by its name."""
    exhibit = Evidence.objects.get(case=case, party="buyer", kind="text")
    of_the_case = ("cases/", "court/cases/", "court/draw/", "desk/disputes/case/", "sandbox/cases/")
    none_yet = ("offer", "request_pk", "asked", "ruling", "petition_pk", "trouble")
    return {
        **dict.fromkeys(of_the_case, case.pk),
        "court/seat/": seat.pk,
        "seats/": seat.pk,
        "exhibit": exhibit.pk,
        **dict.fromkeys((*none_yet, "desk/disputes/incident/"), case.pk),
    }


def with_every_right(person: User) -> User:
    """The mightiest account that there can be; what it can't see nobody at the desk sees."""
    person.is_staff = person.is_superuser = True
    person.save(update_fields=["is_staff", "is_superuser"])
    return person


def _notice(person: User) -> UUID:
    pk: UUID = Notice.objects.filter(person=person).latest("at").pk
    return pk
