"""The pages that belong to no subject: help, the rules, is it alive, and what went wrong."""

import contextlib
import hmac

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from marketplace import rules
from marketplace.lib.errors import Refused
from marketplace.middleware import refusal_page


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "help.html")


@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    context = {"rules": rules.rules(), "version": settings.RULES_VERSION}
    return render(request, "rules.html", context)


@require_safe
def rule_page(request: HttpRequest, rule_id: str) -> HttpResponse:
    found = rules.rule(rule_id)
    if found is None:
        raise Http404
    return render(request, "rule.html", {"rule": found, "version": settings.RULES_VERSION})


@require_safe
@never_cache
def health(_request: HttpRequest) -> HttpResponse:
    """Alive: this process answers. It asks nobody else."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Ready: database and Redis answer too; which one does not is told only with the token."""
    parts = {"database": _database_answers(), "redis": _redis_answers()}
    answer: dict[str, object] = {"ready": all(parts.values())}
    if _has_token(request):
        answer |= parts
    return JsonResponse(answer, status=200 if answer["ready"] else 503)


def _has_token(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    offered = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(offered.encode(), token.encode())


def _database_answers() -> bool:
    with contextlib.suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return True
    return False


def _redis_answers() -> bool:
    with contextlib.suppress(RedisError, OSError):
        cache.get("ready")
        return True
    return False


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without our own token: it came from another site, or lay open for too long."""
    structlog.stdlib.get_logger("fairhand.security").warning("csrf_failed", reason=str(reason))
    sentence = _("This form was open for too long. Open the page again, then repeat what you did.")
    return refusal_page(request, Refused("csrf", sentence))


def server_error(_request: HttpRequest) -> HttpResponse:
    """Something of ours broke; the page asks neither the database nor Redis for anything."""
    reference = structlog.contextvars.get_contextvars().get("request_id", "")
    page = render_to_string("500.html", {"reference": reference})
    return HttpResponse(page, status=500)
