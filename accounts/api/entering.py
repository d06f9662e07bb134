"""Becoming a member, confirming the address, and getting a token: nobody is signed in yet."""

from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions.entering import ask_to_confirm, confirm_address, open_account, recognise
from accounts.actions.tokens import create_token, revoke_token
from accounts.api import shapes
from accounts.api.requests import PersonRequest
from accounts.api.serializers import (
    MeSerializer,
    NewTokenSerializer,
    SignUpConfirmInput,
    SignUpInput,
    TokenInput,
    TokenSerializer,
    TokensSerializer,
)
from accounts.models import Token
from marketplace.lib import throttle
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.operations import Operation, Who
from marketplace.lib.errors import invalid

TAG = "accounts"


class SignUpDoor(Door):
    @Operation(
        id="sign_up",
        summary="Become a member; a mail with a code follows.",
        tag=TAG,
        who=Who.ANYONE,
        takes=SignUpInput,
        answers={202: None},
        limit="sign_up",
    )
    def create(self, request: Request) -> Response:
        body = self.checked(request)
        if body["accept"] != settings.RULES_VERSION:
            raise invalid("accept", _("Read the present rules first."), code="bad_choice")
        ask_to_confirm(request, open_account(email=body["email"], password=body["password"]))
        return Response(status=202)

    @Operation(
        id="sign_up_confirm",
        summary="Confirm the address with the code of the mail.",
        tag=TAG,
        who=Who.ANYONE,
        takes=SignUpConfirmInput,
        answers={201: MeSerializer},
        limit="sign_in_network",
    )
    def confirm(self, request: Request) -> Response:
        body = self.checked(request)
        person = confirm_address(email=body["email"], key=body["code"])
        return Response(MeSerializer(shapes.me(person)).data, status=201)


class TokenDoor(Door):
    @Operation(
        id="tokens_create",
        summary="Make a token from e-mail and password; it is shown whole this once.",
        tag=TAG,
        who=Who.ANYONE,
        takes=TokenInput,
        answers={201: NewTokenSerializer},
        codes=("totp_required", "too_many_tokens"),
        limit="sign_in_network",
    )
    def create(self, request: Request) -> Response:
        body = self.checked(request)
        throttle.spend("sign_in_account", f"account:{body['email']}")
        person = recognise(
            request, email=body["email"], password=body["password"], totp=body.get("totp", "")
        )
        made, value = create_token(
            person.pk, name=body["name"], scopes=body["scopes"], days=body["days"], by=person
        )
        shown = NewTokenSerializer({**shapes.token(made), "token": value}).data
        return Response(shown, status=201)

    @Operation(
        id="tokens_list",
        summary="Your tokens that are still good.",
        tag=TAG,
        who=Who.SESSION,
        answers={200: TokensSerializer},
    )
    def list(self, request: PersonRequest) -> Response:
        live = Token.objects.visible_to(request.user).filter(revoked_at=None).order_by("-pk")
        rows = [shapes.token(row) for row in live]
        return Response({"results": TokenSerializer(rows, many=True).data})

    @Operation(
        id="tokens_end",
        summary="End a token now.",
        tag=TAG,
        who=Who.SESSION,
        answers={204: None},
        codes=("csrf", "not_found"),
    )
    def destroy(self, request: PersonRequest, pk: UUID) -> Response:
        revoke_token(pk, by=request.user)
        return Response(status=204)
