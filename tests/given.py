"""Worlds for tests, built by the real verbs alone: people, listings, orders at each stage.

Whatever asks a gateway or an issuer needs the fixture `market`: they are reached over real HTTP.
"""

import itertools
from datetime import date, datetime

from accounts.actions import sign_up
from accounts.identity.actions import phone, verification
from accounts.inbox.models import Mail
from accounts.models import User
from listings.actions import publish
from listings.facts import CardFacts
from listings.models import Category, Listing
from marketplace.lib.money import Fen
from marketplace.sandbox import clock, deliveries, gateway, issuer
from marketplace.sandbox.models import IssuerCard
from orders.actions import checkout, delivery, ending, stock
from orders.actions.stock import Card
from orders.escrow import deposits, gateway_tasks, wallet
from orders.escrow.models import Code, Payment
from orders.models import Order

PASSWORD = "a password of twelve words"
_count = itertools.count(1)


def person(name: str, *, level: int = 2) -> User:
    """Somebody who has proved as much as `level` asks."""
    number = next(_count)
    email = f"{name.lower()}.{number}@mail.example"
    user = sign_up.sign_up(email=email, password=PASSWORD, name=name)
    sign_up.confirm_email(user.pk)
    if level >= 1:
        confirm_phone(user, f"138{number:08}")
    if level >= 2:
        verification.verify_identity(
            user.pk,
            name=f"{name} Tester",
            document_type="passport",
            number=f"E{number:07}1",
            birth_date=date(1990, 1, 1),
            by=User.objects.get(pk=user.pk),
        )
    return User.objects.get(pk=user.pk)


def confirm_phone(user: User, number: str) -> User:
    phone.send_phone_code(user.pk, phone=number, by=user)
    message = Mail.objects.filter(to__endswith=number[-8:]).latest("created_at")
    return phone.confirm_phone(user.pk, digits=message.text[:6], by=user)


def category(slug: str = "top-up") -> Category:
    return Category.objects.get(slug=slug)


def listing(seller: User, **changes: object) -> Listing:
    """A card of 50 yuan for 48, on sale."""
    facts = {
        "title": "Game card 50 游戏充值卡",
        "description": "Unused, bought by mistake.",
        "category": "top-up",
        "issuer": "sandbox",
        "face_value": 5_000,
        "price": 4_800,
    } | changes
    return publish.offer(by=seller, facts=CardFacts(**facts), guidance_read=True)  # type: ignore[arg-type]


def card(face_value: int = 5_000) -> IssuerCard:
    """A fresh card that the sandbox issuer knows."""
    return issuer.make_card(face_value)


def sealed_code(
    offer: Listing, *, of: IssuerCard | None = None, order: Order | None = None
) -> Code:
    """A code of the sandbox issuer in the vault, in stock or for one paid order."""
    known = of or card(offer.current.face_value)
    return stock.seal_code(
        offer.pk,
        by=offer.seller,
        card=Card(known.number, known.secret, offer.current.face_value, None),
        order_id=order.pk if order else None,
    )


def placed_order(offer: Listing, buyer: User) -> Order:
    return checkout.place(offer.pk, by=buyer, revision=offer.current.number)


def pay(order: Order, *, do: str = "pay", deliver: str = "once") -> Order:
    """Goes to the gateway's page, does `do` there, and lets the messages arrive."""
    at_provider(checkout.start_payment(order.pk, by=order.buyer), do=do, deliver=deliver)
    return settled(order)


def at_provider(payment: Payment, *, do: str = "pay", deliver: str = "once") -> None:
    """What the payer does on the provider's page; its messages have arrived afterwards."""
    gateway_tasks.sweep_commands()
    gateway.act(payment.pk, do=do, deliver=deliver)
    deliveries.wait()


def deposit(user: User, amount: int) -> None:
    """Pays a deposit in, the whole way."""
    at_provider(deposits.start(user.pk, amount=Fen(amount), by=user))
    clock.run_sweeps()


def settled(order: Order) -> Order:
    """The order after everything that is due by now has been done."""
    deliveries.wait()
    clock.run_sweeps()
    return again(order)


def again(order: Order) -> Order:
    return Order.objects.for_pages().get(pk=order.pk)


def paid_order(offer: Listing, buyer: User) -> Order:
    """Paid; delivered already when the listing has a code in stock."""
    return pay(placed_order(offer, buyer))


def delivered_order(offer: Listing, buyer: User, *, of: IssuerCard | None = None) -> Order:
    sealed_code(offer, of=of)
    return paid_order(offer, buyer)


def revealed_order(offer: Listing, buyer: User, *, of: IssuerCard | None = None) -> Order:
    sealed_code(offer, of=of)
    return revealed_order_of_stock(offer, buyer)


def revealed_order_of_stock(offer: Listing, buyer: User) -> Order:
    """As `revealed_order`, with a code that is in stock already."""
    order = paid_order(offer, buyer)
    delivery.reveal_code(order.pk, by=buyer)
    return again(order)


def completed_order(offer: Listing, buyer: User, *, of: IssuerCard | None = None) -> Order:
    order = revealed_order(offer, buyer, of=of)
    return delivery.confirm_receipt(order.pk, by=buyer)


def refund(order: Order, *, recall: bool = False) -> Order:
    """The seller gives the money back."""
    return ending.refund_by_seller(order.pk, by=order.seller, recall=recall)


def known(moment: datetime | None) -> datetime:
    """A time of an order that must have been set by now."""
    assert moment is not None
    return moment


def skip(hours: int) -> None:
    """Moves the sandbox's clock on and does what came due; any number of whole hours."""
    for step in (72, 24, 1):
        for _i in range(hours // step):
            clock.skip(step)
        hours %= step
    deliveries.wait()
    clock.run_sweeps()


def withdrawable(user: User) -> Fen:
    return wallet.wallet_of(user).withdrawable


def staff(name: str = "Chief") -> User:
    """Somebody of ours who may look at everything at the desk."""
    user = person(name, level=0)
    user.is_staff = user.is_superuser = True
    user.save()
    return user
