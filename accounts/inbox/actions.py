"""Marking notices as read, and saying which reminders are not wanted by mail."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.inbox.models import Mute, Notice
from accounts.inbox.quiet import REMINDERS
from accounts.models import User
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.verbs import verb


@verb
def mark_read(notice_id: UUID, *, by: User) -> Notice:
    """Read now; the first reading stands."""
    mine = Notice.objects.visible_to(by).select_for_update(no_key=True, of=("self",))
    notice = mine.get(pk=notice_id)
    if notice.read_at is None:
        notice.read_at = clock.now()
        notice.save(update_fields=["read_at"])
    return notice


@verb
def mark_all_read(*, by: User) -> int:
    """Everything of his that is unread; how many there were."""
    return Notice.objects.visible_to(by).unread().update(read_at=clock.now())


@verb
def mute(person_id: UUID, *, by: User, kinds: Collection[str]) -> None:
    """From now on no mail of exactly these reminders.

    Raises:
        Refused: `not_found`, for anybody else; `invalid`, for what is no reminder.
    """
    person = User.objects.lock(person_id)
    if by.pk != person.pk:
        raise Refused("not_found", "")
    if not REMINDERS.keys() >= set(kinds):
        raise invalid("mutes", _("Only reminders can be muted."), code="bad_choice")
    Mute.objects.filter(person=person).exclude(kind__in=kinds).delete()
    rows = [Mute(person=person, kind=kind) for kind in sorted(set(kinds))]
    Mute.objects.bulk_create(rows, ignore_conflicts=True)


def muted(person: User) -> list[str]:
    return sorted(Mute.objects.filter(person=person).values_list("kind", flat=True))
