"""One's own standing: the number, which nobody else sees, and everything behind it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from accounts.standing import history
from marketplace.lib import clock


@login_required
@never_cache
@require_GET
def standing(request: SignedInRequest) -> HttpResponse:
    now = clock.now()
    own = history.standing(request.user, now=now)
    return render(request, "accounts/standing.html", {"standing": own, "now": now})
