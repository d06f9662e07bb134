"""Looking at what is on sale, and at who sells it; open to everybody."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.standing.record import score, word
from listings.api import shapes
from listings.api.serializers import (
    CategoriesSerializer,
    IssuersSerializer,
    ListingCardSerializer,
    ListingQuery,
    ListingSerializer,
    PersonSerializer,
    RevisionSerializer,
)
from listings.issuers import ISSUERS
from listings.models import Category, Listing, Revision
from listings.search import Filters, search
from listings.words import mode_sentence
from marketplace.lib import clock
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.etags import tagged
from marketplace.lib.drf.operations import Operation, Who
from marketplace.lib.drf.paging import answer, page_of

TAG = "listings"


class CatalogueDoor(Door):
    @Operation(
        id="categories_list",
        summary="All categories.",
        tag=TAG,
        who=Who.ANYONE,
        answers={200: CategoriesSerializer},
    )
    def categories(self, request: Request) -> Response:  # noqa: ARG002
        rows = [shapes.category(row) for row in Category.objects.all()]
        return Response(CategoriesSerializer({"results": rows}).data)

    @Operation(
        id="issuers_list",
        summary="Whose cards may be offered, and how their codes are proven.",
        tag=TAG,
        who=Who.ANYONE,
        answers={200: IssuersSerializer},
    )
    def issuers(self, request: Request) -> Response:  # noqa: ARG002
        rows = [
            {
                "slug": issuer.slug,
                "name": issuer.name,
                "verification_mode": issuer.mode,
                "sentence": mode_sentence(issuer.mode, issuer.name),
            }
            for issuer in ISSUERS.values()
        ]
        return Response(IssuersSerializer({"results": rows}).data)

    @Operation(
        id="people_get",
        summary="What Fairhand knows of a person, and everybody may.",
        tag="people",
        who=Who.ANYONE,
        answers={200: PersonSerializer},
        codes=("not_found",),
    )
    def person(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002
        person = get_object_or_404(User.objects.select_related("seller_facts"), pk=pk)
        standing = word(score(person, now=clock.now()))
        return Response(PersonSerializer({**shapes.seller(person), "standing": standing}).data)


class BrowsingDoor(Door):
    @Operation(
        id="listings_list",
        summary="What is on sale; several values of one filter: any of them.",
        tag=TAG,
        who=Who.ANYONE,
        query=ListingQuery,
        answers={200: page_of(ListingCardSerializer)},
        limit="search",
    )
    def browse(self, request: Request) -> Response:
        query = self.filters(request)
        size, cursor = query.pop("page_size"), query.pop("cursor", "")
        found = search(_filters(query), cursor=cursor, size=size)
        return answer(request, found.page, _cards)

    @Operation(
        id="listings_get",
        summary="One listing, with what Fairhand knows of its seller.",
        tag=TAG,
        who=Who.ANYONE,
        answers={200: ListingSerializer},
        codes=("not_found",),
        tagged=True,
    )
    def retrieve(self, request: Request, pk: UUID) -> Response:
        rows = Listing.objects.visible_to(request.user).for_page().defer("search")
        listing = get_object_or_404(rows, pk=pk)
        response = Response(ListingSerializer(shapes.whole(listing, request.user)).data)
        return tagged(request, response, listing.version, moving=True)

    @Operation(
        id="revisions_get",
        summary="What a listing said at one moment; older ones are for its seller and buyers.",
        tag=TAG,
        who=Who.ANYONE,
        answers={200: RevisionSerializer},
        codes=("not_found",),
    )
    def revision(self, request: Request, pk: UUID, number: int) -> Response:
        rows = Revision.objects.visible_to(request.user).select_related("text", "category")
        found = get_object_or_404(rows, listing_id=pk, number=number)
        return Response(RevisionSerializer(shapes.revision(found)).data)


def _filters(query: dict[str, Any]) -> Filters:
    several = ("category", "issuer", "verification_mode")
    given: dict[str, Any] = {
        name: tuple(value) if name in several else value for name, value in query.items()
    }
    return Filters(**given)


def _cards(rows: Any) -> list[Any]:
    """One query for everything that the page's cards name."""
    whole = Listing.objects.for_page().defer("search").in_bulk([row.pk for row in rows])
    shown = [shapes.card(whole[row.pk]) for row in rows]
    return list(ListingCardSerializer(shown, many=True).data)
