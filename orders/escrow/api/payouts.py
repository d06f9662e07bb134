"""Out of the wallet: payout accounts, and each time money was asked for."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.response import Response

from accounts import reauth
from accounts.api.requests import PersonRequest
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.operations import Key, Operation
from marketplace.lib.drf.paging import PageQuery, listed, page_of
from marketplace.lib.paging import Order
from orders.escrow import payouts
from orders.escrow.api import shapes
from orders.escrow.api.serializers import (
    PayoutAccountInput,
    PayoutAccountSerializer,
    PayoutAccountsSerializer,
    PayoutInput,
    PayoutSerializer,
)
from orders.escrow.models import Payout, PayoutAccount

TAG = "wallet"


class PayoutAccountDoor(Door):
    @Operation(
        id="payout_accounts_list",
        summary="Where your money can go, masked.",
        tag=TAG,
        scope="wallet",
        answers={200: PayoutAccountsSerializer},
    )
    def list(self, request: PersonRequest) -> Response:
        mine = PayoutAccount.objects.filter(owner=request.user, removed_at=None).order_by("-pk")
        rows = [shapes.payout_account(row) for row in mine]
        return Response(PayoutAccountsSerializer({"results": rows}).data)

    @Operation(
        id="payout_accounts_add",
        summary="Add a bank account in your own name; it can be used after 72 hours.",
        tag=TAG,
        scope="wallet",
        takes=PayoutAccountInput,
        answers={201: PayoutAccountSerializer},
        codes=("level_too_low",),
        key=Key.REQUIRED,
        reauth=True,
    )
    def create(self, request: PersonRequest) -> Response:
        reauth.require_fresh(request)
        body = self.checked(request)
        account = payouts.add_account(
            request.user.pk, number=body["number"], holder=body["holder"], by=request.user
        )
        return Response(PayoutAccountSerializer(shapes.payout_account(account)).data, status=201)

    @Operation(
        id="payout_accounts_remove",
        summary="Remove an account; payouts on their way still arrive.",
        tag=TAG,
        scope="wallet",
        answers={204: None},
        codes=("csrf", "not_found"),
        reauth=True,
    )
    def destroy(self, request: PersonRequest, pk: UUID) -> Response:
        reauth.require_fresh(request)
        payouts.remove_account(pk, by=request.user)
        return Response(status=204)


class PayoutDoor(Door):
    @Operation(
        id="payouts_list",
        summary="Every payout, the newest first.",
        tag=TAG,
        scope="wallet",
        query=PageQuery,
        answers={200: page_of(PayoutSerializer)},
    )
    def list(self, request: PersonRequest) -> Response:
        query = self.filters(request)
        rows = Payout.objects.filter(person=request.user).select_related("account")
        name = f"payouts of {request.user.pk}"
        return listed(request, rows, Order("created_at"), name=name, query=query, show=_shown)

    @Operation(
        id="payouts_get",
        summary="One payout.",
        tag=TAG,
        scope="wallet",
        answers={200: PayoutSerializer},
        codes=("not_found",),
    )
    def retrieve(self, request: PersonRequest, pk: UUID) -> Response:
        mine = Payout.objects.filter(person=request.user).select_related("account")
        return Response(PayoutSerializer(shapes.payout(get_object_or_404(mine, pk=pk))).data)

    @Operation(
        id="payouts_ask",
        summary="Withdraw to one of your accounts.",
        tag=TAG,
        scope="wallet",
        takes=PayoutInput,
        answers={201: PayoutSerializer},
        codes=(
            *("not_found", "payout_account_new", "below_minimum", "payout_blocked"),
            *("payout_in_flight", "totp_required", "insufficient_funds"),
        ),
        key=Key.REQUIRED,
        limit="payout",
        reauth=True,
    )
    def create(self, request: PersonRequest) -> Response:
        reauth.require_fresh(request)
        payout = payouts.ask(request.user.pk, by=request.user, **self.checked(request))
        return Response(PayoutSerializer(shapes.payout(payout)).data, status=201)


def _shown(rows: Any) -> list[Any]:
    return list(PayoutSerializer([shapes.payout(row) for row in rows], many=True).data)
