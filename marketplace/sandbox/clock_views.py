"""The buttons of the sandbox bar: move the clock, do what came due, back to the same page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from marketplace.sandbox import clock


@require_POST
def skip(request: HttpRequest) -> HttpResponse:
    hours = request.POST.get("hours", "")
    count = clock.skip(int(hours) if hours.isascii() and hours.isdigit() else 0)
    moved = _("Moved {hours} h.").format(hours=hours)
    due = ngettext("{count} deadline came due.", "{count} deadlines came due.", count)
    messages.success(request, f"{moved} {due.format(count=count)}")
    back = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if is_ours else "/")
