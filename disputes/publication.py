"""The public document of a draw: what may be known of it now, in the form that `checking` reads."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from disputes import draw as stream
from disputes import roster
from disputes.actions import drawing
from disputes.actions.steps import locked
from disputes.models import Case, Draw, DrawEntry, OpenedVote, Outcome, RosterSeat, SeatState
from disputes.states import CaseState
from marketplace.lib import crypto
from marketplace.lib.errors import Refused
from marketplace.lib.verbs import verb

# A chair that its reviewer left while the ballot ran could be filled again.
_VACATED = (SeatState.RECUSED, SeatState.EXPIRED, SeatState.VOIDED)


def draw_document(case: Case) -> dict[str, Any]:
    """Public at any time. Before the end it holds no seed, no number and no word of a party, and
    while the ballot runs only how often each outcome came up."""
    draw = Draw.objects.select_related("roster__previous").get(pk=case.pk)
    is_over = draw.published_at is not None and draw.seed is not None
    return {
        "case": str(case.pk),
        "rules": case.rules_version,
        "filed_at": case.filed_at.isoformat(),
        "sealed_at": case.sealed_at.isoformat() if case.sealed_at else None,
        "published": is_over,
        "commitment": bytes(draw.commitment).hex(),
        "roster": _roster(draw),
        "evidence": _evidence(case, is_over=is_over),
        "nonces": _nonces(draw) if case.sealed_at else None,
        "outcomes": _outcomes(draw),
        "no_panel": _rounds_without_panel(case),
        **(_revealed(case, draw) if is_over else _HIDDEN),
    }


_HIDDEN = dict.fromkeys(
    (
        "server_seed",
        "seed",
        "words",
        "beacon",
        "entries",
        "entries_hash",
        "vacated",
        "ballots",
        "tally",
    )
)


def _roster(draw: Draw) -> dict[str, Any] | None:
    found = draw.roster
    if found is None:
        return None
    previous = bytes(found.previous.chain_hash) if found.previous else bytes(32)
    return {
        "version": found.version,
        "size": found.size,
        "root": bytes(found.root).hex(),
        "previous": previous.hex(),
        "chain_hash": bytes(found.chain_hash).hex(),
        "built_at": found.built_at.isoformat(),
        "bound": "seal" if draw.roster_bound_at_seal else "filing",
    }


def _evidence(case: Case, *, is_over: bool) -> dict[str, Any] | None:
    """The root is public from the seal on, what it is taken over from the end on."""
    if case.evidence_root is None:
        return None
    root = bytes(case.evidence_root).hex()
    return {"items": item_hashes(case) if is_over else None, "root": root}


def item_hashes(case: Case) -> list[str]:
    """The hash of every admitted exhibit, in ascending order."""
    rows = case.evidence.admitted().values_list("party", "kind", "sha256")
    return sorted(
        stream.item_hash(stream.PARTY_LETTER[party], stream.KIND_LETTER[kind], bytes(sha256)).hex()
        for party, kind, sha256 in rows
    )


def _nonces(draw: Draw) -> dict[str, str]:
    return {
        "buyer": stream.nonce(draw.words_buyer).hex(),
        "seller": stream.nonce(draw.words_seller).hex(),
    }


def _outcomes(draw: Draw) -> dict[str, int]:
    rows = draw.entries.values_list("outcome", "code")
    return dict(Counter(code or outcome for outcome, code in rows))


def _rounds_without_panel(case: Case) -> list[int]:
    events = case.events.filter(after=CaseState.NO_PANEL)
    return [case.round] if events.exists() else []


def _revealed(case: Case, draw: Draw) -> dict[str, Any]:
    seed = crypto.open_(drawing.RING, kind=drawing.SEED, id=draw.pk, sealed=bytes(draw.seed or b""))
    opened = list(OpenedVote.objects.filter(case=case, round=case.round).select_related("vote"))
    entries = _entries(case, draw)
    return {
        "server_seed": drawing.server_seed(draw).hex(),
        "seed": seed.hex(),
        "words": {"buyer": draw.words_buyer, "seller": draw.words_seller},
        "beacon": {
            "source": draw.beacon_source,
            "round": draw.beacon_round,
            "value": bytes(draw.beacon or b"").hex(),
        },
        "entries": entries,
        "entries_hash": stream.entries_hash(entries).hex(),
        "vacated": _vacated(case),
        "ballots": [_ballot(vote) for vote in opened] or None,
        "tally": _tally(opened),
    }


def _last_round(case: Case) -> int:
    """The last round of which anything may be known: in a second one nobody learns, before its
    end, whose chair was left."""
    staff_begin = case.state == CaseState.STAFF_EVIDENCE and case.taken_from in _UNDECIDED
    return case.round - 1 if case.state in _UNDECIDED or staff_begin else case.round


_UNDECIDED = (CaseState.DRAWING, CaseState.VOTING, CaseState.HUNG, CaseState.NO_PANEL)


def _entries(case: Case, draw: Draw) -> list[dict[str, Any]]:
    rows = list(draw.entries.filter(round__lte=_last_round(case)).order_by("counter"))
    paths = draw.paths if draw.paths is not None else paths_of(draw, rows)
    return [drawing.entry(row) | paths.get(str(row.counter), _NO_PATH) for row in rows]


_NO_PATH = {"pseudonym": None, "path": None}


def paths_of(draw: Draw, rows: list[DrawEntry]) -> dict[str, dict[str, Any]]:
    """Pseudonym and path of each seated number, by its counter; kept before a roster is purged."""
    if draw.roster is None:
        return {}
    seated = [row for row in rows if row.outcome == Outcome.SEATED and row.number is not None]
    members = RosterSeat.objects.filter(
        version=draw.roster.version, number__in=[row.number for row in seated]
    )
    names = dict(members.values_list("number", "pseudonym"))
    return {
        str(row.counter): {
            "pseudonym": bytes(names[row.number]).hex(),
            "path": [
                [side, beside.hex()] for side, beside in roster.path_of(draw.roster, row.number)
            ],
        }
        for row in seated
        if row.number is not None
    }


@verb
def keep_paths(case_id: UUID) -> None:
    """Keeps what was published of the roster with the draw of an ended case."""
    case = locked(case_id)
    draw = case.draw
    if case.is_live or draw.published_at is None or draw.paths is not None:
        raise Refused("wrong_state", _("That is not possible now."), state=case.state)
    draw.paths = paths_of(draw, list(draw.entries.order_by("counter")))
    draw.save(update_fields=["paths"])


def _vacated(case: Case) -> list[dict[str, int]]:
    left = case.seats.filter(state__in=_VACATED, round__lte=_last_round(case))
    seats = left.order_by("entry__counter")
    rows = seats.values_list("round", "chair", "entry__counter")
    return [{"round": no, "chair": chair, "counter": counter} for no, chair, counter in rows]


def _ballot(opened: OpenedVote) -> dict[str, Any]:
    return {
        "receipt": bytes(opened.vote.receipt).hex(),
        "seat": str(opened.vote.seat_id),
        "side": str(opened.side),
        "salt": bytes(opened.salt).hex(),
        "voided": hasattr(opened.vote, "void"),
    }


def _tally(opened: list[OpenedVote]) -> dict[str, int] | None:
    if not opened:
        return None
    counted = Counter(vote.side for vote in opened if not hasattr(vote.vote, "void"))
    return {"buyer": counted["buyer"], "seller": counted["seller"]}
