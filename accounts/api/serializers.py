"""What accounts take and show through the API: allow-lists, one for each reader."""

from zoneinfo import available_timezones

from django.conf import settings
from rest_framework import serializers

from accounts.actions.tokens import MOST_DAYS, SCOPES, USUAL_DAYS
from accounts.identity.models import DocumentType
from accounts.inbox.quiet import REMINDERS
from accounts.models import Level, UserState
from marketplace.lib.drf.fields import (
    AddressField,
    DayField,
    MomentField,
    MoneyField,
    OneOfField,
    SecretField,
    Shown,
    StrictIntegerField,
    StrictSerializer,
    TextField,
)

LONGEST_PASSWORD = 128
MUTABLE = list(REMINDERS.items())


# --- Coming in ------------------------------------------------------------------------------------
class SignUpInput(StrictSerializer):
    email = AddressField(max_length=254)
    password = SecretField(min_length=10, max_length=LONGEST_PASSWORD)
    accept = TextField(max_length=10, help_text="The version of the rules that you have read.")


class SignUpConfirmInput(StrictSerializer):
    email = AddressField(max_length=254)
    code = SecretField(max_length=200, help_text="The last part of the link in the mail.")


class TokenInput(StrictSerializer):
    email = AddressField(max_length=254)
    password = SecretField(max_length=LONGEST_PASSWORD)
    totp = SecretField(max_length=10, required=False, help_text="Where a second factor is set up.")
    name = TextField(max_length=60, help_text="What it is for; only you see it.")
    scopes = serializers.ListField(
        child=OneOfField(choices=list(SCOPES.items())), min_length=1, max_length=len(SCOPES)
    )
    days = StrictIntegerField(min_value=1, max_value=MOST_DAYS, default=USUAL_DAYS)


class TokenSerializer(Shown):
    id = serializers.UUIDField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=list(SCOPES.items())))
    created_at = MomentField()
    expires_at = MomentField()
    last_used_at = MomentField(allow_null=True, help_text="To the hour.")


class NewTokenSerializer(TokenSerializer):
    token = serializers.CharField(help_text="Whole, this once; afterwards nobody can read it.")


class TokensSerializer(Shown):
    results = TokenSerializer(many=True)


class ReauthInput(StrictSerializer):
    password = SecretField(max_length=LONGEST_PASSWORD, required=False)
    totp = SecretField(max_length=10, required=False)


# --- Oneself --------------------------------------------------------------------------------------
class LimitsSerializer(Shown):
    one_order = MoneyField(allow_null=True, help_text="What one order may cost; null: no limit.")
    unpaid_orders = serializers.IntegerField()
    live_orders = serializers.IntegerField(allow_null=True)


class MeSerializer(Shown):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField(help_text="As others see it.")
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    zone = serializers.CharField(help_text="A name of the time zone database.")
    level = serializers.ChoiceField(choices=Level.choices)
    level_label = serializers.CharField()
    state = serializers.ChoiceField(choices=UserState.choices)
    phone = serializers.CharField(help_text="Masked; empty without one.")
    has_second_factor = serializers.BooleanField()
    mutes = serializers.ListField(
        child=serializers.ChoiceField(choices=MUTABLE), help_text="Not wanted by mail."
    )
    unread_notices = serializers.IntegerField(min_value=0)
    limits = LimitsSerializer()
    member_since = MomentField()
    version = serializers.IntegerField(min_value=1)


class MeChangeInput(StrictSerializer):
    name = TextField(max_length=40, required=False, allow_blank=True)
    language = OneOfField(choices=settings.LANGUAGES, required=False)
    zone = TextField(max_length=40, required=False)
    mutes = serializers.ListField(
        child=OneOfField(choices=MUTABLE), required=False, max_length=len(MUTABLE)
    )

    def validate_zone(self, value: str) -> str:
        if value not in available_timezones():
            raise serializers.ValidationError("unknown", "invalid_choice")
        return value


class PhoneInput(StrictSerializer):
    phone = TextField(max_length=24)


class PhoneSentSerializer(Shown):
    phone = serializers.CharField(help_text="Masked.")
    expires_at = MomentField()


class PhoneConfirmInput(StrictSerializer):
    code = SecretField(min_length=6, max_length=6)


class VerificationInput(StrictSerializer):
    level = OneOfField(choices=[(Level.REAL_NAME.value, Level.REAL_NAME.label)])
    name = TextField(min_length=2, max_length=40)
    document_type = OneOfField(choices=DocumentType.choices)
    number = SecretField(max_length=24)
    birth_date = DayField()


class VerificationSerializer(Shown):
    level = serializers.ChoiceField(choices=Level.choices)
    level_label = serializers.CharField()
    phone = serializers.CharField(help_text="Masked; empty without one.")
    name = serializers.CharField(allow_null=True, help_text="Masked: “张*”.")
    number = serializers.CharField(allow_null=True, help_text="Masked: “****1234”.")
    checked_at = MomentField(allow_null=True)


class StandingEventSerializer(Shown):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field of this name
    points = serializers.IntegerField(help_text="When it happened.")
    counts_now = serializers.FloatField(help_text="What is left of them: bad ones fade.")
    counts_until = MomentField(allow_null=True, help_text="Null: it does not end by itself.")
    taken_back = serializers.BooleanField(help_text="It counts nothing.")
    source = serializers.CharField()  # type: ignore[assignment] # a field of this name
    at = MomentField()
    note = serializers.CharField()


class StandingSerializer(Shown):
    score = serializers.IntegerField(min_value=0, max_value=1000)
    word = serializers.CharField(help_text="The only thing that others see of it.")
    events = StandingEventSerializer(many=True)


class BlockerSerializer(Shown):
    sentence = serializers.CharField()
    link = serializers.CharField()


class ClosureSerializer(Shown):
    state = serializers.ChoiceField(choices=UserState.choices)
    blockers = BlockerSerializer(many=True)
