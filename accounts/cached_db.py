"""Sessions live in the database; Redis only answers faster, and nobody is stopped when it is away."""

from typing import Any

from django.contrib.sessions.backends import cached_db, db
from redis.exceptions import RedisError

_AWAY = (RedisError, OSError)


class SessionStore(cached_db.SessionStore):
    def load(self) -> dict[str, Any]:
        try:
            return super().load()
        except _AWAY:
            return db.SessionStore.load(self)

    def exists(self, session_key: str | None) -> bool:
        try:
            return super().exists(session_key)
        except _AWAY:
            return db.SessionStore.exists(self, session_key)

    def delete(self, session_key: str | None = None) -> None:
        """Gone from the database in any case; a copy in a Redis that comes back ends by itself."""
        try:
            super().delete(session_key)
        except _AWAY:
            db.SessionStore.delete(self, session_key)
