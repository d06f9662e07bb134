"""What orders and codes take and show through the API. Only `RevealedSerializer` holds a secret."""

from rest_framework import serializers

from listings.api.serializers import CautionSerializer, SellerSerializer
from listings.models import Kind, Mode
from marketplace.lib.drf.fields import (
    DayField,
    IdField,
    MomentField,
    MoneyField,
    OneOfField,
    SecretField,
    Shown,
    StrictIntegerField,
    StrictSerializer,
    TextField,
    YesNoField,
)
from marketplace.lib.drf.paging import PageQuery
from orders.escrow.models import AnswerStatus, CodeState, PaymentState
from orders.models import Problem, ReportState
from orders.states import OrderState, OrderStep

ROLES = [("buyer", "Buyer"), ("seller", "Seller")]
SIDES = [*ROLES, ("clock", "Fairhand")]
STEPS = [
    ("pay", "Pay"),
    ("reveal_code", "Reveal the code"),
    ("confirm", "Confirm"),
    ("report_code", "Report a problem"),
    ("cancel", "Cancel"),
    ("seal_code", "Seal a code"),
    ("refund", "Refund"),
    ("open_case", "Open a case"),
]


# --- Taken ----------------------------------------------------------------------------------------
class StepInput(StrictSerializer):
    expected_state = OneOfField(
        choices=OrderState.choices, required=False, help_text="Refused when the order has moved on."
    )


class PlaceInput(StrictSerializer):
    listing = IdField()
    revision = StrictIntegerField(
        min_value=1, max_value=2**31 - 1, help_text="The number of the revision that you have read."
    )


class CancelInput(StepInput):
    reason = TextField(
        max_length=200, required=False, help_text="Sellers must; the buyer reads it."
    )


class RevealInput(StrictSerializer):
    skip_check = YesNoField(
        default=False, help_text="Go on without the answer of an issuer that is silent."
    )


class ReportInput(StrictSerializer):
    problem = OneOfField(choices=Problem.choices)
    text = TextField(
        max_length=1000, lines=True, required=False, help_text="Never the code itself."
    )


class RefundInput(StepInput):
    recall = YesNoField(default=False, help_text="Only while the buyer has not seen the code.")


class SealInput(StrictSerializer):
    listing = IdField()
    order = IdField(required=False, help_text="A paid order that waits for this code.")
    number = SecretField(max_length=64, required=False, allow_blank=True)
    secret = SecretField(max_length=64)
    face_value = MoneyField()
    expiry = DayField(required=False, allow_null=True)


class OrderQuery(PageQuery):
    role = serializers.ChoiceField(choices=ROLES, required=False)
    state = serializers.ListField(
        child=serializers.ChoiceField(choices=OrderState.choices), required=False, max_length=10
    )
    kind = serializers.ListField(
        child=serializers.ChoiceField(choices=Kind.choices), required=False, max_length=4
    )
    listing = serializers.UUIDField(required=False)
    updated_since = MomentField(required=False)


class CodeQuery(PageQuery):
    listing = serializers.UUIDField(required=False)
    state = serializers.ListField(
        child=serializers.ChoiceField(choices=CodeState.choices), required=False, max_length=10
    )


# --- Shown ----------------------------------------------------------------------------------------
class OrderedSerializer(Shown):
    """As it was ordered; what the listing says now does not matter."""

    id = serializers.UUIDField()
    revision = serializers.IntegerField(min_value=1)
    title = serializers.CharField()
    sha256 = serializers.CharField()


class OrderCardSerializer(Shown):
    id = serializers.UUIDField()
    number = serializers.CharField(help_text="For people.")
    state = serializers.ChoiceField(choices=OrderState.choices)
    label = serializers.CharField(  # type: ignore[assignment] # a field of this name
        help_text="What the state is called, for your side."
    )
    sentence = serializers.CharField(help_text="What it means for your side.")
    role = serializers.ChoiceField(choices=ROLES, help_text="Your side.")
    kind = serializers.ChoiceField(choices=Kind.choices)
    listing = OrderedSerializer()
    price = MoneyField()
    cautions = CautionSerializer(
        many=True, help_text="What the buyer was warned of when it was ordered."
    )
    allowed_steps = serializers.ListField(
        child=serializers.ChoiceField(choices=STEPS), help_text="What you may do now."
    )
    placed_at = MomentField()
    version = serializers.IntegerField(min_value=1)


class PaymentInOrderSerializer(Shown):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=PaymentState.choices)
    amount = MoneyField()


class CodeInOrderSerializer(Shown):
    state = serializers.ChoiceField(choices=CodeState.choices)
    last4 = serializers.CharField()
    verification_mode = serializers.ChoiceField(choices=Mode.choices)
    revealed_at = MomentField(allow_null=True)


class ReportSerializer(Shown):
    id = serializers.UUIDField()
    problem = serializers.ChoiceField(choices=Problem.choices)
    text = serializers.CharField()
    state = serializers.ChoiceField(choices=ReportState.choices)
    result = serializers.CharField(allow_null=True, help_text="What the issuer’s answer came to.")
    at = MomentField()
    answer_due_at = MomentField()
    answered_at = MomentField(allow_null=True)


class OrderSerializer(OrderCardSerializer):
    buyer = SellerSerializer()
    seller = SellerSerializer()
    total = MoneyField(help_text="What the buyer pays.")
    fee = MoneyField(allow_null=True, help_text="Fairhand’s part; its seller’s alone.")
    payment = PaymentInOrderSerializer(allow_null=True)
    code = CodeInOrderSerializer(allow_null=True)
    reports = ReportSerializer(many=True)
    open_case = serializers.UUIDField(allow_null=True, help_text="The case that froze the money.")
    settled_by_case = serializers.UUIDField(
        allow_null=True, help_text="The last case that moved the money."
    )
    refunded = MoneyField(help_text="What the buyer has again, or is on its way.")
    came_from = serializers.CharField(help_text="The host that the buyer came from; may be empty.")
    rules_version = serializers.CharField()
    paid_at = MomentField(allow_null=True)
    delivered_at = MomentField(allow_null=True)
    first_revealed_at = MomentField(allow_null=True)
    confirmed_at = MomentField(allow_null=True)
    completed_at = MomentField(allow_null=True)
    ended_at = MomentField(allow_null=True, help_text="Cancelled or refunded.")
    pay_due_at = MomentField()
    deliver_due_at = MomentField(allow_null=True)
    auto_refund_due_at = MomentField(allow_null=True)
    reveal_due_at = MomentField(allow_null=True)
    inspect_due_at = MomentField(allow_null=True)
    claims_until = MomentField(allow_null=True)


class EventSerializer(Shown):
    id = serializers.UUIDField()
    step = serializers.ChoiceField(choices=OrderStep.choices)
    label = serializers.CharField()  # type: ignore[assignment] # a field of this name
    before = serializers.CharField(help_text="Empty when it was placed.")
    after = serializers.ChoiceField(choices=OrderState.choices)
    side = serializers.ChoiceField(choices=SIDES, help_text="Whose step it was.")
    at = MomentField()
    note = serializers.CharField()
    nth = serializers.IntegerField(
        allow_null=True, help_text="Of a reveal: how many before it, plus one."
    )


class RevealedSerializer(Shown):
    """The only answer that holds a code."""

    number = serializers.CharField()
    secret = serializers.CharField()
    nth = serializers.IntegerField(min_value=1, help_text="Each look is counted and logged.")
    at = MomentField()
    inspect_due_at = MomentField(allow_null=True, help_text="Report a problem before then.")


class CodeSerializer(Shown):
    id = serializers.UUIDField()
    listing = serializers.UUIDField()
    order = serializers.UUIDField(allow_null=True)
    state = serializers.ChoiceField(choices=CodeState.choices)
    last4 = serializers.CharField()
    face_value = MoneyField()
    expiry = serializers.DateField(allow_null=True)
    check = serializers.ChoiceField(
        choices=AnswerStatus.choices, help_text="What the issuer said when it was sealed."
    )
    sealed_at = MomentField()
    revealed_at = MomentField(allow_null=True)
