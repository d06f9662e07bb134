"""How many codes wait in the vault for a listing: told on its seller's own pages alone."""

from uuid import UUID

from django import template

from orders.escrow.models import Code

register = template.Library()


@register.simple_tag
def codes_in_stock(listing_id: UUID) -> int:
    return Code.objects.in_stock(listing_id).count()
