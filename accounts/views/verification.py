"""Proving who one is: the phone (level 1), then name and document (level 2)."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.form_refusals import told
from accounts.forms import IdentityForm, PhoneCodeForm, PhoneForm
from accounts.identity import phones
from accounts.identity.actions.phone import confirm_phone, send_phone_code
from accounts.identity.actions.verification import masked, verify_identity
from accounts.models import Level
from accounts.policies import LIMITS
from accounts.requests import SignedInRequest


@login_required
@never_cache
@require_GET
def verification(request: SignedInRequest) -> HttpResponse:
    person = request.user
    context = {
        "masked": masked(person.pk, by=person) if person.level >= Level.REAL_NAME else None,
        "phone": phones.masked(person.phone or ""),
        "limits": LIMITS[person.level],
        "level_words": Level(person.level).label,
    }
    return render(request, "accounts/verification.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def phone(request: SignedInRequest) -> HttpResponse:
    form = PhoneForm(request.POST or None)
    if form.is_valid():
        with told(form):
            send_phone_code(request.user.pk, by=request.user, **form.cleaned_data)
            return redirect("me_phone_code")
    return render(request, "accounts/phone.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def phone_code(request: SignedInRequest) -> HttpResponse:
    form = PhoneCodeForm(request.POST or None)
    if form.is_valid():
        with told(form):
            confirm_phone(request.user.pk, digits=form.cleaned_data["code"], by=request.user)
            messages.success(request, _("Your phone is confirmed."))
            return redirect("me_verification")
    return render(request, "accounts/phone_code.html", {"form": form})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def identity(request: SignedInRequest) -> HttpResponse:
    form = IdentityForm(request.POST or None)
    if form.is_valid():
        with told(form):
            verify_identity(request.user.pk, by=request.user, **form.cleaned_data)
            messages.success(request, _("Your real name is checked."))
            return redirect("me_verification")
    return render(request, "accounts/identity.html", {"form": form, "sandbox": settings.SANDBOX})
