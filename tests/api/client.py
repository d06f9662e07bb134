"""A client that knows nothing but the OpenAPI document, and holds every answer against it."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import jsonschema
from django.test import Client
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from marketplace.about import document

BASE = "/api/v1"
Headers = Mapping[str, str]
Raw = tuple[int, Headers, bytes]
Send = Callable[[str, str, dict[str, str], bytes | None], Raw]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Headers
    raw: bytes = field(repr=False)

    @property
    def body(self) -> Any:
        return json.loads(self.raw) if self.raw else None

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


class Api:
    """One person's client; `send` is the way to the server."""

    def __init__(self, send: Send, token: str = "") -> None:
        self.send = send
        self.token = token

    def signed_in(self, token: str) -> "Api":
        return Api(self.send, token)

    def get(self, path: str, *, headers: dict[str, str] | None = None, **query: Any) -> Answer:
        address = f"{path}?{urlencode(query, doseq=True)}" if query else path
        return self.ask("GET", address, None, headers or {})

    def post(
        self,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """A new key for each intent, unless one is given ("" for none)."""
        chosen = str(uuid4()) if key is None else key
        named = {"Idempotency-Key": chosen} if chosen else {}
        return self.ask("POST", path, {} if body is None else body, {**named, **(headers or {})})

    def patch(self, path: str, body: Any, *, match: str = "") -> Answer:
        return self.ask("PATCH", path, body, {"If-Match": match} if match else {})

    def put(self, path: str, body: Any) -> Answer:
        return self.ask("PUT", path, body, {})

    def delete(self, path: str) -> Answer:
        return self.ask("DELETE", path, None, {})

    def ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        sent = dict(headers)
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        raw = None
        if body is not None:
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        address = path if path.startswith("/api/") else f"{BASE}{path}"
        answer = Answer(*self.send(method, address, sent, raw))
        check(method, urlsplit(address).path, answer)
        return answer


# --- Two ways to the server -----------------------------------------------------------------------
def in_process(client: Client | None = None) -> Send:
    """Through Django's test client."""
    browser = client or Client()

    def send(method: str, path: str, headers: dict[str, str], body: bytes | None) -> Raw:
        given = {name: value for name, value in headers.items() if name != "Content-Type"}
        response = browser.generic(
            method,
            path,
            body or b"",
            content_type=headers.get("Content-Type", "application/json"),
            headers=given,
        )
        return response.status_code, dict(response.headers), response.content

    return send


def over_http(base: str) -> Send:
    """Through a socket, as any program would."""

    def send(method: str, path: str, headers: dict[str, str], body: bytes | None) -> Raw:
        request = urllib.request.Request(base + path, body, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                return response.status, dict(response.headers), response.read()
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, dict(refusal.headers), refusal.read()

    return send


# --- Holding an answer against the document -------------------------------------------------------
def check(method: str, path: str, answer: Answer) -> None:
    """Fails when the document does not promise this answer."""
    if path == f"{BASE}/schema/":
        return
    operation = operation_of(method, path)
    if operation is None:  # an address or a method that the document does not have
        assert answer.status in {404, 405}, f"{method} {path} answered {answer.status}"
        valid(answer.body, {"$ref": "#/components/schemas/Problem"})
        return
    promised = operation["responses"].get(str(answer.status))
    assert promised is not None, f"{method} {path} gave {answer.status}: {answer.raw[:300]!r}"
    if answer.status == 304:
        return
    _check_body(_resolved(promised), answer, operation)
    for name in _resolved(promised).get("headers", {}):
        if name.startswith(("X-", "API-", "Retry", "WWW")):
            assert name in answer.headers, f"{method} {path} {answer.status} lacks {name}"


def _check_body(promised: dict[str, Any], answer: Answer, operation: dict[str, Any]) -> None:
    content = promised.get("content", {})
    if not content:
        assert answer.raw == b""
        return
    kind = answer.headers["Content-Type"].partition(";")[0]
    assert kind in content, f"{operation['operationId']} answered {kind}"
    if "json" not in kind:
        return
    valid(answer.body, content[kind]["schema"])
    if answer.status >= 400:
        code = answer["code"]
        assert code in operation["x-codes"], f"{operation['operationId']} may not say {code}"
        SEEN.setdefault(operation["operationId"], set()).add(code)


SEEN: dict[str, set[str]] = {}


def operation_of(method: str, path: str) -> dict[str, Any] | None:
    for pattern, methods in _patterns():
        if pattern.fullmatch(path) and method.lower() in methods:
            found: dict[str, Any] = methods[method.lower()]
            return found
    return None


@cache
def _patterns() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    found = []
    for path, methods in sorted(document()["paths"].items(), key=lambda item: "{" in item[0]):
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
        found.append((re.compile(pattern), methods))
    return found


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    found: Any = document()
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return dict(found)


def valid(body: Any, schema: dict[str, Any]) -> None:
    reference = {"$ref": f"fairhand{schema['$ref']}"} if "$ref" in schema else schema
    jsonschema.Draft202012Validator(
        reference, registry=_registry(), format_checker=FORMATS
    ).validate(body)


FORMATS = jsonschema.FormatChecker(formats=["uuid", "date", "email"])


def _is_moment(value: object) -> bool:
    return value is None or bool(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", str(value))
    )


@cache
def _registry() -> Any:
    plain = json.loads(json.dumps(document()))
    resource = Resource.from_contents(plain, default_specification=DRAFT202012)
    return Registry().with_resource("fairhand", resource)


FORMATS.checks("date-time")(_is_moment)
