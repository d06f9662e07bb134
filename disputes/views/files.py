"""The doors of private pictures: covered copies for those who may, the original for its owner."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from disputes.actions.copies import picture_of
from disputes.models import CopyState, Evidence, EvidenceKind, Seat
from disputes.models.evidence import EvidenceQuerySet
from disputes.models.jury import ON_A_CHAIR
from disputes.pack import pack
from disputes.sealing import original_of
from disputes.views.cases import case_for
from marketplace.lib import images
from marketplace.lib.files import private_response


@login_required
@require_GET
def exhibit_copy(request: SignedInRequest, pk: UUID, exhibit: UUID) -> HttpResponse:
    case = case_for(request, pk)
    return _copy(request, Evidence.objects.filter(case=case), exhibit)


@login_required
@require_GET
def seat_copy(request: SignedInRequest, pk: UUID, exhibit: UUID) -> HttpResponse:
    """A reviewer's own seat, once opened; what is flagged or not admitted is not there."""
    seats = Seat.objects.filter(juror=request.user, state__in=ON_A_CHAIR, opened_at__isnull=False)
    seat = get_object_or_404(seats, pk=pk)
    return _copy(request, Evidence.objects.filter(case=seat.case).admitted(), exhibit)


def _copy(request: SignedInRequest, rows: EvidenceQuerySet, exhibit: UUID) -> HttpResponse:
    pictures = rows.filter(kind=EvidenceKind.PICTURE, copy__state=CopyState.READY)
    row = get_object_or_404(pictures.select_related("copy"), pk=exhibit)
    return private_response(request, picture_of(row.copy), name=f"exhibit-{row.label}")


@login_required
@require_GET
def exhibit_own(request: SignedInRequest, pk: UUID, exhibit: UUID) -> HttpResponse:
    """The owner's own picture, written new: nothing that came with it is sent out again."""
    case = case_for(request, pk)
    own = Evidence.objects.filter(case=case, party=case.side_of(request.user))
    row = get_object_or_404(own.filter(kind=EvidenceKind.PICTURE), pk=exhibit)
    shown = images.read_picture(original_of(row)).webp
    return private_response(request, shown, name=f"exhibit-{row.label}-own")


@login_required
@require_GET
def case_pack(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Everything that this side may have, in one ZIP with a manifest of hashes [Xu]."""
    case = case_for(request, pk)
    side = case.side_of(request.user)
    response = HttpResponse(pack(case, str(side)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="case-{str(case.pk)[-6:]}.zip"'
    response["Cache-Control"] = "no-store, private"
    return response
