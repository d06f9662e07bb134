"""Has the person proved lately who he is? Asked before a reveal, a payout, a closure, a token."""

import time
from datetime import timedelta
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from accounts.models import Token
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid

FRESH_FOR = timedelta(minutes=15)

AnyRequest = HttpRequest | Request


def is_fresh(request: AnyRequest) -> bool:
    """Whether this session, or this token, carries a proof not older than 15 minutes."""
    token = _token(request)
    if token is not None:
        proved = token.reauthenticated_at
        return proved is not None and clock.now() - proved < FRESH_FOR
    records = get_authentication_records(request, request.user)
    return any(time.time() - record["at"] < FRESH_FOR.total_seconds() for record in records)


def require_fresh(request: AnyRequest) -> None:
    """Raises:
    Refused: `reauth_required`.
    """
    if not is_fresh(request):
        raise Refused("reauth_required", _("Prove that it is you: your last proof is too old."))


def mark(request: AnyRequest, *, method: str = "password") -> None:
    """A proof was just given; it counts for this session or this token only."""
    token = _token(request)
    if token is None:
        record_authentication(request, request.user, method, reauthenticated=True)
        return
    token.reauthenticated_at = clock.now()
    token.save(update_fields=["reauthenticated_at"])


def prove(request: AnyRequest, *, password: str = "", totp: str = "") -> None:
    """Take a password or a code of the authenticator app as the proof.

    Raises:
        Refused: `invalid` for a wrong one, `throttled` after five tries in five minutes.
    """
    if not ratelimit.consume(_plain(request), action="reauthenticate", user=request.user):
        raise Refused("throttled", _("Too many tries. Wait five minutes."), retry_after=300)
    if password and get_adapter().reauthenticate(request.user, password):
        return mark(request, method="password")
    if totp and _is_totp(request, totp):
        return mark(request, method="mfa")
    raise invalid("password", _("That is not right."))


def prove_first(request: HttpRequest, *, back: str) -> HttpResponseRedirect:
    """The page that asks for the proof, and leads back to `back` (a path) afterwards.

    Whoever has no password is asked for his passkey.
    """
    ways = get_adapter().get_reauthentication_methods(request.user)
    page = ways[0]["url"] if ways else reverse("account_reauthenticate")
    return HttpResponseRedirect(f"{page}?{urlencode({'next': back})}")


def _is_totp(request: AnyRequest, code: str) -> bool:
    found = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).first()
    return found is not None and bool(found.wrap().validate_code(code))


def _token(request: AnyRequest) -> Token | None:
    auth = getattr(request, "auth", None)
    return auth if isinstance(auth, Token) else None


def _plain(request: AnyRequest) -> HttpRequest:
    return request._request if isinstance(request, Request) else request  # noqa: SLF001
