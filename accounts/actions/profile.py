"""What a person may change about himself: the name shown, the language, the zone."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.inbox.actions import mute
from accounts.models import User
from marketplace.lib.errors import Refused
from marketplace.lib.verbs import verb

_EDITABLE = frozenset({"name", "language", "zone"})


@verb
def change_profile(
    person_id: UUID,
    *,
    by: User,
    version: int | None = None,
    mutes: Collection[str] | None = None,
    **changes: str,
) -> User:
    """Change the named fields and count the version up; `mutes`: reminders not wanted by mail.

    Raises:
        Refused: `not_found`, for anybody else's profile; `precondition_failed`, when it is no
            longer at `version`.
    """
    user = User.objects.lock(person_id)
    if by.pk != user.pk:
        raise Refused("not_found", "")
    if version is not None and version != user.version:
        raise Refused("precondition_failed", _("It was changed since you read it."))
    if unknown := changes.keys() - _EDITABLE:
        raise ValueError(f"not for people to change: {unknown}")
    for field, value in changes.items():
        setattr(user, field, value)
    user.version += 1
    user.save(update_fields=[*changes, "version"])
    if mutes is not None:
        mute(user.pk, by=by, kinds=mutes)
    return user
