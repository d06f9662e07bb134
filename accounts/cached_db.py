"""Sessions live in the database and Redis only answers faster: without it everybody goes on.

Ending a session still needs Redis: "logged out" is not said while a copy may come back with it.
"""

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

    def exists(self, session_key: str) -> bool:
        try:
            return super().exists(session_key)
        except _AWAY:
            return db.SessionStore.exists(self, session_key)
