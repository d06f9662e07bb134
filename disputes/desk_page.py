"""A case as the desk sees it: never a count, a side or a turnout before the close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role, roles_of
from disputes import queues, reading, recorded, words
from disputes.actions import seconding
from disputes.actions.pausing import SUSPENDED
from disputes.models import (
    Appeal,
    Case,
    CaseEvent,
    Petition,
    RequestPair,
    Ruling,
    RulingState,
    StaffRead,
    Trouble,
)
from disputes.page import Asked, asked
from disputes.states import AT_STAFF, PRE_VERDICT, CaseRole, CaseState, CaseStep
from marketplace.lib.money import yuan
from orders.states import OrderState


@dataclass(frozen=True)
class Wanted:
    """What the first of two asks for, and whether the reader is that first one."""

    trouble: Trouble
    words: str
    is_mine: bool


@dataclass(frozen=True)
class DeskPage:
    """Everything on the desk's page of one case."""

    case: Case
    person: User
    roles: frozenset[Role]
    now: datetime
    exhibits: Sequence[reading.Shown]
    events: Sequence[CaseEvent]
    pairs: Sequence[RequestPair]
    rulings: Sequence[Ruling]
    appeals: Sequence[Appeal]
    petitions: Sequence[Petition]
    troubles: Sequence[Trouble]
    reads: Sequence[StaffRead]
    earlier: int

    @property
    def sentence(self) -> str:
        return words.sentence(self.case)

    @property
    def facts(self) -> list[tuple[str, str]]:
        case = self.case
        due = case.staff_due_at or case.appeal_due_at
        before = case.order.state_before_case or case.order.state
        return [
            (_("State"), words.badge(case)),
            (_("Question"), words.question(case)),
            (_("Claim"), case.get_claim_display()),
            (_("Paid"), yuan(case.amount_fen)),
            (_("Filed"), words.moment(case.filed_at)),
            (_("Order before the case"), str(OrderState(before).label)),
            (_("Decide by"), f"{words.moment(due)} ({queues.sla(due)})" if due else "–"),
            (_("On the desk of"), self._holder),
            (_("Other cases of these two"), str(self.earlier)),
        ]

    @property
    def _holder(self) -> str:
        holder = self.case.desk_holder
        if holder is None:
            return _("nobody")
        return _("you") if holder.pk == self.person.pk else _("somebody else")

    @property
    def recorded(self) -> Sequence[recorded.Section]:
        return recorded.sections(self._record)

    @property
    def complete(self) -> str:
        return recorded.complete_words(self._record)

    @property
    def _record(self) -> dict[str, object] | None:
        own = [row.record for row in self.exhibits if row.record and "listing" in row.record]
        return own[-1] if own else None

    @property
    def columns(self) -> list[tuple[str, list[reading.Shown]]]:
        return [
            (title, [row for row in self.exhibits if row.party == party])
            for party, title in (("buyer", _("Buyer")), ("seller", _("Seller")))
        ]

    @property
    def trouble_words(self) -> list[tuple[str, datetime]]:
        troubles = [row for row in self.troubles if row.kind not in seconding.KINDS]
        return [(words.trouble(row.kind), row.at) for row in troubles]

    @property
    def read_by(self) -> list[tuple[datetime, str, str, str]]:
        return [
            (row.at, row.by.shown_name, words.role(row.role), words.read(row.what))
            for row in self.reads
        ]

    @property
    def timeline(self) -> list[tuple[str, str, str]]:
        who = {
            CaseRole.PARTY: _("One side"),
            CaseRole.FILER: _("Who opened the case"),
            CaseRole.LOSER: _("The losing side"),
            CaseRole.JUROR: _("Reviewers"),
            CaseRole.STAFF: _("Staff"),
            CaseRole.CLOCK: "Fairhand",
        }
        return [
            (words.moment(row.at), who[CaseRole(row.role)], str(CaseStep(row.step).label))
            for row in self.events
        ]

    @property
    def asked_of_both(self) -> list[Asked]:
        return [asked(pair) for pair in self.pairs]

    # --- What this person may do ---
    @property
    def holds(self) -> bool:
        mine = self.case.desk_holder_id == self.person.pk
        return mine and self.case.state == CaseState.STAFF_EVIDENCE

    @property
    def may_take(self) -> bool:
        new_panel = self.case.state == CaseState.MISTRIAL and self.case.round == 1
        return Role.ADJUDICATOR in self.roles and self.case.state in AT_STAFF and not new_panel

    @property
    def may_decide(self) -> bool:
        return self.holds and not self.has_open_request

    @property
    def has_open_request(self) -> bool:
        return any(half.is_open for pair in self.pairs for half in pair.requests.all())

    @property
    def to_approve(self) -> Ruling | None:
        """A decision that waits for a second person, who is not its author."""
        waiting = (row for row in self.rulings if row.state == RulingState.SECOND)
        may = self._is_one_of_two
        return next((r for r in waiting if may and r.prepared_by_id != self.person.pk), None)

    @property
    def sent_back(self) -> Ruling | None:
        """The holder's own last draft, when a second person did not agree to it."""
        newest = self.rulings[0] if self.rulings else None
        mine = newest is not None and newest.prepared_by_id == self.person.pk
        is_back = newest is not None and newest.state == RulingState.SENT_BACK
        return newest if self.holds and mine and is_back else None

    @property
    def sent_back_words(self) -> str:
        """The second person's reason; without one it was a new answer that ended the draft."""
        draft = self.sent_back
        return draft.sent_back_because or _("The record changed.") if draft else ""

    @property
    def asked_for(self) -> list[Wanted]:
        """What a colleague asks a second person for; who asked can only take it back."""
        if not self._is_one_of_two:
            return []
        return [
            Wanted(row, words.trouble(row.kind), row.facts["by"] == str(self.person.pk))
            for row in self.troubles
            if row.kind in seconding.KINDS
        ]

    @property
    def _is_one_of_two(self) -> bool:
        return not self.roles.isdisjoint({Role.ADJUDICATOR, Role.SUPERVISOR})

    def _may_ask_for(self, kind: str) -> bool:
        return self._is_one_of_two and all(row.kind != kind for row in self.troubles)

    @property
    def may_stop(self) -> bool:
        running = self.case.is_live and self.case.paused_at is None
        return running and self._may_ask_for(seconding.STOP)

    @property
    def may_go_on(self) -> bool:
        stopped = self.case.paused_at is not None and self.case.pause_reason == SUSPENDED
        return stopped and self._may_ask_for(seconding.GO_ON)

    @property
    def may_check_reviewers(self) -> bool:
        """While they read, and once they have decided; a panel that was let go decides nothing."""
        has_panel = self.case.state == CaseState.VOTING or bool(self.case.winner_votes)
        return has_panel and self._is_one_of_two

    @property
    def open_petition(self) -> Petition | None:
        if not self._is_one_of_two:
            return None
        is_open = {Petition.State.OPEN, Petition.State.SECOND}
        return next((row for row in self.petitions if row.state in is_open), None)

    @property
    def may_read_originals(self) -> bool:
        return self.holds or Role.AUDITOR in self.roles

    @property
    def may_mask(self) -> bool:
        return not self.roles.isdisjoint({Role.AGENT, Role.SUPERVISOR})

    @property
    def flagged(self) -> list[reading.Shown]:
        return [row for row in self.exhibits if row.waits_for_staff] if self.may_mask else []

    @property
    def is_hidden(self) -> bool:
        """Before the verdict the desk prepares nothing and counts nothing."""
        return self.case.state in PRE_VERDICT


def desk_page(case: Case, person: User, now: datetime) -> DeskPage:
    prior = Case.objects.filter(buyer=case.buyer_id, seller=case.seller_id)
    return DeskPage(
        case=case,
        person=person,
        roles=roles_of(person),
        now=now,
        exhibits=reading.for_staff(case),
        events=list(case.events.all()),
        pairs=list(
            case.request_pairs.select_related("replies_to").prefetch_related("requests__answer")
        ),
        rulings=list(case.rulings.prefetch_related("citations__evidence")),
        appeals=list(case.appeals.all()),
        petitions=list(case.petitions.all()),
        troubles=list(case.troubles.filter(ended_at=None)),
        reads=list(case.reads.select_related("by")[:50]),
        earlier=prior.exclude(pk=case.pk).count(),
    )
