"""New passwords and factors: tokens end with the password, and the person is told, unmutably."""

from uuid import UUID

from django.urls import reverse

from accounts.actions.tokens import revoke_all
from accounts.inbox.notify import notify
from accounts.models import User
from marketplace.lib import clock
from marketplace.lib.verbs import verb


@verb
def change_password(person_id: UUID, *, password: str) -> User:
    """Set a password that the form has checked; every session but the caller's own ends by it."""
    person = User.objects.lock(person_id)
    now = clock.now()
    person.set_password(password)
    person.save(update_fields=["password"])
    revoke_all(person, at=now)
    notify(person, "password_changed", key=now.isoformat(), link=reverse("me_security"), at=now)
    return person


@verb
def tell_factor_changed(person: User) -> None:
    """An authenticator app, a passkey or the recovery codes were added, removed or made anew."""
    now = clock.now()
    notify(person, "factor_changed", key=now.isoformat(), link=reverse("mfa_index"), at=now)
