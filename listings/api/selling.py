"""The seller's side: draft, change, publish, withdraw, and the list of one's own."""

import dataclasses
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from listings.actions import publish as publishing
from listings.api import shapes
from listings.api.serializers import (
    ListingChangeInput,
    ListingInput,
    ListingSerializer,
    MyListingsQuery,
    PublishInput,
)
from listings.facts import CardFacts, facts_of
from listings.models import Listing
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.etags import expected_version, tagged
from marketplace.lib.drf.operations import Key, Operation
from marketplace.lib.drf.paging import listed, page_of
from marketplace.lib.paging import Order

TAG = "listings"
_MAY_SELL = ("account_closing", "level_too_low")


class SellingDoor(Door):
    @Operation(
        id="my_listings_list",
        summary="Your own listings, in every state.",
        tag=TAG,
        scope="read",
        query=MyListingsQuery,
        answers={200: page_of(ListingSerializer)},
    )
    def list(self, request: PersonRequest) -> Response:
        query = self.filters(request)
        rows = Listing.objects.of_seller(request.user).for_page().defer("search")
        if states := query.get("state"):
            rows = rows.filter(state__in=states)

        def show(found: Any) -> list[Any]:
            shown = [shapes.whole(row, request.user) for row in found]
            return list(ListingSerializer(shown, many=True).data)

        name = f"listings of {request.user.pk}"
        return listed(request, rows, Order("created_at"), name=name, query=query, show=show)

    @Operation(
        id="listings_create",
        summary="Write a draft; only you see it.",
        tag=TAG,
        scope="trade",
        takes=ListingInput,
        answers={201: ListingSerializer},
        codes=(*_MAY_SELL, "red_flag"),
        key=Key.TAKEN,
        tagged=True,
    )
    def create(self, request: PersonRequest) -> Response:
        body = self.checked(request)
        body.pop("kind")
        listing = publishing.create_draft(by=request.user, facts=CardFacts(**body))
        return _answer(request, listing.pk, status=201)

    @Operation(
        id="listings_change",
        summary="Say something else from now on; orders keep what they were made at.",
        tag=TAG,
        scope="trade",
        takes=ListingChangeInput,
        answers={200: ListingSerializer},
        codes=(*_MAY_SELL, "wrong_state", "not_your_step", "not_found", "red_flag", "card_limit"),
        match=True,
        tagged=True,
    )
    def partial_update(self, request: PersonRequest, pk: UUID) -> Response:
        version = expected_version(request)
        listing = _visible(request, pk)
        facts = dataclasses.replace(facts_of(listing), **_changes(self.checked(request)))
        publishing.edit(listing.pk, by=request.user, facts=facts, version=version)
        return _answer(request, pk)

    @Operation(
        id="listings_publish",
        summary="Put a draft on sale, or before a person where a red flag asks for one.",
        tag=TAG,
        scope="trade",
        takes=PublishInput,
        answers={200: ListingSerializer},
        codes=(*_MAY_SELL, "wrong_state", "not_your_step", "not_found", "red_flag", "card_limit"),
        key=Key.TAKEN,
        tagged=True,
    )
    def publish(self, request: PersonRequest, pk: UUID) -> Response:
        publishing.publish(_visible(request, pk).pk, by=request.user, **self.checked(request))
        return _answer(request, pk)

    @Operation(
        id="listings_withdraw",
        summary="Take it out of search; nothing is destroyed and live orders go on.",
        tag=TAG,
        scope="trade",
        answers={200: ListingSerializer},
        codes=("wrong_state", "not_your_step", "not_found"),
        key=Key.TAKEN,
        tagged=True,
    )
    def withdraw(self, request: PersonRequest, pk: UUID) -> Response:
        publishing.withdraw(_visible(request, pk).pk, by=request.user)
        return _answer(request, pk)

    @Operation(
        id="listings_reopen",
        summary="Make a draft of a withdrawn listing again.",
        tag=TAG,
        scope="trade",
        answers={200: ListingSerializer},
        codes=("wrong_state", "not_your_step", "not_found"),
        key=Key.TAKEN,
        tagged=True,
    )
    def reopen(self, request: PersonRequest, pk: UUID) -> Response:
        publishing.reopen(_visible(request, pk).pk, by=request.user)
        return _answer(request, pk)


def _visible(request: PersonRequest, pk: UUID) -> Listing:
    rows = Listing.objects.visible_to(request.user).for_page().defer("search")
    return get_object_or_404(rows, pk=pk)


def _changes(body: dict[str, Any]) -> dict[str, Any]:
    """Another issuer brings its own way of proof, unless one is named."""
    return {"verification_mode": "", **body} if "issuer" in body else body


def _answer(request: PersonRequest, pk: UUID, *, status: int = 200) -> Response:
    listing = _visible(request, pk)
    body = ListingSerializer(shapes.whole(listing, request.user)).data
    return tagged(request, Response(body, status=status), listing.version, moving=True)
