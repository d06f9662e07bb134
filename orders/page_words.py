"""The sentences of the order page, for the side that reads it; read from rows, no effects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from listings.words import mode_sentence
from marketplace.lib.money import yuan
from marketplace.lib.states import Side
from marketplace.lib.when import when
from orders import words
from orders.escrow.models import Code, CodeState, Payment, Refund
from orders.models import CodeReport, Order, OrderEvent, ReportState
from orders.states import LIVE, OrderState


@dataclass(frozen=True)
class OrderWords:
    """What one side is told about its order now."""

    order: Order
    side: Side
    now: datetime
    steps: Sequence[str]
    reports: Sequence[CodeReport]

    # --- Read when a sentence needs them, and only where the order's state lets there be any ---
    @cached_property
    def code(self) -> Code | None:
        if not self.order.was_paid:
            return None
        return Code.objects.filter(~Q(state=CodeState.REJECTED), order_id=self.order.pk).first()

    @cached_property
    def payment(self) -> Payment | None:
        """The buyer's last try to pay."""
        tries = Payment.objects.filter(ref=self.order.pk, payer_id=self.order.buyer_id)
        return tries.order_by("-id").first()

    @cached_property
    def refund(self) -> Refund | None:
        """Money on its way back; as long as an order lives, it is held."""
        if not self.order.was_paid or self.order.state in LIVE:
            return None
        return Refund.objects.filter(order_id=self.order.pk).first()

    @cached_property
    def events(self) -> Sequence[OrderEvent]:
        return list(self.order.events.all())

    # --- Words ---
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
    def kicker(self) -> str:
        """The badge above the sentence, unless the sentence begins with it anyway."""
        return "" if self.sentence.startswith(self.badge) else self.badge

    @property
    def open_report(self) -> CodeReport | None:
        return next((row for row in self.reports if row.state != ReportState.ANSWERED), None)

    @property
    def last_report(self) -> CodeReport | None:
        return self.reports[0] if self.reports else None

    @property
    def paused_words(self) -> str:
        if self.order.state == OrderState.DISPUTED:
            return _("Paused while the case is open")
        return _("Paused while the report is open") if self.order.paused_at else ""

    @property
    def payment_failed_words(self) -> str:
        return _(
            "The payment did not go through. Nothing was held. You can try again until {time}."
        ).format(time=self._when(self.order.pay_due_at))

    @property
    def waiting_words(self) -> str:
        """What this side is waiting for, when it has nothing to do itself."""
        if self.order.state == OrderState.DISPUTED:
            return _("Each side says what it knows on the case’s own page. Nothing to do here.")
        if self._seller_waits:
            return _("Wait. Nothing to do.")
        if self.order.state == OrderState.PAID and self.order.needs_staff == "issuer_waiting":
            return _("The issuer does not answer. Fairhand asks again by itself.")
        if self.order.state == OrderState.PAID and self.code is not None:
            return _("The issuer is being asked about the code.")
        if self.order.state == OrderState.PAID and self.is_buyer and not self.overdue_words:
            return _("The seller has been told to deliver. You need not do anything.")
        return ""

    @property
    def _seller_waits(self) -> bool:
        is_with_buyer = self.order.state == OrderState.DELIVERED and not self.open_report
        return not self.is_buyer and (is_with_buyer or self.order.state == OrderState.PLACED)

    @property
    def overdue_words(self) -> str:
        """What the buyer of an undelivered code is told once he may leave by himself [Liu]."""
        order = self.order
        if order.state != OrderState.PAID or not self.is_buyer:
            return ""
        due, back = order.deliver_due_at, order.auto_refund_at
        if due is None or back is None or due > self.now:
            return ""
        return _(
            "The seller did not deliver by {time}. Cancel now and {amount} comes back to you. If "
            "you do nothing, it comes back by itself on {back}."
        ).format(time=self._when(due), amount=yuan(order.price), back=self._when(back))

    @property
    def waiting_for(self) -> str:
        if self.order.state == OrderState.DISPUTED:
            return "nothing"
        is_asking = self.order.state == OrderState.PAID and self.code is not None
        return "fairhand" if is_asking else "other"

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
        if self.order.state == OrderState.DISPUTED:
            return _("The code stays sealed while the case is open.")
        if self.code_state == "ready":
            return self.ready_words if self.is_buyer else self.proof_words
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
    def proof_words(self) -> str:
        """The same proof as its seller reads it; he has nothing to reveal."""
        checked = self.code.handover_checked_at if self.code else None
        if self.order.verification_mode == "issuer" and checked:
            return _(
                "{issuer} confirmed at {time} that it is valid and unused. The buyer has not "
                "revealed it yet."
            ).format(issuer=self.order.revision.issuer_name, time=self._when(checked))
        return _("The buyer has not revealed it yet.")

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
                "The issuer’s answer does not settle it. The money stays held. Either side can "
                "open a case."
            ),
            "case opened": _("A case was opened before the issuer had answered."),
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
    def report_until_words(self) -> str:
        """Until when the buyer can report a problem; "" when he never could or can't any more."""
        until = self.order.claims_until
        if not self.is_buyer or until is None or until <= self.now:
            return ""
        if self.refund or self.order.open_case_id or self.order.settled_by_case:
            return ""
        return _("You can report a problem until {time}.").format(time=self._when(until))

    @property
    def case_until_words(self) -> str:
        """Until when this side can open a case; "" when it can't."""
        until = self.order.claims_until
        if "open_case" not in self.steps or until is None:
            return ""
        return _(
            "You can open a case until {time}. Both sides are heard, and 17 people decide."
        ).format(time=self._when(until))

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
