"""Asking a register whether a name and a document belong together: protocol and adapters."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from django.conf import settings

SHAPES = {
    "id_card": re.compile(r"[1-9]\d{16}[\dX]"),
    "passport": re.compile(r"[A-Z][A-Z0-9]\d{7}"),
}


@dataclass(frozen=True)
class Claim:
    """What a person says of himself; never printed, so that no log or error report can hold it."""

    name: str = field(repr=False)
    document_type: str
    number: str = field(repr=False)
    birth_date: date = field(repr=False)


@dataclass(frozen=True)
class Outcome:
    confirmed: bool
    reference: str = ""


class IdentityCheck(Protocol):
    """A register that confirms identities. It is asked with no lock held."""

    name: str

    def check(self, claim: Claim) -> Outcome: ...


class SandboxCheck:
    """Confirms every well-formed number that does not end in 0; knows nobody."""

    name = "sandbox"

    def check(self, claim: Claim) -> Outcome:
        reference = hashlib.sha256(f"sandbox:{claim.document_type}".encode()).hexdigest()[:12]
        return Outcome(not claim.number.endswith("0"), f"sandbox-{reference}")


def checker() -> IdentityCheck | None:
    """The register in use, or None where none is connected."""
    return SandboxCheck() if settings.SANDBOX else None


def normal(number: str) -> str:
    """A document number as it is compared: no spaces, capitals only."""
    return "".join(number.split()).upper()


def well_formed(document_type: str, number: str) -> bool:
    """Whether a number (as `normal` gives it) can be one of this kind of document."""
    shape = SHAPES.get(document_type)
    return shape is not None and shape.fullmatch(number) is not None
