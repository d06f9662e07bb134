"""Where a buyer first came from: the referring host and a campaign tag, never a whole address.

Mr. Guo followed a link from another shopping site; who sends people to bad sellers must be known.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

from orders.actions.checkout import Visit

COOKIE = "came_from"


def remember_first_visit(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the first page of a session that a link from elsewhere opened sets the cookie."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if COOKIE not in request.COOKIES and request.method == "GET":
            visit = _arrival(request)
            if visit.host:
                response.set_cookie(
                    COOKIE, f"{visit.host}|{visit.campaign}", httponly=True, samesite="Lax"
                )
        return response

    return middleware


def visit_of(request: HttpRequest) -> Visit:
    """What the cookie says; it is a hint from the browser and decides nothing."""
    host, _bar, campaign = request.COOKIES.get(COOKIE, "").partition("|")
    return Visit(host=_tidy(host, 100), campaign=_tidy(campaign, 60))


def _arrival(request: HttpRequest) -> Visit:
    host = urlsplit(request.headers.get("Referer", "")).hostname or ""
    if not host or host == request.get_host().split(":")[0]:
        return Visit()
    return Visit(host=_tidy(host, 100), campaign=_tidy(request.GET.get("utm_campaign", ""), 60))


def _tidy(text: str, longest: int) -> str:
    return "".join(each for each in text if each.isalnum() or each in "-_.:")[:longest]
