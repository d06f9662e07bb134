"""One spelling for the same facts, so that equal revisions have equal hashes. Pure."""

import hashlib
import json
from collections.abc import Mapping


def canonical(facts: Mapping[str, object]) -> str:
    """JSON with sorted keys and no white space; equal facts always give equal text."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(facts: Mapping[str, object]) -> str:
    """SHA-256 in hex over the canonical JSON."""
    return hashlib.sha256(canonical(facts).encode()).hexdigest()


def text_digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
