"""What the wallet takes and shows through the API; an account number goes in and never out."""

from rest_framework import serializers

from marketplace.lib.drf.fields import (
    IdField,
    MomentField,
    MoneyField,
    OneOfField,
    SecretField,
    Shown,
    StrictSerializer,
    TextField,
)
from marketplace.lib.drf.paging import PageQuery
from marketplace.lib.money import CURRENCY
from orders.escrow.models import PaymentState, PayoutState, Purpose
from orders.escrow.wallet import PURSES, WORDS

KINDS = [(kind, str(label)) for kind, label in WORDS.items()]
BANK = [("bank", "Bank account")]


class PaymentSerializer(Shown):
    id = serializers.UUIDField()
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    state = serializers.ChoiceField(choices=PaymentState.choices)
    amount = MoneyField()
    pay_url = serializers.URLField(help_text="Open it in a browser; it leads on to the provider.")
    expires_at = MomentField()
    captured_at = MomentField(allow_null=True)


class CoolingSerializer(Shown):
    order = serializers.UUIDField()
    net = MoneyField()
    matures_at = MomentField()


class PledgedSerializer(Shown):
    case = serializers.UUIDField()
    order = serializers.UUIDField()
    amount = MoneyField()


class CauseSerializer(Shown):
    order = serializers.UUIDField(allow_null=True)
    amount = MoneyField()
    at = MomentField()


class DebtSerializer(Shown):
    amount = MoneyField()
    causes = CauseSerializer(many=True)


class WalletSerializer(Shown):
    withdrawable = MoneyField()
    cooling = MoneyField(help_text="The sum of `maturing`.")
    maturing = CoolingSerializer(many=True, help_text="Released, and free after three days.")
    blocked = MoneyField(help_text="The sum of `pledged`.")
    pledged = PledgedSerializer(many=True, help_text="Set aside until a case ends.")
    deposit = MoneyField()
    debt = DebtSerializer()


class MovedSerializer(Shown):
    """An amount with its sign: what left is below zero."""

    amount = serializers.IntegerField(min_value=-(2**53 - 1), max_value=2**53 - 1)
    currency = serializers.ChoiceField(choices=[(CURRENCY, "Yuan")])


class EntrySerializer(Shown):
    id = serializers.CharField(help_text="The same line has the same id.")
    at = MomentField()
    kind = serializers.ChoiceField(choices=KINDS)
    label = serializers.CharField()  # type: ignore[assignment] # a field of this name
    purse = serializers.ChoiceField(choices=[(name, str(label)) for name, label in PURSES.items()])
    moved = MovedSerializer()
    order = serializers.UUIDField(allow_null=True)


class EntryQuery(PageQuery):
    kind = serializers.ChoiceField(choices=KINDS, required=False)
    order = serializers.UUIDField(required=False)
    since = MomentField(required=False)


class PayoutAccountInput(StrictSerializer):
    kind = OneOfField(choices=BANK)
    number = SecretField(min_length=8, max_length=40)
    holder = TextField(min_length=2, max_length=60, help_text="Your own checked name.")


class PayoutAccountSerializer(Shown):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=BANK)
    last4 = serializers.CharField()
    holder = serializers.CharField(help_text="Masked.")
    added_at = MomentField()
    usable_at = MomentField(help_text="72 hours after it was added.")


class PayoutAccountsSerializer(Shown):
    results = PayoutAccountSerializer(many=True)


class PayoutInput(StrictSerializer):
    amount = MoneyField()
    account = IdField()


class PayoutSerializer(Shown):
    id = serializers.UUIDField()
    amount = MoneyField()
    account = serializers.UUIDField()
    last4 = serializers.CharField()
    state = serializers.ChoiceField(choices=PayoutState.choices)
    needs_two = serializers.BooleanField(help_text="Two of our staff look at it first.")
    created_at = MomentField()
    ended_at = MomentField(allow_null=True)


class AmountInput(StrictSerializer):
    amount = MoneyField()
