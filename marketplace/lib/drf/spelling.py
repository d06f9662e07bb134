"""One spelling of JSON for answers, stored answers and their hashes."""

from typing import Any

from rest_framework.renderers import JSONRenderer


def dumps(value: Any) -> bytes:
    """As DRF renders it: UUIDs, lazy texts and times included, in the order of the fields."""
    rendered: bytes = JSONRenderer().render(value)
    return rendered
