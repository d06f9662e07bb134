"""Finding a listing and looking at it; open to everybody, and cheap for who is not signed in."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.models import User, UserState
from listings.cards import cards
from listings.forms import FilterForm
from listings.models import Category, Listing, Revision
from listings.search import COUNTED_TO, Filters, Found, search
from listings.states import OPEN
from listings.words import mode_sentence


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    found = search(Filters(), cursor=request.GET.get("cursor", ""))
    facts = {"categories": list(Category.objects.all()), **_shown(request, found)}
    return render(request, "listings/home.html", facts)


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    return _list(request, list(Category.objects.all()), None)


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    categories = list(Category.objects.all())
    chosen = next((each for each in categories if each.slug == slug), None)
    if chosen is None:
        raise Http404
    return _list(request, categories, chosen)


def _list(
    request: HttpRequest, categories: list[Category], chosen: Category | None
) -> HttpResponse:
    asked = request.GET.copy()
    if chosen is not None:
        asked["category"] = chosen.slug
    form = FilterForm(asked, categories=categories)
    filters = form.filters()
    found = search(filters, cursor=request.GET.get("cursor", ""))
    facts = {
        "form": form,
        "q": filters.q,
        "category": chosen,
        "left_out": bool(form.errors),
        "count": found.count,
        "counted_to": COUNTED_TO,
        **_shown(request, found),
    }
    return render(request, "listings/search.html", facts)


def _shown(request: HttpRequest, found: Found) -> dict[str, Any]:
    return {
        "cards": cards(found.page.rows),
        "next": _page_address(request, found.page.next),
        "previous": _page_address(request, found.page.previous),
    }


def _page_address(request: HttpRequest, cursor: str) -> str:
    """This page's address with another cursor; "" where there is no such page."""
    if not cursor:
        return ""
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"{request.path}?{query.urlencode()}"


@require_safe
def listing(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Listing.objects.visible_to(request.user).for_page(), pk=pk)
    facts = {
        "listing": found,
        "revision": found.current,
        "proof": mode_sentence(found.current.verification_mode, found.current.issuer_name),
        "seller": seller_card(found.seller),
        "is_own": found.seller_id == request.user.pk,
        "is_offered": found.state in OPEN,
        "is_open": found.is_shown or found.seller_id == request.user.pk,
    }
    return render(request, "listings/listing.html", facts)


def seller_card(seller: User) -> dict[str, Any]:
    """What Fairhand itself knows of the seller; never what he says of himself [Xiaoxi]."""
    facts = getattr(seller, "seller_facts", None)
    count = facts.completed_sales if facts else 0
    sales = ngettext(
        "%(n)d completed sale – not a guarantee",
        "%(n)d completed sales – not a guarantee",
        count,
    )
    states = {UserState.PENDING_CLOSURE: "closing", UserState.CLOSED: "closed"}
    return {
        "name": seller.shown_name,
        "level": seller.get_level_display(),
        "since": seller.date_joined,
        "facts": [sales % {"n": count}],
        "state": states.get(UserState(seller.state), ""),
    }


@require_safe
def revision(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    rows = Revision.objects.visible_to(request.user).select_related("text", "category", "listing")
    found = get_object_or_404(rows.defer("listing__search"), listing_id=pk, number=number)
    proof = mode_sentence(found.verification_mode, found.issuer_name)
    return render(request, "listings/revision.html", {"revision": found, "proof": proof})
