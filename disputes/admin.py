"""The court at the desk: queues and a page a case. No row is editable; votes are not here."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.roles import Role
from disputes import desk_views, outage_views, queues, words
from disputes.models import Case, DrawEntry, Incident, JurorProfile, Roster, StaffRead, Trouble
from marketplace.lib.money import yuan
from marketplace.staff import DeskAdmin, may


class QueueFilter(admin.SimpleListFilter):
    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        return [(queue.name, queue.title) for queue in queues.QUEUES]

    def queryset(self, request: HttpRequest, rows: QuerySet[Case]) -> QuerySet[Case]:
        queue = queues.queue(self.value() or "")
        return queue.chosen(rows, desk_views.who(request)) if queue else rows


View = Callable[..., HttpResponse]


def row_id(typed: str) -> UUID:
    """The id in an address of the admin, which takes any text there."""
    try:
        return UUID(typed)
    except ValueError:
        raise Http404 from None


class PageAdmin(DeskAdmin):
    """Rows that are read on `page`, which is ours, in place of the admin's form."""

    page: View

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | (extra_context or {})
        return type(self).page(request, row_id(object_id), context)


@admin.register(Case)
class CaseAdmin(PageAdmin):
    """No column, filter or search tells a side, a tally or a turnout."""

    page = desk_views.case_page
    readers = desk_views.READERS
    list_display = ("short", "state_words", "claim", "paid", "due", "how_late", "handler")
    list_display_links = ("short",)
    list_filter = (QueueFilter,)
    list_select_related = ("order", "desk_holder")
    search_fields = ("order__number",)
    ordering = ("staff_due_at", "appeal_due_at", "-id")

    @admin.display(description=_("Case"))
    def short(self, case: Case) -> str:
        return f"{str(case.pk)[-6:]} · {case.order.number}"

    @admin.display(description=_("State"))
    def state_words(self, case: Case) -> str:
        return words.badge(case)

    @admin.display(description=_("Paid"))
    def paid(self, case: Case) -> str:
        return yuan(case.amount_fen)

    @admin.display(description=_("Due"))
    def due(self, case: Case) -> str:
        return words.moment(case.staff_due_at or case.appeal_due_at)

    @admin.display(description=_("Standing"))
    def how_late(self, case: Case) -> str:
        return queues.sla(case.staff_due_at or case.appeal_due_at)

    @admin.display(description=_("Handler"))
    def handler(self, case: Case) -> str:
        return case.desk_holder.shown_name if case.desk_holder else "–"

    def get_urls(self) -> list[URLPattern]:
        found: list[URLPattern] = [*self._own_urls(), *super().get_urls()]
        return found

    def _own_urls(self) -> list[URLPattern]:
        """Every verb is a POST behind the desk's own door."""
        posts: dict[str, View] = {
            "take": desk_views.take,
            "send-back": desk_views.send_back,
            "ask": desk_views.ask,
            "stop": desk_views.stop,
            "go-on": desk_views.go_on,
            "agree/<uuid:trouble>": desk_views.agree,
            "second/<uuid:ruling>": desk_views.approve,
            "petition/<uuid:petition_pk>": desk_views.petition,
            "mask/<uuid:exhibit>": desk_views.mask,
        }
        reads: dict[str, View] = {
            "original/<uuid:exhibit>": desk_views.original,
            "copy/<uuid:exhibit>": desk_views.copy,
        }
        found = [self._url(name, require_POST(view)) for name, view in posts.items()]
        found += [
            self._url(name, require_http_methods(["GET"])(view)) for name, view in reads.items()
        ]
        forms: dict[str, View] = {"decide": self._decide, "reviewers": self._reviewers}
        found += [
            self._url(name, require_http_methods(["GET", "POST"])(view))
            for name, view in forms.items()
        ]
        return found

    def _url(self, name: str, view: Any) -> URLPattern:
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not self.has_view_permission(request):
                return self.admin_site.login(request)
            return view(request, *args, **kwargs)

        route = f"<uuid:pk>/{name}/"
        short = name.split("/", maxsplit=1)[0].replace("-", "_")
        wrapped = self.admin_site.admin_view(guarded)
        return path(route, wrapped, name=f"disputes_case_{short}")

    def _decide(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return desk_views.decide(request, pk, self.admin_site.each_context(request))

    def _reviewers(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return desk_views.reviewers(request, pk, self.admin_site.each_context(request))


@admin.register(Trouble)
class TroubleAdmin(DeskAdmin):
    list_display = ("case", "kind_words", "at", "ended_at")
    list_filter = ("kind",)
    list_select_related = ("case",)

    @admin.display(description=_("What"))
    def kind_words(self, trouble: Trouble) -> str:
        return words.trouble(trouble.kind)


@admin.register(Incident)
class IncidentAdmin(PageAdmin):
    """Outages: the desk's own pages write one down and let a second person agree."""

    page = outage_views.page
    list_display = ("began_at", "ended_at", "by", "second_by", "applied_at")
    list_select_related = ("by", "second_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request, Role.SUPERVISOR)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | (extra_context or {})
        return outage_views.report(request, context)

    def get_urls(self) -> list[URLPattern]:
        def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return outage_views.confirm(request, pk)

        view = self.admin_site.admin_view(require_POST(confirm))
        own = path("<uuid:pk>/confirm/", view, name="disputes_incident_confirm")
        found: list[URLPattern] = [own, *super().get_urls()]
        return found


@admin.register(StaffRead)
class StaffReadAdmin(DeskAdmin):
    list_display = ("case", "by", "role_words", "what_words", "at")
    list_select_related = ("case", "by")

    @admin.display(description=_("Role"))
    def role_words(self, read: StaffRead) -> str:
        return words.role(read.role)

    @admin.display(description=_("What"))
    def what_words(self, read: StaffRead) -> str:
        return words.read(read.what)


@admin.register(Roster)
class RosterAdmin(DeskAdmin):
    list_display = ("version", "size", "built_at")
    fields = ("version", "built_at", "size", "rules_version")


@admin.register(DrawEntry)
class DrawEntryAdmin(DeskAdmin):
    """The grounds of exclusions, for auditors; who was excluded is not among the columns."""

    list_display = ("case", "round", "counter", "outcome", "reason")
    list_select_related = ("draw__case",)
    list_filter = ("code",)
    fields = ("draw", "round", "counter", "outcome", "code", "ground", "at")

    @admin.display(description=_("Case"))
    def case(self, entry: DrawEntry) -> str:
        return str(entry.draw.case)

    @admin.display(description=_("Reason"))
    def reason(self, entry: DrawEntry) -> str:
        return words.exclusion(entry.code)

    def get_queryset(self, request: HttpRequest) -> QuerySet[DrawEntry]:
        rows: QuerySet[DrawEntry] = super().get_queryset(request)
        return rows.filter(outcome="EXCLUDED", draw__published_at__isnull=False)


@admin.register(JurorProfile)
class JurorProfileAdmin(DeskAdmin):
    """Who is on duty; never on which case. What somebody served, counted from one look to the
    next, would tell how many have voted."""

    list_display = ("person", "state", "joined_at", "passed_at", "paused_until")
    list_filter = ("state",)
    list_select_related = ("person",)
    fields = ("person", "state", "joined_at", "passed_at", "paused_until")
