"""What the frame of every page needs: theme, sandbox clock, unread notices."""

from functools import cache, partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from marketplace.lib import clock

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Nothing here asks the database before a template reads it, and then once."""
    theme = request.COOKIES.get("theme", "")
    return {
        "theme": theme if theme in THEMES else "",
        "sandbox": settings.SANDBOX,
        "now": cache(clock.now),
        "unread": cache(partial(_unread, request)),
        "here": request.get_full_path(),
    }


def _unread(request: HttpRequest) -> int:
    """Came with the person; counted anew only for somebody who has just signed in."""
    if not request.user.is_authenticated:
        return 0
    known: int | None = getattr(request.user, "unread", None)
    return request.user.notices.unread().count() if known is None else known
