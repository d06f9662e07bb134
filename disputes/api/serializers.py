"""What cases, seats and the public court take and show through the API."""

import base64
import binascii
from typing import Any

from rest_framework import serializers

from disputes.claims import Claim
from disputes.models import (
    AppealGround,
    CopyState,
    EvidenceKind,
    Party,
    Petition,
    RequestPair,
    SeatState,
    SettlementOffer,
    Stage,
    Winner,
)
from disputes.models.jury import Recusal
from disputes.states import CaseState, CaseStep
from marketplace.lib.drf.fields import (
    IdField,
    MomentField,
    MoneyField,
    OneOfField,
    Shown,
    StrictIntegerField,
    StrictSerializer,
    TextField,
    YesNoField,
)
from marketplace.lib.drf.paging import PageQuery

REMEDIES = [
    ("refund_full", "All of it back to the buyer"),
    ("refund_part", "A part of it back to the buyer"),
    ("release", "All of it to the seller"),
]


class PictureField(serializers.Field[bytes, Any, str, Any]):
    """The bytes of a JPEG, PNG or WebP in base64."""

    def to_internal_value(self, data: Any) -> bytes:
        if not isinstance(data, str):
            raise serializers.ValidationError("Write the picture in base64.", "bad_type")
        try:
            return base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            raise serializers.ValidationError("This is no base64.", "bad_format") from None

    def to_representation(self, value: bytes) -> str:
        return base64.b64encode(value).decode()


# --- Taken ----------------------------------------------------------------------------------------
class CaseStepInput(StrictSerializer):
    expected_state = OneOfField(
        choices=CaseState.choices, required=False, help_text="Refused when the case has moved on."
    )


class ItemInput(StrictSerializer):
    """A text or a picture; each with a description that says what it shows."""

    kind = OneOfField(
        choices=[
            (EvidenceKind.STATEMENT, "statement"),
            (EvidenceKind.TEXT, "text"),
            (EvidenceKind.PICTURE, "picture"),
        ]
    )
    description = TextField(min_length=5, max_length=300)
    text = TextField(max_length=5_000, lines=True, required=False)
    picture = PictureField(required=False)
    file_name = TextField(max_length=120, required=False)
    shows_secret = YesNoField(
        default=False, help_text="It shows a card code, a name or an address."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        is_picture = attrs["kind"] == EvidenceKind.PICTURE
        wanted = "picture" if is_picture else "text"
        unwanted = "text" if is_picture else "picture"
        if wanted not in attrs:
            raise serializers.ValidationError({wanted: "Needed for this kind."}, "required")
        if unwanted in attrs:
            raise serializers.ValidationError({unwanted: "Not for this kind."}, "bad_choice")
        return attrs


class FileInput(StrictSerializer):
    order = IdField()
    claim = OneOfField(choices=Claim.choices)
    remedy = OneOfField(choices=REMEDIES)
    amount = MoneyField(required=False, help_text="With refund_part: what goes back.")
    statement = TextField(min_length=30, max_length=5_000, lines=True)
    items = ItemInput(many=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["remedy"] == "refund_part") != ("amount" in attrs):
            raise serializers.ValidationError({"amount": "Only with refund_part."}, "required")
        return attrs


class SubmitInput(ItemInput):
    expected_state = OneOfField(choices=CaseState.choices, required=False)


class MaskInput(StrictSerializer):
    """A rectangle of a picture in thousandths, or words of a text."""

    exhibit = IdField()
    rectangle = serializers.ListField(
        child=StrictIntegerField(min_value=0, max_value=1000),
        min_length=4,
        max_length=4,
        required=False,
        help_text="left, top, right, bottom",
    )
    words = TextField(max_length=200, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("rectangle" in attrs) == ("words" in attrs):
            raise serializers.ValidationError({"rectangle": "One of the two."}, "required")
        return attrs


class WordsInput(CaseStepInput):
    words = TextField(min_length=1, max_length=200)


class DemandInput(CaseStepInput):
    demand = MoneyField()


class SettleInput(CaseStepInput):
    """An offer (both parts), or the id of the other side's offer to accept or decline."""

    to_buyer = MoneyField(required=False)
    to_seller = MoneyField(required=False)
    accept = IdField(required=False)
    decline = IdField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        parts = ("to_buyer" in attrs) + ("to_seller" in attrs)
        ways = (parts == 2) + ("accept" in attrs) + ("decline" in attrs)  # noqa: PLR2004
        if ways != 1 or parts == 1:
            raise serializers.ValidationError({"to_buyer": "Both parts, or one offer."}, "required")
        return attrs


class AppealInput(CaseStepInput):
    ground = OneOfField(choices=AppealGround.choices)
    text = TextField(min_length=100, max_length=5_000, lines=True)
    items = ItemInput(many=True, required=False)


class PetitionInput(StrictSerializer):
    ground = OneOfField(choices=Petition.Ground.choices)
    text = TextField(min_length=30, max_length=2_000, lines=True)


class AnswerInput(StrictSerializer):
    item = ItemInput(required=False, help_text="Left out: nothing to add.")


class VoteInput(StrictSerializer):
    side = OneOfField(choices=Winner.choices)
    findings = serializers.ListField(child=TextField(max_length=40), min_length=1, max_length=12)
    rationale = TextField(max_length=2_000, lines=True, help_text="30 to 1,000 characters.")


class RecuseInput(StrictSerializer):
    reason = OneOfField(choices=Recusal.choices)


class FlagInput(StrictSerializer):
    exhibit = IdField()
    what = TextField(min_length=3, max_length=200)


class JuryInput(StrictSerializer):
    active = YesNoField()


class CaseQuery(PageQuery):
    state = serializers.ListField(
        child=serializers.ChoiceField(choices=CaseState.choices), required=False, max_length=16
    )
    updated_since = MomentField(required=False)


class SeatQuery(PageQuery):
    state = serializers.ListField(
        child=serializers.ChoiceField(choices=SeatState.choices), required=False, max_length=8
    )


# --- Shown ----------------------------------------------------------------------------------------
class CaseCardSerializer(Shown):
    id = serializers.UUIDField()
    order = serializers.UUIDField()
    state = serializers.ChoiceField(choices=CaseState.choices)
    label = serializers.CharField()  # type: ignore[assignment] # a field of this name
    sentence = serializers.CharField(help_text="What the state means; never a count while voting.")
    claim = serializers.ChoiceField(choices=Claim.choices)
    role = serializers.ChoiceField(choices=Winner.choices, help_text="Your side.")
    filed_by = serializers.ChoiceField(choices=Winner.choices)
    amount = MoneyField()
    demand = MoneyField()
    filed_at = MomentField()
    version = serializers.IntegerField(min_value=1)


class ExhibitSerializer(Shown):
    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]
    party = serializers.ChoiceField(choices=Party.choices)
    kind = serializers.ChoiceField(choices=EvidenceKind.choices)
    stage = serializers.ChoiceField(choices=Stage.choices)
    description = serializers.CharField()
    text = serializers.CharField()
    picture = serializers.CharField(help_text="A path on this site; empty for texts.")
    record = serializers.JSONField(allow_null=True)
    sha256 = serializers.CharField()
    received_at = MomentField()
    late = serializers.BooleanField()
    admitted = serializers.BooleanField(help_text="Reviewers read it.")
    in_last_six_hours = serializers.BooleanField()
    copy = serializers.ChoiceField(choices=CopyState.choices)


class OfferSerializer(Shown):
    id = serializers.UUIDField()
    side = serializers.ChoiceField(choices=Winner.choices)
    to_buyer = MoneyField()
    to_seller = MoneyField()
    state = serializers.ChoiceField(choices=SettlementOffer.State.choices)
    at = MomentField()


class HalfSerializer(Shown):
    id = serializers.UUIDField()
    party = serializers.ChoiceField(choices=Winner.choices)
    answered_at = MomentField(allow_null=True)
    declined = serializers.BooleanField()
    answer = serializers.CharField(allow_null=True, help_text="The exhibit's label.")


class RequestSerializer(Shown):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=RequestPair.Kind.choices)
    text = serializers.CharField()
    equivalents = serializers.ListField(child=serializers.CharField())
    due_at = MomentField()
    requests = HalfSerializer(many=True, help_text="Always both sides.")


class CaseSerializer(CaseCardSerializer):
    question = serializers.CharField()
    issue = serializers.CharField()
    rules_version = serializers.CharField()
    rules = serializers.JSONField()
    round = serializers.IntegerField()
    evidence_due_at = MomentField()
    sealed_at = MomentField(allow_null=True)
    evidence_root = serializers.CharField(allow_null=True)
    commitment = serializers.CharField()
    appeal_due_at = MomentField(allow_null=True)
    staff_due_at = MomentField(allow_null=True)
    paused = serializers.BooleanField()
    decided_at = MomentField(allow_null=True)
    winner = serializers.CharField(allow_null=True, help_text="buyer or seller, once decided.")
    votes = serializers.CharField(allow_null=True, help_text="9-6; null before the close.")
    award = serializers.JSONField(allow_null=True)
    executed_at = MomentField(allow_null=True)
    allowed_steps = serializers.ListField(child=serializers.CharField())
    offers = OfferSerializer(many=True)
    requests = RequestSerializer(many=True)
    exhibits = ExhibitSerializer(many=True)


class CaseEventSerializer(Shown):
    id = serializers.UUIDField()
    seq = serializers.IntegerField(min_value=1)
    step = serializers.ChoiceField(choices=CaseStep.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    before = serializers.CharField()
    after = serializers.ChoiceField(choices=CaseState.choices)
    role = serializers.CharField()
    at = MomentField()
    facts = serializers.JSONField()
    hash = serializers.CharField()


class VerdictSerializer(Shown):
    instance = serializers.CharField()
    round = serializers.IntegerField()
    is_void = serializers.BooleanField()
    document = serializers.JSONField()
    sha256 = serializers.CharField()
    head_hash = serializers.CharField()
    issued_at = MomentField()


class VerdictsSerializer(Shown):
    verdicts = VerdictSerializer(many=True)
    outside = serializers.CharField()


class SeatSerializer(Shown):
    """A reviewer's own seat; the case has a pseudonym, the sides no names."""

    id = serializers.UUIDField()
    case = serializers.CharField(help_text="A name of this seat alone.")
    state = serializers.ChoiceField(choices=SeatState.choices)
    claim = serializers.ChoiceField(choices=Claim.choices)
    category = serializers.CharField()
    exhibits = serializers.IntegerField()
    minutes = serializers.IntegerField()
    invited_at = MomentField()
    due_at = MomentField()
    opened_at = MomentField(allow_null=True)
    points = serializers.IntegerField()


class SideSerializer(Shown):
    party = serializers.ChoiceField(choices=Winner.choices)
    exhibits = ExhibitSerializer(many=True)
    silent = serializers.BooleanField()


class FindingSerializer(Shown):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class BundleSerializer(SeatSerializer):
    question = serializers.CharField()
    issue = serializers.CharField()
    recorded = serializers.JSONField(allow_null=True)
    sides = SideSerializer(many=True, help_text="In this seat's own order.")
    findings = FindingSerializer(many=True)
    may_vote_at = MomentField()


class ReceiptSerializer(Shown):
    receipt = serializers.CharField()
    cast_at = MomentField()


class EligibilitySerializer(Shown):
    state = serializers.CharField(allow_null=True)
    missing = serializers.ListField(child=serializers.CharField())
    points = serializers.IntegerField()
    served = serializers.IntegerField()
    practice_done = serializers.IntegerField()
    practice_needed = serializers.IntegerField()


class PracticeSerializer(Shown):
    slug = serializers.CharField()
    title = serializers.CharField()
    claim = serializers.ChoiceField(choices=Claim.choices)
    question = serializers.CharField()
    recorded = serializers.ListField(child=serializers.CharField())
    buyer = serializers.CharField()
    seller = serializers.CharField()
    findings = FindingSerializer(many=True)
    agreed = serializers.BooleanField(allow_null=True, help_text="With the model answer.")
    model_answer = serializers.CharField(allow_null=True, help_text="After yours.")


class PracticeListSerializer(Shown):
    cases = PracticeSerializer(many=True)


class CourtRulesSerializer(Shown):
    version = serializers.CharField()
    rules = serializers.JSONField()
    accuracy = serializers.JSONField()
    collusion = serializers.JSONField()


class RosterSerializer(Shown):
    version = serializers.IntegerField()
    size = serializers.IntegerField()
    root = serializers.CharField()
    chain_hash = serializers.CharField()
    built_at = MomentField()


class RostersSerializer(Shown):
    rosters = RosterSerializer(many=True)


class StatisticsSerializer(Shown):
    at = MomentField(allow_null=True)
    numbers = serializers.JSONField(help_text="Cells under ten are merged.")


class PublicCaseSerializer(Shown):
    id = serializers.UUIDField()
    claim = serializers.ChoiceField(choices=Claim.choices)
    category = serializers.CharField()
    amount_band = serializers.CharField()
    question = serializers.CharField()
    month = serializers.CharField()
    tally = serializers.CharField(allow_blank=True)
    winner = serializers.CharField(allow_blank=True)
    ending = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    rules_version = serializers.CharField()


class DrawSerializer(Shown):
    """The document that `verify_draw` reads; null where nothing is published yet."""

    case = serializers.UUIDField()
    published = serializers.BooleanField()
    document = serializers.JSONField()
