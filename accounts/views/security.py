"""Settings: who one is to others, and how one signs in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actions.profile import change_profile
from accounts.forms import ProfileForm
from accounts.models import User
from accounts.requests import SignedInRequest


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    # A copy: a refused form must not change the name in the page's own head.
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=person)
    if form.is_valid():
        change_profile(person.pk, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("me")
    return render(request, "accounts/profile.html", {"form": form})


@login_required
@require_GET
def security(request: SignedInRequest) -> HttpResponse:
    devices = request.user.devices.order_by("-first_seen_at")[:20]
    return render(request, "accounts/security.html", {"devices": devices})
