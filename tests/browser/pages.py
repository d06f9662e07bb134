"""Every page of the site as one of the people of a small world sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from playwright.sync_api import Page

from accounts.models import User
from listings.actions import publish
from listings.facts import CardFacts
from listings.models import Listing
from marketplace.sandbox import issuer
from orders.actions import checkout, delivery, reports
from orders.models import Order
from tests import given
from tests.browser import factors
from tests.browser.look import Look, submit
from tests.remembered import remembered


@dataclass(frozen=True)
class World:
    people: Mapping[str, User]  # by role: buyer, seller, new
    looks: Mapping[str, list[Look]]  # by role, the same and: anybody

    def person(self, role: str) -> User | None:
        return self.people.get(role)


@remembered
def world() -> World:
    """Orders in every state, listings in every state; the slow ones first, then the clock moves."""
    seller, buyer, new = given.person("Mei"), given.person("Bo"), given.person("Nin", level=0)
    listings = _listings(seller)
    orders = _orders(listings, buyer)
    return World(
        {"seller": seller, "buyer": buyer, "new": new},
        {
            "anybody": [*_anybody(listings), *factors.halfway()],
            "buyer": _buyer(listings, orders),
            "seller": _seller(listings, orders),
            "new": [*_new(), *factors.looks()],
        },
    )


def _listings(seller: User) -> dict[str, Listing]:
    cheap = {"face_value": 1_000, "price": 900, "issuer": "sandbox"}
    facts = CardFacts(
        title="Draft 草稿", category="coupons", issuer="sandbox", face_value=1_000, price=900
    )
    made = {
        "many": given.listing(seller, **cheap, quantity=12, title="Game card 10 游戏充值卡"),
        "without codes": given.listing(seller, **cheap, quantity=2, title="Nothing sealed"),
        "far below": given.listing(seller, **(cheap | {"price": 700, "issuer": "orchard"})),
        "held": given.listing(seller, **(cheap | {"price": 400})),
        "withdrawn": given.listing(seller, **cheap, title="Withdrawn"),
        "draft": publish.create_draft(by=seller, facts=facts),
        "reserved": given.listing(seller, **cheap, title="Reserved"),
    }
    publish.withdraw(made["withdrawn"].pk, by=seller)
    return made


def _orders(listings: Mapping[str, Listing], buyer: User) -> dict[str, Order]:
    offer = listings["many"]
    late = given.paid_order(listings["without codes"], buyer)
    given.skip(25)
    made = {
        "late": late,
        "completed": given.completed_order(offer, buyer),
        "refunded": _reported(offer, buyer, used=True),
        "asked": _reported(offer, buyer, used=False),
        "ready": given.delivered_order(offer, buyer),
        "revealed": given.revealed_order(offer, buyer),
        "paid": given.paid_order(listings["without codes"], buyer),
        "cancelled": checkout.cancel(given.placed_order(offer, buyer).pk, by=buyer),
    }
    made["unpaid"] = given.placed_order(listings["reserved"], buyer)
    given.sealed_code(offer)
    return made


def _reported(offer: Listing, buyer: User, *, used: bool) -> Order:
    """A report: of a code used before the reveal, refunded; or one that the issuer can't settle."""
    card = given.card(offer.current.face_value)
    order = given.delivered_order(offer, buyer, of=card)
    if used:
        issuer.redeem(card.number)
        given.skip(1)
    delivery.reveal_code(order.pk, by=buyer, skip_check=used)
    issuer.set_mode("up" if used else "down")
    reports.report_code(order.pk, by=buyer, problem="used", text="It was refused at the till.")
    given.settled(order)
    issuer.set_mode("up")
    return order


# --- What one presses before looking -------------------------------------------------------------
def reveal(page: Page) -> None:
    page.locator("main form .button--primary").click()
    page.locator(".code-panel.is-revealed").wait_for()


def publish_badly(page: Page) -> None:
    page.locator("#id_title").fill("Official card, wechat abc12345")
    page.locator("#id_description").fill("Code 1234 5678 9012 3456")
    page.locator("#id_face_value").fill("50")
    page.locator("#id_price").fill("48")
    submit(page)


def open_menu(page: Page) -> None:
    page.locator(".menu summary").click()


# --- Who sees what -------------------------------------------------------------------------------
def _anybody(listings: Mapping[str, Listing]) -> list[Look]:
    shown = [Look(f"listing {name}", listings[name].get_absolute_url()) for name in SHOWN]
    return [
        Look("home", "/"),
        Look("search", f"/search/?q={quote('游戏')}"),
        Look("search, nothing", "/search/?q=zzzz"),
        Look("search, bad filter", "/search/?price_min=abc&sort=price_up"),
        Look("category", "/c/top-up/"),
        *shown,
        Look("revision", listings["many"].current.get_absolute_url()),
        Look("log in", "/accounts/login/"),
        Look("log in, empty", "/accounts/login/", submit),
        Look("sign up", "/accounts/signup/"),
        Look("sign up, empty", "/accounts/signup/", submit),
        Look("look into your mail", "/accounts/confirm-email/"),
        Look("bad link", "/accounts/confirm-email/nonsense/"),
        Look("forgotten password", "/accounts/password/reset/"),
        Look("mail sent", "/accounts/password/reset/done/"),
        Look("reset", "/accounts/password/reset/key/1-set-password/"),
        Look("help", "/help/"),
        Look("rules", "/rules/"),
        Look("rule", "/rules/orders/release/"),
        Look("problem", "/problems/listing_changed/"),
        Look("not found", "/nothing/here/"),
        Look("mailbox", "/sandbox/mail/?to=nin"),
        Look("components", "/sandbox/components/"),
    ]


SHOWN = ("many", "far below", "withdrawn", "reserved")
EDITED = ("draft", "held", "withdrawn", "reserved")


def _buyer(listings: Mapping[str, Listing], orders: Mapping[str, Order]) -> list[Look]:
    address = {name: order.get_absolute_url() for name, order in orders.items()}
    return [
        Look("home, menu", "/", open_menu),
        Look("checkout", f"{listings['far below'].get_absolute_url()}order/"),
        Look(
            "checkout, changed", f"{listings['many'].get_absolute_url()}order/", _order_an_old_one
        ),
        Look("checkout, reserved", f"{listings['reserved'].get_absolute_url()}order/"),
        Look("buying", "/orders/"),
        *(Look(f"order {name}", path) for name, path in address.items()),
        Look("refused by a rule", f"{address['unpaid']}case/"),
        Look("cancel", f"{address['unpaid']}cancel/"),
        Look("cancel, late", f"{address['late']}cancel/"),
        Look("cancel, too early", f"{address['paid']}cancel/"),
        Look("confirm, too early", f"{address['paid']}confirm/"),
        Look("confirm", f"{address['revealed']}confirm/"),
        Look("confirm, no tick", f"{address['revealed']}confirm/", submit),
        Look("problem", f"{address['revealed']}problem/"),
        Look("problem, empty", f"{address['revealed']}problem/", submit),
        Look("problem, too early", f"{address['paid']}problem/"),
        Look("before the reveal", f"{address['ready']}reveal/"),
        Look("revealed", f"{address['revealed']}reveal/", reveal),
        Look("inbox", "/inbox/"),
    ]


def _order_an_old_one(page: Page) -> None:
    page.locator("[name=revision]").evaluate("field => field.value = '0'")
    submit(page)


def _seller(listings: Mapping[str, Listing], orders: Mapping[str, Order]) -> list[Look]:
    address = {name: order.get_absolute_url() for name, order in orders.items()}
    own = [Look(f"own {name}", listings[name].get_absolute_url()) for name in ("many", *EDITED)]
    edit = [Look(f"edit {name}", f"/sell/{listings[name].pk}/") for name in EDITED]
    return [
        Look("sell", "/sell/"),
        Look("sell, empty", "/sell/", submit),
        Look("sell, red flags", "/sell/", publish_badly),
        *own,
        *edit,
        Look("withdraw", f"/listings/{listings['many'].pk}/withdraw/"),
        Look("my listings", "/listings/mine/"),
        Look("my drafts", "/listings/mine/?show=drafts"),
        Look("selling", "/orders/?side=selling"),
        *(Look(f"sale {name}", path) for name, path in address.items()),
        Look("refund", f"{address['revealed']}refund/"),
        Look("cancel a paid one", f"{address['paid']}cancel/"),
        Look("codes", "/codes/"),
        Look("seal", "/codes/seal/"),
        Look("seal, empty", "/codes/seal/", submit),
        Look("seal several", "/codes/seal/many/"),
        Look("seal for an order", f"/codes/seal/?order={orders['paid'].pk}"),
        Look("wallet", "/wallet/"),
        Look("payout account", "/wallet/account/"),
        Look("withdraw money", "/wallet/withdraw/"),
        Look("deposit", "/wallet/deposit/"),
        Look("deposit back", "/wallet/deposit/withdraw/"),
        Look("issuer", "/sandbox/issuer/"),
        Look("verification, done", "/me/verification/"),
    ]


def _new() -> list[Look]:
    return [
        Look("home, new", "/"),
        Look("sell, not yet", "/sell/"),
        Look("no orders", "/orders/"),
        Look("no sales", "/orders/?side=selling"),
        Look("no codes", "/codes/"),
        Look("nothing to seal", "/codes/seal/"),
        Look("no listings", "/listings/mine/"),
        Look("empty wallet", "/wallet/"),
        Look("empty inbox", "/inbox/"),
        Look("profile", "/me/"),
        Look("verification", "/me/verification/"),
        Look("phone", "/me/verification/phone/"),
        Look("phone code", "/me/verification/phone/code/"),
        Look("identity", "/me/verification/identity/"),
        Look("security", "/me/security/"),
        Look("tokens", "/me/tokens/"),
        Look("close", "/me/close/"),
        Look("change the password", "/accounts/password/change/"),
        Look("change the e-mail", "/accounts/email/"),
        Look("sessions", "/accounts/sessions/"),
        Look("is it you", "/accounts/reauthenticate/?next=/me/tokens/"),
        Look("log out", "/accounts/logout/"),
    ]
