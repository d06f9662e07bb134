"""One small market with something of every kind in it, for the tests that walk all addresses."""

from dataclasses import dataclass
from uuid import UUID

from django.test import Client

from accounts.actions.tokens import SCOPES, create_token
from accounts.inbox.models import Notice
from accounts.models import User
from marketplace.sandbox.models import SandboxPayment
from orders.actions import reports
from orders.escrow import payouts
from orders.escrow.models import Code, Payment
from tests import given

BANK_NUMBER = "6217002870000012345"
TEXT = "It says “used”."


@dataclass
class World:
    seller: User
    buyer: User
    staff: User
    pay_token: str
    things: dict[str, UUID]

    def visitors(self) -> dict[str, Client]:
        """A browser of each kind of person, the stranger first."""
        people = {"nobody": None, "buyer": self.buyer, "seller": self.seller, "staff": self.staff}
        return {name: browser(person) for name, person in people.items()}


def browser(person: User | None, *, checks: bool = False) -> Client:
    """A browser that is signed in as `person`; `checks` makes forms need their token."""
    client = Client(enforce_csrf_checks=checks, raise_request_exception=False)
    if person is not None:
        client.force_login(person, "accounts.backends.PasswordBackend")
        client.get("/me/")  # the first page of a session notes when it began
    return client


def build() -> World:
    """Needs the fixture `market`: somebody bought a code, revealed and reported it."""
    seller, buyer = given.person("Mei"), given.person("Guo")
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
        },
    )


def with_every_right(person: User) -> User:
    """The mightiest account that there can be; what it can't see nobody at the desk sees."""
    person.is_staff = person.is_superuser = True
    person.save(update_fields=["is_staff", "is_superuser"])
    return person


def _notice(person: User) -> UUID:
    pk: UUID = Notice.objects.filter(person=person).latest("at").pk
    return pk
