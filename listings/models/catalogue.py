"""Categories, and what a listing says about its seller that Fairhand has counted itself."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_zh = models.CharField(_("name in Chinese"), max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name


class SellerFacts(models.Model):
    """One row a seller; locked by whatever counts over all of a seller's listings."""

    seller = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="seller_facts"
    )
    completed_sales = models.PositiveIntegerField(default=0)
    # Three sentences are read before the first card goes on sale [Li].
    guidance_acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("facts about a seller")
        verbose_name_plural = _("facts about sellers")

    def __str__(self) -> str:
        return str(self.seller_id)
