"""Becoming a member: an account with its e-mail address, which is confirmed later."""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings

from accounts.models import User
from marketplace.lib.verbs import verb


@verb
def sign_up(*, email: str, password: str | None, name: str = "", language: str = "en") -> User:
    """Open an account whose e-mail is not confirmed yet; the caller has checked password and rules.

    Without a password nobody signs in to it by one. The web page goes through allauth instead,
    which answers alike for known and unknown addresses.
    """
    user = User.objects.create_user(
        email, password, name=name, language=language, accepted_rules=settings.RULES_VERSION
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return user


@verb
def confirm_email(person_id: UUID) -> User:
    """The person has shown that the address is his; only now can he sign in."""
    user = User.objects.lock(person_id)
    EmailAddress.objects.filter(user=user, primary=True).update(verified=True)
    return user
