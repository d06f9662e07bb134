"""Pages of orders: each fetches through the door, calls one verb, and shows what is true now."""

from http import HTTPStatus
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import reauth
from accounts.requests import SignedInRequest
from listings.models import Listing, Revision
from listings.words import mode_sentence
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.paging import links
from marketplace.lib.throttle import client_address, counted
from orders import lists
from orders.actions import checkout, delivery, ending, reports
from orders.actions.steps import refusal
from orders.buttons import buttons
from orders.came_from import visit_of
from orders.forms import CancelForm, ConfirmForm, PlaceForm, ReportForm, StepForm
from orders.models import Order
from orders.page import OrderPage, page_for


def order_for(request: SignedInRequest, pk: UUID) -> Order:
    """The one door: a stranger gets the same 404 as for an order that never was."""
    return get_object_or_404(Order.objects.visible_to(request.user).for_pages(), pk=pk)


def shown(request: SignedInRequest, pk: UUID) -> OrderPage:
    return page_for(order_for(request, pk), request.user, clock.now())


def require_step(page: OrderPage, step: str) -> None:
    """A page that asks for a step exists only while the step is open (409 otherwise)."""
    if step not in page.steps:
        by = page.order.buyer if page.is_buyer else page.order.seller
        raise refusal(page.order, "wrong_state", _("That is not possible now."), by=by, at=page.now)


# --- Looking -------------------------------------------------------------------------------------
@login_required
@require_GET
def order_list(request: SignedInRequest) -> HttpResponse:
    wanted = lists.read(request.GET)
    found = lists.found(request.user, wanted, request.GET.get("cursor", ""))
    context = {
        "wanted": wanted,
        "unpaid": [row for row in found.rows if lists.stands_apart(row, wanted)],
        "rows": [row for row in found.rows if not lists.stands_apart(row, wanted)],
        "pager": links(request.GET, found.page),
        "now": clock.now(),
        "tabs": lists.tabs(wanted),
        "side_tabs": lists.side_tabs(wanted),
    }
    return render(request, "orders/list.html", context)


@login_required
@require_GET
def order_page(request: SignedInRequest, pk: UUID) -> HttpResponse:
    order = order_for(request, pk)
    if request.GET.get("since") == str(order.version) and request.headers.get("HX-Request"):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    page = page_for(order, request.user, clock.now())
    context = {"page": page, "order": order, "buttons": buttons(page)}
    return render(request, "orders/order.html", context)


# --- Buying --------------------------------------------------------------------------------------
@login_required
@counted("place")
@require_http_methods(["GET", "POST"])
def order_checkout(request: SignedInRequest, pk: UUID) -> HttpResponse:
    if request.method == "POST":
        return _place(request, pk)
    return _checkout_page(request, _offered(request, pk))


def _offered(request: SignedInRequest, pk: UUID) -> Listing:
    seen = Listing.objects.visible_to(request.user).select_related("current__text", "seller")
    return get_object_or_404(seen, pk=pk)


def _checkout_page(
    request: SignedInRequest, listing: Listing, *, before: Revision | None = None, status: int = 200
) -> HttpResponse:
    """`before` is what the buyer saw, when the seller has changed the offer since."""
    revision = listing.current
    context = {
        "listing": listing,
        "revision": revision,
        "before": before,
        "mode_sentence": mode_sentence(revision.verification_mode, revision.issuer_name),
        "request_key": uuid4(),
    }
    return render(request, "orders/checkout.html", context, status=status)


def _place(request: SignedInRequest, pk: UUID) -> HttpResponse:
    form = PlaceForm(request.POST)
    if not form.is_valid():
        _offered(request, pk)
        raise invalid("revision", _("Open the page of the offer again and order from there."))
    seen = form.cleaned_data["revision"]
    try:
        order = checkout.place(pk, by=request.user, visit=visit_of(request), **form.cleaned_data)
    except Refused as refused:
        listing = _offered(request, pk)  # what may not be seen is not refused, it is not there
        if refused.code != "listing_changed":
            raise
        before = listing.revisions.filter(number=seen).select_related("text").first()
        return _checkout_page(request, listing, before=before, status=refused.status)
    return redirect(order)


@login_required
@counted("pay")
@require_POST
def order_pay(request: SignedInRequest, pk: UUID) -> HttpResponse:
    shown_state = request.POST.get("expected_state", "")
    try:
        payment = checkout.start_payment(pk, by=request.user, expected_state=shown_state)
    except Refused as refused:
        if refused.code != "payment_open":
            raise
        return redirect("pay", refused.facts["payment"])
    return redirect("pay", payment.pk)


@login_required
@require_http_methods(["GET", "POST"])
def order_cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    if request.method == "GET":
        require_step(page, "cancel")
    form = CancelForm(request.POST or None, initial={"expected_state": page.order.state})
    form.fields["reason"].required = not page.is_buyer
    if request.method == "POST" and form.is_valid():
        checkout.cancel(pk, by=request.user, **form.cleaned_data)
        return redirect(page.order)
    return render(request, "orders/cancel.html", {"page": page, "form": form})


@login_required
@counted("reveal")
@never_cache
@require_http_methods(["GET", "POST"])
def order_reveal(request: SignedInRequest, pk: UUID) -> HttpResponse:
    fresh = reauth.is_fresh(request)
    if request.method == "GET" or not fresh:
        page = _bought(request, pk)
        require_step(page, "reveal_code")
        return render(request, "orders/reveal.html", {"page": page, "is_fresh": fresh})
    try:
        revealed = delivery.reveal_code(
            pk,
            by=request.user,
            viewer=_viewer(request),
            skip_check="skip_check" in request.POST,
        )
    except Refused as refused:
        page = _bought(request, pk)  # nothing is refused to whom it does not exist for
        if refused.code != "issuer_unavailable":
            raise
        context = {"page": page, "is_fresh": True, "refused": refused}
        return render(request, "orders/reveal.html", context, status=refused.status)
    views = _("View {n}. The seller sees that you revealed it and when.").format(n=revealed.nth)
    context = {"page": _bought(request, pk), "revealed": revealed, "views": views}
    return render(request, "orders/revealed.html", context)


def _bought(request: SignedInRequest, pk: UUID) -> OrderPage:
    """For its seller, too, there is no such page: he knows the code, nobody shows it him."""
    bought = Order.objects.bought_by(request.user).for_pages()
    return page_for(get_object_or_404(bought, pk=pk), request.user, clock.now())


def _viewer(request: HttpRequest) -> delivery.Viewer:
    address = client_address(request.META)
    return delivery.Viewer(ip=address, agent=request.headers.get("User-Agent", ""))


@login_required
@counted("confirm")
@require_http_methods(["GET", "POST"])
def order_confirm(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    form = ConfirmForm(request.POST or None, initial={"expected_state": page.order.state})
    if request.method == "POST" and (form.is_valid() or "confirm" not in page.steps):
        expected = request.POST.get("expected_state", "")
        delivery.confirm_receipt(pk, by=request.user, expected_state=expected)
        return redirect(page.order)
    if "confirm" not in page.steps:
        context = {"page": page, "order": page.order}
        return render(request, "orders/not_yet.html", context, status=HTTPStatus.CONFLICT)
    return render(request, "orders/confirm.html", {"page": page, "form": form})


@login_required
@counted("report")
@require_http_methods(["GET", "POST"])
def order_problem(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    form = ReportForm(request.POST or None, initial={"expected_state": page.order.state})
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        reports.report_code(pk, by=request.user, problem=cleaned["problem"], text=cleaned["text"])
        return redirect(page.order)
    return render(request, "orders/problem.html", {"page": page, "form": form})


# --- Selling -------------------------------------------------------------------------------------
@login_required
@counted("refund")
@require_http_methods(["GET", "POST"])
def order_refund(request: SignedInRequest, pk: UUID) -> HttpResponse:
    page = shown(request, pk)
    require_step(page, "refund")
    form = StepForm(request.POST or None, initial={"expected_state": page.order.state})
    if request.method == "POST" and form.is_valid():
        ending.refund_by_seller(
            pk,
            by=request.user,
            recall="recall" in request.POST,
            expected_state=form.cleaned_data["expected_state"],
        )
        return redirect(page.order)
    return render(request, "orders/refund.html", {"page": page, "form": form})
