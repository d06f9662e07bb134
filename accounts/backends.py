"""Who sends a request: the person, his unread notices and the time, in one question."""

from functools import cache
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
    sql, values = _question()
    asked = User.objects.raw(sql, [pk if value == _SOMEBODY else value for value in values])
    found = next(iter(asked), None)
    if found is not None:
        clock.set_watch(found.asked_at)  # type: ignore[attr-defined]  # a column of the question
    return found


_SOMEBODY = UUID(int=0)


@cache
def _question() -> tuple[str, tuple[Any, ...]]:
    """Every request asks it, and to put it together takes longer than its answer: done once."""
    people = User.objects.annotate(unread=_unread(), asked_at=clock.column())
    return people.filter(pk=_SOMEBODY).query.sql_with_params()


class _OneQuestion:
    def get_user(self, user_id: Any) -> User | None:
        user = signed_in(user_id)
        return user if user is not None and user.is_active else None


class PasswordBackend(_OneQuestion, ModelBackend):
    """Django's own, for whoever signs in with a password."""


class AllauthBackend(_OneQuestion, AuthenticationBackend):  # type: ignore[misc]
    """allauth's, for every other way in."""
