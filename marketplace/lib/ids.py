"""Public ids: UUID version 7, so that rows made later sort later."""

from uuid import UUID

import uuid_utils.compat


def uuid7() -> UUID:
    return uuid_utils.compat.uuid7()
