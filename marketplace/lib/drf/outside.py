"""What never reaches a view of the API: unknown addresses, broken things – told as problems too."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from marketplace.lib.drf.doors import PRIVATE
from marketplace.lib.drf.errors import CONTENT_TYPE, problem
from marketplace.lib.drf.spelling import dumps
from marketplace.lib.errors import STATUS, Refused
from marketplace.lib.problems import PROBLEMS

PREFIX = "/api/"
VERSION = "2026-11-01"
POLICY = "default-src 'none'; frame-ancestors 'none'"

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_CODES = {400: "invalid", 403: "csrf", 404: "not_found", 405: "method_not_allowed", 413: "too_big"}


def api_answers(get_response: GetResponse) -> GetResponse:
    """Under /api/ every answer has the API's headers, and every refusal is a problem document."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return get_response(request)
        response = _as_problem(request, get_response(request))
        response["API-Version"] = VERSION
        if not response.get("Content-Type", "").startswith(("text/html", "application/javascript")):
            response["Content-Security-Policy"] = POLICY
        return response

    return middleware


def _as_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """A page that says what went wrong becomes a problem; what is JSON already is left alone."""
    kind = response.get("Content-Type", "")
    if response.status_code < 400 or kind.startswith(("application/problem", "application/json")):  # noqa: PLR2004
        return response
    code = _CODES.get(response.status_code, "internal")
    sentence = _BROKEN if code == "internal" else PROBLEMS[code].meaning
    body = dumps(problem(Refused(code, sentence), request.path))
    answer = HttpResponse(body, status=STATUS[code], content_type=CONTENT_TYPE)
    for name in ("Allow", "Retry-After"):
        if name in response:
            answer[name] = response[name]
    answer["Cache-Control"] = PRIVATE
    return answer


_BROKEN = _("Something of ours broke. It was noted; nothing was half done.")
