"""`Idempotency-Key`: the key, the work and the answer are one transaction (money.md §5).

A second request with the same key waits for the first and gets its answer; a crash takes the key
back with everything else, so nothing hangs. The table is `accounts_apirequest`, in plain SQL, since
this file stands below the app that owns it.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.lib import clock
from marketplace.lib.drf.spelling import dumps
from marketplace.lib.errors import Refused
from marketplace.lib.verbs import WAITED_TOO_LONG, sqlstate, verb

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
LONGEST_KEY = 255
KEPT_HEADERS = ("ETag", "Location")

Work = Callable[[], Response]


@dataclass(frozen=True)
class Intent:
    """One request under its key. The body is kept as a keyed hash: it may hold a card's secret."""

    person: str
    key: str
    method: str
    path: str
    body: bytes


@dataclass(frozen=True)
class Kept:
    """What is known of a key: the request it was first used for, and its answer if there is one."""

    method: str
    path: str
    body: bytes
    status: int | None
    answer: str | None
    headers: dict[str, str]


def intent_of(request: Request, *, required: bool) -> Intent | None:
    """The intent that the headers name; None without a key, or without anybody it could belong to.

    Raises:
        Refused: `idempotency_key_required`, `invalid` for a key that is none.
    """
    key = request.headers.get(HEADER)
    if key is None:
        if required:
            raise Refused("idempotency_key_required", _("Send the header Idempotency-Key."))
        return None
    if not 1 <= len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        detail = _("A key has 1 to 255 printable ASCII characters.")
        errors = [{"pointer": f"#{HEADER}", "code": "bad_format", "detail": detail}]
        raise Refused("invalid", detail, errors=errors)
    if not request.user.is_authenticated:
        return None
    body = hmac.new(settings.SECRET_KEY.encode(), request.body, hashlib.sha256).digest()
    return Intent(str(request.user.pk), key, str(request.method), request.path, body)


def once(
    intent: Intent | None, work: Work, *, before: Callable[[], None] | None = None
) -> HttpResponse:
    """The answer of `work`, which is done once for each intent.

    Args:
        before: what must happen ahead of the transaction (asking an issuer); not for a replay.

    Raises:
        Refused: `idempotency_mismatch`, `request_in_flight`.
    """
    kept = _kept(intent) if intent else None
    if intent and kept:
        return _replay(intent, kept)
    if before is not None:
        before()
    if intent is None:
        return work()
    return verb(_first_or_replay)(intent, work)


def each_time(intent: Intent | None, work: Work) -> HttpResponse:
    """For work in several transactions or with a secret answer: noted, and done again for a replay.

    Such a verb is safe to repeat by itself, and nothing of its answer is ever stored.
    """
    if intent is None:
        return work()
    fresh = _reserve(intent)
    kept = None if fresh else _kept(intent)
    if kept:
        _require_same(intent, kept)
    response = work()
    if not fresh:
        response[REPLAYED] = "true"
    return response


def _first_or_replay(intent: Intent, work: Work) -> HttpResponse:
    if not _reserve(intent):
        kept = _kept(intent)
        if kept is None:
            raise _in_flight()
        return _replay(intent, kept)
    response = work()
    _keep(intent, response)
    return response


def _reserve(intent: Intent) -> bool:
    """Whether the key is new; waits while another transaction that uses it is running."""
    sql = """
        INSERT INTO accounts_apirequest (person_id, key, method, path, body_sha256, headers, at)
        VALUES (%s, %s, %s, %s, %s, '{}', %s) ON CONFLICT (person_id, key) DO NOTHING
    """
    values: list[Any] = [
        intent.person,
        intent.key,
        intent.method,
        intent.path[:300],
        intent.body,
        clock.now(),
    ]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            return bool(cursor.rowcount == 1)
    except OperationalError as error:
        if sqlstate(error) == WAITED_TOO_LONG:
            raise _in_flight() from error
        raise


def _kept(intent: Intent) -> Kept | None:
    sql = """
        SELECT method, path, body_sha256, status, answer, headers::text FROM accounts_apirequest
        WHERE person_id = %s AND key = %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [intent.person, intent.key])
        row: Any = cursor.fetchone()
    if row is None:
        return None
    method, path, body, status, answer, headers = row
    text = json.loads(answer) if isinstance(answer, str) else answer
    return Kept(method, path, bytes(body), status, text, json.loads(headers))


def _keep(intent: Intent, response: Response) -> None:
    """The body is kept as one JSON text, so that a replay is equal to the byte."""
    answer = None if response.data is None else json.dumps(dumps(response.data).decode())
    headers = json.dumps({name: response[name] for name in KEPT_HEADERS if name in response})
    sql = """
        UPDATE accounts_apirequest SET status = %s, answer = %s, headers = %s
        WHERE person_id = %s AND key = %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [response.status_code, answer, headers, intent.person, intent.key])


def _replay(intent: Intent, kept: Kept) -> HttpResponse:
    _require_same(intent, kept)
    if kept.status is None:
        raise _in_flight()
    response = HttpResponse(
        kept.answer or "", status=kept.status, content_type="application/json", headers=kept.headers
    )
    response[REPLAYED] = "true"
    return response


def _require_same(intent: Intent, kept: Kept) -> None:
    ours = (intent.method, intent.path[:300], intent.body)
    if ours != (kept.method, kept.path, kept.body):
        sentence = _("This key was used for another request. Take a new one for a new intent.")
        raise Refused("idempotency_mismatch", sentence)


def _in_flight() -> Refused:
    sentence = _("The same request is still running.")
    return Refused("request_in_flight", sentence, retry_after=1)
