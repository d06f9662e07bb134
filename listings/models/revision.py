"""What a listing said at one moment: never changed, pinned by orders [Guo]."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from listings.canonical import digest
from listings.issuers import name_of
from listings.models.catalogue import Category
from listings.models.listing import Kind, Listing, Mode
from listings.states import ListingState
from listings.words import CAUTIONS
from marketplace.lib.append_only import append_only
from marketplace.lib.ids import uuid7

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Text(models.Model):
    """A description, stored once however many revisions say it."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    body = models.TextField()

    class Meta:
        triggers = append_only("text")

    def __str__(self) -> str:
        return self.sha256[:12]


class RevisionQuerySet(models.QuerySet["Revision"]):
    def visible_to(self, person: "User | AnonymousUser") -> Self:
        """The current one of a public listing; older ones for the seller and for who ordered."""
        if person.is_staff:
            return self
        hidden = [ListingState.DRAFT, ListingState.REVIEW, ListingState.HIDDEN]
        public = (
            Q(pk=F("listing__current"))
            & ~Q(listing__state__in=hidden)
            & ~Q(listing__published_at=None)
        )
        if not person.pk:
            return self.filter(public)
        own = Q(listing__seller_id=person.pk) | Q(orders__buyer_id=person.pk)
        return self.filter(public | own).distinct()


class Revision(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(_("title"), max_length=80)
    text = models.ForeignKey(Text, models.PROTECT, related_name="+")
    price = models.BigIntegerField(_("price"), help_text="fen")
    kind = models.CharField(max_length=8, choices=Kind)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    condition = models.CharField(max_length=12, blank=True)
    attributes = models.JSONField(default=dict)
    issuer = models.CharField(_("issuer"), max_length=40, blank=True)
    face_value = models.BigIntegerField(_("face value"), help_text="fen")
    expiry_promise = models.DateField(_("valid until at least"), null=True)
    verification_mode = models.CharField(max_length=14, choices=Mode)
    cautions = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "number"], name="revision_number_once"),
            models.CheckConstraint(condition=Q(price__gt=0), name="revision_price_positive"),
        ]
        triggers = append_only("revision")

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    def get_absolute_url(self) -> str:
        return reverse("revision", args=[self.listing_id, self.number])

    @property
    def description(self) -> str:
        return self.text.body

    @property
    def issuer_name(self) -> str:
        return name_of(self.issuer)

    @property
    def caution_sentences(self) -> list[Any]:
        """Each caution in words, as listing, checkout and order show it."""
        return [CAUTIONS[code] for code in self.cautions if code in CAUTIONS]

    def facts(self) -> dict[str, Any]:
        """What the hash is taken over; a reader can repeat it from the revision's page."""
        return {
            "listing": str(self.listing_id),
            "number": self.number,
            "title": self.title,
            "description": self.text_id,
            "price": self.price,
            "kind": str(self.kind),
            "category": self.category_id,
            "condition": self.condition,
            "attributes": self.attributes,
            "issuer": self.issuer,
            "face_value": self.face_value,
            "expiry_promise": self.expiry_promise.isoformat() if self.expiry_promise else None,
            "verification_mode": str(self.verification_mode),
            "cautions": self.cautions,
        }

    @property
    def is_intact(self) -> bool:
        """The row still says what its hash was taken over."""
        return digest(self.facts()) == self.sha256


class Decision(models.TextChoices):
    APPROVED = "approved", _("Approved")
    SENT_BACK = "sent_back", _("Sent back to the seller")
    LEFT = "left", _("Withdrawn by the seller")


class Hold(models.Model):
    """A red flag asks for a person's look before the listing is public; answered within 24 h."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="holds")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    flags = models.JSONField(help_text="code, field and words of each flag")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("listing to look at")
        verbose_name_plural = _("listings to look at")
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["listing"], condition=Q(decided_at=None), name="hold_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decision="")
                | Q(decided_at__isnull=False) & ~Q(decision=""),
                name="hold_decided_with_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} {', '.join(flag['code'] for flag in self.flags)}"
