"""Lists of the API: the cursors of `marketplace.lib.paging` as `next`, `previous` and `Link`."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from marketplace.lib import paging
from marketplace.lib.drf.fields import StrictSerializer

USUAL, MOST = 20, 100

Row = TypeVar("Row", bound=Model)
Shown = Callable[[Sequence[Row]], list[Any]]


class PageQuery(StrictSerializer):
    """What every list takes in its address; filters are fields of subclasses."""

    cursor = serializers.CharField(
        required=False, max_length=400, help_text="From `next` or `previous`."
    )
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=MOST, default=USUAL)


def page_of(item: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The schema of a page of `item`."""
    name = f"{item.__name__.removesuffix('Serializer')}Page"
    fields = {
        "next": serializers.URLField(allow_null=True, help_text="The page after this one."),
        "previous": serializers.URLField(allow_null=True, help_text="The page before it."),
        "results": item(many=True),
    }
    return type(name, (serializers.Serializer,), fields)


def listed(
    request: Request,
    rows: QuerySet[Row],
    order: paging.Order,
    *,
    name: str,
    query: dict[str, Any],
    show: Shown[Row],
) -> Response:
    """One page of `rows`.

    Args:
        name: the list's name; with a person's id in it where each has a list of his own.
        query: the checked query (`cursor`, `page_size`).
        show: turns rows into what is answered; called once.

    Raises:
        Refused: `bad_cursor`.
    """
    found = paging.page(
        rows, order, name=name, cursor=query.get("cursor", ""), size=query["page_size"]
    )
    return answer(request, found, show)


def answer(request: Request, found: paging.Page[Row], show: Shown[Row]) -> Response:
    """The body and the `Link` header of one page that was fetched already."""
    links = {"next": _address(request, found.next), "previous": _address(request, found.previous)}
    response = Response({**links, "results": show(found.rows)})
    named = [f'<{url}>; rel="{rel[:4]}"' for rel, url in links.items() if url]
    if named:
        response["Link"] = ", ".join(named)
    return response


def _address(request: Request, cursor: str) -> str | None:
    if not cursor:
        return None
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor)
