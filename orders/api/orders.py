"""Orders: placing one, looking at it, and every step of both sides."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404
from rest_framework.response import Response

from accounts import reauth
from accounts.api.requests import PersonRequest
from listings.models import Listing
from marketplace.lib import clock, throttle
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.etags import tagged
from marketplace.lib.drf.operations import Key, Operation
from marketplace.lib.drf.paging import PageQuery, listed, page_of
from marketplace.lib.paging import Order as Sorting
from orders.actions import checkout, delivery, ending, reports
from orders.api import shapes
from orders.api.serializers import (
    CancelInput,
    EventSerializer,
    OrderCardSerializer,
    OrderQuery,
    OrderSerializer,
    PlaceInput,
    RefundInput,
    ReportInput,
    ReportSerializer,
    RevealedSerializer,
    RevealInput,
    StepInput,
)
from orders.came_from import visit_of
from orders.escrow.api.serializers import PaymentSerializer
from orders.escrow.api.shapes import payment as payment_shape
from orders.models import Order, OrderEvent

TAG = "orders"
NEWEST = Sorting("placed_at")
# What any step of somebody's order can be refused with.
_STEP = ("not_found", "not_your_step", "wrong_state", "order_disputed", "stale_state")


class OrderDoor(Door):
    @Operation(
        id="orders_place",
        summary="Order one unit at the revision that you have read; nothing is paid yet.",
        tag=TAG,
        scope="trade",
        takes=PlaceInput,
        answers={201: OrderSerializer},
        codes=(
            *("not_found", "listing_not_on_sale", "listing_changed", "own_listing"),
            *("unpaid_orders_limit", "live_orders_limit", "level_too_low", "account_closing"),
        ),
        key=Key.REQUIRED,
        limit="place",
        tagged=True,
    )
    def create(self, request: PersonRequest) -> Response:
        body = self.checked(request)
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=body["listing"])
        order = checkout.place(
            listing.pk, by=request.user, revision=body["revision"], visit=visit_of(request)
        )
        return _answer(request, order.pk, status=201)

    @Operation(
        id="orders_list",
        summary="Your orders on both sides, the newest first.",
        tag=TAG,
        scope="read",
        query=OrderQuery,
        answers={200: page_of(OrderCardSerializer)},
    )
    def list(self, request: PersonRequest) -> Response:
        query = self.filters(request)
        rows = _narrowed(request, query).for_pages().prefetch_related("reports")
        now = clock.now()

        def show(found: Any) -> list[Any]:
            cards = [shapes.card(row, request.user, now) for row in found]
            return list(OrderCardSerializer(cards, many=True).data)

        name = f"orders of {request.user.pk}"
        return listed(request, rows, NEWEST, name=name, query=query, show=show)

    @Operation(
        id="orders_get",
        summary="One order, as your side sees it.",
        tag=TAG,
        scope="read",
        answers={200: OrderSerializer},
        codes=("not_found",),
        tagged=True,
    )
    def retrieve(self, request: PersonRequest, pk: UUID) -> Response:
        return _answer(request, pk)

    @Operation(
        id="orders_pay",
        summary="Start a payment; `pay_url` is where the buyer goes on.",
        tag=TAG,
        scope="trade",
        takes=StepInput,
        answers={201: PaymentSerializer},
        codes=(*_STEP, "payment_open", "gateway_unavailable"),
        key=Key.REQUIRED,
        limit="pay",
    )
    def pay(self, request: PersonRequest, pk: UUID) -> Response:
        order = _order(request, pk)
        payment = checkout.start_payment(order.pk, by=request.user, **self.checked(request))
        return Response(PaymentSerializer(payment_shape(payment)).data, status=201)

    @Operation(
        id="orders_cancel",
        summary="End an order before delivery; what was paid goes back in full.",
        tag=TAG,
        scope="trade",
        takes=CancelInput,
        answers={200: OrderSerializer},
        codes=(
            *("not_found", "wrong_state", "order_disputed", "stale_state", "too_early"),
            "reason_required",
        ),
        key=Key.REQUIRED,
        tagged=True,
    )
    def cancel(self, request: PersonRequest, pk: UUID) -> Response:
        checkout.cancel(_order(request, pk).pk, by=request.user, **self.checked(request))
        return _answer(request, pk)

    @Operation(
        id="orders_reveal",
        summary="See the code; each look is logged, and a repeat of the request is one more.",
        tag=TAG,
        scope="codes",
        takes=RevealInput,
        answers={200: RevealedSerializer},
        codes=(
            *("not_found", "wrong_state", "not_paid", "not_delivered", "code_redeemed"),
            *("code_burnt", "issuer_unavailable", "order_disputed"),
        ),
        key=Key.AGAIN,
        limit="reveal",
        reauth=True,
    )
    def reveal(self, request: PersonRequest, pk: UUID) -> Response:
        # For its seller, too, this address does not exist: he knows the code, nobody shows it him.
        order = get_object_or_404(Order.objects.bought_by(request.user), pk=pk)
        reauth.require_fresh(request)
        shown = delivery.reveal_code(
            order.pk, by=request.user, viewer=_viewer(request), **self.checked(request)
        )
        order.refresh_from_db()
        facts = {
            "number": shown.number,
            "secret": shown.secret,
            "nth": shown.nth,
            "at": shown.at,
            "inspect_due_at": order.inspect_due_at,
        }
        return Response(RevealedSerializer(facts).data)

    @Operation(
        id="orders_confirm",
        summary="The code works: the seller is paid. You give up no right by it.",
        tag=TAG,
        scope="trade",
        takes=StepInput,
        answers={200: OrderSerializer},
        codes=(*_STEP, "not_delivered", "not_revealed", "report_open"),
        key=Key.REQUIRED,
        limit="confirm",
        tagged=True,
    )
    def confirm(self, request: PersonRequest, pk: UUID) -> Response:
        order = _order(request, pk)
        delivery.confirm_receipt(order.pk, by=request.user, **self.checked(request))
        return _answer(request, pk)

    @Operation(
        id="orders_report_code",
        summary="The code does not work: the issuer is asked, and nobody is paid meanwhile.",
        tag=TAG,
        scope="trade",
        takes=ReportInput,
        answers={202: ReportSerializer},
        codes=(
            *("not_found", "not_your_step", "wrong_state", "not_revealed", "too_late"),
            *("report_open", "nothing_to_report", "order_disputed"),
        ),
        key=Key.REQUIRED,
        limit="report",
    )
    def report_code(self, request: PersonRequest, pk: UUID) -> Response:
        order = _order(request, pk)
        report = reports.report_code(order.pk, by=request.user, **self.checked(request))
        return Response(ReportSerializer(shapes.report(report)).data, status=202)

    @Operation(
        id="orders_refund",
        summary="Give all the money back; a code that nobody saw returns to the stock.",
        tag=TAG,
        scope="trade",
        takes=RefundInput,
        answers={200: OrderSerializer},
        codes=(*_STEP, "already_revealed", "insufficient_funds"),
        key=Key.REQUIRED,
        limit="refund",
        tagged=True,
    )
    def refund(self, request: PersonRequest, pk: UUID) -> Response:
        ending.refund_by_seller(_order(request, pk).pk, by=request.user, **self.checked(request))
        return _answer(request, pk)

    @Operation(
        id="orders_events",
        summary="Everything that happened to an order, each reveal too; the newest first.",
        tag=TAG,
        scope="read",
        query=PageQuery,
        answers={200: page_of(EventSerializer)},
        codes=("not_found",),
    )
    def events(self, request: PersonRequest, pk: UUID) -> Response:
        order = _order(request, pk)
        query = self.filters(request)
        rows = order.events.all()
        name = f"events of {order.pk}"
        return listed(request, rows, Sorting("at"), name=name, query=query, show=_events)


def _order(request: PersonRequest, pk: UUID) -> Order:
    """The one door: a stranger gets the same 404 as for an order that never was."""
    return get_object_or_404(Order.objects.visible_to(request.user), pk=pk)


def _answer(request: PersonRequest, pk: UUID, *, status: int = 200) -> Response:
    rows = Order.objects.visible_to(request.user).for_pages()
    rows = rows.select_related("buyer__seller_facts", "seller__seller_facts")
    order = get_object_or_404(rows, pk=pk)
    body = OrderSerializer(shapes.whole(order, request.user, clock.now())).data
    return tagged(request, Response(body, status=status), order.version, moving=True)


def _narrowed(request: PersonRequest, query: dict[str, Any]) -> Any:
    rows = Order.objects.visible_to(request.user)
    if role := query.get("role"):
        rows = rows.filter(**{role: request.user})
    if since := query.get("updated_since"):
        rows = rows.filter(Exists(OrderEvent.objects.filter(order=OuterRef("pk"), at__gte=since)))
    given = {
        "state__in": query.get("state"),
        "revision__kind__in": query.get("kind"),
        "listing_id": query.get("listing"),
    }
    return rows.filter(**{name: value for name, value in given.items() if value})


def _events(rows: Any) -> list[Any]:
    return list(EventSerializer([shapes.event(row) for row in rows], many=True).data)


def _viewer(request: PersonRequest) -> delivery.Viewer:
    address = throttle.client_address(request.META)
    return delivery.Viewer(ip=address, agent=request.headers.get("User-Agent", ""))
