"""How the OpenAPI document is drawn up: shared parts, strict bodies, headers of every answer."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema

from marketplace.lib.drf.components import EXAMPLES, HEADERS, LINKS, SCHEMAS, Schema
from marketplace.lib.drf.errors import CONTENT_TYPE
from marketplace.lib.errors import STATUS

_ALWAYS = (
    "X-Request-Id",
    "API-Version",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
)
_SAID = {
    "304": "You have it already.",
    "200": "Done.",
    "201": "Made.",
    "202": "Taken.",
    "204": "Done; there is nothing to say.",
}
_BY_STATUS = {"401": ("WWW-Authenticate",), "429": ("Retry-After",), "503": ("Retry-After",)}


class ApiSchema(AutoSchema):
    """The generator, with the schemes below; naming it in the settings loads them."""

    def _is_list_view(self, serializer: Any = None) -> bool:  # noqa: ARG002
        return False  # an operation names its page itself


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # registers itself
    target_class = "accounts.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:  # noqa: ARG002
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "fh_…",
            "description": "A personal token; `x-scope` of an operation is the scope it needs.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:  # noqa: ARG002
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "The browser's session; writing needs the CSRF token too.",
        }


class MoneyScheme(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "marketplace.lib.drf.fields.MoneyField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Schema:  # noqa: ARG002
        return {"$ref": "#/components/schemas/Money"}


class TextScheme(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A text that may not be blank has at least one sign that can be seen."""

    target_class = "marketplace.lib.drf.fields.TextField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Schema:  # noqa: ARG002
        field = self.target
        found: Schema = {"type": "string"}
        if field.max_length is not None:
            found["maxLength"] = field.max_length
        if not field.allow_blank:
            found |= {"minLength": field.min_length or 1, "pattern": r"\S"}
        return found


class PictureScheme(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "marketplace.lib.drf.fields.PictureField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Schema:  # noqa: ARG002
        return {"type": "string", "minLength": 1, "contentEncoding": "base64"}


def finish(result: Schema, **_generation: Any) -> Schema:
    """The last pass: headers, security and strict bodies, which follow from the operations."""
    parts = result["components"]
    parts["schemas"] |= SCHEMAS
    parts["headers"] = HEADERS
    parts["responses"] = {f"Refused{status}": _refused(status) for status in sorted(_STATUSES)}
    for path in result["paths"].values():
        if path.get("get", {}).get("x-tagged"):
            path["get"]["responses"]["304"] = {}
    for operation in _operations(result):
        operation["security"] = _security(operation)
        answers = operation["responses"]
        operation["responses"] = {
            status: _finished(operation, status, answers[status]) for status in sorted(answers)
        }
        operation.pop("x-tagged")
        operation.pop("x-key")
    for name in _bodies(result):
        parts["schemas"][name] |= {"additionalProperties": False, "examples": [EXAMPLES[name]]}
    return result


def _finished(operation: Schema, status: str, answer: Schema) -> Schema:
    if status >= "4":
        return {"$ref": f"#/components/responses/Refused{status}"}
    headers = {**answer.get("headers", {}), **_headers(operation)}
    links = _links(operation)
    return {
        **answer,
        "description": _SAID[status],
        "headers": headers,
        **({"links": links} if links else {}),
    }


def _links(operation: Schema) -> Schema:
    """OpenAPI links, so that a program can walk from the answer to what comes next."""
    return {
        name: {"operationId": target, "parameters": {"id": "$response.body#/id"}}
        for name, target in LINKS.get(operation["operationId"], {}).items()
    }


def _operations(result: Schema) -> Iterator[Schema]:
    for path in result["paths"].values():
        yield from (operation for operation in path.values() if "x-codes" in operation)


def _security(operation: Schema) -> list[Schema]:
    who = operation.pop("x-who")
    session: list[Schema] = [{"session": []}]
    if who == "session":
        return session
    either = [{"token": []}, *session]
    return [*either, {}] if who == "anyone" else either


_STATUSES = {str(status) for status in STATUS.values()}


def _refused(status: str) -> Schema:
    """One shared answer a status; which codes an operation has stands in its `x-codes`."""
    return {
        "description": "Refused: "
        + ", ".join(code for code in STATUS if STATUS[code] == int(status)),
        "headers": _refs([*_ALWAYS, *_BY_STATUS.get(status, ())]),
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _headers(operation: Schema) -> dict[str, Schema]:
    names = list(_ALWAYS)
    names += ["ETag"] if operation["x-tagged"] else []
    names += ["Idempotent-Replayed"] if operation["x-key"] != "none" else []
    names += ["Link"] if "bad_cursor" in operation["x-codes"] else []
    return _refs(names)


def _refs(names: list[str]) -> dict[str, Schema]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _bodies(result: Schema) -> set[str]:
    """The schemas that some operation takes as its body, and the parts of them."""
    return {name for name in result["components"]["schemas"] if name.endswith("Input")}
