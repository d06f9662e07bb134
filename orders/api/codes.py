"""The seller's codes: sealed through here, and never read again."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from listings.models import Listing
from marketplace.lib.drf import idempotency
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.operations import Key, Operation
from marketplace.lib.drf.paging import listed, page_of
from marketplace.lib.paging import Order as Sorting
from orders.actions import stock
from orders.actions.stock import Card
from orders.api import shapes
from orders.api.serializers import CodeQuery, CodeSerializer, SealInput
from orders.escrow.issuers.protocol import Answer
from orders.escrow.models import Code

TAG = "codes"


class CodeDoor(Door):
    @Operation(
        id="codes_seal",
        summary="Seal a code, for the stock of a listing or for a paid order that waits.",
        tag=TAG,
        scope="codes",
        takes=SealInput,
        answers={201: CodeSerializer},
        codes=(
            *("not_found", "expires_too_soon", "level_too_low", "account_closing", "not_paid"),
            *("wrong_state", "code_invalid", "code_redeemed", "balance_differs"),
            "code_already_known",
        ),
        key=Key.REQUIRED,
        own_key=True,
        limit="seal",
    )
    def create(self, request: PersonRequest) -> HttpResponse:
        body = self.checked(request)
        mine = Listing.objects.of_seller(request.user)
        listing = get_object_or_404(mine, pk=body["listing"])
        card = Card(body.get("number", ""), body["secret"], body["face_value"], body.get("expiry"))
        answers: list[Answer] = []

        def ask() -> None:  # the issuer is asked before the transaction, and not for a replay
            answers.append(stock.question(listing, by=request.user, card=card))

        def seal() -> Response:
            code = stock.store(
                listing.pk,
                by=request.user,
                card=card,
                answer=answers[0],
                order_id=body.get("order"),
            )
            return Response(CodeSerializer(shapes.code(code)).data, status=201)

        intent = idempotency.intent_of(request, required=True)
        return idempotency.once(intent, seal, before=ask)

    @Operation(
        id="codes_list",
        summary="Your codes: where each stands, and its last four.",
        tag=TAG,
        scope="codes",
        query=CodeQuery,
        answers={200: page_of(CodeSerializer)},
    )
    def list(self, request: PersonRequest) -> Response:
        query = self.filters(request)
        rows = Code.objects.visible_to(request.user)
        if states := query.get("state"):
            rows = rows.filter(state__in=states)
        if listing := query.get("listing"):
            rows = rows.filter(listing_id=listing)
        name = f"codes of {request.user.pk}"
        return listed(request, rows, Sorting("sealed_at"), name=name, query=query, show=_shown)

    @Operation(
        id="codes_get",
        summary="One of your codes.",
        tag=TAG,
        scope="codes",
        answers={200: CodeSerializer},
        codes=("not_found",),
    )
    def retrieve(self, request: PersonRequest, pk: UUID) -> Response:
        code = get_object_or_404(Code.objects.visible_to(request.user), pk=pk)
        return Response(CodeSerializer(shapes.code(code)).data)

    @Operation(
        id="codes_recall",
        summary="Take a code out of the vault, while nobody has seen it.",
        tag=TAG,
        scope="codes",
        answers={200: CodeSerializer},
        codes=("not_found", "already_revealed", "wrong_state"),
        key=Key.REQUIRED,
    )
    def recall(self, request: PersonRequest, pk: UUID) -> Response:
        code = get_object_or_404(Code.objects.visible_to(request.user), pk=pk)
        recalled = stock.recall_code(code.pk, by=request.user)
        return Response(CodeSerializer(shapes.code(recalled)).data)


def _shown(rows: Any) -> list[Any]:
    return list(CodeSerializer([shapes.code(row) for row in rows], many=True).data)
