"""Which browsers a person has signed in with: a sign-in from a new one is told."""

import hashlib
import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.inbox.notify import notify
from accounts.models import Device, User
from marketplace.lib import clock
from marketplace.lib.verbs import verb

YEAR = 365 * 24 * 3600
COOKIE = "__Host-device" if settings.HTTPS else "device"
_BROWSERS = ("Edg", "Firefox", "Chrome", "Safari")
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux")
_FIT = re.compile(r"[\w-]{43}")


def remember(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """Note the browser of a sign-in that has just succeeded, and keep its cookie alive."""
    offered = request.COOKIES.get(COOKIE, "")
    mark = offered if _FIT.fullmatch(offered) else secrets.token_urlsafe(32)
    see_device(person, mark=mark, label=label(request.headers.get("User-Agent", "")))
    response.set_cookie(
        COOKIE, mark, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


@verb
def see_device(person: User, *, mark: str, label: str) -> Device:
    """The device of this mark; a new one is told, except the very first (the sign-up itself)."""
    now = clock.now()
    is_first = not person.devices.exists()
    device, is_new = person.devices.get_or_create(
        digest=hashlib.sha256(mark.encode()).digest(),
        defaults={"label": label, "first_seen_at": now},
    )
    if is_new and not is_first:
        link = reverse("me_security")
        notify(person, "new_device", key=str(device.pk), link=link, at=now, device=label)
    return device


def label(agent: str) -> str:
    """ "Firefox, Linux": enough to know one's own browser again, no more."""
    browser = next((name for name in _BROWSERS if name in agent), "")
    system = next((name for name in _SYSTEMS if name in agent), "")
    names = [name.replace("Edg", "Edge").replace("Mac OS X", "Mac") for name in (browser, system)]
    return ", ".join(name for name in names if name) or "?"
