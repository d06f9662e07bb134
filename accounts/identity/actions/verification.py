"""Checking a real name: one document makes one account level 2; what was said is kept sealed."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.identity.checks import Claim, Outcome, checker, normal, well_formed
from accounts.identity.models import IdentityRead, Mark, Record
from accounts.models import Level, User
from accounts.standing.record import record
from marketplace.lib import clock, crypto
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.ids import uuid7
from marketplace.lib.verbs import verb

RING, INDEX_RING = "identity", "identity_index"
LONGEST_NAME = 40


@dataclass(frozen=True)
class Masked:
    """What may be shown outside a disclosure: “张*” and “****1234”."""

    name: str
    number: str
    checked_at: datetime


def verify_identity(
    person_id: UUID, *, name: str, document_type: str, number: str, birth_date: date, by: User
) -> User:
    """Have a name and a document checked; when they are confirmed the level is at least 2.

    Raises:
        Refused: `invalid` (form, or not confirmed), `level_too_low` (no phone yet),
            `identity_in_use` (the document is another account's), `busy` (no register connected).
    """
    if person_id != by.pk:
        raise Refused("not_found", "")
    policies.need_level(by, Level.PHONE)
    claim = Claim(" ".join(name.split()), document_type, normal(number), birth_date)
    _well_formed(claim)
    register = checker()
    if register is None:
        raise Refused("busy", _("Checks are not possible at the moment. Try again later."))
    outcome = register.check(claim)  # outside the transaction: a register may be slow
    if not outcome.confirmed:
        raise invalid("number", _("The check did not confirm this name with this document."))
    return _write(person_id, claim, outcome, method=register.name)


@verb
def masked(person_id: UUID, *, by: User) -> Masked | None:
    """The person's newest record, masked; opening it leaves a row."""
    newest = Record.objects.filter(person_id=person_id).order_by("-number").first()
    if newest is None or person_id != by.pk:
        return None
    claim = read_identity(newest, by=by, purpose="shown masked to its owner")
    return Masked(
        f"{claim['name'][:1]}*", f"****{claim['document_number'][-4:]}", newest.checked_at
    )


def read_identity(found: Record, *, by: User, purpose: str) -> dict[str, str]:
    """The only way to the fields of a record; each opening is written down first."""
    IdentityRead.objects.create(record=found, by=by, purpose=purpose, at=clock.now())
    plain = crypto.open_(RING, kind="identity", id=found.pk, sealed=bytes(found.sealed))
    fields: dict[str, str] = json.loads(plain)
    return fields


def registered_name(person: User) -> str:
    """The name on the person's papers, so that it can be covered in texts; nobody is shown it."""
    newest = Record.objects.filter(person=person).order_by("-number").first()
    if newest is None:
        return ""
    plain = crypto.open_(RING, kind="identity", id=newest.pk, sealed=bytes(newest.sealed))
    return str(json.loads(plain)["name"])


@verb
def _write(person_id: UUID, claim: Claim, outcome: Outcome, *, method: str) -> User:
    person = User.objects.lock(person_id)
    now = clock.now()
    _take_mark(person, f"{claim.document_type}:{claim.number}")
    pk = uuid7()
    fields = {
        "name": claim.name,
        "document_type": claim.document_type,
        "document_number": claim.number,
        "birth_date": claim.birth_date.isoformat(),
    }
    plaintext = json.dumps(fields, ensure_ascii=False).encode()
    Record.objects.create(
        id=pk,
        person=person,
        number=Record.objects.filter(person=person).count() + 1,
        sealed=crypto.seal(RING, kind="identity", id=pk, plaintext=plaintext),
        method=method,
        evidence=outcome.reference,
        checked_at=now,
    )
    person.level = max(person.level, Level.REAL_NAME)
    person.version += 1
    person.save(update_fields=["level", "version"])
    record(person, "level_reached_2", source="identity", source_id=person.pk, at=now)
    return person


def _take_mark(person: User, document: str) -> None:
    """One document, one account: looked for under every key, kept under the newest.

    Also a closed account keeps its mark: nobody sheds debts or standing by coming back.
    """
    prints = crypto.fingerprints(INDEX_RING, document.encode())
    known = Mark.objects.filter(value__in=[found.value for found in prints]).first()
    if known is not None and known.person_id == person.pk:
        return
    try:
        with transaction.atomic():
            if known is None:
                Mark.objects.create(person=person, key_id=prints[0].key_id, value=prints[0].value)
                return
    except IntegrityError:
        pass
    raise Refused("identity_in_use", _("This document belongs to another account."))


def _well_formed(claim: Claim) -> None:
    if not 2 <= len(claim.name) <= LONGEST_NAME:  # noqa: PLR2004 - the shortest names
        raise invalid("name", _("Write the name as it stands in the document."))
    if not well_formed(claim.document_type, claim.number):
        raise invalid("number", _("This is not the form of such a document number."))
    if claim.birth_date >= clock.now().date():
        raise invalid("birth_date", _("This date is not a date of birth."))
