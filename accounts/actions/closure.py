"""Closing an account: it can't vanish while somebody is owed something (Ms. Li's buyer did)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actions.tokens import revoke_all
from accounts.inbox.notify import notify
from accounts.models import User, UserState
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.verbs import verb

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Blocker:
    """One thing that is still open, told to the person; `tell` are those whom it concerns too."""

    sentence: str | Promise
    link: str = ""
    tell: list[User] = field(default_factory=list)


@dataclass(frozen=True)
class Closure:
    """What became of the wish: CLOSED, or PENDING_CLOSURE with what is still open."""

    person: User
    blockers: list[Blocker]


_registered: list[Callable[[User], list[Blocker]]] = []


def register_blocker(function: Callable[[User], list[Blocker]]) -> None:
    """Upper apps name what keeps an account open; called once, when the apps start."""
    if function not in _registered:
        _registered.append(function)


def blockers(person: User) -> list[Blocker]:
    """Everything that is owed to or by the person now."""
    return [blocker for function in _registered for blocker in function(person)]


@verb
def close_account(person_id: UUID, *, by: User) -> Closure:
    """Close at once when nothing is open; else nothing new can begin and it closes by itself.

    Raises:
        Refused: `not_found` for another's account; `wrong_state` when it is closed already.
    """
    person = User.objects.lock(person_id)
    if by.pk != person.pk:
        raise Refused("not_found", "")
    if person.state == UserState.CLOSED:
        raise Refused("wrong_state", _("This account is closed."), state=person.state)
    now = clock.now()
    still_open = blockers(person)
    if not still_open:
        _close(person, now)
    elif person.state == UserState.ACTIVE:
        _begin(person, still_open, now)
    return Closure(person, still_open)


@verb
def cancel_closure(person_id: UUID, *, by: User) -> User:
    """Take it back while it is pending.

    Raises:
        Refused: `wrong_state`, when it is not pending.
    """
    person = User.objects.lock(person_id)
    if by.pk != person.pk:
        raise Refused("not_found", "")
    if person.state != UserState.PENDING_CLOSURE:
        raise Refused("wrong_state", _("This account is not being closed."), state=person.state)
    since = _key(person)
    person.state, person.closing_since = UserState.ACTIVE, None
    person.version += 1
    person.save(update_fields=["state", "closing_since", "version"])
    notify(person, "closing_progress", key=f"{since}:kept", link=reverse("me"), step="kept")
    return person


def close_due() -> int:
    """The daily sweep: close whoever waits and owes nothing any more; how many it closed."""
    waiting = User.objects.filter(state=UserState.PENDING_CLOSURE).order_by("closing_since")
    return sum(_close_if_due(pk) for pk in waiting.values_list("pk", flat=True))


@verb
def _close_if_due(person_id: UUID) -> bool:
    found = User.objects.filter(pk=person_id, state=UserState.PENDING_CLOSURE)
    person = found.select_for_update(no_key=True, skip_locked=True).first()
    if person is None or blockers(person):
        return False
    _close(person, clock.now())
    return True


def _begin(person: User, still_open: list[Blocker], at: datetime) -> None:
    person.state, person.closing_since = UserState.PENDING_CLOSURE, at
    person.version += 1
    person.save(update_fields=["state", "closing_since", "version"])
    link = reverse("me_close")
    notify(person, "closing_progress", key=_key(person), link=link, at=at, step="closing")
    for blocker in still_open:
        for other in blocker.tell:
            notify(
                other,
                "counterparty_closing",
                key=f"{person.pk}:{_key(person)}",
                link=blocker.link,
                at=at,
                name=person.shown_name,
            )


def _close(person: User, at: datetime) -> None:
    """Told first: the address is freed in the same breath. The identity record stays sealed."""
    notify(person, "closing_progress", key=f"{at.isoformat()}:closed", at=at, step="closed")
    revoke_all(person, at=at)
    person.state, person.closed_at, person.is_active = UserState.CLOSED, at, False
    person.name, person.phone = "", None
    person.email = f"{person.pk}@closed.invalid"
    person.set_unusable_password()
    person.version += 1
    person.save()
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    UserSession.objects.filter(user=person).delete()
    log.info("account_closed", person=str(person.pk))


def _key(person: User) -> str:
    return person.closing_since.isoformat() if person.closing_since else ""
