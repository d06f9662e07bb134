"""A case about a code asks the issuer itself; a code used before its first reveal needs no vote."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from disputes.actions import ending, record
from disputes.actions.steps import locked_with_order, plain, require
from disputes.claims import Claim
from disputes.models import Case, Evidence, Party, Stage
from disputes.states import PRE_VERDICT, CaseStep
from marketplace.lib import clock
from marketplace.lib.verbs import verb
from orders.actions import reports
from orders.escrow import vault
from orders.escrow.issuers.protocol import Answer
from orders.escrow.issuers.registry import ask
from orders.models import CodeReport, Order

SECONDS = 10


def waiting() -> QuerySet[Case]:
    """Cases about a code, in a mode that can ask, of which the file has no issuer's word yet."""
    said = Evidence.objects.filter(
        case=OuterRef("pk"), party=Party.PLATFORM, record__has_key=record.ISSUER_ANSWER
    )
    reported = CodeReport.objects.filter(order=OuterRef("order"), result__in=reports.BY_THE_ISSUER)
    return Case.objects.filter(
        ~Exists(said),
        ~Exists(reported),
        claim=Claim.CODE_USED_OR_INVALID,
        state__in=PRE_VERDICT,
        order__verification_mode="issuer",
    )


def ask_issuer(case_id: UUID) -> Case:
    """Asks between two transactions; the answer becomes an exhibit that neither side can change.

    While the issuer is silent nothing is written: the sweep asks again until the seal.
    """
    case = Case.objects.select_related("order__revision").get(pk=case_id)
    if not waiting().filter(pk=case_id).exists():
        return case
    answer = ask(vault.question_of(case.order_id), why="report", seconds=SECONDS)
    return _note(case_id, answer)


@verb
def _note(case_id: UUID, answer: Answer) -> Case:
    order, case = locked_with_order(case_id)
    at = clock.now()
    if answer.status == "unknown" or not waiting().filter(pk=case_id).exists():
        return case
    facts = {
        record.ISSUER_ANSWER: answer.status,
        "redeemed_at": answer.redeemed_at,
        "asked_at": at,
        "result": reports.judge(_with_revision(order), answer),
    }
    stage = Stage.HEARING if at < case.evidence_due_at else Stage.FILING
    row = record.put_record(case, plain(facts), stage, at=at)
    if (row.record or {})["result"] == "used before reveal":
        require(case, CaseStep.ISSUER_FACT)
        return ending.settle_by_issuer(case, at=at)
    record.compile_exhibit(case, Stage.FILING, at=at)  # both sides read it on their page now
    return case


def _with_revision(order: Order) -> Order:
    return Order.objects.select_related("revision").get(pk=order.pk)
