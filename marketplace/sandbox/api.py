"""The sandbox through the API: the clock, the provider's page, cards, people, mails."""

import re
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from accounts.inbox.models import Channel, Mail
from accounts.inbox.outbox import content
from marketplace.lib import clock
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.fields import (
    MomentField,
    MoneyField,
    OneOfField,
    Shown,
    StrictIntegerField,
    StrictSerializer,
)
from marketplace.lib.drf.operations import Key, Operation, Who
from marketplace.lib.drf.paging import PageQuery, listed, page_of
from marketplace.lib.paging import Order as Sorting
from marketplace.sandbox import gateway, issuer
from marketplace.sandbox.clock import STEPS, skip
from marketplace.sandbox.models import Mode
from marketplace.sandbox.people_api import PeopleDoor
from orders.escrow.models import Payment
from orders.models import OrderEvent
from orders.states import OrderStep

TAG = "sandbox"
_DO = [(name, name) for name in gateway.ACTS]
_DELIVER = [(name, name) for name in gateway.DELIVER]
_CODE = re.compile(r"confirm-email/([^/\s]+)/|\b(\d{6})\b")


# --- Taken and shown ------------------------------------------------------------------------------
class SkipInput(StrictSerializer):
    hours = OneOfField(choices=[(step, str(step)) for step in STEPS])


class ClockSerializer(Shown):
    now = MomentField()


class DoneSerializer(Shown):
    order = serializers.UUIDField()
    step = serializers.ChoiceField(choices=OrderStep.choices)
    at = MomentField()


class SkippedSerializer(ClockSerializer):
    done = DoneSerializer(many=True, help_text="The steps of your orders that came due.")


class ActInput(StrictSerializer):
    do = OneOfField(choices=_DO)
    deliver = OneOfField(
        choices=_DELIVER, required=False, help_text="How the provider tells of it."
    )


class CardInput(StrictSerializer):
    face_value = StrictIntegerField(min_value=1, max_value=issuer.MOST_FEN, help_text="fen")


class CardSerializer(Shown):
    number = serializers.CharField()
    secret = serializers.CharField()
    face_value = MoneyField()
    expires_on = serializers.DateField()


class RedeemedSerializer(Shown):
    last4 = serializers.CharField()
    redeemed_at = MomentField()


class ModeInput(StrictSerializer):
    mode = OneOfField(choices=Mode.choices)


class MailQuery(PageQuery):
    to = serializers.CharField(required=False, max_length=254)


class MailSerializer(Shown):
    id = serializers.UUIDField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    to = serializers.CharField()
    subject = serializers.CharField()
    text = serializers.CharField()
    code = serializers.CharField(
        allow_null=True, help_text="What its reader is asked to send back."
    )
    created_at = MomentField()


# --- Doors ----------------------------------------------------------------------------------------
class SandboxDoor(Door):
    @Operation(
        id="sandbox_clock",
        summary="What time the sandbox has.",
        tag=TAG,
        scope="sandbox",
        answers={200: ClockSerializer},
    )
    def show_clock(self, request: PersonRequest) -> Response:  # noqa: ARG002
        return Response(ClockSerializer({"now": clock.now()}).data)

    @Operation(
        id="sandbox_clock_skip",
        summary="Move the clock forward; everything that comes due by it is done.",
        tag=TAG,
        scope="sandbox",
        takes=SkipInput,
        answers={200: SkippedSerializer},
        key=Key.TAKEN_AGAIN,
    )
    def skip_hours(self, request: PersonRequest) -> Response:
        before = clock.now()
        skip(self.checked(request)["hours"])
        steps = OrderEvent.objects.filter(at__gte=before).order_by("at", "pk")
        mine = steps.filter(order__buyer=request.user) | steps.filter(order__seller=request.user)
        done = [{"order": row.order_id, "step": row.step, "at": row.at} for row in mine[:500]]
        return Response(SkippedSerializer({"now": clock.now(), "done": done}).data)

    @Operation(
        id="sandbox_pay",
        summary="What the payer does on the provider's page, and how the provider tells of it.",
        tag=TAG,
        scope="sandbox",
        takes=ActInput,
        answers={204: None},
        codes=("not_found", "wrong_state"),
        key=Key.TAKEN,
    )
    def act(self, request: PersonRequest, pk: UUID) -> Response:
        payment = get_object_or_404(Payment.objects.visible_to(request.user), pk=pk)
        gateway.act(payment.pk, **self.checked(request))
        return Response(status=204)

    @Operation(
        id="sandbox_issuer_card",
        summary="A fresh card that the sandbox issuer knows.",
        tag=TAG,
        scope="sandbox",
        takes=CardInput,
        answers={201: CardSerializer},
        key=Key.TAKEN_AGAIN,
    )
    def card(self, request: PersonRequest) -> Response:
        made = issuer.make_card(self.checked(request)["face_value"], by=request.user)
        return Response(CardSerializer(made).data, status=201)

    @Operation(
        id="sandbox_issuer_redeem",
        summary="Use a card, as its holder does in a shop.",
        tag=TAG,
        scope="sandbox",
        answers={200: RedeemedSerializer},
        codes=("not_found", "code_redeemed"),
        key=Key.TAKEN_AGAIN,
    )
    def redeem(self, request: PersonRequest, number: str) -> Response:  # noqa: ARG002
        card = issuer.redeem(number)
        facts = {"last4": card.number[-4:], "redeemed_at": card.redeemed_at}
        return Response(RedeemedSerializer(facts).data)

    @Operation(
        id="sandbox_issuer_mode",
        summary="How the sandbox issuer behaves from now on.",
        tag=TAG,
        scope="sandbox",
        takes=ModeInput,
        answers={204: None},
        key=Key.TAKEN,
    )
    def mode(self, request: PersonRequest) -> Response:
        issuer.set_mode(self.checked(request)["mode"])
        return Response(status=204)

    @Operation(
        id="sandbox_mail",
        summary="Every mail and text message, as its reader would get it.",
        tag=TAG,
        who=Who.ANYONE,
        query=MailQuery,
        answers={200: page_of(MailSerializer)},
    )
    def mails(self, request: PersonRequest) -> Response:
        query = self.filters(request)
        rows = Mail.objects.select_related("notice__person")
        if to := query.get("to"):
            rows = rows.filter(to__iexact=to)
        name = f"mails {to}"
        return listed(request, rows, Sorting("created_at"), name=name, query=query, show=_mails)


def _mails(rows: Any) -> list[Any]:
    return list(MailSerializer([_mail(row) for row in rows], many=True).data)


def _mail(row: Mail) -> dict[str, Any]:
    said = content(row)
    code = _CODE.search(said.text)
    return {
        "id": row.pk,
        "channel": row.channel,
        "to": row.to,
        "subject": said.subject,
        "text": said.text,
        "code": code and (code[1] or code[2]),
        "created_at": row.created_at,
    }


urlpatterns: list[URLPattern] = [
    path("clock/", SandboxDoor.as_view({"get": "show_clock"})),
    path("clock/skip/", SandboxDoor.as_view({"post": "skip_hours"})),
    path("payments/<uuid:pk>/act/", SandboxDoor.as_view({"post": "act"})),
    path("issuer/cards/", SandboxDoor.as_view({"post": "card"})),
    path("issuer/cards/<slug:number>/redeem/", SandboxDoor.as_view({"post": "redeem"})),
    path("issuer/mode/", SandboxDoor.as_view({"post": "mode"})),
    path("people/", PeopleDoor.as_view({"post": "create"})),
    path("jurors/vote/", PeopleDoor.as_view({"post": "vote"})),
    path("mail/", SandboxDoor.as_view({"get": "mails"})),
]
