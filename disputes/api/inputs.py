"""What cases and seats take through the API."""

from typing import Any

from rest_framework import serializers

from disputes.claims import Claim
from disputes.models import (
    AppealGround,
    EvidenceKind,
    Petition,
    SeatState,
    Winner,
)
from disputes.models.jury import Recusal
from disputes.states import CaseState
from marketplace.lib.drf.fields import (
    IdField,
    MomentField,
    MoneyField,
    OneOfField,
    PictureField,
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
ITEMS = [
    (EvidenceKind.STATEMENT, "statement"),
    (EvidenceKind.TEXT, "text"),
    (EvidenceKind.PICTURE, "picture"),
]


class CaseStepInput(StrictSerializer):
    expected_state = OneOfField(
        choices=CaseState.choices, required=False, help_text="Refused when the case has moved on."
    )


class ItemInput(StrictSerializer):
    """A text or a picture; each with a description that says what it shows."""

    kind = OneOfField(choices=ITEMS)
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
