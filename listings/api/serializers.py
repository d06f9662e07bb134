"""What listings take and show through the API."""

from rest_framework import serializers

from accounts.models import Level, UserState
from listings.facts import DESCRIPTION_LENGTH, TITLE_LENGTH
from listings.models import MOST_UNITS, Kind, Mode
from listings.search import LONGEST_QUERY, ORDERS
from listings.states import ListingState, ListingStep
from marketplace.lib.drf.fields import (
    DayField,
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


class CategorySerializer(Shown):
    slug = serializers.CharField()
    name = serializers.CharField()
    needs_serial = serializers.BooleanField()


class CategoriesSerializer(Shown):
    results = CategorySerializer(many=True)


class IssuerSerializer(Shown):
    slug = serializers.CharField()
    name = serializers.CharField()
    verification_mode = serializers.ChoiceField(choices=Mode.choices)
    sentence = serializers.CharField(help_text="How its codes are proven, in words.")


class IssuersSerializer(Shown):
    results = IssuerSerializer(many=True)


# --- Looking --------------------------------------------------------------------------------------
class SellerSerializer(Shown):
    """Only what Fairhand itself knows; never what somebody says of himself."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    level = serializers.ChoiceField(choices=Level.choices)
    level_label = serializers.CharField()
    member_since = MomentField()
    completed_sales = serializers.IntegerField(min_value=0, help_text="Not a guarantee.")
    state = serializers.ChoiceField(choices=UserState.choices)


class PersonSerializer(SellerSerializer):
    standing = serializers.CharField(help_text="A word; the number is the person's own.")


class CautionSerializer(Shown):
    code = serializers.CharField()
    sentence = serializers.CharField()


class ListingCardSerializer(Shown):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    state = serializers.ChoiceField(choices=ListingState.choices)
    title = serializers.CharField()
    price = MoneyField()
    face_value = MoneyField()
    issuer = serializers.CharField()
    issuer_name = serializers.CharField()
    category = serializers.CharField()
    verification_mode = serializers.ChoiceField(choices=Mode.choices)
    cautions = CautionSerializer(many=True)
    seller = SellerSerializer()
    published_at = MomentField(allow_null=True)


class RevisionFactsSerializer(Shown):
    number = serializers.IntegerField(min_value=1)
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")
    created_at = MomentField()


class StockSerializer(Shown):
    quantity = serializers.IntegerField()
    free = serializers.IntegerField()
    reserved = serializers.IntegerField()
    used = serializers.IntegerField()


class ListingSerializer(ListingCardSerializer):
    description = serializers.CharField()
    expiry = serializers.DateField(allow_null=True, help_text="The codes are good until then.")
    verification = serializers.CharField(help_text="How the code is proven, in words.")
    can_be_ordered = serializers.BooleanField()
    sentence = serializers.CharField(help_text="Why it can’t be ordered; empty while it can.")
    revision = RevisionFactsSerializer(help_text="What an order would freeze.")
    stock = StockSerializer(allow_null=True, help_text="Its seller's alone.")
    allowed_steps = serializers.ListField(
        child=serializers.ChoiceField(choices=ListingStep.choices)
    )
    version = serializers.IntegerField(min_value=1)


class RevisionSerializer(Shown):
    listing = serializers.UUIDField()
    number = serializers.IntegerField(min_value=1)
    title = serializers.CharField()
    description = serializers.CharField()
    price = MoneyField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    category = serializers.CharField()
    issuer = serializers.CharField()
    face_value = MoneyField()
    expiry = serializers.DateField(allow_null=True)
    verification_mode = serializers.ChoiceField(choices=Mode.choices)
    cautions = CautionSerializer(many=True)
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")
    created_at = MomentField()


class ListingQuery(PageQuery):
    q = serializers.CharField(required=False, max_length=LONGEST_QUERY)
    category = serializers.ListField(
        child=serializers.SlugField(max_length=50), required=False, max_length=20
    )
    issuer = serializers.ListField(
        child=serializers.SlugField(max_length=40), required=False, max_length=20
    )
    verification_mode = serializers.ListField(
        child=serializers.ChoiceField(choices=Mode.choices), required=False, max_length=4
    )
    price_min = serializers.IntegerField(
        required=False, min_value=0, max_value=2**53 - 1, help_text="fen"
    )
    price_max = serializers.IntegerField(
        required=False, min_value=0, max_value=2**53 - 1, help_text="fen"
    )
    seller = serializers.UUIDField(required=False)
    seller_level = serializers.IntegerField(
        required=False, min_value=0, max_value=3, help_text="At least."
    )
    sort = serializers.ChoiceField(choices=[(name, name) for name in ORDERS], default="newest")


class MyListingsQuery(PageQuery):
    state = serializers.ListField(
        child=serializers.ChoiceField(choices=ListingState.choices), required=False, max_length=10
    )


# --- Selling --------------------------------------------------------------------------------------
class ListingChangeInput(StrictSerializer):
    title = TextField(max_length=TITLE_LENGTH, required=False)
    description = TextField(
        max_length=DESCRIPTION_LENGTH, lines=True, required=False, allow_blank=True
    )
    category = TextField(max_length=50, required=False)
    price = MoneyField(required=False)
    quantity = StrictIntegerField(min_value=1, max_value=MOST_UNITS, required=False)
    issuer = TextField(max_length=40, required=False)
    face_value = MoneyField(required=False)
    expiry = DayField(required=False, allow_null=True)
    verification_mode = OneOfField(choices=Mode.choices, required=False)


class ListingInput(ListingChangeInput):
    kind = OneOfField(choices=Kind.choices)
    title = TextField(max_length=TITLE_LENGTH)
    category = TextField(max_length=50, help_text="The slug of a category.")
    price = MoneyField()
    issuer = TextField(max_length=40, help_text="The slug of an issuer.")
    face_value = MoneyField()


class PublishInput(StrictSerializer):
    guidance_read = YesNoField(
        default=False, help_text="The three sentences for sellers were read; needed once."
    )
