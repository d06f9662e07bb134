"""Whatever goes wrong under /api/ as `application/problem+json` (RFC 9457), without an echo."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.core.exceptions import (
    ObjectDoesNotExist,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.lib.drf.fields import at
from marketplace.lib.errors import Refused
from marketplace.lib.problems import PROBLEMS, appeal_of, rule_of
from marketplace.lib.verbs import busy_or

CONTENT_TYPE = "application/problem+json"
log = structlog.stdlib.get_logger("fairhand.api")

# DRF's words for what is wrong with a field, in ours; the sentences repeat nothing of the input.
_OURS = {
    "required": "required",
    "null": "required",
    "blank": "blank",
    "empty": "blank",
    "min_length": "too_short",
    "max_length": "too_long",
    "min_value": "too_small",
    "max_value": "too_large",
    "max_string_length": "too_large",
    "invalid_choice": "bad_choice",
    "bad_choice": "bad_choice",
    "does_not_exist": "bad_choice",
    "not_a_list": "bad_type",
    "not_a_dict": "bad_type",
    "bad_type": "bad_type",
}
SENTENCES: Mapping[str, Promise] = {
    "required": _("This is needed."),
    "blank": _("This can’t be empty."),
    "too_short": _("This is too short."),
    "too_long": _("This is too long."),
    "too_small": _("This is too little."),
    "too_large": _("This is too much."),
    "bad_choice": _("This is none of the choices."),
    "bad_type": _("This is of the wrong type."),
    "bad_format": _("This is not well formed."),
}
# Facts that are the business of our own edges, not of the reader.
_OUR_FACTS = frozenset({"errors", "rule", "retry_after", "usage", "state_words", "url"})


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler; None lets it go on to the page for broken things (500)."""
    refused = refusal_of(error)
    if refused is None:
        return None
    request: Request = context["request"]
    log.info("refused", outcome_code=refused.code)
    response = Response(
        problem(refused, request.path), status=refused.status, content_type=CONTENT_TYPE
    )
    if (seconds := refused.facts.get("retry_after")) is not None or refused.status == 503:  # noqa: PLR2004
        response["Retry-After"] = str(seconds or 1)
    if refused.status == 401:  # noqa: PLR2004
        response["WWW-Authenticate"] = "Bearer"
    return response


def refusal_of(error: Exception) -> Refused | None:
    """What `error` is in our words; None when it is a fault of ours."""
    match error:
        case Refused():
            return error
        case OperationalError():
            found = busy_or(error)
            return found if isinstance(found, Refused) else None
        case exceptions.ValidationError():
            return _invalid(error.get_full_details())
    for kinds, code in _PLAIN:
        if isinstance(error, kinds):
            return Refused(code, PROBLEMS[code].meaning)
    return None


_PLAIN: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((Http404, ObjectDoesNotExist, exceptions.NotFound), "not_found"),
    ((exceptions.ParseError,), "bad_json"),
    ((exceptions.NotAuthenticated,), "not_signed_in"),
    ((exceptions.AuthenticationFailed,), "token_invalid"),
    ((exceptions.PermissionDenied, DjangoPermissionDenied), "not_your_step"),
    ((exceptions.MethodNotAllowed,), "method_not_allowed"),
    ((exceptions.NotAcceptable,), "not_acceptable"),
    ((exceptions.UnsupportedMediaType,), "unsupported_media"),
    ((exceptions.Throttled,), "throttled"),
    ((RequestDataTooBig, TooManyFieldsSent), "too_big"),
    ((SuspiciousOperation, UnicodeError), "invalid"),
)


def problem(refused: Refused, path: str) -> dict[str, Any]:
    """The body of a refusal."""
    known, appeal = PROBLEMS[refused.code], appeal_of(refused)
    facts = {
        name.rstrip("_"): plain(value)
        for name, value in refused.facts.items()
        if name not in _OUR_FACTS
    }
    return {
        "type": f"/problems/{refused.code}/",
        "title": str(known.title),
        "status": refused.status,
        "code": refused.code,
        "detail": str(refused.message) or str(known.meaning),
        "instance": path,
        "request_id": structlog.contextvars.get_contextvars().get("request_id", ""),
        "rule": rule_of(refused) or None,
        "appeal": f"/rules/{appeal}/" if appeal else None,
        **facts,
        "errors": [plain(each) for each in refused.facts.get("errors", ())],
    }


def plain(value: Any) -> Any:
    """A fact of a refusal as JSON."""
    match value:
        case datetime():
            return at(value)
        case UUID() | Promise():
            return str(value)
        case Mapping():
            return {str(name): plain(inner) for name, inner in value.items()}
        case list() | tuple() | set():
            return [plain(inner) for inner in value]
        case None | bool() | int() | str():
            return value
    return str(value)


def _invalid(details: Any) -> Refused:
    errors = list(_each(details, ""))
    return Refused("invalid", _("Some of what you sent can’t be so."), errors=errors)


def _each(details: Any, pointer: str) -> Iterator[dict[str, Any]]:
    """DRF's tree of details, flat and with pointers; its messages, which echo, are left out."""
    if isinstance(details, Mapping) and details.keys() == {"message", "code"}:
        code = _OURS.get(str(details["code"]), "bad_format")
        yield {"pointer": pointer or "/", "code": code, "detail": SENTENCES[code]}
    elif isinstance(details, Mapping):
        for name, inner in details.items():
            here = pointer if name == "non_field_errors" else f"{pointer}/{name}"
            yield from _each(inner, here)
    else:
        for place, inner in enumerate(details):
            nested = isinstance(inner, Mapping) and inner.keys() != {"message", "code"}
            yield from _each(inner, f"{pointer}/{place}" if nested else pointer)
