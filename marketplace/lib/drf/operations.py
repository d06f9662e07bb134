"""One operation of the API: who may, what it takes, what it can answer – said once, for the door
that checks it and for the OpenAPI document that promises it."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from marketplace.lib.drf import idempotency
from marketplace.lib.drf.errors import CONTENT_TYPE
from marketplace.lib.drf.fields import StrictSerializer
from marketplace.lib.errors import STATUS

PROBLEM = {"$ref": "#/components/schemas/Problem"}

Handler = Callable[..., HttpResponseBase]


class Who(Enum):
    ANYONE = "anyone"
    PERSON = "person"  # a session, or a token with the scope
    SESSION = "session"  # signed in; a token never gets here


class Key(Enum):
    """What becomes of an `Idempotency-Key`."""

    NONE = "none"  # reads, and steps that need no one to be signed in
    TAKEN = "taken"
    REQUIRED = "required"
    # Required; done again for each repeat, because the answer holds a secret or the verb commits
    # in between. Nothing of the answer is kept.
    AGAIN = "again"
    TAKEN_AGAIN = "taken, again"

    @property
    def required(self) -> bool:
        return self in (Key.REQUIRED, Key.AGAIN)

    @property
    def again(self) -> bool:
        return self in (Key.AGAIN, Key.TAKEN_AGAIN)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """Decorates a view's method.

    `codes` are the refusals of its own; those that follow from the other facts are added.
    `own_key`: the method calls `idempotency.once` itself, since it asks an outside partner first.
    """

    id: str
    summary: str  # for programmers, in English
    tag: str
    answers: Mapping[int, Any]
    scope: str = ""
    who: Who = Who.PERSON
    takes: type[StrictSerializer] | None = None
    query: type[StrictSerializer] | None = None
    codes: Sequence[str] = ()
    key: Key = Key.NONE
    own_key: bool = False
    limit: str = ""
    reauth: bool = False
    match: bool = False
    tagged: bool = False

    def __call__(self, function: Handler) -> Handler:
        @functools.wraps(function)
        def run(view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            def work() -> Any:
                return function(view, request, *args, **kwargs)

            if self.key is Key.NONE or self.own_key:
                return function(view, request, *args, **kwargs)
            intent = idempotency.intent_of(request, required=self.key.required)
            done = idempotency.each_time if self.key.again else idempotency.once
            return done(intent, work)

        run.operation = self  # type: ignore[attr-defined] # read by the door
        return self._described(run)

    def _described(self, run: Handler) -> Handler:
        described: Handler = extend_schema(
            operation_id=self.id,
            summary=self.summary,
            tags=[self.tag],
            request=self.takes,
            responses=self._responses(),
            parameters=self._parameters(),
            extensions={
                "x-codes": sorted(self.all_codes()),
                **({"x-scope": self.scope} if self.scope else {}),
                "x-who": self.who.value,
                "x-tagged": self.tagged,
                "x-key": self.key.value,
            },
        )(run)
        return described

    # --- What follows from the facts -------------------------------------------------------------
    def all_codes(self) -> set[str]:
        """Every code that this operation can be refused with."""
        return {
            *self.codes,
            *("unknown_parameter", "not_acceptable", "throttled", "internal", "busy"),
            *self._codes_of_reader(),
            *self._codes_of_body(),
        }

    def _codes_of_reader(self) -> set[str]:
        found: set[str] = {"token_invalid", "token_expired"}
        if self.who is not Who.ANYONE:
            found |= {"not_signed_in", "scope_missing"}
        if self.reauth:
            found |= {"reauth_required"}
        if self.match:
            found |= {"precondition_required", "precondition_failed"}
        if self.query is not None:
            found |= {"invalid"}
            found |= {"bad_cursor"} if "cursor" in self.query().fields else set()
        return found

    def _codes_of_body(self) -> set[str]:
        found: set[str] = set()
        if self.writes:
            found |= {
                "csrf",
                "invalid",
                "bad_json",
                "unknown_field",
                "unsupported_media",
                "too_big",
            }
        if self.key is not Key.NONE:
            found |= {"idempotency_mismatch", "request_in_flight"}
        if self.key.required:
            found |= {"idempotency_key_required"}
        return found

    @property
    def writes(self) -> bool:
        return self.takes is not None or self.key is not Key.NONE or self.match

    def _responses(self) -> dict[Any, Any]:
        responses: dict[Any, Any] = dict(self.answers)
        by_status: dict[int, list[str]] = {}
        for code in sorted(self.all_codes()):
            by_status.setdefault(STATUS[code], []).append(code)
        for status, codes in by_status.items():
            described = OpenApiResponse(response=PROBLEM, description=", ".join(codes))
            responses[status, CONTENT_TYPE] = described
        return responses

    def _parameters(self) -> list[Any]:
        found: list[Any] = [self.query] if self.query else []
        if self.key is not Key.NONE:
            found.append(_header(idempotency.HEADER, 255, _KEY_HELP, required=self.key.required))
        if self.match:
            found.append(_header("If-Match", 80, "The ETag of the version that you have read."))
        return found


_KEY_HELP = "One for each intent; the same key with the same body gets the same answer."


def _header(name: str, longest: int, text: str, *, required: bool = True) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        {"type": "string", "minLength": 1, "maxLength": longest},
        OpenApiParameter.HEADER,
        required=required,
        description=text,
    )
