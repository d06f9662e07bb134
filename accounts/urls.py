"""Addresses of one's own pages, the inbox, and the two switches of the page's foot."""

from allauth.mfa.totp.views import activate_totp
from csp.decorators import csp_update
from django.urls import path

from accounts import switches
from accounts.inbox import views as inbox
from accounts.views import closing, security, standing, tokens, verification

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox_read_all"),
    path("inbox/<uuid:pk>/", inbox.open_notice, name="inbox_open"),
    path("me/", security.profile, name="me"),
    path("me/security/", security.security, name="me_security"),
    path("me/tokens/", tokens.token_list, name="me_tokens"),
    path("me/tokens/<uuid:pk>/end/", tokens.token_end, name="me_token_end"),
    path("me/verification/", verification.verification, name="me_verification"),
    path("me/verification/phone/", verification.phone, name="me_phone"),
    path("me/verification/phone/code/", verification.phone_code, name="me_phone_code"),
    path("me/verification/identity/", verification.identity, name="me_identity"),
    path("standing/", standing.standing, name="standing"),
    path("me/close/", closing.close, name="me_close"),
    path("me/close/cancel/", closing.cancel, name="me_close_cancel"),
    path("language/", switches.language, name="set_language"),
    path("theme/", switches.theme, name="set_theme"),
    # allauth's own view; the QR code is a data: picture, allowed on this page alone
    path(
        "accounts/2fa/totp/activate/",
        csp_update({"img-src": ["data:"]})(activate_totp),
        name="mfa_activate_totp",
    ),
]
