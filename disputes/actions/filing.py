"""Opening a case, and taking it back: the order freezes, both clocks start in one commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from disputes import claims
from disputes.actions import drawing, ending, evidence, record
from disputes.actions.steps import (
    advance,
    check_expected,
    locked_with_order,
    side,
    tell_both,
    write_event,
)
from disputes.claims import CLAIMS, Claim
from disputes.models import Case, Evidence, EvidenceKind, Party, Stage, Winner
from disputes.rules import CURRENT, RULES
from disputes.states import CaseRole, CaseState, CaseStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.ids import uuid7
from marketplace.lib.money import Fen
from marketplace.lib.states import Side
from marketplace.lib.verbs import verb
from orders.actions import settlement
from orders.models import Order

CASES_PER_ORDER = 3
# What was heard once is not heard again; two cases on which nobody showed anything count as one.
SPENT = (CaseState.EXECUTED, CaseState.SETTLED, CaseState.WITHDRAWN)
DISMISSED_AT_MOST = 2
# No words of the filer's and shown nowhere: the same in every language.
STATEMENT = "Statement"
CONSENT_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Filing:
    """What the filing form asks; `demand` in fen, None for all that was paid."""

    claim: str
    statement: str
    demand: Fen | None = None


def file(order_id: UUID, *, by: User, filing: Filing, items: Sequence[evidence.Item] = ()) -> Case:
    """Opens a case on an order that was ever paid; the money stays where it is from now on.

    Raises:
        Refused: `never_paid`, `refund_is_automatic`, `too_early`, `too_late`, `case_open`,
            `already_decided`, `claim_incomplete`, `not_your_step`, `bad_picture`, `invalid`.
    """
    prepared = [evidence.prepare(item) for item in (_statement(filing.statement), *items)]
    return _file(order_id, by=by, filing=filing, prepared=prepared)


@verb
def _file(
    order_id: UUID, *, by: User, filing: Filing, prepared: Sequence[evidence.Prepared]
) -> Case:
    case_id, at = uuid7(), clock.now()
    order = settlement.open_case(order_id, by=by, case_id=case_id, claim=filing.claim)
    _may_claim(order, by=by, filing=filing, items=len(prepared) - 1)
    case = _new_case(case_id, order, by=by, filing=filing, at=at)
    drawing.bind_at_filing(case, at=at)
    record.compile_exhibit(case, Stage.FILING, at=at)
    for each in prepared:
        evidence.add(case, each, by=by, at=at)
    amount = case.amount_fen
    tell_both(case, "case_opened", at=at, due_at=case.evidence_due_at, amount=amount)
    return case


def _statement(text: str) -> evidence.Item:
    return evidence.Item(kind=EvidenceKind.STATEMENT, description=STATEMENT, text=text)


def _may_claim(order: Order, *, by: User, filing: Filing, items: int) -> None:
    own = order.side_of(by)
    if own is None or filing.claim not in claims.open_to(own, order.revision.kind):
        raise invalid("claim", _("Choose one of the reasons offered."), code="bad_choice")
    if filing.demand is not None and not 1 <= filing.demand <= order.price:
        raise invalid("demand", _("Ask for an amount between 0.01 and what was paid."))
    family = CLAIMS[filing.claim].family
    before = [case.state for case in order.cases.filter(family=family)]
    dismissed = before.count(CaseState.DISMISSED)
    if any(state in SPENT for state in before) or dismissed >= DISMISSED_AT_MOST:
        raise Refused("already_decided", _("A case about the same facts has ended already."))
    if order.cases.count() >= CASES_PER_ORDER:
        raise Refused("already_decided", _("An order can have three cases at most."))
    if dismissed and not items:
        message = _("Last time nobody showed anything. Add at least one exhibit this time.")
        raise Refused("claim_incomplete", message)


def _new_case(case_id: UUID, order: Order, *, by: User, filing: Filing, at: datetime) -> Case:
    rules = RULES[CURRENT]
    demand = Fen(filing.demand or order.price)
    case = Case.objects.create(
        id=case_id,
        created_at=at,
        order=order,
        filer=by,
        buyer_id=order.buyer_id,
        seller_id=order.seller_id,
        claim=filing.claim,
        family=CLAIMS[filing.claim].family,
        question={"demand": demand, "amount": order.price},
        amount_fen=order.price,
        demand_fen=demand,
        rules_version=CURRENT,
        rules=rules.as_json(),
        state_since=at,
        filed_at=at,
        evidence_due_at=at + timedelta(hours=rules.evidence_hours),
    )
    role = CaseRole.FILER
    facts = {"claim": filing.claim, "demand": demand, "filer": str(case.side_of(by))}
    write_event(case, CaseStep.FILE, before="", by=by, role=role, at=at, **facts)
    return case


@verb
def lower_demand(case_id: UUID, *, by: User, demand: Fen, expected_state: str = "") -> Case:
    """The buyer asks for less, until the seal; never for more.

    Raises:
        Refused: `not_your_step`, `wrong_state`, `evidence_closed`, `invalid`.
    """
    _order, case = locked_with_order(case_id)
    at = clock.now()
    check_expected(case, expected_state)
    if side(case, by) != Winner.BUYER:
        raise Refused("not_your_step", _("This is the other side's step."))
    evidence.still_open(case, at)
    if not 1 <= demand < case.demand_fen:
        raise invalid("demand", _("The demand can only be lowered."))
    case.demand_fen = demand
    case.question = case.question | {"demand": demand}
    return advance(case, CaseStep.LOWER_DEMAND, by=by, role=CaseRole.PARTY, at=at, demand=demand)


@verb
def withdraw(case_id: UUID, *, by: User, expected_state: str = "") -> Case:
    """The filer takes the case back: at once before the seal, later if the other side agrees.

    The facts are spent: no second case can be about them.

    Raises:
        Refused: `not_your_step` (also: the other side has not agreed yet), `wrong_state`.
    """
    _order, case = locked_with_order(case_id)
    at = clock.now()
    check_expected(case, expected_state)
    side(case, by)
    if case.filer_id != by.pk:
        raise Refused("not_your_step", _("Only who opened the case can withdraw it."))
    if case.state == CaseState.EVIDENCE and at < case.evidence_due_at:
        return ending.end_without_award(case, CaseStep.WITHDRAW, by=by, role=CaseRole.FILER, at=at)
    ending.may_still_withdraw(case)
    if case.withdrawal_asked_at is None or at >= case.withdrawal_asked_at + CONSENT_WITHIN:
        case.withdrawal_asked_at = at
        case.save(update_fields=["withdrawal_asked_at"])
        key = f"withdraw:{at.isoformat()}"
        tell_both(case, "withdrawal_asked", at=at, key=key, due_at=at + CONSENT_WITHIN)
    return case


@verb
def agree_to_withdrawal(case_id: UUID, *, by: User, expected_state: str = "") -> Case:
    """The other side agrees within 24 hours, before the ninth vote.

    Raises:
        Refused: `not_your_step`, `wrong_state`, `too_late`.
    """
    _order, case = locked_with_order(case_id)
    at = clock.now()
    check_expected(case, expected_state)
    side(case, by)
    if case.filer_id == by.pk:
        raise Refused("not_your_step", _("This is the other side's step."))
    ending.may_still_withdraw(case)
    if case.withdrawal_asked_at is None or at >= case.withdrawal_asked_at + CONSENT_WITHIN:
        raise Refused("too_late", _("The request to withdraw the case has run out."))
    return ending.end_without_award(case, CaseStep.WITHDRAW, by=by, role=CaseRole.FILER, at=at)


def allowed_claims(order: Order, by: User) -> list[tuple[str, str]]:
    """The claims that this person may bring about the order, for the filing form."""
    own = order.side_of(by)
    if own not in {Side.BUYER, Side.SELLER}:
        return []
    found = claims.open_to(own, order.revision.kind)
    return [(claim, str(Claim(claim).label)) for claim in found]


def exhibits_of(case: Case, party: str) -> int:
    """How many exhibits a side has shown in the hearing, its statement left out."""
    rows = Evidence.objects.filter(case=case, party=party, stage=Stage.HEARING)
    return rows.exclude(kind=EvidenceKind.STATEMENT).count()


PARTIES = (Party.BUYER, Party.SELLER)
