"""Marking notices as read."""

from uuid import UUID

from accounts.inbox.models import Notice
from accounts.models import User
from marketplace.lib import clock
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
