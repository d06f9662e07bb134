"""What one side may do on its case now, and what it is told; decided by pure rules and rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.utils.translation import gettext as _

from disputes import reading, words
from disputes.actions.appealing import may_appeal
from disputes.models import Case, CaseEvent, RequestPair, SettlementOffer, Winner
from disputes.states import PRE_VERDICT, SETTLABLE, CaseState
from marketplace.lib.errors import Refused

CONSENT_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Deadline:
    due_at: datetime | None
    label: str


@dataclass(frozen=True)
class CaseWords:
    """What one side is told about its case now."""

    case: Case
    side: Winner
    now: datetime
    exhibits: Sequence[reading.Shown]
    events: Sequence[CaseEvent]
    offers: Sequence[SettlementOffer]
    pairs: Sequence[RequestPair]
    appealed: bool
    reads: Sequence[str]

    # --- Words ---
    @property
    def badge(self) -> str:
        return words.badge(self.case)

    @property
    def slip(self) -> str:
        return words.slip(self.case)

    @property
    def sentence(self) -> str:
        return words.sentence(self.case)

    @property
    def kicker(self) -> str:
        return "" if self.sentence.startswith(self.badge) else self.badge

    @property
    def question(self) -> str:
        return words.question(self.case)

    @property
    def issue(self) -> str:
        return words.issue(self.case)

    @property
    def frozen(self) -> str:
        return words.frozen(self.case) if self.case.is_live else ""

    @property
    def deadline(self) -> Deadline:
        """The date that both sides wait for."""
        case = self.case
        found = {
            CaseState.EVIDENCE: (case.evidence_due_at, _("Evidence until")),
            CaseState.ESCALATED: (case.appeal_due_at, _("Appeal until")),
            CaseState.APPEALED: (case.staff_due_at, _("Staff decide by")),
            CaseState.HUNG: (case.staff_due_at, _("Staff decide by")),
            CaseState.NO_PANEL: (case.staff_due_at, _("Staff decide by")),
            CaseState.STAFF_EVIDENCE: (case.staff_due_at, _("Staff decide by")),
        }.get(CaseState(case.state), (None, ""))
        return Deadline(*found)

    @property
    def paused_words(self) -> str:
        return _("Paused: every clock stands still") if self.case.paused_at else ""

    # --- What this side may do ---
    @property
    def _is_running(self) -> bool:
        """While a case is paused only an agreement moves it."""
        return self.case.paused_at is None

    @property
    def may_show(self) -> bool:
        open_now = self.case.state == CaseState.EVIDENCE and self.now < self.case.evidence_due_at
        return open_now and self._is_running

    @property
    def may_show_late(self) -> bool:
        """After the seal and before the decision: kept and shown to the other side only."""
        return self._is_running and self.case.state in PRE_VERDICT and not self.may_show

    @property
    def may_settle(self) -> bool:
        return self.case.state in SETTLABLE

    @property
    def may_lower(self) -> bool:
        return self.may_show and self.side == Winner.BUYER and self.case.demand_fen > 1

    @property
    def is_filer(self) -> bool:
        return self.case.filer_id == self.case.person(self.side).pk

    @property
    def may_withdraw(self) -> bool:
        return self._is_running and self.is_filer and self.case.state in PRE_VERDICT

    @property
    def asked_to_agree(self) -> bool:
        """The other side asked to withdraw, and this side may still agree."""
        asked = self.case.withdrawal_asked_at
        in_time = asked is not None and self.now < asked + CONSENT_WITHIN
        return in_time and self._is_running and not self.is_filer and self.case.state in PRE_VERDICT

    @cached_property
    def appeal_refusal(self) -> Refused | None:
        try:
            may_appeal(self.case, self.side, at=self.now)
        except Refused as refused:
            return refused
        return None

    @property
    def may_appeal(self) -> bool:
        is_open = self.case.state == CaseState.ESCALATED and self.appeal_refusal is None
        return is_open and self._is_running

    @property
    def may_petition(self) -> bool:
        decided = self.case.decided_at
        days = timedelta(days=self.case.frozen_rules.petition_days)
        by_jury = self.case.award_source in {"jury", "ruling"}
        return by_jury and decided is not None and self.now < decided + days

    @property
    def has_verdict(self) -> bool:
        return self.case.decided_at is not None and self.case.award_source in {"jury", "ruling"}

    @property
    def is_narrow(self) -> bool:
        return self.case.state == CaseState.ESCALATED

    @property
    def escalated_more(self) -> str:
        return words.escalated_more(self.case) if self.is_narrow else ""

    @property
    def appeal_symmetry(self) -> str:
        return words.appeal_symmetry()
