"""What cases, seats and the public court show through the API."""

from rest_framework import serializers

from disputes.claims import Claim
from disputes.models import (
    CopyState,
    EvidenceKind,
    Party,
    RequestPair,
    SeatState,
    SettlementOffer,
    Stage,
    Winner,
)
from disputes.states import CaseState, CaseStep
from marketplace.lib.drf.fields import (
    MomentField,
    MoneyField,
    Shown,
)


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
    label = serializers.CharField()  # type: ignore[assignment] # a field of this name
    party = serializers.ChoiceField(choices=Party.choices)
    kind = serializers.ChoiceField(choices=EvidenceKind.choices)
    stage = serializers.ChoiceField(choices=Stage.choices)
    description = serializers.CharField()
    text = serializers.CharField()
    picture = serializers.CharField(help_text="A path on this site; empty for texts.")
    record = serializers.DictField(allow_null=True)
    sha256 = serializers.CharField()
    received_at = MomentField()
    late = serializers.BooleanField()
    admitted = serializers.BooleanField(help_text="Reviewers read it.")
    in_last_six_hours = serializers.BooleanField()
    copy = serializers.ChoiceField(choices=CopyState.choices)


class ExhibitsSerializer(Shown):
    exhibits = ExhibitSerializer(many=True)


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


class AwardSerializer(Shown):
    buyer = MoneyField()
    seller = MoneyField()


class CaseSerializer(CaseCardSerializer):
    question = serializers.CharField()
    issue = serializers.CharField()
    rules_version = serializers.CharField()
    rules = serializers.DictField()
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
    award = AwardSerializer(allow_null=True, help_text="Once it is decided.")
    executed_at = MomentField(allow_null=True)
    allowed_steps = serializers.ListField(child=serializers.CharField())
    offers = OfferSerializer(many=True)
    requests = RequestSerializer(many=True)
    exhibits = ExhibitSerializer(many=True)


class CaseEventSerializer(Shown):
    id = serializers.UUIDField()
    seq = serializers.IntegerField(min_value=1)
    step = serializers.ChoiceField(choices=CaseStep.choices)
    label = serializers.CharField()  # type: ignore[assignment] # a field of this name
    before = serializers.CharField()
    after = serializers.ChoiceField(choices=CaseState.choices)
    role = serializers.CharField()
    at = MomentField()
    facts = serializers.DictField()
    hash = serializers.CharField()


class VerdictSerializer(Shown):
    instance = serializers.CharField()
    round = serializers.IntegerField()
    is_void = serializers.BooleanField()
    document = serializers.DictField()
    sha256 = serializers.CharField()
    head_hash = serializers.CharField()
    issued_at = MomentField()


class HungReasonSerializer(Shown):
    reviewer = serializers.IntegerField(help_text="1, 2, … in the order of the receipts.")
    side = serializers.ChoiceField(choices=Winner.choices)
    text = serializers.CharField()


class HungSerializer(Shown):
    buyer = serializers.IntegerField()
    seller = serializers.IntegerField()
    reasons = HungReasonSerializer(many=True)


class VerdictsSerializer(Shown):
    verdicts = VerdictSerializer(many=True)
    hung = HungSerializer(
        allow_null=True,
        help_text="Of a panel that decided nothing: its ballots, opened with the ruling.",
    )
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
    label = serializers.CharField()  # type: ignore[assignment] # a field of this name


class BundleSerializer(SeatSerializer):
    question = serializers.CharField()
    issue = serializers.CharField()
    recorded = serializers.DictField(allow_null=True)
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


class AccuracySerializer(Shown):
    """What a panel does whose reviewers each read rightly with chance `p`."""

    p = serializers.FloatField()
    wrong = serializers.FloatField()
    mean_votes = serializers.FloatField()
    appealable = serializers.FloatField()
    wrong_and_final = serializers.FloatField()
    wrong_ones_appealable = serializers.FloatField()
    staff_must_beat = serializers.FloatField()
    right_given = serializers.ListField(
        child=serializers.FloatField(), help_text="Given 9-5, 9-6, 9-7 and 9-8."
    )


class CollusionSerializer(Shown):
    """What a share of the roster that acts together can reach."""

    share = serializers.FloatField()
    one_seat = serializers.FloatField(help_text="Chance of one seat or more.")
    nine_seats = serializers.FloatField(help_text="Chance of nine seats or more.")
    wins = serializers.ListField(
        child=serializers.FloatField(), help_text="Their side wins; others at .6, .7, .8."
    )


class CourtRulesSerializer(Shown):
    version = serializers.CharField()
    rules = serializers.DictField()
    accuracy = AccuracySerializer(many=True)
    collusion = CollusionSerializer(many=True)


class RosterSerializer(Shown):
    version = serializers.IntegerField()
    size = serializers.IntegerField()
    root = serializers.CharField()  # type: ignore[assignment] # a field of this name
    chain_hash = serializers.CharField()
    built_at = MomentField()


class RostersSerializer(Shown):
    rosters = RosterSerializer(many=True)


class StatisticsSerializer(Shown):
    at = MomentField(allow_null=True)
    numbers = serializers.DictField(help_text="Cells under ten are merged.")


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
    rules = serializers.ListField(child=serializers.CharField(), help_text="Ids under /rules/.")
    rules_version = serializers.CharField()


class DrawSerializer(Shown):
    """The document that `verify_draw` reads; null where nothing is published yet."""

    case = serializers.UUIDField()
    published = serializers.BooleanField()
    document = serializers.DictField()
