"""The sandbox's mailbox: every mail and text message, as its reader would get it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.inbox.models import Mail
from accounts.inbox.outbox import content
from marketplace.lib.paging import Order, links, page


@require_GET
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    """Open to everybody who tries things out: in the sandbox nobody's mail is private."""
    mails = Mail.objects.select_related("notice__person")
    if to := request.GET.get("to", ""):
        mails = mails.filter(to__iexact=to)
    cursor = request.GET.get("cursor", "")
    rows = page(mails, Order("created_at"), name=f"mailbox {to}", cursor=cursor, size=20)
    shown = [(mail, content(mail)) for mail in rows.rows]
    context = {"pager": links(request.GET, rows), "shown": shown, "to": to}
    return render(request, "sandbox/mailbox.html", context)
