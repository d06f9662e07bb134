"""One rule in force, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    id: str
    title: str
    sentences: Sequence[str]
