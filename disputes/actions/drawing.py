"""The draw of a case: bound before anything is known, run once, replayable by anybody."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from disputes import draw as stream
from disputes import roster
from disputes.actions.steps import advance, check_expected, locked, require, side, tell_both
from disputes.beacons import AFTER_THE_SEAL, NONE, NoRound, beacon
from disputes.models import Case, CopyState, Draw, DrawEntry, Evidence
from disputes.states import CaseRole, CaseState, CaseStep
from marketplace.lib import clock, crypto
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.kicks import wake
from marketplace.lib.verbs import verb
from orders.escrow.quoting import spans_of_code

RING, SERVER_SEED, SEED = "court", "seed", "draw"
WORDS_MOST = 200


# --- Bound before anybody knows anything ----------------------------------------------------------
def bind_at_filing(case: Case, *, at: datetime) -> Draw:
    """Fixes roster and server seed; their commitment is public from this commit on."""
    found = roster.newest(before=at)
    big_enough = found is not None and found.size >= case.frozen_rules.min_pool
    server_seed = secrets.token_bytes(32)
    return Draw.objects.create(
        case=case,
        roster=found if big_enough else None,
        commitment=stream.commitment(server_seed),
        server_seed=crypto.seal(RING, kind=SERVER_SEED, id=case.pk, plaintext=server_seed),
    )


def bind_at_seal(case: Case, *, at: datetime) -> Draw:  # noqa: ARG001 - late sweeps change nothing
    """A young site had too few reviewers at the filing: the newest roster before the seal's due
    time, however late the sweep comes."""
    draw = case.draw
    if draw.roster_id is None:
        draw.roster = roster.newest(before=case.evidence_due_at)
        draw.roster_bound_at_seal = draw.roster is not None
        draw.save(update_fields=["roster", "roster_bound_at_seal"])
    return draw


@verb
def set_words(case_id: UUID, *, by: User, words: str, expected_state: str = "") -> Draw:
    """A party's own words go into the seed: once, before the seal.

    Raises:
        Refused: `words_set`, `evidence_closed`, `wrong_state`, `invalid`.
    """
    case = locked(case_id)
    at = clock.now()
    own = side(case, by)
    check_expected(case, expected_state)
    require(case, CaseStep.SET_WORDS)
    if at >= case.evidence_due_at:
        raise Refused("evidence_closed", _("The time for the file is over."))
    words = words.strip()
    if not 1 <= len(words) <= WORDS_MOST or not words.isprintable():
        raise invalid("words", _("Write 1 to 200 characters, in one line."))
    if spans_of_code(case.order_id, words):  # the words are public in the end
        raise invalid("words", _("That is a card code. Choose other words."))
    draw, column = case.draw, f"words_{own}"
    if getattr(draw, column):
        raise Refused("words_set", _("Your words for the draw are set."))
    setattr(draw, column, words)
    draw.save(update_fields=[column])
    advance(case, CaseStep.SET_WORDS, by=by, role=CaseRole.PARTY, at=at, party=str(own))
    return draw


# --- The seed -------------------------------------------------------------------------------------
def begin_draw(case_id: UUID) -> Case:
    """Computes the seed once every reviewer's copy is ready; from here no number can change.

    Raises:
        Refused: `wrong_state`, `too_early` (copies or the beacon's round are not there yet).
    """
    case = Case.objects.filter(pk=case_id, state=CaseState.SEALED).first()
    if case is None or case.sealed_at is None:
        raise Refused("wrong_state", _("That is not possible now."))
    round_no, value, source = _beacon_after(case, clock.now())
    return _begin(case_id, round_no, value, source)


def _beacon_after(case: Case, now: datetime) -> tuple[int, bytes, str]:
    """Asked with no lock held; after 30 minutes without an answer the draw goes on without it."""
    source = beacon()
    sealed_at = case.sealed_at or now
    try:
        number, value = source.round_after(sealed_at + AFTER_THE_SEAL)
    except NoRound:
        if now < sealed_at + timedelta(minutes=case.frozen_rules.beacon_give_up_minutes):
            raise Refused("too_early", _("The public random number is not there yet.")) from None
        return 0, stream.ZERO, NONE
    return number, value, source.name


@verb
def _begin(case_id: UUID, round_no: int, value: bytes, source: str) -> Case:
    case = locked(case_id)
    at = clock.now()
    require(case, CaseStep.BEGIN_DRAW)
    shown = Evidence.objects.filter(case=case).admitted()
    if shown.exclude(copy__state=CopyState.READY).exists():
        raise Refused("too_early", _("The file is still being prepared."))
    draw = case.draw
    draw.beacon_round, draw.beacon, draw.beacon_source = round_no, value, source
    if draw.roster is not None:
        plain = stream.seed(server_seed(draw), inputs(case, draw))
        draw.seed = crypto.seal(RING, kind=SEED, id=case.pk, plaintext=plain)
    draw.save(update_fields=["beacon_round", "beacon", "beacon_source", "seed"])
    given_up = source == NONE and beacon().name != NONE
    facts: dict[str, Any] = {
        "roster": draw.roster.version if draw.roster else None,
        "roster_bound_at": "seal" if draw.roster_bound_at_seal else "filing",
        "beacon": source,
        "beacon_given_up": given_up,
    }
    advance(case, CaseStep.BEGIN_DRAW, by=None, role=CaseRole.CLOCK, at=at, **facts)
    if given_up:
        tell_both(case, "beacon_given_up", at=at)
    wake("disputes.tasks.seat_panel", case.pk)
    return case


def inputs(case: Case, draw: Draw) -> stream.Inputs:
    """All that goes into the seed beside the server's own bytes.

    Raises:
        ValueError: it is not all there yet.
    """
    if draw.roster is None or case.evidence_root is None or draw.beacon is None:
        raise ValueError("a draw needs a roster, a sealed file and its beacon")
    return stream.Inputs(
        case=case.pk,
        roster_root=bytes(draw.roster.root),
        size=draw.roster.size,
        evidence_root=bytes(case.evidence_root),
        round=draw.beacon_round or 0,
        beacon=bytes(draw.beacon),
        nonce_buyer=stream.nonce(draw.words_buyer),
        nonce_seller=stream.nonce(draw.words_seller),
    )


def server_seed(draw: Draw) -> bytes:
    return crypto.open_(RING, kind=SERVER_SEED, id=draw.pk, sealed=bytes(draw.server_seed))


# --- The end --------------------------------------------------------------------------------------
def publish(case: Case, *, at: datetime) -> None:
    """The case has an end: from now on anybody can replay its draw. Once; nothing takes it back."""
    Draw.objects.filter(case=case, published_at=None).update(published_at=at)


def entry(row: DrawEntry) -> dict[str, Any]:
    """What everybody may read of one counter after the end."""
    return {
        "round": row.round,
        "counter": row.counter,
        "number": row.number,
        "outcome": str(row.outcome),
        "code": row.code,
        "ground_hash": bytes(row.ground_hash).hex() if row.ground_hash else None,
        "chair": row.chair,
    }


def entries_hash(case: Case) -> bytes:
    """Over every counter up to this round: a verdict says it, so that none can change later."""
    rows = DrawEntry.objects.filter(draw=case.pk, round__lte=case.round).order_by("counter")
    return stream.entries_hash(entry(row) for row in rows)
