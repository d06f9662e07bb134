"""The wallet: what is there, what moved, the deposit, debts, and one's payments."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.operations import Key, Operation
from marketplace.lib.drf.paging import answer, page_of
from marketplace.lib.ids import uuid7
from marketplace.lib.paging import Cursor, Page, decode, encode
from orders.escrow import deposits, fund, wallet
from orders.escrow.api import shapes
from orders.escrow.api.serializers import (
    AmountInput,
    EntryQuery,
    EntrySerializer,
    PaymentSerializer,
    WalletSerializer,
)
from orders.escrow.models import Entry, Payment

TAG = "wallet"


class WalletDoor(Door):
    @Operation(
        id="wallet_get",
        summary="What you can withdraw, what cools down, the deposit, and what you owe.",
        tag=TAG,
        scope="wallet",
        answers={200: WalletSerializer},
    )
    def retrieve(self, request: PersonRequest) -> Response:
        return _wallet(request)

    @Operation(
        id="wallet_entries",
        summary="Every movement of your money, the newest first.",
        tag=TAG,
        scope="wallet",
        query=EntryQuery,
        answers={200: page_of(EntrySerializer)},
    )
    def entries(self, request: PersonRequest) -> Response:
        query = self.filters(request)
        chosen = {name: query[name] for name in ("kind", "order", "since") if query.get(name)}
        rows = wallet.entries(request.user, **chosen)
        name = f"entries of {request.user.pk}"
        page = _page(rows, name=name, cursor=query.get("cursor", ""), size=query["page_size"])
        return answer(request, page, _lines)

    @Operation(
        id="wallet_deposit",
        summary="Pay a deposit in; `pay_url` is where to go on.",
        tag=TAG,
        scope="wallet",
        takes=AmountInput,
        answers={201: PaymentSerializer},
        codes=("below_minimum", "payment_open", "gateway_unavailable"),
        key=Key.REQUIRED,
        limit="pay",
    )
    def deposit(self, request: PersonRequest) -> Response:
        payment = deposits.start(request.user.pk, by=request.user, **self.checked(request))
        return Response(PaymentSerializer(shapes.payment(payment)).data, status=201)

    @Operation(
        id="wallet_deposit_withdraw",
        summary="Move the deposit into the wallet, once nothing leans on it.",
        tag=TAG,
        scope="wallet",
        takes=AmountInput,
        answers={200: WalletSerializer},
        codes=("below_minimum", "deposit_in_use", "payout_blocked", "insufficient_funds"),
        key=Key.REQUIRED,
        limit="payout",
    )
    def deposit_withdraw(self, request: PersonRequest) -> Response:
        wish = self.checked(request)
        deposits.give_back(request.user.pk, request=uuid7(), by=request.user, **wish)
        return _wallet(request)

    @Operation(
        id="wallet_debt_pay",
        summary="Pay what you owe, at most this much, from the wallet.",
        tag=TAG,
        scope="wallet",
        takes=AmountInput,
        answers={200: WalletSerializer},
        codes=("insufficient_funds",),
        key=Key.REQUIRED,
    )
    def debt_pay(self, request: PersonRequest) -> Response:
        wish = self.checked(request)
        fund.pay_debt(request.user.pk, request=uuid7(), by=request.user, **wish)
        return _wallet(request)

    @Operation(
        id="payments_get",
        summary="One of your payments.",
        tag=TAG,
        scope="read",
        answers={200: PaymentSerializer},
        codes=("not_found",),
    )
    def payment(self, request: PersonRequest, pk: UUID) -> Response:
        found = get_object_or_404(Payment.objects.visible_to(request.user), pk=pk)
        return Response(PaymentSerializer(shapes.payment(found)).data)


def _wallet(request: PersonRequest) -> Response:
    return Response(WalletSerializer(shapes.wallet_of(request.user)).data)


def _lines(rows: Any) -> list[Any]:
    return list(EntrySerializer([shapes.entry(row) for row in rows], many=True).data)


def _page(rows: QuerySet[Entry], *, name: str, cursor: str, size: int) -> Page[Entry]:
    """Lines have a key of two numbers; the second travels in the cursor's place for an id."""
    if cursor:
        start = decode(cursor, name)
        after = Q(transfer_id=start.value, account_id__gt=start.pk.int)
        rows = rows.filter(Q(transfer_id__lt=start.value) | after)
    found = list(rows[: size + 1])
    shown = found[:size]
    more = len(found) > size
    last = Cursor(shown[-1].transfer_id, UUID(int=shown[-1].account_id)) if more else None
    return Page(shown, next=encode(last, name) if last else "", previous="")
