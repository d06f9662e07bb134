"""Closing one's account: what is still open is shown before anything is decided."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import reauth
from accounts.actions.closure import blockers, cancel_closure, close_account
from accounts.models import UserState
from accounts.requests import SignedInRequest


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def close(request: SignedInRequest) -> HttpResponse:
    if not reauth.is_fresh(request):
        return reauth.prove_first(request, back=reverse("me_close"))
    if request.method == "GET":
        return render(request, "accounts/close.html", {"blockers": blockers(request.user)})
    closure = close_account(request.user.pk, by=request.user)
    if closure.person.state == UserState.CLOSED:
        logout(request)
        messages.success(request, _("Your account is closed."))
        return redirect("home")
    return redirect("me_close")


@login_required
@require_POST
def cancel(request: SignedInRequest) -> HttpResponse:
    cancel_closure(request.user.pk, by=request.user)
    messages.success(request, _("Your account stays open."))
    return redirect("me")
