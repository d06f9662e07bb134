"""The ninth vote: the case closes, the verdict is written, and a narrow one waits for the loser."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from disputes import verdict
from disputes.actions import drawing
from disputes.actions.ballots import open_votes
from disputes.actions.seats import release_seats
from disputes.actions.steps import (
    advance,
    check_expected,
    head_hash,
    locked,
    plain,
    require,
    side,
    tell,
)
from disputes.chain import canonical
from disputes.models import Case, Evidence, OpenedVote, SettlementOffer, Verdict, Winner
from disputes.states import CaseRole, CaseState, CaseStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.kicks import wake
from marketplace.lib.verbs import verb


def close(case: Case, *, winner: Winner, loser_votes: int, at: datetime) -> Case:
    """Closes the locked case inside the transaction of the ninth vote; nobody is told who cast it.

    A margin of four or more is carried out at once; below that the money stays held, and the
    loser has 72 hours to go to staff.
    """
    rules = case.frozen_rules
    case.winner, case.loser_votes = winner, loser_votes
    case.winner_votes = rules.votes_to_win
    case.decided_at = at
    case.award_buyer_fen, case.award_seller_fen = case.award_to(winner)
    case.award_source = "jury"
    opened = open_votes(case, at=at)
    release_seats(case, at=at)
    drawing.publish(case, at=at)
    tally: dict[str, Any] = {
        "winner": str(winner),
        "for": case.winner_votes,
        "against": loser_votes,
    }
    if verdict.is_narrow(case.winner_votes, loser_votes, rules):
        case.appeal_due_at = at + timedelta(hours=rules.appeal_window_hours)
        advance(case, CaseStep.CLOSE_NARROW, by=None, role=CaseRole.JUROR, at=at, **tally)
    else:
        carry_out(case, at=at)
        advance(case, CaseStep.CLOSE_WIDE, by=None, role=CaseRole.JUROR, at=at, **tally)
    issue_jury_verdict(case, opened, at=at)
    tell_verdict(case, at=at)
    return case


def carry_out(case: Case, *, at: datetime) -> None:
    """From now on the decision waits for its execution only; what was on offer lapses."""
    case.execute_due_at = at
    case.offers.filter(state=SettlementOffer.State.OPEN).update(
        state=SettlementOffer.State.LAPSED, answered_at=at
    )
    wake("disputes.tasks.execute", case.pk)


def tell_verdict(case: Case, *, at: datetime) -> None:
    key = f"round:{case.round}"
    facts = {"votes": case.winner_votes, "against": case.loser_votes}
    winner = Winner(case.winner)
    tell(case, [winner], "verdict_won", at=at, key=key, **facts)
    tell(case, [winner.other], "verdict_lost", at=at, key=key, **facts)
    if case.state == CaseState.ESCALATED:
        due = case.appeal_due_at
        tell(case, [winner.other], "appeal_possible", at=at, key=key, due_at=due)


@verb
def accept(case_id: UUID, *, by: User, expected_state: str = "") -> Case:
    """The loser gives up the appeal, for good; the decision is carried out at once.

    Raises:
        Refused: `winner_cannot_appeal`, `wrong_state`, `not_found`.
    """
    case = locked(case_id)
    at = clock.now()
    own = side(case, by)
    check_expected(case, expected_state)
    if case.state == CaseState.ESCALATED and own == case.winner:
        raise Refused("winner_cannot_appeal", _("The decision is yours already."))
    require(case, CaseStep.ACCEPT)
    carry_out(case, at=at)
    return advance(case, CaseStep.ACCEPT, by=by, role=CaseRole.LOSER, at=at)


@verb
def lapse(case_id: UUID) -> Case:
    """Nobody appealed in time: the decision stands and is carried out."""
    case = locked(case_id)
    at = clock.now()
    if case.appeal_due_at is None or at < case.appeal_due_at:
        raise Refused("too_early", _("That is not due yet."))
    carry_out(case, at=at)
    return advance(case, CaseStep.LAPSE, by=None, role=CaseRole.CLOCK, at=at)


# --- The document ---------------------------------------------------------------------------------
def issue_jury_verdict(case: Case, opened: Sequence[OpenedVote], *, at: datetime) -> Verdict:
    return issue(case, "jury", _jury_part(opened), at=at)


def issue(case: Case, instance: str, part: dict[str, Any], *, at: datetime) -> Verdict:
    """Writes the verdict document of a decision, once; both sides read the same."""
    document = plain(_frame(case) | part)
    found, _fresh = Verdict.objects.get_or_create(
        case=case,
        round=case.round,
        instance=instance,
        defaults={
            "document": document,
            "sha256": hashlib.sha256(canonical(document)).digest(),
            "head_hash": head_hash(case),
            "issued_at": at,
        },
    )
    return found


def _frame(case: Case) -> dict[str, Any]:
    """What every decision says, whoever made it."""
    draw = case.draw
    return {
        "case": str(case.pk),
        "round": case.round,
        "claim": str(case.claim),
        "question": case.question,
        "rules": case.rules_version,
        "winner": str(case.winner),
        "tally": [case.winner_votes, case.loser_votes] if case.winner_votes else None,
        "money": {"buyer": case.award_buyer_fen, "seller": case.award_seller_fen},
        "appeal": appeal_right(case),
        "exhibits": [_exhibit(row) for row in case.evidence.exclude(stage="filing")],
        "draw": {
            "commitment": bytes(draw.commitment).hex(),
            "roster": draw.roster.version if draw.roster else None,
            "size": draw.roster.size if draw.roster else 0,
            "root": bytes(draw.roster.root).hex() if draw.roster else "",
            "entries_hash": drawing.entries_hash(case).hex(),
        },
    }


def _exhibit(row: Evidence) -> dict[str, Any]:
    return {
        "label": row.label,
        "kind": str(row.kind),
        "sha256": bytes(row.sha256).hex(),
        "received_at": row.received_at,
        "late": row.late,
        "stage": str(row.stage),
    }


def _jury_part(opened: Sequence[OpenedVote]) -> dict[str, Any]:
    """Findings counted by side, and every reviewer's reasons, by no name but a number."""
    counted = {
        str(each): Counter(name for vote in opened if vote.side == each for name in vote.findings)
        for each in Winner
    }
    return {
        "rule_ids": ["court/evidence", "court/panel", "court/appeal"],
        "findings": {name: dict(count) for name, count in counted.items()},
        "reasons": [
            {"label": vote.label, "side": str(vote.side), "text": vote.rationale_masked}
            for vote in opened
        ],
    }


def appeal_right(case: Case) -> dict[str, Any]:
    """Whether the decision can be appealed, and why (not)."""
    if case.state == CaseState.ESCALATED and case.winner_votes is None:
        return {"possible": True, "because": "first_instance", "until": case.appeal_due_at}
    if case.winner_votes is None or case.loser_votes is None:
        return {"possible": False, "because": "staff_decided", "until": None}
    margin = case.winner_votes - case.loser_votes
    narrow = case.state == CaseState.ESCALATED
    because = "margin_below" if narrow else "margin_not_below"
    return {
        "possible": narrow,
        "because": because,
        "margin": margin,
        "until": case.appeal_due_at if narrow else None,
    }
