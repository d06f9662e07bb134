"""Every route for everybody: who may open it, and who is not even told that it is there.

A route of the API that has no row here fails the suite.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver

from accounts.inbox.models import Notice
from accounts.models import User
from disputes.actions import evidence
from disputes.models import Case, Evidence
from listings.models import Listing
from marketplace import api as routes
from marketplace.sandbox.models import IssuerCard
from orders.escrow.models import Code, Payment
from orders.models import Order
from tests import given
from tests.api.client import Answer, Api
from tests.api.conftest import token_of
from tests.disputes import world as court

YUAN = {"amount": 4800, "currency": "CNY"}
FACE = {"amount": 5000, "currency": "CNY"}

ANYONE, READER = (200, 200, 200, 200), (401, 200, 200, 200)
ONLY_SESSIONS = (401, 403, 403, 403)  # every role here carries a token


@dataclass
class World:
    """One delivered order that nobody has revealed, another with a case, a stranger to both."""

    stranger: User
    buyer: User
    seller: User
    listing: Listing
    card: IssuerCard
    order: Order
    case: Case

    def __post_init__(self) -> None:
        self.exhibit = Evidence.objects.get(case=self.case, party="buyer", kind="text")
        self.code = Code.objects.get(order_id=self.order.pk)
        self.payment = Payment.objects.get(ref=self.order.pk)
        self.notice = Notice.objects.filter(person=self.buyer).latest("at")

    def draft(self) -> dict[str, Any]:
        return {
            "kind": "card",
            "title": "Another card",
            "category": self.listing.category.slug,
            "price": YUAN,
            "face_value": FACE,
            "issuer": "sandbox",
        }

    def claim(self) -> dict[str, Any]:
        return {
            "order": str(self.order.pk),
            "claim": "other",
            "remedy": "refund_full",
            "statement": court.STATEMENT,
        }

    def seal(self) -> dict[str, Any]:
        return {
            "listing": str(self.listing.pk),
            "number": self.card.number,
            "secret": self.card.secret,
            "face_value": FACE,
        }


@dataclass(frozen=True)
class Row:
    """What nobody, a stranger, the buyer and the seller of the order get; all with a valid body."""

    method: str
    path: str
    statuses: tuple[int, int, int, int]
    body: Callable[[World], dict[str, Any]] = lambda world: {}
    at: Callable[[World], dict[str, Any]] = lambda world: {}


def _listing(world: World) -> dict[str, Any]:
    return {"pk": world.listing.pk}


def _order(world: World) -> dict[str, Any]:
    return {"pk": world.order.pk}


def _code(world: World) -> dict[str, Any]:
    return {"pk": world.code.pk}


def _case(world: World) -> dict[str, Any]:
    return {"pk": world.case.pk}


def _nine(world: World) -> dict[str, Any]:
    return {"case": str(world.case.pk), "buyer": 9, "seller": 0}


def _no_request(world: World) -> dict[str, Any]:
    return {"pk": world.case.pk, "asked": uuid4()}


def _no_practice(_world: World) -> dict[str, Any]:
    return {"slug": "no-such-case"}


def _nowhere(_world: World) -> dict[str, Any]:
    return {"pk": uuid4()}


def just(**body: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: body


_sign_up = just(email="new@mail.example", password="twelve words are better", accept="2026-11")
_confirm = just(email="new@mail.example", code="wrong")
_token = just(email="new@mail.example", password="wrong", name="x", scopes=["read"])
_identity = just(
    level=2, name="Li", document_type="passport", number="no number", birth_date="1990-01-01"
)
_account = just(kind="bank", number="6222020200112233445", holder="Somebody Else")
_payout = just(amount=YUAN, account=str(uuid4()))
_item = just(kind="text", description="What it shows", text="It said so on both days.")
_half = just(
    to_buyer={"amount": 2400, "currency": "CNY"}, to_seller={"amount": 2400, "currency": "CNY"}
)
_appeal = just(ground="procedure", text="The reviewers read the times in the wrong order. " * 3)
_petition = just(ground="no_notice", text="Nobody ever told me that there was a case at all.")
_ballot = just(side="buyer", findings=["not_proven"], rationale=court.RATIONALE)

BOTH_SIDES, NOT_YET = (401, 404, 200, 200), (401, 404, 409, 409)
NO_SEAT = (401, 404, 404, 404)

ROWS = (
    Row("POST", "sign-up/", (202,) * 4, _sign_up),
    Row("POST", "sign-up/confirm/", (400,) * 4, _confirm),
    Row("POST", "tokens/", (400,) * 4, _token),
    Row("GET", "me/", READER),
    Row("PATCH", "me/", (401, 428, 428, 428), just(name="New")),
    Row("GET", "me/tokens/", ONLY_SESSIONS),
    Row("DELETE", "me/tokens/<uuid:pk>/", ONLY_SESSIONS, at=_nowhere),
    Row("POST", "me/reauth/", (401, 204, 204, 204), just(password=given.PASSWORD)),
    Row("GET", "me/standing/", READER),
    Row("POST", "me/phone/", (401, 202, 202, 202), just(phone="13900000001")),
    Row("POST", "me/phone/confirm/", (401, 400, 400, 400), just(code="000000")),
    Row("GET", "me/verification/", READER),
    Row("POST", "me/verification/", (401, 400, 400, 400), _identity),
    Row("POST", "me/close/", ONLY_SESSIONS),
    Row("POST", "me/close/cancel/", ONLY_SESSIONS),
    Row("GET", "me/listings/", READER),
    Row("GET", "people/<uuid:pk>/", ANYONE, at=lambda world: {"pk": world.seller.pk}),
    Row("GET", "categories/", ANYONE),
    Row("GET", "issuers/", ANYONE),
    Row("GET", "listings/", ANYONE),
    Row("POST", "listings/", (401, 201, 201, 201), lambda world: world.draft()),
    Row("GET", "listings/<uuid:pk>/", ANYONE, at=_listing),
    Row("PATCH", "listings/<uuid:pk>/", (401, 403, 403, 200), just(price=YUAN), at=_listing),
    Row("POST", "listings/<uuid:pk>/publish/", (401, 403, 403, 409), at=_listing),
    Row("POST", "listings/<uuid:pk>/withdraw/", (401, 403, 403, 200), at=_listing),
    Row("POST", "listings/<uuid:pk>/reopen/", (401, 403, 403, 409), at=_listing),
    Row(
        "GET",
        "listings/<uuid:pk>/revisions/<int:number>/",
        ANYONE,
        at=lambda world: {"pk": world.listing.pk, "number": 1},
    ),
    Row("GET", "codes/", READER),
    Row("POST", "codes/", (401, 404, 404, 409), lambda world: world.seal()),
    Row("GET", "codes/<uuid:pk>/", (401, 404, 404, 200), at=_code),
    Row("POST", "codes/<uuid:pk>/recall/", (401, 404, 404, 200), at=_code),
    Row("GET", "orders/", READER),
    Row(
        "POST",
        "orders/",
        (401, 201, 201, 409),
        lambda world: {"listing": str(world.listing.pk), "revision": 1},
    ),
    Row("GET", "orders/<uuid:pk>/", (401, 404, 200, 200), at=_order),
    Row("POST", "orders/<uuid:pk>/pay/", (401, 404, 409, 403), at=_order),
    Row("POST", "orders/<uuid:pk>/cancel/", (401, 404, 409, 409), just(reason="No."), at=_order),
    Row("POST", "orders/<uuid:pk>/reveal/", (401, 404, 200, 404), at=_order),
    Row("POST", "orders/<uuid:pk>/confirm/", (401, 404, 409, 403), at=_order),
    Row(
        "POST",
        "orders/<uuid:pk>/report-code/",
        (401, 404, 409, 403),
        just(problem="used"),
        at=_order,
    ),
    Row("POST", "orders/<uuid:pk>/refund/", (401, 404, 403, 200), at=_order),
    Row("GET", "orders/<uuid:pk>/events/", (401, 404, 200, 200), at=_order),
    Row("GET", "cases/", READER),
    Row("POST", "cases/", (401, 404, 201, 400), lambda world: world.claim()),  # for the buyer
    Row("GET", "cases/<uuid:pk>/", BOTH_SIDES, at=_case),
    Row("GET", "cases/<uuid:pk>/evidence/", (401, 404, 200, 200), at=_case),
    Row("POST", "cases/<uuid:pk>/evidence/", (401, 404, 201, 201), _item, at=_case),
    Row(
        "POST",
        "cases/<uuid:pk>/masks/",
        (401, 404, 200, 404),
        lambda world: {"exhibit": str(world.exhibit.pk), "words": "0.00"},
        at=_case,
    ),
    Row("POST", "cases/<uuid:pk>/words/", BOTH_SIDES, just(words="seven red boats"), at=_case),
    Row(
        "POST",
        "cases/<uuid:pk>/demand/",
        (401, 404, 200, 403),
        just(demand={"amount": 2400, "currency": "CNY"}),
        at=_case,
    ),
    Row("POST", "cases/<uuid:pk>/withdraw/", (401, 404, 200, 409), at=_case),
    Row("POST", "cases/<uuid:pk>/settle/", BOTH_SIDES, _half, at=_case),
    Row("POST", "cases/<uuid:pk>/concede/", BOTH_SIDES, at=_case),
    Row("POST", "cases/<uuid:pk>/accept/", NOT_YET, at=_case),
    Row("POST", "cases/<uuid:pk>/appeal/", NOT_YET, _appeal, at=_case),
    Row("POST", "cases/<uuid:pk>/petition/", NOT_YET, _petition, at=_case),
    Row("POST", "cases/<uuid:pk>/requests/<uuid:asked>/answer/", NO_SEAT, at=_no_request),
    Row("GET", "cases/<uuid:pk>/events/", BOTH_SIDES, at=_case),
    Row("GET", "cases/<uuid:pk>/verdict/", NOT_YET, at=_case),
    Row("GET", "cases/<uuid:pk>/pack/", BOTH_SIDES, at=_case),
    Row("GET", "cases/<uuid:pk>/draw/", ANYONE, at=_case),
    Row("GET", "seats/", READER),
    Row("GET", "seats/<uuid:pk>/", NO_SEAT, at=_nowhere),
    Row("POST", "seats/<uuid:pk>/bundle/", NO_SEAT, at=_nowhere),
    Row("POST", "seats/<uuid:pk>/vote/", NO_SEAT, _ballot, at=_nowhere),
    Row("POST", "seats/<uuid:pk>/recuse/", NO_SEAT, just(reason="no_time"), at=_nowhere),
    Row(
        "POST",
        "seats/<uuid:pk>/flag/",
        NO_SEAT,
        just(exhibit=str(uuid4()), what="A telephone number."),
        at=_nowhere,
    ),
    Row("GET", "me/jury/", READER),
    Row("PUT", "me/jury/", READER, just(active=True)),
    Row("GET", "practice/", READER),
    Row("POST", "practice/<slug:slug>/answer/", NO_SEAT, _ballot, at=_no_practice),
    Row("GET", "court/rules/", ANYONE),
    Row("GET", "court/rosters/", ANYONE),
    Row("GET", "court/statistics/", ANYONE),
    Row("GET", "court/verdicts/", ANYONE),
    Row(
        "GET",
        "payments/<uuid:pk>/",
        (401, 404, 200, 404),
        at=lambda world: {"pk": world.payment.pk},
    ),
    Row("GET", "wallet/", READER),
    Row("GET", "wallet/entries/", READER),
    Row("POST", "wallet/deposit/", (401, 201, 201, 201), just(amount=YUAN)),
    Row("POST", "wallet/deposit/withdraw/", (401, 409, 409, 409), just(amount=YUAN)),
    Row("POST", "wallet/debt/pay/", (401, 200, 200, 200), just(amount=YUAN)),
    Row("GET", "wallet/payout-accounts/", READER),
    Row("POST", "wallet/payout-accounts/", (401, 400, 400, 400), _account),
    Row("DELETE", "wallet/payout-accounts/<uuid:pk>/", (401, 404, 404, 404), at=_nowhere),
    Row("GET", "wallet/payouts/", READER),
    Row("POST", "wallet/payouts/", (401, 404, 404, 404), _payout),
    Row("GET", "wallet/payouts/<uuid:pk>/", (401, 404, 404, 404), at=_nowhere),
    Row("GET", "notifications/", READER),
    Row("POST", "notifications/read-all/", (401, 204, 204, 204)),
    Row(
        "POST",
        "notifications/<uuid:pk>/read/",
        (401, 404, 204, 404),
        at=lambda world: {"pk": world.notice.pk},
    ),
    Row("GET", "status/", ANYONE),
    Row("GET", "schema/", ANYONE),
    Row("GET", "sandbox/clock/", READER),
    Row("POST", "sandbox/clock/skip/", (401, 400, 400, 400), just(hours=2)),
    Row(
        "POST",
        "sandbox/payments/<uuid:pk>/act/",
        (401, 404, 409, 404),
        just(do="pay"),
        at=lambda world: {"pk": world.payment.pk},
    ),
    Row("POST", "sandbox/issuer/cards/", (401, 201, 201, 201), just(face_value=5000)),
    Row(
        "POST",
        "sandbox/issuer/cards/<slug:number>/redeem/",
        (401, 404, 404, 404),
        at=lambda world: {"number": "0000"},
    ),
    Row("POST", "sandbox/issuer/mode/", (401, 204, 204, 204), just(mode="up")),
    Row("POST", "sandbox/people/", (401, 201, 201, 201), just(count=1, level=0)),
    Row("POST", "sandbox/jurors/vote/", NOT_YET, _nine),
    Row("GET", "sandbox/mail/", ANYONE),
)


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "") -> list[tuple[str, str]]:
    """(method, address) of every route."""
    found: list[tuple[str, str]] = []
    for pattern in patterns:
        path = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            found += addresses(list(pattern.url_patterns), path)
        else:
            actions = getattr(pattern.callback, "actions", {})
            found += [(method.upper(), path) for method in actions if method != "head"]
    return found


def test_every_route_has_a_row():
    rows = [(row.method, row.path) for row in ROWS]

    assert sorted(rows) == sorted(addresses(routes.urlpatterns))


@pytest.fixture
def world(market: str) -> World:
    seller, buyer = given.person("Mei"), given.person("Guo")
    listing = given.listing(seller, quantity=3)
    card = given.card()
    order = given.delivered_order(listing, buyer, of=card)
    disputed = given.revealed_order(given.listing(seller), buyer)
    case = court.filed(disputed)
    evidence.submit(case.pk, by=buyer, item=court.text())
    return World(given.person("Nobody"), buyer, seller, listing, card, order, case)


@pytest.mark.django_db(transaction=True)
def test_each_door_opens_for_those_it_should(world: World, api: Api):
    roles = [
        api,
        *(api.signed_in(token_of(who)) for who in (world.stranger, world.buyer, world.seller)),
    ]
    for role in roles[1:]:
        role.post("/me/reauth/", {"password": given.PASSWORD})

    wrong = []
    for row in ROWS:
        got = tuple(knock(role, row, world).status for role in roles)
        if got != row.statuses:
            wrong.append((row.method, row.path, got, row.statuses))

    assert wrong == []


WRITES = {"POST", "PATCH", "PUT"}


def knock(role: Api, row: Row, world: World) -> Answer:
    """One request, after which the world is as it was."""
    path = "/" + row.path
    for name, value in row.at(world).items():
        for kind in ("uuid", "int", "slug"):
            path = path.replace(f"<{kind}:{name}>", str(value))
    headers = {"Idempotency-Key": str(uuid4())} if row.method == "POST" else {}
    if row.method == "PATCH" and "listings" in path:
        headers["If-Match"] = f'W/"{Listing.objects.get(pk=world.listing.pk).version}"'
    body = row.body(world) if row.method in WRITES else None
    with transaction.atomic():
        answer = role.ask(row.method, path, body, headers)
        transaction.set_rollback(True)
    return answer


@pytest.mark.django_db(transaction=True)
def test_a_scope_that_is_missing_closes_the_door(world: World, api: Api):
    reader = api.signed_in(token_of(world.buyer, "read"))

    refusals = [
        reader.post(f"/orders/{world.order.pk}/confirm/"),
        reader.post(f"/orders/{world.order.pk}/reveal/"),
        reader.get("/wallet/"),
        reader.post("/sandbox/issuer/mode/", {"mode": "down"}),
    ]

    assert [refusal["code"] for refusal in refusals] == ["scope_missing"] * 4
    assert [refusal["scope"] for refusal in refusals] == ["trade", "codes", "wallet", "sandbox"]


@pytest.mark.django_db(transaction=True)
def test_what_is_not_yours_looks_like_what_never_was(world: World, api: Api):
    stranger = api.signed_in(token_of(world.stranger))

    foreign = stranger.get(f"/orders/{world.order.pk}/").body
    unknown = stranger.get(f"/orders/{uuid4()}/").body
    malformed = stranger.get("/orders/not-an-id/").body

    for body in (foreign, unknown, malformed):
        body.pop("instance")
        body.pop("request_id")
    assert foreign == unknown == malformed
