"""What every page shares: an id for the logs, the headers, and refusals told as pages."""

import hashlib
import hmac
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_network

import structlog
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from listings.states import ListingState
from marketplace import rules
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.ids import uuid7
from marketplace.lib.problems import appeal_of, rule_of
from marketplace.lib.verbs import busy_or
from orders.states import OrderState, OrderStep

GetResponse = Callable[[HttpRequest], HttpResponseBase]
log = structlog.stdlib.get_logger("fairhand.request")

_FIT_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


# --- An id for each request -----------------------------------------------------------------------
def request_id(get_response: GetResponse) -> GetResponse:
    """Takes `X-Request-Id` from the proxy, or makes one; logs one line a request without bodies."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        started = time.monotonic()
        offered = request.headers.get("X-Request-Id", "")
        name = offered if _FIT_ID.fullmatch(offered) else str(uuid7())
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=name)
        response = get_response(request)
        response["X-Request-Id"] = name
        log.info(
            "request",
            method=request.method,
            route=_route(request),
            status=response.status_code,
            ms=round((time.monotonic() - started) * 1000, 1),
            person=_person(request),
            network=network_hash(request.META.get("REMOTE_ADDR", "")),
        )
        return response

    return middleware


def _route(request: HttpRequest) -> str:
    """The route's name, never the address: an address may carry a token."""
    match = request.resolver_match
    return (match.view_name or match.route) if match else "unknown"


def _person(request: HttpRequest) -> str | None:
    """Who it was, without asking the database for the sake of the log."""
    user = vars(request).get("user")
    if isinstance(user, SimpleLazyObject):
        return request.session.get(SESSION_KEY) if request.session.accessed else None
    return str(user.pk) if user is not None and user.pk else None


def network_hash(address: str) -> str:
    """The client's /24 or /64 under a key of the day: equal within a day, meaningless after it."""
    try:
        network = ip_network((address, 64 if ":" in address else 24), strict=False)
    except ValueError:
        return ""
    key = f"{settings.SECRET_KEY}{datetime.now(UTC).date()}".encode()
    return hmac.new(key, network.network_address.packed, hashlib.sha256).hexdigest()[:12]


# --- The time -------------------------------------------------------------------------------------
def one_watch(get_response: GetResponse) -> GetResponse:
    """A request asks the database for the time once at most, however often it wants to know."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with clock.watch():
            return get_response(request)

    return middleware


# --- Headers --------------------------------------------------------------------------------------
_OFF = (
    "accelerometer autoplay browsing-topics display-capture encrypted-media fullscreen geolocation "
    "gyroscope magnetometer microphone midi payment picture-in-picture usb xr-spatial-tracking"
)
_OWN = "camera publickey-credentials-create publickey-credentials-get"
PERMISSIONS = ", ".join(
    [*(f"{feature}=()" for feature in _OFF.split()), *(f"{name}=(self)" for name in _OWN.split())]
)


def extra_headers(get_response: GetResponse) -> GetResponse:
    """The headers that Django's own middleware leaves out (security.md §8)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method == "TRACE":
            return HttpResponseNotAllowed(["GET", "HEAD", "OPTIONS", "POST"])
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if _is_private(request, response):
            response.headers.setdefault("Cache-Control", "private, no-store")
        if _signs_out(request, response):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return middleware


def _is_private(request: HttpRequest, response: HttpResponseBase) -> bool:
    """True for whatever may show something about one person: it must not stay in any cache."""
    cookie = settings.SESSION_COOKIE_NAME
    return (
        cookie in request.COOKIES
        or cookie in response.cookies
        or "Authorization" in request.headers
    )


def _signs_out(request: HttpRequest, response: HttpResponseBase) -> bool:
    match = request.resolver_match
    left = match is not None and match.url_name == "account_logout" and request.method == "POST"
    return left and response.status_code in (200, 302)


# --- Refusals -------------------------------------------------------------------------------------
class Refusals:
    """A `Refused` that leaves a page view becomes a page with its status and its sentence."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError):
            error = busy_or(error)
        return refusal_page(request, error) if isinstance(error, Refused) else None


# What a person can do instead, where the refusal names the steps that are open.
_OFFERS = {
    OrderStep.PAY: _("Pay for the order"),
    OrderStep.CANCEL: _("Cancel the order"),
    OrderStep.REVEAL_CODE: _("Reveal the code"),
    OrderStep.CONFIRM: _("Confirm that the code works"),
    OrderStep.REPORT_CODE: _("Report a problem with the code"),
    OrderStep.REFUND: _("Refund the buyer"),
}
_STATES = dict([*OrderState.choices, *ListingState.choices])


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """`templates/refusal.html` with what was refused, how it stands now, and what is possible."""
    log.info("refused", outcome_code=refused.code, route=_route(request))
    facts = {
        "refused": refused,
        "status": refused.status,
        "sentence": refused.message,
        "state_words": _STATES.get(refused.facts.get("state", ""), ""),
        "allowed_steps": [
            _OFFERS[step] for step in refused.facts.get("allowed_steps", ()) if step in _OFFERS
        ],
        "errors": refused.facts.get("errors", ()),
        "rule": rules.rule(rule_of(refused)),
        "appeal": rules.rule(appeal_of(refused)),
    }
    response = render(request, "refusal.html", facts, status=refused.status)
    if (seconds := refused.facts.get("retry_after")) is not None:
        response["Retry-After"] = str(seconds)
    return response
