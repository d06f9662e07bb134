"""Personal API tokens: make one (seen whole once), look at them, end one."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import reauth
from accounts.actions.tokens import create_token, revoke_token
from accounts.forms import TokenForm
from accounts.models import Token
from accounts.requests import SignedInRequest
from marketplace.lib import clock


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def token_list(request: SignedInRequest) -> HttpResponse:
    if not reauth.is_fresh(request):
        return reauth.prove_first(request, back=reverse("me_tokens"))
    form, value = TokenForm(request.POST or None), ""
    if form.is_valid():
        _token, value = create_token(request.user.pk, by=request.user, **form.cleaned_data)
    # The answer to the POST shows the token itself: it is kept nowhere, not even in the session.
    rows = request.user.tokens.order_by("-pk")
    context = {"form": TokenForm() if value else form, "value": value, "rows": rows}
    return render(request, "accounts/tokens.html", context | {"at": clock.now()})


@login_required
@require_POST
def token_end(request: SignedInRequest, pk: UUID) -> HttpResponse:
    token = get_object_or_404(Token.objects.visible_to(request.user), pk=pk)
    revoke_token(token.pk, by=request.user)
    return redirect("me_tokens")
