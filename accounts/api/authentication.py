"""Who is asking: a personal token in the Authorization header, or the browser's own session."""

import hmac
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.authentication import SessionAuthentication as DRFSessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from accounts.actions.tokens import digest
from accounts.models import Token, User
from marketplace.lib import clock
from marketplace.lib.errors import Refused

SCHEME = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer fh_…`; `request.auth` is then the `Token`."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        header = request.headers.get("Authorization", "")
        scheme, _space, value = header.partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        now = clock.now()
        token = _find(value.strip())
        if token.revoked_at is not None or not token.person.is_active:
            raise _invalid()
        if token.expires_at <= now:
            raise Refused("token_expired", _("This token has ended. Make a new one."))
        _note_use(token, now)
        return token.person, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's signature
        return SCHEME


class SessionAuthentication(DRFSessionAuthentication):
    """The browser's session; writing needs the CSRF token too."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as denied:
            raise Refused("csrf", _("The CSRF token is missing or wrong.")) from denied

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's signature
        return SCHEME


def require_scope(request: Request, scope: str) -> None:
    """A token may only do what it was made for; a session may do all that its person may.

    Raises:
        Refused: `scope_missing`, naming the scope.
    """
    if isinstance(request.auth, Token) and scope not in request.auth.scopes:
        raise Refused("scope_missing", _("This token was not made for that."), scope=scope)


def require_session(request: Request) -> None:
    """Tokens never reach tokens, passwords, e-mail, factors or closure.

    Raises:
        Refused: `scope_missing`.
    """
    if isinstance(request.auth, Token):
        raise Refused("scope_missing", _("This can only be done signed in."), scope="session")


def _find(value: str) -> Token:
    parts = value.split("_", 2)
    if len(parts) != 3 or parts[0] != "fh":  # noqa: PLR2004 - fh, id, random
        raise _invalid()
    token = Token.objects.select_related("person").filter(prefix=parts[1]).first()
    if token is None or not hmac.compare_digest(bytes(token.digest), digest(value)):
        raise _invalid()
    return token


def _note_use(token: Token, now: datetime) -> None:
    """To the hour: enough to find a forgotten token, and no write for every request."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    if token.last_used_at != hour:
        Token.objects.filter(pk=token.pk).update(last_used_at=hour)


def _invalid() -> Refused:
    return Refused("token_invalid", _("This token is not valid."))
