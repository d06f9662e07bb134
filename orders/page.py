"""The order page as one side sees it: read from rows, decided by the pure rules, no effects."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from listings.words import mode_sentence
from marketplace.lib.money import yuan
from marketplace.lib.states import Side
from marketplace.lib.when import when
from orders import terms, words
from orders.escrow.models import Code, CodeState, Payment, PaymentState, Refund
from orders.models import CodeReport, Order, OrderEvent, ReportState
from orders.states import LIVE, OrderState, OrderStep


@dataclass(frozen=True)
class Deadline:
    """The next thing that happens by itself, and when."""

    due_at: datetime
    sentence: str
    paused: bool = False


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    actor: str
    sentence: str
    facts: str = ""
    due: bool = False
    mark: str = ""


@dataclass(frozen=True)
class MoneyLine:
    label: str
    amount: int  # fen
    who: str = ""


@dataclass(frozen=True)
class OrderPage:
    order: Order
    side: Side
    now: datetime
    steps: Sequence[str]
    reports: Sequence[CodeReport]
    code: Code | None
    payment: Payment | None
    refund: Refund | None
    events: Sequence[OrderEvent] = field(repr=False)

    @property
    def is_buyer(self) -> bool:
        return self.side == Side.BUYER

    @property
    def badge(self) -> str:
        return words.badge(self.order, self.side)

    @property
    def sentence(self) -> str:
        return words.sentence(self.order, self.side)

    @property
    def open_report(self) -> CodeReport | None:
        return next((row for row in self.reports if row.state != ReportState.ANSWERED), None)

    @property
    def last_report(self) -> CodeReport | None:
        return self.reports[0] if self.reports else None

    @property
    def is_paying(self) -> bool:
        """A payment is open; the page looks again by itself."""
        return self.payment is not None and self.payment.state in {
            PaymentState.CREATED,
            PaymentState.PENDING,
        }

    @property
    def payment_failed(self) -> bool:
        failed = self.payment is not None and self.payment.state == PaymentState.FAILED
        return failed and self.order.state == OrderState.PLACED

    # --- Asking again by itself (htmx) ---
    @property
    def look_every(self) -> int:
        """Seconds until the page asks again: often while a payment or a hand-over runs."""
        return 5 if self.is_paying or self.order.state == OrderState.PAID else 30

    @property
    def changes_soon(self) -> bool:
        return self.order.state in LIVE

    # --- The words beside the slip ---
    @property
    def paused_words(self) -> str:
        return _("Paused while the report is open") if self.order.paused_at else ""

    @property
    def payment_failed_words(self) -> str:
        return _(
            "The payment did not go through. Nothing was held. You can try again until {time}."
        ).format(time=self._when(self.order.pay_due_at))

    @property
    def waiting_words(self) -> str:
        """What this side is waiting for, when it has nothing to do itself."""
        if self.order.state == OrderState.PLACED and not self.is_buyer:
            return _("Wait. Nothing to do.")
        if self.order.state == OrderState.PAID and self.order.needs_staff == "issuer_waiting":
            return _("The issuer does not answer. Fairhand asks again by itself.")
        if self.order.state == OrderState.PAID and self.code is not None:
            return _("The issuer is being asked about the code.")
        if self.order.state == OrderState.PAID and self.is_buyer:
            return _("The seller has been told to deliver. You need not do anything.")
        return ""

    @property
    def waiting_for(self) -> str:
        return "fairhand" if self.code is not None else "other"

    @property
    def code_state(self) -> str:
        """How components/code_panel.html draws the code; "" before there is anything to draw."""
        if self.code is None:
            return ""
        states = {
            CodeState.SEALED: "sealed",
            CodeState.CHECKING: "checking",
            CodeState.ASSIGNED: "ready",
            CodeState.REVEALED: "ready",
        }
        return states.get(CodeState(self.code.state), "burnt")

    @property
    def code_words(self) -> str:
        if self.order.revealed and self.order.first_revealed_at:
            time = self._when(self.order.first_revealed_at)
            return _("Revealed for the first time on {time}.").format(time=time)
        if self.code_state == "ready":
            return self.ready_words
        if self.code_state == "burnt":
            return _("This code is closed. It is not shown again.")
        return _("The code is sealed. Nobody can read it.")

    @property
    def ready_words(self) -> str:
        """What proves the code before it is revealed."""
        issuer = self.order.revision.issuer_name
        checked = self.code.handover_checked_at if self.code else None
        if self.order.verification_mode == "issuer" and checked:
            return _(
                "Your code is ready. {issuer} confirmed at {time} that it is valid and unused."
            ).format(issuer=issuer, time=self._when(checked))
        return mode_sentence(self.order.verification_mode, issuer)

    @property
    def confirm_words(self) -> str:
        order = self.order
        return _(
            "You revealed the code on {revealed}. Have you used it, and did it work? If you "
            "confirm, {amount} goes to the seller now. You do not have to: without a report it "
            "is released on {due}."
        ).format(
            revealed=self._when(order.first_revealed_at or self.now),
            amount=yuan(order.price),
            due=self._when(order.inspect_due_at or self.now),
        )

    @property
    def report_words(self) -> str:
        """Where the last report stands, for both sides."""
        report = self.last_report
        if report is None:
            return ""
        sentences = {
            "used before reveal": _(
                "The issuer says that the code was used before it was revealed. Refunded."
            ),
            "good at reveal": _(
                "The issuer says that the code was good when it was revealed. The time to try it "
                "goes on."
            ),
            "unclear": _(
                "The issuer’s answer does not settle it. The money stays held and a person at "
                "Fairhand looks at it."
            ),
        }
        asking = _("The issuer is being asked. The money stays where it is.")
        return sentences.get(report.result, asking)

    @property
    def why_no_report(self) -> str:
        if not self.order.was_paid:
            return _("This order was never paid.")
        if self.open_report:
            return _("You reported this already. The answer will come here.")
        if not self.order.revealed:
            return _("Reveal the code and try it; then you can report it.")
        return _("Nothing can be reported here any more.")

    @property
    def claim_words(self) -> str:
        until = self.order.claims_until
        if until is None or until <= self.now:
            return ""
        return _("Confirming gives up nothing: you can still claim until {time}.").format(
            time=self._when(until)
        )

    @property
    def frozen_facts(self) -> list[tuple[str, str]]:
        revision = self.order.revision
        facts = [
            (_("Price"), yuan(self.order.price)),
            (_("Issuer"), revision.issuer_name),
            (_("Face value"), yuan(revision.face_value)),
            (_("How it is proven"), str(revision.get_verification_mode_display())),
        ]
        if revision.expiry_promise:
            facts.append((_("Good until at least"), revision.expiry_promise.isoformat()))
        return facts

    @property
    def other(self) -> User:
        return self.order.seller if self.is_buyer else self.order.buyer

    @property
    def other_state(self) -> str:
        return {"PENDING_CLOSURE": "closing", "CLOSED": "closed"}.get(self.other.state, "")

    def _when(self, at: datetime) -> str:
        return when(at, get_language() or "en")

    # --- The two lanes ---
    @property
    def goods_at(self) -> str:
        """Where the rail draws the goods: seller, sealed, buyer, back."""
        if self.order.state == OrderState.DELIVERED or self.order.state == OrderState.COMPLETED:
            return "buyer"
        if self.order.state == OrderState.REFUNDED:
            return "buyer" if self.order.revealed else "back"
        return "sealed" if self.code else "seller"

    @property
    def money_at(self) -> str:
        """Where the rail draws the money: none, held, seller, buyer."""
        if not self.order.was_paid:
            return "none"
        if self.order.state == OrderState.COMPLETED:
            return "seller"
        return "buyer" if self.refund else "held"

    @property
    def rail_sentence(self) -> str:
        return {
            "none": _("No money has moved. The goods stay with the seller."),
            "held": _(
                "The money is held by Fairhand. It reaches nobody until the goods are proven."
            ),
            "seller": _("The goods are proven and the seller has been paid."),
            "buyer": _("The money went back to the buyer."),
        }[self.money_at]

    @property
    def deadline(self) -> Deadline | None:
        return deadline(self.order, paused=self.order.paused_at is not None)

    @property
    def timeline(self) -> list[Entry]:
        """Newest first, with the next deadline hollow on top."""
        due = self.deadline
        future = (
            [Entry(due.due_at, _("Clock"), due.sentence, due=True, mark="clock")] if due else []
        )
        return future + [self._entry(event) for event in self.events]

    def _entry(self, event: OrderEvent) -> Entry:
        mark = "fairhand" if event.side == Side.CLOCK else ""
        return Entry(event.at, self._actor(event), _sentence(event), _facts(event), mark=mark)

    def _actor(self, event: OrderEvent) -> str:
        if event.side == self.side:
            return _("You")
        names = {
            Side.BUYER: _("Buyer"),
            Side.SELLER: _("Seller"),
            Side.CLOCK: _("Fairhand"),
        }
        return names[Side(event.side)]

    @property
    def money_lines(self) -> list[MoneyLine]:
        order = self.order
        lines = [MoneyLine(_("Price"), order.price, self._holder())]
        if not self.is_buyer:
            lines.append(MoneyLine(_("Fairhand’s fee"), words.net(order) - order.price))
        return lines

    @property
    def money_total(self) -> int:
        """What this side pays or gets, in fen."""
        return self.order.price if self.is_buyer else words.net(self.order)

    @property
    def money_total_label(self) -> str:
        return _("You pay") if self.is_buyer else _("Your share")

    def _holder(self) -> str:
        if self.refund is not None:
            return str(self.refund.get_state_display())
        return {
            "none": _("not paid"),
            "held": _("held by Fairhand"),
            "seller": _("released to the seller"),
            "buyer": _("back with the buyer"),
        }[self.money_at]


def page_for(order: Order, person: User, now: datetime) -> OrderPage:
    """Everything that the page of `order` shows to `person`, one of its parties."""
    side = order.side_of(person) or Side.BUYER
    reports = list(order.reports.all())
    last_payment = Payment.objects.filter(ref=order.pk, payer_id=order.buyer_id).order_by("-id")
    return OrderPage(
        order=order,
        side=side,
        now=now,
        steps=terms.allowed_steps(order.situation(reports), side, now),
        reports=reports,
        code=Code.objects.filter(~Q(state="REJECTED"), order_id=order.pk).first(),
        payment=last_payment.first(),
        refund=Refund.objects.filter(order_id=order.pk).first() if order.was_paid else None,
        events=list(order.events.all()),
    )


def deadline(order: Order, *, paused: bool) -> Deadline | None:
    """What the clock does next to this order, if nobody does anything."""
    if order.state == OrderState.PLACED:
        return Deadline(order.pay_due_at, _("The order ends if it is not paid."))
    if order.state == OrderState.PAID and order.auto_refund_at:
        return Deadline(order.auto_refund_at, _("If nothing is delivered, the money goes back."))
    if order.state == OrderState.DELIVERED and order.inspect_due_at:
        return Deadline(
            order.inspect_due_at, _("Without a report the seller is paid."), paused=paused
        )
    if order.state == OrderState.DELIVERED and order.reveal_due_at:
        return Deadline(order.reveal_due_at, _("If it is not revealed, the issuer is asked again."))
    return None


def _sentence(event: OrderEvent) -> str:
    if event.step == OrderStep.ANSWER_REPORT and event.facts.get("result") == "unclear":
        return _("The issuer could not settle the report. A person will look at it.")
    if event.step == OrderStep.REVEAL_CODE and event.facts.get("nth", 1) > 1:
        return _("The code was looked at again.")
    if event.note == "used before reveal":
        return _("The issuer says that the code was used before it was revealed. Refunded.")
    return str(OrderStep(event.step).label)


def _facts(event: OrderEvent) -> str:
    if event.step == OrderStep.PAY:
        return yuan(event.facts["amount"])
    if event.step == OrderStep.CANCEL and event.note:
        return _("Reason: {reason}").format(reason=event.note)
    return ""
