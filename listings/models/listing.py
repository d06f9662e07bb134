"""A listing: where it stands, how many units are free, and which revision is shown."""

from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from listings.models.catalogue import Category
from listings.states import OPEN, SENTENCES, ListingState
from marketplace.lib.ids import uuid7

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

MOST_UNITS = 200
_ON_SALE = Q(state="ON_SALE")


class Kind(models.TextChoices):
    CARD = "card", _("Card code")


class Mode(models.TextChoices):
    """How the code is proven; frozen on the revision and on the order."""

    ISSUER = "issuer", _("Checked by the issuer")
    BUYER_ATTESTS = "buyer_attests", _("Tried by the buyer")


class ListingQuerySet(models.QuerySet["Listing"]):
    def visible_to(self, person: "User | AnonymousUser") -> Self:
        """What has ever been public, and a person's own; staff see all."""
        if person.is_staff:
            return self
        public = ~Q(state__in=[ListingState.DRAFT, ListingState.REVIEW]) & ~Q(published_at=None)
        return self.filter(public | Q(seller_id=person.pk) if person.pk else public)

    def lock(self, pk: UUID) -> "Listing":
        """The listing, locked until the transaction ends, with its revision and its seller.

        Two statements: a join is not evaluated anew after a wait, and `current` may have changed
        while we waited.
        """
        self.select_for_update(no_key=True).only("pk").get(pk=pk)
        return self.select_related("current__text", "seller", "category").defer("search").get(pk=pk)

    def on_sale(self) -> Self:
        return self.filter(state=ListingState.ON_SALE)

    def for_page(self) -> Self:
        """With everything its page names, in one query."""
        shown = ("current__text", "current__category", "category", "seller__seller_facts")
        return self.select_related(*shown).defer("search")

    def of_seller(self, person: User) -> Self:
        return self.filter(seller=person).select_related("current", "category").defer("search")

    def open_value(self, seller_id: UUID) -> int:
        """Fen of a seller's cards that are on offer or in a live order."""
        offered = Q(state__in=OPEN, seller_id=seller_id)
        live = Q(seller_id=seller_id, reserved__gt=0)
        rows = self.filter(offered | live).values_list("state", "price", "free", "reserved")
        return sum(
            price * ((free if state in OPEN else 0) + reserved)
            for state, price, free, reserved in rows
        )


class Listing(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="listings")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.CARD)
    state = models.CharField(max_length=12, choices=ListingState, default=ListingState.DRAFT)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    current = models.OneToOneField("listings.Revision", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    # quantity = free + reserved + used, always.
    quantity = models.PositiveSmallIntegerField(_("number of codes"), default=1)
    free = models.PositiveSmallIntegerField(default=1)
    reserved = models.PositiveSmallIntegerField(default=0)
    used = models.PositiveSmallIntegerField(default=0)

    # Copies of the current revision, for indexes; written where `current` is (actions/revising).
    price = models.BigIntegerField(help_text="fen")
    issuer = models.CharField(max_length=40, blank=True)
    verification_mode = models.CharField(max_length=14, choices=Mode)
    search = SearchVectorField(null=True)

    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity=F("free") + F("reserved") + F("used")),
                name="listing_units_add_up",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MOST_UNITS),
                name="listing_quantity_in_range",
            ),
            models.CheckConstraint(
                condition=~Q(state="ON_SALE") | Q(free__gte=1, published_at__isnull=False),
                name="listing_on_sale_has_a_free_unit",
            ),
            models.CheckConstraint(
                condition=~Q(state="SOLD") | Q(free=0, reserved=0), name="listing_sold_is_used_up"
            ),
            models.CheckConstraint(condition=Q(price__gt=0), name="listing_price_positive"),
        ]
        indexes = [
            models.Index(
                F("published_at").desc(), F("id").desc(), condition=_ON_SALE, name="listing_newest"
            ),
            models.Index(
                "category",
                F("published_at").desc(),
                F("id").desc(),
                condition=_ON_SALE,
                name="listing_newest_of_category",
            ),
            models.Index("price", "id", condition=_ON_SALE, name="listing_cheapest"),
            models.Index("seller", F("id").desc(), name="listing_of_seller"),
            GinIndex("search", condition=_ON_SALE, fastupdate=False, name="listing_words"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("listing", args=[self.pk])

    @property
    def can_be_ordered(self) -> bool:
        return self.state == ListingState.ON_SALE

    @property
    def sentence(self) -> Any:
        """Why it can't be ordered; empty while it can."""
        return SENTENCES.get(self.state, "")

    @property
    def is_shown(self) -> bool:
        """False where strangers read only that it was taken down."""
        return self.state != ListingState.HIDDEN
