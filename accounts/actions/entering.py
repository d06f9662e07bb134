"""Coming in without the web pages: open an account, confirm its address, be recognised."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.actions.sign_up import confirm_email, sign_up
from accounts.models import User
from marketplace.lib.errors import Refused, invalid


def open_account(*, email: str, password: str) -> EmailAddress:
    """The address of a new account, or of the one that is there: nobody learns which.

    Raises:
        Refused: `invalid` at `password`, when it is too weak.
    """
    try:
        get_adapter().clean_password(password, User(email=email))
    except ValidationError as error:
        raise invalid("password", " ".join(error.messages), code="bad_format") from error
    known = EmailAddress.objects.filter(email__iexact=email).first()
    if known is not None:
        User().set_password(password)  # as slow as for a new one
        return known
    user = sign_up(email=email, password=password, language=get_language() or "en")
    return EmailAddress.objects.get(user=user)


def ask_to_confirm(request: HttpRequest, address: EmailAddress) -> None:
    """The mail with the link; to a confirmed address goes one that says that it has an account."""
    if address.verified:
        get_adapter().send_account_already_exists_mail(address.email)
    else:
        address.send_confirmation(request, signup=True)


def confirm_address(*, email: str, key: str) -> User:
    """The account whose address the mail's key belongs to, confirmed now.

    Raises:
        Refused: `invalid` at `code`.
    """
    found = EmailConfirmationHMAC.from_key(key)
    if found is None or found.email_address.email.lower() != email.lower():
        raise invalid("code", _("This code is wrong or too old."), code="bad_format")
    return confirm_email(found.email_address.user_id)


def recognise(request: HttpRequest, *, email: str, password: str, totp: str = "") -> User:
    """The person with this e-mail and password, and the second factor where one is set up.

    Raises:
        Refused: `invalid`, alike for a wrong password, an unknown and an unconfirmed address;
            `totp_required`; `throttled`.
    """
    try:
        person = get_adapter().authenticate(request, email=email, password=password)
    except ValidationError as error:
        raise Refused(
            "throttled", _("Too many tries. Wait five minutes."), retry_after=300
        ) from error
    confirmed = EmailAddress.objects.filter(user=person, verified=True).exists()
    if not isinstance(person, User) or not person.is_active or not confirmed:
        raise invalid("password", _("E-mail or password is not right."), code="bad_choice")
    factor = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if factor is not None and not totp:
        raise Refused("totp_required", _("Send the code of your authenticator app too."))
    if factor is not None and not factor.wrap().validate_code(totp):
        raise invalid("totp", _("This code is not right."), code="bad_choice")
    return person
