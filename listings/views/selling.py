"""The seller's side: drafting, publishing, changing, withdrawing, and the list of one's own."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policies import TO_SELL_CARDS
from accounts.requests import SignedInRequest
from listings.actions import publish as publishing
from listings.forms import CardForm, card_form_of, show_refusal
from listings.models import Hold, Listing, SellerFacts
from listings.states import EDITABLE, LIFE, ListingState, ListingStep
from listings.words import FLAGS, GUIDANCE
from marketplace.lib import paging
from marketplace.lib.errors import Refused

_S = ListingState
SECTIONS = {
    "offered": (_S.ON_SALE, _S.RESERVED),
    "drafts": (_S.DRAFT, _S.REVIEW),
    "ended": (_S.SOLD, _S.WITHDRAWN, _S.HIDDEN),
}
NEWEST = paging.Order("created_at")
ROWS = 20


def own_listing(request: SignedInRequest, pk: UUID) -> Listing:
    return get_object_or_404(Listing.objects.of_seller(request.user).for_page(), pk=pk)


def needs_guidance(request: SignedInRequest) -> bool:
    read = SellerFacts.objects.filter(seller=request.user, guidance_acknowledged_at__isnull=False)
    return not read.exists()


@login_required
@require_http_methods(["GET", "POST"])
def sell(request: SignedInRequest) -> HttpResponse:
    if request.user.level < TO_SELL_CARDS:
        return render(request, "listings/not_yet.html", status=403 if request.POST else 200)
    form = CardForm(request.POST or None, guidance=needs_guidance(request))
    if request.method == "GET" or not form.is_valid():
        return _form_page(request, form, status=400 if form.errors else 200)
    try:
        made = _make(request, form)
    except Refused as refused:
        show_refusal(form, refused)
        return _form_page(request, form, status=refused.status)
    return _tell_and_leave(request, made)


def _make(request: SignedInRequest, form: CardForm) -> Listing:
    if request.POST.get("then") == "draft":
        return publishing.create_draft(by=request.user, facts=form.facts())
    return publishing.offer(by=request.user, facts=form.facts(), guidance_read=form.guidance_read)


@login_required
@require_http_methods(["GET", "POST"])
def sell_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    listing = own_listing(request, pk)
    guidance = listing.state == _S.DRAFT and needs_guidance(request)
    if request.method == "GET":
        return _form_page(request, card_form_of(listing, guidance=guidance), listing=listing)
    form = CardForm(request.POST, guidance=guidance)
    if not form.is_valid():
        return _form_page(request, form, listing=listing, status=400)
    try:
        changed = _change(request, listing, form)
    except Refused as refused:
        show_refusal(form, refused)
        return _form_page(request, form, listing=listing, status=refused.status)
    return _tell_and_leave(request, changed)


def _change(request: SignedInRequest, listing: Listing, form: CardForm) -> Listing:
    version = form.cleaned_data["version"]
    if request.POST.get("then") == "publish":
        return publishing.offer_draft(
            listing.pk,
            by=request.user,
            facts=form.facts(),
            version=version,
            guidance_read=form.guidance_read,
        )
    return publishing.edit(listing.pk, by=request.user, facts=form.facts(), version=version)


def _form_page(
    request: SignedInRequest, form: CardForm, *, listing: Listing | None = None, status: int = 200
) -> HttpResponse:
    facts = {
        "form": form,
        "listing": listing,
        "guidance": GUIDANCE if "guidance" in form.fields else (),
        "is_draft": listing is None or listing.state == _S.DRAFT,
        "can_change": listing is None or listing.state in EDITABLE,
        "can_withdraw": listing is not None and listing.state in LIFE[ListingStep.WITHDRAW].sources,
        "can_reopen": listing is not None and listing.state == _S.WITHDRAWN,
        "hold": _last_look(listing),
    }
    return render(request, "listings/sell.html", facts, status=status)


def _last_look(listing: Listing | None) -> dict[str, Any] | None:
    """What a person is asked about this listing, or has answered last."""
    hold = None
    if listing is not None and listing.state in (_S.REVIEW, _S.DRAFT):
        hold = listing.holds.order_by("-opened_at").first()
    if hold is None:
        return None
    waits = hold.decided_at is None
    return {"hold": hold, "waits": waits, "reasons": hold_reasons(hold)}


def hold_reasons(hold: Hold) -> list[str]:
    return [f"{FLAGS[flag['flag']]} “{flag['words']}”" for flag in hold.flags]


def _tell_and_leave(request: HttpRequest, listing: Listing) -> HttpResponse:
    if listing.state == _S.REVIEW:
        messages.warning(request, _("A person will look at this within 24 hours."))
        return redirect("sell_edit", pk=listing.pk)
    if listing.state == _S.DRAFT:
        messages.success(request, _("Kept as a draft. Only you can see it."))
        return redirect("sell_edit", pk=listing.pk)
    messages.success(request, _("It is on sale as shown here. Seal its codes next."))
    return redirect(listing)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    listing = own_listing(request, pk)
    if request.method == "GET":
        return render(request, "listings/withdraw.html", {"listing": listing})
    publishing.withdraw(listing.pk, by=request.user)
    messages.success(request, _("Withdrawn. Nothing was deleted, and open orders go on."))
    return redirect("my_listings")


@login_required
@require_POST
def reopen(request: SignedInRequest, pk: UUID) -> HttpResponse:
    listing = publishing.reopen(own_listing(request, pk).pk, by=request.user)
    return redirect("sell_edit", pk=listing.pk)


@login_required
@require_safe
def my_listings(request: SignedInRequest) -> HttpResponse:
    section = request.GET.get("show", "offered")
    section = section if section in SECTIONS else "offered"
    rows = Listing.objects.of_seller(request.user).filter(state__in=SECTIONS[section])
    cursor = request.GET.get("cursor", "")
    page = paging.page(rows, NEWEST, name=f"my {section}", cursor=cursor, size=ROWS)
    facts = {
        "rows": page.rows,
        "tabs": _tabs(section),
        "section": section,
        "next": f"?show={section}&cursor={page.next}" if page.next else "",
        "previous": f"?show={section}&cursor={page.previous}" if page.previous else "",
    }
    return render(request, "listings/my_listings.html", facts)


def _tabs(chosen: str) -> list[dict[str, Any]]:
    labels = {"offered": _("On sale"), "drafts": _("Drafts"), "ended": _("Ended")}
    return [
        {"label": label, "url": f"?show={name}", "current": name == chosen}
        for name, label in labels.items()
    ]
