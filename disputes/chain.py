"""Pure: how each event of a case is tied to the one before it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

BEGINNING = bytes(32)


def canonical(facts: Mapping[str, Any]) -> bytes:
    """The one spelling of a JSON object that hashes are taken over (UTF-8, sorted, no spaces)."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def link(previous: bytes, facts: Mapping[str, Any]) -> bytes:
    """The hash of an event: SHA-256(previous ‖ canonical JSON of what it says)."""
    return hashlib.sha256(previous + canonical(facts)).digest()


def first_break(events: list[tuple[Mapping[str, Any], bytes, bytes]]) -> int | None:
    """The place (0 …) of the first event that does not fit its chain; None when all do.

    Args:
        events: what each says, its `prev_hash` and its `hash`, oldest first.
    """
    previous = BEGINNING
    for place, (facts, prev_hash, own) in enumerate(events):
        if prev_hash != previous or link(previous, facts) != own:
            return place
        previous = own
    return None
