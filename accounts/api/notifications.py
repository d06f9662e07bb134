"""The inbox: what a person was told, in his language, and what he has read of it."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from accounts.inbox.actions import mark_all_read, mark_read
from accounts.inbox.kinds import KINDS, Class, words
from accounts.inbox.models import Notice
from accounts.inbox.present import present
from marketplace.lib.drf.doors import Door
from marketplace.lib.drf.fields import MomentField, Shown
from marketplace.lib.drf.operations import Key, Operation
from marketplace.lib.drf.paging import PageQuery, listed, page_of
from marketplace.lib.paging import Order

TAG = "inbox"
_CLASSES = [(each.value, each.name.title()) for each in Class]


class NotificationSerializer(Shown):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    about = serializers.ChoiceField(choices=_CLASSES, help_text="What kind of thing it tells of.")
    title = serializers.CharField()
    sentence = serializers.CharField()
    now = serializers.CharField(
        help_text="What is true instead, where it is out of date; else empty."
    )
    link = serializers.CharField(help_text="A path of this site; may be empty.")
    at = MomentField()
    read_at = MomentField(allow_null=True)


class NotificationQuery(PageQuery):
    about = serializers.MultipleChoiceField(choices=_CLASSES, required=False)
    unread = serializers.BooleanField(required=False, allow_null=True, default=None)
    updated_since = MomentField(required=False)


class NotificationDoor(Door):
    @Operation(
        id="notifications_list",
        summary="What you were told, the newest first.",
        tag=TAG,
        scope="read",
        query=NotificationQuery,
        answers={200: page_of(NotificationSerializer)},
    )
    def list(self, request: PersonRequest) -> Response:
        query = self.filters(request)
        rows = Notice.objects.visible_to(request.user)
        if query["unread"] is not None:
            rows = rows.filter(read_at__isnull=query["unread"])
        if since := query.get("updated_since"):
            rows = rows.filter(at__gte=since)
        if about := query.get("about"):
            rows = rows.filter(
                kind__in=[kind.name for kind in KINDS.values() if kind.about in about]
            )
        name = f"notices of {request.user.pk}"
        return listed(request, rows, Order("at"), name=name, query=query, show=_shown)

    @Operation(
        id="notifications_read",
        summary="Mark one as read.",
        tag=TAG,
        scope="profile",
        answers={204: None},
        codes=("not_found",),
        key=Key.TAKEN,
    )
    def read(self, request: PersonRequest, pk: UUID) -> Response:
        mark_read(pk, by=request.user)
        return Response(status=204)

    @Operation(
        id="notifications_read_all",
        summary="Mark all as read.",
        tag=TAG,
        scope="profile",
        answers={204: None},
        key=Key.TAKEN,
    )
    def read_all(self, request: PersonRequest) -> Response:
        mark_all_read(by=request.user)
        return Response(status=204)


def _shown(notices: Any) -> list[Any]:
    now = present(list(notices))
    rows = [_facts(notice, now.get(notice.pk, "")) for notice in notices]
    return list(NotificationSerializer(rows, many=True).data)


def _facts(notice: Notice, now: str) -> dict[str, Any]:
    said = words(notice.kind, notice.facts)
    return {
        "id": notice.pk,
        "kind": notice.kind,
        "about": KINDS[notice.kind].about,
        "title": said.title,
        "sentence": said.sentence,
        "now": now,
        "link": notice.link,
        "at": notice.at,
        "read_at": notice.read_at,
    }
