"""Ballots: sealed one by one, counted inside one transaction, opened together at the end."""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from disputes import draw, verdict
from disputes.actions.copies import covered, known_of
from disputes.actions.steps import locked
from disputes.models import Case, OpenedVote, Seat, SeatState, Vote
from disputes.redact import Redactor
from disputes.states import CaseState
from marketplace.lib import clock, crypto
from marketplace.lib.verbs import verb

RING, KIND = "court", "vote"
# Every envelope has one length: how long a reason is would say something about the side.
PLAIN_BYTES = 8_192
_LETTER = {"buyer": "B", "seller": "S"}


@dataclass(frozen=True, repr=False)
class Ballot:
    """What an envelope holds; never printed, so that no log or error report can show a side."""

    side: str
    findings: list[str]
    rationale: str
    salt: str  # 64 hexadecimal digits


def cast(case: Case, seat: Seat, ballot: Ballot, *, at: datetime) -> Vote:
    """Writes the vote of an open seat, while its case takes votes; the database asks again."""
    salt = bytes.fromhex(ballot.salt)
    receipt = draw.receipt(case.pk, seat.pk, _LETTER[ballot.side], salt)
    return Vote.objects.create(seat=seat, sealed=_seal(seat, ballot), receipt=receipt, cast_at=at)


def fresh_salt() -> str:
    return secrets.token_hex(32)


def _seal(seat: Seat, ballot: Ballot) -> bytes:
    plain = json.dumps(asdict(ballot), ensure_ascii=False).encode().ljust(PLAIN_BYTES)
    return crypto.seal(RING, kind=KIND, id=seat.pk, plaintext=plain)


def _open(vote: Vote) -> Ballot:
    plain = crypto.open_(RING, kind=KIND, id=vote.seat_id, sealed=bytes(vote.sealed))
    return Ballot(**json.loads(plain))


def tally(case: Case) -> verdict.Tally:
    """The votes of this round so far; what it says leaves the caller's transaction only as a
    closed case."""
    return verdict.count(_open(vote).side for vote in _live_votes(case))


def _live_votes(case: Case) -> list[Vote]:
    rows = Vote.objects.filter(
        seat__case=case, seat__round=case.round, seat__state=SeatState.VOTED, void=None
    )
    return list(rows.order_by("receipt"))


def open_votes(case: Case, *, at: datetime) -> list[OpenedVote]:  # noqa: ARG001 - as agreed
    """Opens every ballot of this round, in the order of receipts, so that no label tells a chair.

    Called when the case is decided by them, or by staff after a hung ballot; twice does no harm.
    """
    known = list(OpenedVote.objects.filter(case=case, round=case.round))
    if known:
        return known
    redactor = Redactor(known_of(case))
    opened = [
        _opened(case, vote, redactor, label)
        for label, vote in enumerate(_live_votes(case), start=1)
    ]
    return OpenedVote.objects.bulk_create(opened)


def _opened(case: Case, vote: Vote, redactor: Redactor, label: int) -> OpenedVote:
    """A reviewer's words are read by both sides: whatever names or unlocks something is covered."""
    ballot = _open(vote)
    return OpenedVote(
        vote=vote,
        case=case,
        round=case.round,
        side=ballot.side,
        findings=ballot.findings,
        rationale_masked=covered(redactor, case.order_id, ballot.rationale),
        salt=bytes.fromhex(ballot.salt),
        label=label,
    )


@verb
def open_after_ruling(case_id: UUID) -> int:
    """The ballots of a hung case, once staff have decided it; says how many are open now.

    Staff hold no key to them: a worker opens them when the ruling has been issued.
    """
    case = locked(case_id)
    ruled = case.rulings.filter(round=case.round, issued_at__isnull=False).exists()
    if not ruled or case.state == CaseState.VOTING:
        return 0
    return len(open_votes(case, at=clock.now()))
