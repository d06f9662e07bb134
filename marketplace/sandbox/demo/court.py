"""The demo's three cases: one with its 72 hours running, one being voted on, one decided 9-8."""

import io
from uuid import UUID

from PIL import Image, ImageDraw

from disputes.actions import evidence, filing
from disputes.models import Case, EvidenceKind
from disputes.states import CaseState
from marketplace.sandbox import reviewers
from marketplace.sandbox.demo.people import JUROR, PASSWORD
from orders.models import Order

REVIEWERS = 140  # 120 is the least that keeps every pool above 100 after exclusions

EMPTY = (
    "I scratched the code free on Fairhand, typed it into the app two minutes later, and the app "
    "said that it had been used. I did not give it to anybody."
)
GOOD = (
    "The issuer called the code valid when it was handed over, and again just before it was shown. "
    "What happened after that is not in my hands."
)
WORTH_LESS = (
    "The card was meant to hold the whole amount. The shop's till showed less than half of it."
)


def open_two(voting: Order, narrow: Order) -> tuple[UUID, UUID]:
    """Two cases about revealed codes, with exhibits of both sides; their 72 hours begin."""
    return _opened(voting, EMPTY), _opened(narrow, WORTH_LESS)


def open_silent(order: Order) -> Case:
    """A third one, on which the seller has not said a word yet."""
    return _filed(order, EMPTY)


def _filed(order: Order, statement: str) -> Case:
    made = filing.Filing(claim="code_used_or_invalid", statement=statement)
    return filing.file(order.pk, by=order.buyer, filing=made, items=[_screen("0.00")])


def _opened(order: Order, statement: str) -> UUID:
    case = _filed(order, statement)
    said = evidence.Item(kind=EvidenceKind.STATEMENT, description="My statement", text=GOOD)
    evidence.submit(case.pk, by=order.seller, item=said)
    evidence.submit(case.pk, by=order.seller, item=_screen("VALID"))
    return case.pk


def _screen(words: str) -> evidence.Item:
    """A drawn picture of a phone that shows a few words."""
    picture = Image.new("RGB", (720, 960), "#dfe6e4")
    brush = ImageDraw.Draw(picture)
    brush.rounded_rectangle((160, 60, 560, 900), 40, fill="#1d2a2b")
    brush.rounded_rectangle((185, 120, 535, 840), 16, fill="#f7f5ef")
    brush.text((250, 420), words, fill="#22302f", font_size=72)
    target = io.BytesIO()
    picture.save(target, "PNG")
    return evidence.Item(
        kind=EvidenceKind.PICTURE,
        description=f"The app on my phone says {words}",
        picture=target.getvalue(),
        file_name="screen.png",
    )


def let_vote(voting: UUID, narrow: UUID) -> None:
    """Seven have voted in the one, which nobody can see; the other ended 9-8."""
    for pk in (voting, narrow):
        if Case.objects.get(pk=pk).state != CaseState.VOTING:
            raise RuntimeError("the demo's panel was not drawn")
    reviewers.vote(narrow, buyer=8, seller=9)
    _seat_demo_juror(voting)
    reviewers.vote(voting, buyer=4, seller=3)


def _seat_demo_juror(case_id: UUID) -> None:
    """Nobody can choose a panel: whoever was drawn last takes the demo juror's sign-in."""
    juror = reviewers.open_seats(case_id)[-1].juror
    juror.email, juror.name = JUROR, "Jo 周"
    juror.set_password(PASSWORD)
    juror.save(update_fields=["email", "name", "password"])
    juror.emailaddress_set.update(email=JUROR)  # type: ignore[attr-defined] # allauth's rows
