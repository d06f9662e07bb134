"""The demo's listings and one order in each state a visitor wants to see; all by the verbs."""

from collections.abc import Mapping
from datetime import timedelta

from accounts.models import User
from listings.actions import publish
from listings.facts import CardFacts
from listings.models import Listing
from marketplace.lib.money import Fen
from marketplace.sandbox import clock, deliveries, gateway, issuer
from marketplace.sandbox.demo import court, offers
from marketplace.sandbox.demo.offers import Offer
from marketplace.sandbox.models import IssuerCard
from orders.actions import checkout, delivery, reports, stock
from orders.actions.stock import Card
from orders.escrow import deposits, gateway_tasks
from orders.escrow.models import Payment
from orders.models import Order

People = Mapping[str, User]


def make(people: People) -> None:
    """The story takes some six days of sandbox time; what is near a deadline comes last."""
    for seller in ("mei", "jun"):
        _pay_deposit(people[seller])
    listings = {offer.title: _offer(people, offer) for offer in offers.OFFERS}
    _other_listings(people)
    _ended_orders(people, listings)
    cases = court.open_two(*(_for_court(people, name) for name in ("voting", "narrow")))
    clock.move(timedelta(days=2))
    court.open_silent(_for_court(people, "silent"))
    _running_orders(people, listings)
    court.let_vote(*cases)


def _facts(offer: Offer) -> CardFacts:
    return CardFacts(
        title=offer.title,
        description=offer.description,
        category=offer.category,
        issuer=offer.issuer,
        face_value=offer.face_value * 100,
        price=offer.price * 100,
        quantity=offer.quantity,
    )


def _offer(people: People, offer: Offer) -> Listing:
    return publish.offer(by=people[offer.seller], facts=_facts(offer), guidance_read=True)


def _other_listings(people: People) -> None:
    """One draft, one that a red flag holds, one withdrawn, one with a caution."""
    publish.create_draft(by=people["mei"], facts=_facts(offers.DRAFT))
    _offer(people, offers.HELD)
    gone = _offer(people, offers.WITHDRAWN)
    publish.withdraw(gone.pk, by=gone.seller)
    _offer(people, offers.CHEAP)


def _ended_orders(people: People, listings: Mapping[str, Listing]) -> None:
    buyer = people["buyer"]
    checkout.cancel(_ordered(listings["Coffee voucher 35"], buyer).pk, by=buyer)
    sold = _offer(people, offers.SOLD)
    _completed(sold, buyer)
    _completed(listings["Game card 50"], buyer)
    bad = _card(listings["Phone top-up 20"])
    order = _delivered(listings["Phone top-up 20"], buyer, card=bad)
    clock.move(timedelta(hours=1))
    issuer.redeem(bad.number)
    clock.move(timedelta(hours=1))
    delivery.reveal_code(order.pk, by=buyer, skip_check=True)
    reports.report_code(order.pk, by=buyer, problem="used", text="It was refused at the till.")
    _settle()


def _running_orders(people: People, listings: Mapping[str, Listing]) -> None:
    buyer = people["buyer"]
    _paid(listings["Gift card for a bookshop 100"], buyer)  # overdue a day later
    clock.move(timedelta(hours=25))
    _delivered(listings["Metro card top-up 30"], buyer)
    _delivered(listings["Game card 50"], buyer)
    revealed = _delivered(listings["超市购物卡 100元"], buyer)
    delivery.reveal_code(revealed.pk, by=buyer)
    clock.move(timedelta(hours=4))
    _completed(listings["Music membership, one month"], buyer)
    _paid(listings["手机充值卡 100元"], buyer)
    expired = _ordered(listings["奶茶券 18元"], buyer)
    clock.move(timedelta(minutes=16))
    _settle()
    checkout.expire(expired.pk)
    _ordered(listings["Mobile data card 10"], buyer)
    clock.move(timedelta(minutes=6))


# --- Steps ---------------------------------------------------------------------------------------
def _ordered(listing: Listing, buyer: User) -> Order:
    return checkout.place(listing.pk, by=buyer, revision=listing.current.number)


def _paid(listing: Listing, buyer: User) -> Order:
    order = _ordered(listing, buyer)
    _pay(checkout.start_payment(order.pk, by=buyer))
    return order


def _pay(payment: Payment) -> None:
    gateway_tasks.sweep_commands()
    gateway.act(payment.pk, do="pay", deliver="once")
    _settle()


def _settle() -> None:
    deliveries.wait()
    clock.run_sweeps()


def _pay_deposit(seller: User) -> None:
    _pay(deposits.start(seller.pk, amount=Fen(100_000), by=seller))


def _card(listing: Listing) -> IssuerCard:
    return issuer.make_card(listing.current.face_value, by=listing.seller)


def _delivered(listing: Listing, buyer: User, *, card: IssuerCard | None = None) -> Order:
    known = card or _card(listing)
    sealed = Card(known.number, known.secret, listing.current.face_value, None)
    stock.seal_code(listing.pk, by=listing.seller, card=sealed)
    return _paid(listing, buyer)


def _for_court(people: People, name: str) -> Order:
    return _revealed(_offer(people, offers.IN_COURT[name]), people["buyer"])


def _revealed(listing: Listing, buyer: User) -> Order:
    order = _delivered(listing, buyer)
    delivery.reveal_code(order.pk, by=buyer)
    return Order.objects.for_pages().get(pk=order.pk)


def _completed(listing: Listing, buyer: User) -> Order:
    order = _delivered(listing, buyer)
    delivery.reveal_code(order.pk, by=buyer)
    return delivery.confirm_receipt(order.pk, by=buyer)
