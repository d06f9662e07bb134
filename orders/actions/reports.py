"""A revealed code that does not work: the issuer is asked, and its answer decides what it can."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.lib import clock
from marketplace.lib.kicks import wake
from marketplace.lib.states import Side
from marketplace.lib.verbs import verb
from orders import terms
from orders.actions import ending
from orders.actions.steps import (
    advance,
    locked,
    may_take,
    only,
    refusal,
    tell_both,
    write_event,
)
from orders.escrow import vault
from orders.escrow.issuers.protocol import Answer, Finding
from orders.escrow.issuers.registry import ask
from orders.escrow.quoting import without_code_of
from orders.models import CodeReport, Order, ReportState
from orders.states import OrderState, OrderStep

SECONDS = 10
BY_THE_ISSUER = ("used before reveal", "good at reveal")  # results that rest on its answer


@verb
def report_code(order_id: UUID, *, by: User, problem: str, text: str = "") -> CodeReport:
    """The buyer says what is wrong; the window stands still while the issuer is asked.

    Raises:
        Refused: `not_revealed`, `too_late`, `report_open`, `nothing_to_report`, `wrong_state`.
    """
    order = locked(order_id)
    at = clock.now()
    only(order, by, Side.BUYER)
    may_take(order, OrderStep.REPORT_CODE, by=by, at=at)
    _may_report(order, by=by, at=at)
    report = CodeReport.objects.create(
        order=order,
        problem=problem,
        text=without_code_of(order.pk, text),  # not even a report has room for a code
        at=at,
        next_try_at=at,
        answer_due_at=at + terms.ASK_ISSUER_AT_MOST,
    )
    if order.state == OrderState.DELIVERED:
        order.paused_at = at
    advance(order, OrderStep.REPORT_CODE, by=by, at=at, problem=problem)
    tell_both(order, "report_open", at=at, key=str(report.pk), due_at=report.answer_due_at)
    wake("orders.tasks.answer_report", report.pk)
    return report


def _may_report(order: Order, *, by: User, at: datetime) -> None:
    if not order.revealed:
        message = _("Reveal the code and try it; then you can report it.")
        raise refusal(order, "not_revealed", message, by=by, at=at)
    if order.claims_until is not None and order.claims_until <= at:
        message = _("The time to claim has passed.")
        raise refusal(order, "too_late", message, by=by, at=at, rule="codes/report")
    if order.settled_by_case is not None:
        message = _("A case has decided about this code.")
        raise refusal(order, "nothing_to_report", message, by=by, at=at)
    reports = list(order.reports.all())
    if any(report.state != ReportState.ANSWERED for report in reports):
        message = _("You reported this already. The answer will come here.")
        raise refusal(order, "report_open", message, by=by, at=at)
    if len(reports) >= terms.REPORTS_PER_ORDER:
        message = _("You reported this code three times; the issuer's answers stand.")
        raise refusal(order, "nothing_to_report", message, by=by, at=at)


def answer_report(report_id: UUID) -> CodeReport:
    """Asks the issuer between two transactions and acts on the answer; safe to repeat."""
    report = CodeReport.objects.select_related("order__revision").get(pk=report_id)
    if report.state != ReportState.OPEN:
        return report
    order = report.order
    if order.verification_mode != "issuer":
        return _settle(report_id, None)
    answer = ask(vault.question_of(order.pk), why="report", seconds=SECONDS)
    return _settle(report_id, answer)


@verb
def _settle(report_id: UUID, answer: Answer | None) -> CodeReport:
    order = locked(CodeReport.objects.values_list("order_id", flat=True).get(pk=report_id))
    report = CodeReport.objects.select_for_update(no_key=True, of=("self",)).get(pk=report_id)
    at = clock.now()
    if report.state != ReportState.OPEN:
        return report
    if order.state not in {OrderState.DELIVERED, OrderState.COMPLETED}:
        return _close(report, "order ended", at=at)
    verdict = judge(order, answer)
    if answer is not None:
        report.redeemed_at = answer.redeemed_at
    if verdict == "ask again" and at < report.answer_due_at:
        return _try_again(report, at)
    if verdict == "used before reveal":
        _close(report, verdict, at=at)
        ending.refund_for_used_code(order, at=at, note=verdict)
        return report
    if verdict == "good at reveal":
        return _answered(order, report, verdict, at=at)
    return _for_staff(order, report, at=at)


def judge(order: Order, answer: Answer | None) -> str:
    """What an issuer's answer means for a report; None: the issuer offers no check."""
    if answer is None:
        return "nobody to ask"
    if answer.status == "unknown":
        return "ask again"
    first = order.first_revealed_at
    if answer.status == "redeemed" and answer.redeemed_at is not None and first is not None:
        before = terms.used_before_reveal(answer.redeemed_at, first)
        return "used before reveal" if before else "good at reveal"
    if answer.finding(order.revision.face_value) == Finding.VALID:
        return "good at reveal"
    return "unclear"


def _close(report: CodeReport, result: str, *, at: datetime) -> CodeReport:
    report.state = ReportState.ANSWERED
    report.result = result
    report.answered_at = at
    report.save()
    return report


def _try_again(report: CodeReport, at: datetime) -> CodeReport:
    report.tries += 1
    report.next_try_at = min(terms.retry_at(report.tries, at), report.answer_due_at)
    report.save(update_fields=["tries", "next_try_at"])
    return report


def _answered(order: Order, report: CodeReport, result: str, *, at: datetime) -> CodeReport:
    """The issuer finds nothing wrong: both read the answer, the buyer's time goes on."""
    _close(report, result, at=at)
    if order.paused_at is not None and order.inspect_due_at is not None:
        order.inspect_due_at = terms.resumed_due(order.inspect_due_at, order.paused_at, at)
        order.paused_at = None
    advance(order, OrderStep.ANSWER_REPORT, by=None, at=at, result=result)
    tell_both(order, "report_answered", at=at, key=str(report.pk), due_at=order.inspect_due_at)
    return report


def _for_staff(order: Order, report: CodeReport, *, at: datetime) -> CodeReport:
    """No machine can settle this: the money stays where it is until a case or our staff decides."""
    report.state = ReportState.STAFF
    report.result = "unclear"
    report.save(update_fields=["state", "result", "redeemed_at"])
    order.needs_staff = "code_report"
    order.save(update_fields=["needs_staff"])
    write_event(
        order, OrderStep.ANSWER_REPORT, before=order.state, by=None, at=at, result="unclear"
    )
    tell_both(order, "report_answered", at=at, key=str(report.pk), due_at=order.claims_until)
    return report
