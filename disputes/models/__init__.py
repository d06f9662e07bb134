"""The tables of the court, subject by subject."""

from disputes.models.case import Case, CaseEvent, Winner
from disputes.models.desk import CourtStatistics, Incident, Petition, StaffRead, Trouble
from disputes.models.evidence import (
    CopyState,
    Evidence,
    EvidenceKind,
    EvidenceRequest,
    JurorCopy,
    Party,
    RequestPair,
    Stage,
)
from disputes.models.jury import OpenedVote, PracticeVote, Seat, SeatState, Vote, VoteVoid
from disputes.models.offers import SettlementOffer
from disputes.models.panel import (
    Draw,
    DrawEntry,
    JurorProfile,
    JurorState,
    Outcome,
    Roster,
    RosterSeat,
)
from disputes.models.ruling import (
    Appeal,
    AppealGround,
    Citation,
    Instance,
    Ruling,
    RulingOutcome,
    RulingState,
    Verdict,
)

__all__ = [
    "Appeal",
    "AppealGround",
    "Case",
    "CaseEvent",
    "Citation",
    "CopyState",
    "CourtStatistics",
    "Draw",
    "DrawEntry",
    "Evidence",
    "EvidenceKind",
    "EvidenceRequest",
    "Incident",
    "Instance",
    "JurorCopy",
    "JurorProfile",
    "JurorState",
    "OpenedVote",
    "Outcome",
    "Party",
    "Petition",
    "PracticeVote",
    "RequestPair",
    "Roster",
    "RosterSeat",
    "Ruling",
    "RulingOutcome",
    "RulingState",
    "Seat",
    "SeatState",
    "SettlementOffer",
    "StaffRead",
    "Stage",
    "Trouble",
    "Verdict",
    "Vote",
    "VoteVoid",
    "Winner",
]
