"""The inbox page: unread first, then what was read, and the two ways to mark."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.inbox.actions import mark_all_read, mark_read
from accounts.inbox.kinds import Words, words
from accounts.inbox.models import Notice
from accounts.inbox.present import present
from accounts.requests import SignedInRequest
from marketplace.lib.paging import Order, links, page

MOST_UNREAD = 100


@login_required
@require_GET
def inbox(request: SignedInRequest) -> HttpResponse:
    mine = Notice.objects.visible_to(request.user)
    cursor = request.GET.get("cursor", "")
    unread = mine.none() if cursor else mine.unread().order_by("-pk")[:MOST_UNREAD]
    name = f"notices of {request.user.pk}"
    read = page(mine.exclude(read_at=None), Order("at"), name=name, cursor=cursor, size=20)
    new = list(unread)
    now = present([*new, *read.rows])
    context = {
        "unread_rows": [_told(notice, now) for notice in new],
        "read_rows": [_told(notice, now) for notice in read.rows],
        "pager": links(request.GET, read),
    }
    return render(request, "accounts/inbox.html", context)


@login_required
@require_POST
def open_notice(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Reading is a POST, so that a prefetching browser reads nothing."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    mark_read(notice.pk, by=request.user)
    return redirect(notice.link or "inbox")


@login_required
@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    mark_all_read(by=request.user)
    return redirect("inbox")


def _told(notice: Notice, now: Mapping[UUID, str]) -> tuple[Notice, Words, str]:
    return notice, words(notice.kind, notice.facts), now.get(notice.pk, "")
