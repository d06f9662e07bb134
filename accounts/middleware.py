"""What a signed-in person chose for himself: language and zone; and how long a session may last."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

DAY = 24 * 3600
SINCE, SEEN = "since", "seen"
# (longest pause, longest session) in seconds; real time, whatever the sandbox clock says
PEOPLE = (14 * DAY, 30 * DAY)
STAFF = (30 * 60, 8 * 3600)


def personal_settings(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """The choice of a signed-in person goes before cookie and Accept-Language."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return get_response(request)
        if _too_old(request):
            logout(request)
            return get_response(request)
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(request.user.zone):
            return get_response(request)

    return middleware


def _too_old(request: HttpRequest) -> bool:
    """Counted from the session's first page; written once an hour (staff: a minute) at most."""
    now = time.time()
    longest_pause, longest = STAFF if request.user.is_staff else PEOPLE
    since, seen = request.session.get(SINCE, now), request.session.get(SEEN, now)
    if now - since > longest or now - seen > longest_pause:
        return True
    step = 60 if request.user.is_staff else 3600
    if SINCE not in request.session or now - seen > step:
        request.session[SINCE], request.session[SEEN] = since, now
    return False
