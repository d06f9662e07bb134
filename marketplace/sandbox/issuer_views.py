"""The sandbox issuer's doors: the signed question of our adapter, and its counter for people."""

import json
import time
from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from marketplace.lib.errors import Refused
from marketplace.lib.money import Fen, parse_yuan, yuan
from marketplace.sandbox import issuer
from marketplace.sandbox.models import IssuerCard, Mode

SHOWN = 20


@csrf_exempt  # a server asks, by its signature; one of the two exempt doors of the site
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """`{"number", "secret"}` → `{"status", "balance", "redeemed_at"}`, as the mode has it."""
    if not issuer.is_signed(request.headers, request.body):
        return JsonResponse({"error": "bad_signature"}, status=400)
    mode = issuer.current_mode()
    if mode == Mode.DOWN:
        return JsonResponse({"error": "down"}, status=503)
    if mode == Mode.SLOW:
        time.sleep(issuer.SLOW_SECONDS)
    question = _question(request.body)
    if question is None:
        return JsonResponse({"error": "bad_request"}, status=400)
    return JsonResponse(issuer.answer(question))


def _question(body: bytes) -> issuer.Question | None:
    try:
        fields = json.loads(body)
        return issuer.Question(str(fields["number"]), str(fields["secret"]))
    except (ValueError, KeyError, TypeError):
        return None


class FaceValueForm(forms.Form):
    face_value = forms.CharField(
        label=gettext_lazy("Face value in yuan"), max_length=12, initial="50"
    )
    face_value.widget.attrs["inputmode"] = "decimal"

    def clean_face_value(self) -> Fen:
        try:
            return parse_yuan(self.cleaned_data["face_value"])
        except ValueError:
            raise forms.ValidationError(_("Write an amount like 50 or 48.50.")) from None


class NumberForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("Card number"), max_length=40)


class ModeForm(forms.Form):
    mode = forms.ChoiceField(
        label=gettext_lazy("How it behaves"), choices=Mode.choices, widget=forms.RadioSelect
    )


@login_required
@require_safe
def counter(request: SignedInRequest) -> HttpResponse:
    """Cards to hand out: this person's own, and what may be done to the issuer."""
    return _counter(request, FaceValueForm())


def _counter(request: SignedInRequest, making: FaceValueForm) -> HttpResponse:
    cards = IssuerCard.objects.visible_to(request.user).order_by("-pk")[:SHOWN]
    forms_shown = {
        "making": making,
        "using": NumberForm(),
        "mode": ModeForm(initial={"mode": issuer.current_mode()}),
    }
    status = 400 if making.errors else 200
    return render(request, "sandbox/issuer.html", {"cards": cards, **forms_shown}, status=status)


@login_required
@require_POST
def make(request: SignedInRequest) -> HttpResponse:
    form = FaceValueForm(request.POST)
    if not form.is_valid():
        return _counter(request, form)
    try:
        card = issuer.make_card(cast(Fen, form.cleaned_data["face_value"]), by=request.user)
    except Refused as refused:
        form.add_error("face_value", str(refused))
        return _counter(request, form)
    messages.success(request, _("A card of {value}.").format(value=yuan(card.face_value)))
    return redirect("sandbox_issuer")


@login_required
@require_POST
def redeem(request: SignedInRequest) -> HttpResponse:
    """Uses a card, as its holder does in a shop; whoever has its number may."""
    try:
        card = issuer.redeem(request.POST.get("number", ""))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, _("Used: the card ending in {last4}.").format(last4=card.number[-4:])
        )
    return redirect("sandbox_issuer")


@login_required
@require_POST
def mode(request: SignedInRequest) -> HttpResponse:
    issuer.set_mode(request.POST.get("mode", ""))
    return redirect("sandbox_issuer")
