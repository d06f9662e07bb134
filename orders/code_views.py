"""Pages of the seller's codes: what is in the vault, sealing more, taking one back."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedInRequest
from listings.models import Listing
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.paging import Order as By
from marketplace.lib.paging import links, page
from marketplace.lib.states import Side
from marketplace.lib.throttle import counted
from orders import words
from orders.actions import stock
from orders.actions.stock import Card
from orders.escrow.models import Code
from orders.forms import SealForm, SealManyForm
from orders.models import Order

SIZE = 50


@login_required
@require_GET
def codes(request: SignedInRequest) -> HttpResponse:
    found = page(
        Code.objects.visible_to(request.user),
        By("sealed_at"),
        name=f"codes of {request.user.pk}",
        cursor=request.GET.get("cursor", ""),
        size=SIZE,
    )
    own = Listing.objects.of_seller(request.user)
    titles = own.in_bulk({code.listing_id for code in found.rows})
    pairs = [(code, titles.get(code.listing_id)) for code in found.rows]
    return render(
        request, "orders/codes.html", {"pairs": pairs, "pager": links(request.GET, found)}
    )


@login_required
@counted("seal")
@sensitive_post_parameters("number", "secret")
@require_http_methods(["GET", "POST"])
def codes_seal(request: SignedInRequest) -> HttpResponse:
    """The vault form; after a refusal everything is kept but the code itself."""
    order = _order_to_serve(request)
    initial = {"listing": order.listing_id if order else request.GET.get("listing")}
    form = SealForm(request.POST or None, seller=request.user, initial=initial)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        refused = _seal(request, form, order)
        if refused is None:
            return redirect(order or "codes")
        status = HTTPStatus(refused.status)
    context: dict[str, Any] = {"form": form, "order": order, "now": clock.now()}
    if order:
        context |= {
            "order_badge": words.badge(order, Side.SELLER),
            "order_sentence": words.sentence(order, Side.SELLER),
        }
    return render(request, "orders/seal.html", context, status=status)


def _order_to_serve(request: SignedInRequest) -> Order | None:
    wanted: Any = request.GET.get("order")
    if not wanted:
        return None
    return get_object_or_404(Order.objects.sold_by(request.user).for_pages(), pk=_uuid(wanted))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _seal(request: SignedInRequest, form: SealForm, order: Order | None) -> Refused | None:
    """Seals what was typed; a refusal is put beside it, and answered."""
    listing = form.cleaned_data["listing"]
    try:
        code = stock.seal_code(
            listing.pk,
            by=request.user,
            card=form.card(),
            order_id=order.pk if order else None,
        )
    except Refused as refused:
        form.add_error("secret", str(refused))
        return refused
    messages.success(request, _("Sealed: the code ending in {last4}.").format(last4=code.last4))
    return None


@login_required
@counted("seal")
@sensitive_post_parameters("lines")
@require_http_methods(["GET", "POST"])
def codes_seal_many(request: SignedInRequest) -> HttpResponse:
    """One code after the other; a refused line is named by its number and never repeated."""
    form = SealManyForm(request.POST or None, seller=request.user)
    if request.method == "POST" and form.is_valid():
        listing, cards = form.cleaned_data["listing"], form.cards()
        refused = [
            _try_line(request, listing.pk, place, card) for place, card in enumerate(cards, 1)
        ]
        for sentence in filter(None, refused):
            form.add_error("lines", sentence)
        count = refused.count("")
        if count:
            sealed = ngettext("Sealed {count} code.", "Sealed {count} codes.", count)
            messages.success(request, sealed.format(count=count))
        if count == len(cards):
            return redirect("codes")
    return render(request, "orders/seal_many.html", {"form": form})


def _try_line(request: SignedInRequest, listing_id: UUID, place: int, card: Card) -> str:
    """ "" when it was sealed, else the sentence for its line."""
    try:
        stock.seal_code(listing_id, by=request.user, card=card)
    except Refused as refused:
        return _("Line {number}: {reason}").format(number=place, reason=refused)
    return ""


@login_required
@require_http_methods(["GET", "POST"])
def code_recall(request: SignedInRequest, pk: UUID) -> HttpResponse:
    code = get_object_or_404(Code.objects.filter(seller=request.user), pk=pk)
    if request.method == "POST":
        stock.recall_code(code.pk, by=request.user)
        messages.success(
            request, _("Taken back: the code ending in {last4}.").format(last4=code.last4)
        )
        return redirect("codes")
    return render(request, "orders/recall.html", {"code": code})
