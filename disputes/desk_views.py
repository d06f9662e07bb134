"""The desk's doors: one page a case, and one POST with a reason for each verb."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from disputes.actions import (
    balloting,
    deciding,
    desk,
    issuing,
    masking,
    pausing,
    petitions,
    seconding,
)
from disputes.actions.copies import picture_of
from disputes.desk_forms import (
    AskForm,
    CitationForm,
    DecisionForm,
    GrantForm,
    MaskForm,
    ReasonForm,
    decision,
)
from disputes.desk_page import desk_page
from disputes.models import Case, Evidence, EvidenceKind, Petition, Ruling, RulingOutcome, Trouble
from disputes.policies import needs
from disputes.sealing import description_of, original_of, text_of
from marketplace.lib import clock, images
from marketplace.lib.errors import Refused
from marketplace.lib.files import private_response

READERS = (Role.AGENT, Role.ADJUDICATOR, Role.SUPERVISOR, Role.AUDITOR)


def who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the desk lets nobody else in
    return request.user


def case_of(pk: UUID) -> Case:
    return get_object_or_404(Case.objects.for_pages().select_related("desk_holder"), pk=pk)


def case_page(request: HttpRequest, pk: UUID, context: dict[str, Any]) -> HttpResponse:
    """Opening a case leaves a row that both sides read once it is final."""
    case, person = case_of(pk), who(request)
    if request.headers.get("Sec-Purpose") != "prefetch":
        desk.note_read(case.pk, by=person, what="case")
    page = desk_page(case, person, clock.now())
    context |= {
        "page": page,
        "case": case,
        "title": f"{case} · {case.order.number}",
        "ask": AskForm(),
        "mask": MaskForm(),
        "reason": ReasonForm(),
    }
    return render(request, "admin/disputes/case.html", context)


def acted(request: HttpRequest, pk: UUID, act: Callable[[], object], done: str) -> HttpResponse:
    """Runs one verb; a refusal is read on the case's page, and nothing was changed."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("admin:disputes_case_change", pk)


def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    return acted(request, pk, lambda: desk.take(pk, by=who(request)), _("It is on your desk."))


def send_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return acted(
        request,
        pk,
        lambda: desk.send_back(pk, by=who(request), reason=reason),
        _("Handed back to its queue."),
    )


def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = AskForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in 20 to 1,000 characters what is asked of both."))
        return redirect("admin:disputes_case_change", pk)
    typed = form.cleaned_data
    question = desk.Question(typed["kind"], typed["text"], typed["rule_id"], form.lines())
    return acted(
        request,
        pk,
        lambda: desk.ask(pk, by=who(request), question=question),
        _("Both sides are asked, with the same date."),
    )


# --- Deciding -------------------------------------------------------------------------------------
def decide(request: HttpRequest, pk: UUID, context: dict[str, Any]) -> HttpResponse:
    """The decision form: every exhibit can be cited, each with its three checks."""
    case, person = case_of(pk), who(request)
    typed, page = request.POST or None, desk_page(case, person, clock.now())
    draft = page.sent_back
    form = DecisionForm(typed, outcomes=outcomes(case), draft=draft)
    rows = case.evidence.exclude(stage="filing").select_related("copy").order_by("id")
    cited = {row.evidence_id: row for row in draft.citations.all()} if draft else {}
    citations = [CitationForm(typed, evidence=row, draft=cited.get(row.pk)) for row in rows]
    if typed and form.is_valid() and all(row.is_valid() for row in citations):
        try:
            deciding.prepare(pk, by=person, decision=decision(form, citations))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The decision is written down."))
            return redirect("admin:disputes_case_change", pk)
    context |= {
        "case": case,
        "title": f"{_('Decide')}: {case}",
        "form": form,
        "citations": citations,
        "draft": draft,
        "because": page.sent_back_words,
        "appealed": case.appeals.filter(round=case.round).first(),
    }
    return render(request, "admin/disputes/decide.html", context)


def outcomes(case: Case) -> list[str]:
    """On appeal the verdict may stand; in the first instance there is none yet."""
    all_ = [RulingOutcome.BUYER, RulingOutcome.SELLER, RulingOutcome.SPLIT]
    appealed = case.appeals.filter(round=case.round).exists()
    return [RulingOutcome.STANDS, *all_] if appealed else list(all_)


def approve(request: HttpRequest, pk: UUID, ruling: UUID) -> HttpResponse:
    get_object_or_404(Ruling, pk=ruling, case=pk)
    if "no" in request.POST:
        reason = request.POST.get("reason", "")
        return acted(
            request,
            pk,
            lambda: issuing.refuse_approval(ruling, by=who(request), reason=reason),
            _("Sent back to its author."),
        )
    return acted(
        request, pk, lambda: issuing.approve(ruling, by=who(request)), _("The decision is issued.")
    )


# --- With a second person -------------------------------------------------------------------------
def stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _asked(request, pk, pausing.ask_to_stop)


def go_on(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _asked(request, pk, pausing.ask_to_go_on)


def _asked(request: HttpRequest, pk: UUID, verb: Callable[..., object]) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return acted(
        request, pk, lambda: verb(pk, by=who(request), reason=reason), _("A second person decides.")
    )


def agree(request: HttpRequest, pk: UUID, trouble: UUID) -> HttpResponse:
    """The second of two agrees to what the first asked for, or either of them ends it."""
    asked, person = get_object_or_404(Trouble, pk=trouble, case=pk), who(request)
    if "no" in request.POST:
        return acted(
            request,
            pk,
            lambda: seconding.decline(pk, by=person, kind=asked.kind),
            _("Nothing comes of it."),
        )
    acts: dict[str, Callable[[], object]] = {
        seconding.VOID: lambda: balloting.void_vote(asked.pk, by=person),
        seconding.STOP: lambda: pausing.stop(pk, by=person),
        seconding.GO_ON: lambda: pausing.go_on(pk, by=person),
    }
    if asked.kind not in acts:
        raise Refused("not_found", _("We can't find that."))
    return acted(request, pk, acts[asked.kind], _("Done, by two people."))


def reviewers(request: HttpRequest, pk: UUID, context: dict[str, Any]) -> HttpResponse:
    """Which chairs are tied to a side, by number alone; one can be asked to be set aside."""
    case, person = case_of(pk), who(request)
    needs(person, Role.ADJUDICATOR, Role.SUPERVISOR)
    seats = balloting.not_independent(case)
    if request.method == "POST":
        seat = next((row for row in seats if str(row.pk) == request.POST.get("seat")), None)
        if seat is None:
            raise Refused("not_found", _("We can't find that."))
        return acted(
            request,
            pk,
            lambda: balloting.ask_to_void(
                seat.pk, by=person, ground="juror_conflict", text=request.POST.get("text", "")
            ),
            _("A second person decides."),
        )
    title = f"{_('The reviewers’ independence')}: {case}"
    context |= {"case": case, "title": title, "seats": seats}
    return render(request, "admin/disputes/reviewers.html", context)


# --- Petitions ------------------------------------------------------------------------------------
def petition(request: HttpRequest, pk: UUID, petition_pk: UUID) -> HttpResponse:
    row = get_object_or_404(Petition, pk=petition_pk, case=pk)
    reason, person = request.POST.get("reason", ""), who(request)
    if "refuse" in request.POST:
        act: Callable[[], object] = lambda: petitions.refuse(row.pk, by=person, reasons=reason)  # noqa: E731
        return acted(request, pk, act, _("The petition is refused, with your reasons."))
    if row.state == Petition.State.SECOND:
        return acted(
            request, pk, lambda: petitions.grant(row.pk, by=person), _("The petition is granted.")
        )
    typed = GrantForm(request.POST, exhibits=row.case.evidence.all())
    if not typed.is_valid():
        messages.error(request, "; ".join(str(each[0]) for each in typed.errors.values()))
        return redirect("admin:disputes_case_change", pk)
    grant = petitions.Grant(reason, typed.struck_ids(), typed.cleaned_data["remedy"])
    return acted(
        request,
        pk,
        lambda: petitions.propose(row.pk, by=person, grant=grant),
        _("Written down; a second person decides."),
    )


# --- Exhibits -------------------------------------------------------------------------------------
def original(request: HttpRequest, pk: UUID, exhibit: UUID) -> HttpResponse:
    """The sealed original, for the desk holder and auditors; each read is kept."""
    case, person = case_of(pk), who(request)
    page = desk_page(case, person, clock.now())
    if not page.may_read_originals:
        raise Refused("not_found", _("We can't find that."))
    row = get_object_or_404(Evidence, pk=exhibit, case=case)
    desk.note_read(case.pk, by=person, what="original", object_id=row.pk)
    if row.kind == EvidenceKind.PICTURE:
        shown = images.read_picture(original_of(row)).webp
        return private_response(request, shown, name=f"original-{row.label}")
    words = f"{description_of(row)}\n\n{text_of(row)}"
    response = HttpResponse(words, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store, private"
    return response


def copy(request: HttpRequest, pk: UUID, exhibit: UUID) -> HttpResponse:
    """The covered copy of a picture; who masks sees the original instead, since it is his task."""
    row = get_object_or_404(Evidence.objects.select_related("copy"), pk=exhibit, case=pk)
    needs(who(request), *READERS)
    if row.kind != EvidenceKind.PICTURE:
        raise Refused("not_found", _("We can't find that."))
    if not row.copy.file:
        desk.note_read(pk, by=who(request), what="original", object_id=row.pk)
        shown = images.read_picture(original_of(row)).webp
        return private_response(request, shown, name=f"original-{row.label}")
    return private_response(request, picture_of(row.copy), name=f"exhibit-{row.label}")


def mask(request: HttpRequest, pk: UUID, exhibit: UUID) -> HttpResponse:
    get_object_or_404(Evidence, pk=exhibit, case=pk)
    form = MaskForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That rectangle does not lie in the picture."))
        return redirect("admin:disputes_case_change", pk)
    return acted(
        request,
        pk,
        lambda: masking.remask(
            exhibit,
            by=who(request),
            rectangles=form.rectangles(),
            words=form.cleaned_data["words"],
        ),
        _("Covered; the clocks go on once the copy is ready."),
    )
