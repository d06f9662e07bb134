"""The door of every route: who asks, how often, with what; then the one method that does it."""

from typing import Any

from django.http import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from marketplace.lib import throttle
from marketplace.lib.drf.fields import StrictSerializer
from marketplace.lib.drf.operations import Operation, Who
from marketplace.lib.drf.parsers import StrictJSONParser
from marketplace.lib.errors import Refused

PRIVATE = "no-store, private"
PUBLIC = "public, max-age=5"
SAFE = ("GET", "HEAD")


class Door(ViewSet):
    """Base of every viewset. A method without an `Operation` can't be reached."""

    parser_classes: list[type[StrictJSONParser]] = [StrictJSONParser]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = DefaultContentNegotiation
    permission_classes = []  # `_admit` decides
    metadata_class = None
    http_method_names = ["get", "head", "post", "patch", "put", "delete"]

    @property
    def operation(self) -> Operation | None:
        return getattr(getattr(self, self.action or "", None), "operation", None)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.operation is None:
            return  # the method does not exist here; the answer is 405, whoever asks
        _require_known_parameters(request, self.operation)
        _admit(request, self.operation)
        self._count(request, self.operation)
        _read_body(request, self.parser_classes[0].longest)
        if self.operation.takes is None and request.method not in SAFE:
            StrictSerializer(data=request.data).is_valid(raise_exception=True)

    def checked(self, request: Request) -> dict[str, Any]:
        """The body, checked against what the operation takes."""
        operation = self.operation
        assert operation is not None  # noqa: S101 - for the type checker
        assert operation.takes is not None  # noqa: S101
        body = operation.takes(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        found: dict[str, Any] = body.validated_data
        return found

    def filters(self, request: Request) -> dict[str, Any]:
        """The query, checked against what the operation takes."""
        operation = self.operation
        assert operation is not None  # noqa: S101
        assert operation.query is not None  # noqa: S101
        query = operation.query(data=request.query_params, context={"request": request})
        if not query.is_valid():
            raise _at_query(query.errors)
        found: dict[str, Any] = query.validated_data
        return found

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        usage = getattr(self, "usage", None)
        if usage is not None:
            answer["RateLimit-Limit"] = str(usage.limit)
            answer["RateLimit-Remaining"] = str(max(usage.remaining, 0))
            answer["RateLimit-Reset"] = str(usage.reset)
        answer["Cache-Control"] = PUBLIC if self._is_public(request, answer) else PRIVATE
        patch_vary_headers(answer, ["Accept-Language", "Authorization", "Cookie"])
        return answer

    def _is_public(self, request: Request, answer: HttpResponseBase) -> bool:
        operation = self.operation
        return (
            operation is not None
            and operation.who is Who.ANYONE
            and request.method in SAFE
            and answer.status_code < 400  # noqa: PLR2004 - refusals are never kept
            and not request.user.is_authenticated
        )

    def _count(self, request: Request, operation: Operation) -> None:
        """The general limit and the operation's own; the headers tell of the narrower one."""
        who = caller(request)
        general = "write" if request.method not in SAFE else "read"
        if general == "read" and not request.user.is_authenticated:
            general = "read_anyone"
        for scope in (general, operation.limit):
            if not scope:
                continue
            try:
                self.usage = throttle.spend(scope, who)
            except Refused as refused:
                self.usage = refused.facts.get("usage")
                raise


def caller(request: Request) -> str:
    """Whom a limit counts: the person, or the network of somebody who is not signed in."""
    if request.user.is_authenticated:
        return throttle.person(str(request.user.pk))
    return throttle.network(throttle.client_address(request.META))


def _admit(request: Request, operation: Operation) -> None:
    if operation.who is Who.ANYONE:
        return
    if not request.user.is_authenticated:
        raise exceptions.NotAuthenticated
    scopes = getattr(request.auth, "scopes", None)  # a session has none and may do all
    if scopes is None:
        return
    if operation.who is Who.SESSION:
        raise Refused("scope_missing", _("This can only be done signed in."), scope="session")
    if operation.scope and operation.scope not in scopes:
        raise Refused(
            "scope_missing", _("This token was not made for that."), scope=operation.scope
        )


def _require_known_parameters(request: Request, operation: Operation) -> None:
    known = set(operation.query().fields) if operation.query else set()
    unknown = sorted(request.query_params.keys() - known)
    if unknown:
        errors = [
            {"pointer": f"?{name[:60]}", "code": "unknown_parameter", "detail": _("Not known.")}
            for name in unknown[:20]
        ]
        sentence = _("The address has a parameter that is not known here.")
        raise Refused("unknown_parameter", sentence, errors=errors)


def _read_body(request: Request, longest: int) -> None:
    """Read once, so that the parser and the idempotency key see the same bytes."""
    if request.method in SAFE:
        return
    said = request.META.get("CONTENT_LENGTH") or "0"
    if (said.isdigit() and int(said) > longest) or len(request.body) > longest:
        raise Refused("too_big", _("The body is too large."))


def _at_query(errors: Any) -> exceptions.ValidationError | Refused:
    first = [
        {"pointer": f"?{name}", "code": "bad_format", "detail": _("This is not well formed.")}
        for name in errors
    ]
    return Refused("invalid", _("A parameter can’t be so."), errors=first)
