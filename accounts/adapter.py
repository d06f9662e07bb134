"""Where django-allauth meets our own rules: mails, notices, tokens, devices, the TOTP secret."""

import base64
import html
from typing import Any, ClassVar
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from accounts import devices
from accounts.actions.passwords import change_password, tell_factor_changed
from accounts.inbox.framing import plain
from accounts.models import User
from marketplace.lib import crypto

# Told by our own notice, once, where the password is set.
_PASSWORD_MAILS = frozenset(f"account/email/password_{how}" for how in ("changed", "set", "reset"))
_NO_ROW = UUID(int=0)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """The hooks of sign-up, sign-in and password that we need; everything else is allauth's."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("E-mail or password is not right."),
        "duplicate_email": _("This e-mail is the one of your account already."),
    }

    def set_password(self, user: User, password: str) -> None:
        change_password(user.pk, password=password)
        user.refresh_from_db()

    def post_login(self, request: HttpRequest, user: User, **login: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **login)
        devices.remember(request, response, user)
        return response

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        if template_prefix in _PASSWORD_MAILS:
            return
        if template_prefix.startswith("mfa/"):
            tell_factor_changed(user)
            return
        super().send_notification_mail(template_prefix, user, context, email)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """Our frame around the words of the mail: one text part and one HTML part."""
        subject = _text(f"{template_prefix}_subject.txt", context)
        text = _text(f"{template_prefix}_message.txt", context)
        message = EmailMultiAlternatives(
            self.format_email_subject(" ".join(subject.split())),
            plain(text),
            self.get_from_email(),
            [email] if isinstance(email, str) else email,
            headers=headers,
        )
        frame = render_to_string("emails/plain.html", {"text": text})
        message.attach_alternative(frame, "text/html")
        return message


def _text(template: str, context: dict[str, Any]) -> str:
    """A plain text: what the engine escaped for HTML is turned back."""
    return html.unescape(render_to_string(template, context)).strip()


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """The secret of an authenticator app is sealed like an identity: staff can't read it."""

    def encrypt(self, text: str) -> str:
        sealed = crypto.seal("identity", kind="totp", id=_NO_ROW, plaintext=text.encode())
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text)
        return crypto.open_("identity", kind="totp", id=_NO_ROW, sealed=sealed).decode()
