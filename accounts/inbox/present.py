"""Notices of which the fact has moved on, and what is true instead.

What a notice is about lives in the apps above; each registers, when it starts, who knows it.
"""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from accounts.inbox.models import Notice

# By the first part of a notice's key: what is true now of those that are out of date, by id.
Reader = Callable[[Sequence[Notice]], Mapping[UUID, str]]
_readers: dict[str, Reader] = {}


def register(subject: str, reader: Reader) -> None:
    """`reader` is asked about all notices whose key begins with `subject` and a colon."""
    _readers[subject] = reader


def present(notices: Sequence[Notice]) -> dict[UUID, str]:
    """In the reader's language; a notice that still holds has no entry."""
    found: dict[UUID, str] = {}
    for subject, reader in _readers.items():
        about = [notice for notice in notices if notice.key.startswith(f"{subject}:")]
        if about:
            found |= reader(about)
    return found
