"""The two switches at the foot of every page, language and look: POSTs, kept in cookies."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.actions.profile import change_profile
from accounts.models import User

YEAR = 365 * 24 * 3600
THEMES = ("light", "dark")


@require_POST
def language(request: HttpRequest) -> HttpResponseRedirect:
    chosen = request.POST.get("language", "")
    response = _back(request)
    if chosen not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, User):
        change_profile(request.user.pk, by=request.user, language=chosen)
    return _keep(response, settings.LANGUAGE_COOKIE_NAME, chosen)


@require_POST
def theme(request: HttpRequest) -> HttpResponseRedirect:
    chosen = request.POST.get("theme", "")
    response = _back(request)
    if chosen in THEMES:
        return _keep(response, "theme", chosen)
    response.delete_cookie("theme")
    return response


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the switch was on; never to another site."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if safe else "/")


def _keep(response: HttpResponseRedirect, name: str, value: str) -> HttpResponseRedirect:
    response.set_cookie(
        name, value, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    return response
