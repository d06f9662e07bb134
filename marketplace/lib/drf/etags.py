"""Versions of single objects: `ETag` out, `If-None-Match` and `If-Match` in."""

import hashlib
import re

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.lib.drf.spelling import dumps
from marketplace.lib.errors import Refused

_TAG = re.compile(r'(?:W/)?"(\d{1,9})(?:-[0-9a-f]+)?"')


def tagged(request: Request, response: Response, version: int, *, moving: bool = False) -> Response:
    """The answer with its version; a 304 without a body when the client has it already.

    `moving`: parts of it change without a new version (with time, or in another row), so that a
    digest of the answer stands beside the number.
    """
    tag = f'W/"{version}{_digest(response) if moving else ""}"'
    known = [each.strip() for each in request.headers.get("If-None-Match", "").split(",")]
    if request.method in ("GET", "HEAD") and tag in known:
        response = Response(status=304)
    response["ETag"] = tag
    return response


def expected_version(request: Request) -> int:
    """The version that `If-Match` names; the verb compares it under the lock.

    Raises:
        Refused: `precondition_required` without one, `precondition_failed` when it is no version.
    """
    offered = request.headers.get("If-Match", "").strip()
    if not offered:
        raise Refused("precondition_required", _("Send If-Match with the ETag that you have read."))
    match = _TAG.fullmatch(offered)
    if match is None:
        raise Refused("precondition_failed", _("It was changed since you read it. Read it again."))
    return int(match[1])


def _digest(response: Response) -> str:
    return f"-{hashlib.sha256(dumps(response.data)).hexdigest()[:12]}"
