"""Who sends a request: the person, his unread notices and the time, in one question."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.inbox.models import Notice
from accounts.models import User
from marketplace.lib import clock


def _unread() -> Coalesce:
    """Beside “Inbox” in the head of every page."""
    mine = Notice.objects.filter(person=OuterRef("pk")).unread().order_by()
    return Coalesce(Subquery(mine.values("person").annotate(n=Count("pk")).values("n")), 0)


def signed_in(pk: UUID) -> User | None:
    """The person of a session; sets the request's watch by the way."""
    found = User.objects.annotate(unread=_unread(), asked_at=clock.column()).filter(pk=pk).first()
    if found is not None:
        clock.set_watch(found.asked_at)
    return found


class _OneQuestion:
    def get_user(self, user_id: Any) -> User | None:
        user = signed_in(user_id)
        return user if user is not None and user.is_active else None


class PasswordBackend(_OneQuestion, ModelBackend):
    """Django's own, for whoever signs in with a password."""


class AllauthBackend(_OneQuestion, AuthenticationBackend):  # type: ignore[misc]
    """allauth's, for every other way in."""
