"""A court with a case at every point of its course: one buyer, one seller, what both showed."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from PIL import Image, ImageDraw

from accounts.models import User
from disputes.actions import (
    copies,
    deciding,
    desk,
    ending,
    evidence,
    filing,
    jury,
    outages,
    pausing,
    petitions,
    service,
)
from disputes.models import Case, Evidence, EvidenceKind, Incident, Ruling, Seat
from disputes.practice_cases import PracticeCase
from marketplace.lib import clock
from marketplace.lib.money import Fen
from marketplace.sandbox import clock as sandbox
from orders.models import Order
from tests import given
from tests.disputes import desk as at_desk
from tests.disputes import panels, world
from tests.remembered import remembered

REVIEWERS = 200
WHY = "The police asked in writing that nothing moves before they have read the file."


@dataclass(frozen=True)
class Court:
    """`people`: buyer, seller, three of one panel, and of the desk: holder, second."""

    people: Mapping[str, User]
    cases: Mapping[str, Case]
    seats: Mapping[str, Seat]
    picture: Evidence  # the buyer's, in the case that is still open
    ruling: Ruling
    outage: Incident
    practice: Sequence[PracticeCase]  # the buyer's; the first is answered
    undisputed: Order


@remembered
def court() -> Court:
    """The old cases first; then the clock moves on, to the present ones."""
    people = {"seller": given.person("Li"), "buyer": given.person("Guo")}
    people |= {"holder": _at_the_desk("Ada"), "second": _at_the_desk("Ben")}
    cases = _archived(people)
    cases |= _narrow(people)
    ruling = _drafted(cases["drafted"], people["holder"])
    cases["evidence"] = _filed(people)
    seats = _seats(cases["voting"])
    people |= {name: world.may_sign_in(seat.juror) for name, seat in seats.items()}
    picture = _both_show(cases["evidence"])
    _ask_for_things(cases, people)
    return Court(
        people,
        cases,
        seats,
        picture,
        ruling,
        _outage(people["holder"]),
        _practised(people["buyer"]),
        _revealed(people),
    )


def _at_the_desk(name: str) -> User:
    return at_desk.member("adjudicator", "supervisor", "agent", name=name)


# --- How cases are made ---------------------------------------------------------------------------
def _revealed(people: Mapping[str, User]) -> Order:
    listing = given.listing(people["seller"], issuer="orchard", title="Game card 50 游戏充值卡")
    return panels.revealed(listing, people["buyer"])


def _filed(people: Mapping[str, User], *, by: str = "buyer") -> Case:
    return world.filed(_revealed(people), by=by)


def _heard(people: Mapping[str, User]) -> Case:
    return world.answered(_filed(people))


def _later() -> None:
    """After the 72 hours of whatever runs now, and everything that is due by then."""
    sandbox.move(timedelta(hours=72, minutes=1))


def _voted(case: Case, *, buyer: int, seller: int) -> Case:
    fewer, more = sorted([("buyer", buyer), ("seller", seller)], key=lambda pair: pair[1])
    return panels.cast_all(case, [fewer[0]] * fewer[1] + [more[0]] * more[1])


def picture() -> bytes:
    """What an app showed: a frame, and nothing on the card."""
    page = Image.new("RGB", (360, 480), "#e9eef2")
    drawn = ImageDraw.Draw(page)
    drawn.rectangle((30, 60, 330, 210), fill="#31506b")
    drawn.text((60, 100), "Balance 0.00", fill="white", font_size=32)
    drawn.text((60, 260), "Redeemed before", fill="#333333", font_size=24)
    target = io.BytesIO()
    page.save(target, "PNG")
    return target.getvalue()


def shown(case: Case, side: str) -> Evidence:
    """A picture of one side, with its copy made."""
    item = evidence.Item(
        kind=EvidenceKind.PICTURE, description="My app, with nothing left", picture=picture()
    )
    row = evidence.submit(case.pk, by=getattr(case, side), item=item)
    copies.make_copy(row.pk)
    return row


# --- The past -------------------------------------------------------------------------------------
def _archived(people: Mapping[str, User]) -> dict[str, Case]:
    """What anybody may read by now; one case waits at the desk for want of a roster."""
    made = {name: _heard(people) for name in ("first", "ruled")}
    _later()
    desk.take(made["ruled"].pk, by=people["holder"])
    world.pool(REVIEWERS)
    made |= {"archived": _heard(people), "dismissed": _filed(people)}
    _later()
    _voted(made["archived"], buyer=9, seller=0)
    _rule(made["ruled"], people["holder"])
    _later()
    sandbox.move(timedelta(days=16))
    return made


def _rule(case: Case, holder: User) -> None:
    cited = at_desk.cited(at_desk.exhibit(case, "B2"), "buyer", conclusive=True)
    decision = at_desk.decision("buyer", cited, public_summary="The exhibit of the buyer decides.")
    deciding.prepare(case.pk, by=holder, decision=decision)


# --- The present ----------------------------------------------------------------------------------
def _narrow(people: Mapping[str, User]) -> dict[str, Case]:
    """Decided 9-8 for the seller: appealed and at the desk, or just now; and what is read now."""
    made = {"drafted": _heard(people)}
    _later()
    _to_the_desk(made["drafted"], people["holder"])
    made |= {name: _heard(people) for name in ("escalated", "asked", "flagged", "voting")}
    shown(made["flagged"], "buyer")
    shown(made["voting"], "buyer")
    _later()
    _voted(made["escalated"], buyer=8, seller=9)
    _to_the_desk(made["asked"], people["holder"])
    _flag(made["flagged"])
    return made


def _to_the_desk(case: Case, holder: User) -> None:
    at_desk.appeal(_voted(case, buyer=8, seller=9))
    desk.take(case.pk, by=holder)


def _flag(case: Case) -> None:
    seat = panels.opened(case)[0]
    exhibit = case.evidence.get(kind=EvidenceKind.PICTURE)
    jury.flag(seat.pk, by=seat.juror, exhibit_id=exhibit.pk, what="A phone number, lower left.")


def _drafted(case: Case, holder: User) -> Ruling:
    return deciding.prepare(case.pk, by=holder, decision=at_desk.overturning(case))


def _both_show(case: Case) -> Evidence:
    for row in world.answered(case).evidence.all():
        copies.make_copy(row.pk)
    shown(case, "seller")
    return shown(case, "buyer")


def _seats(case: Case) -> dict[str, Seat]:
    """Of one panel: somebody who was invited, who reads, and who has voted."""
    invited, reader, voter = world.open_seats(case)[:3]
    jury.open_bundle(reader.pk, by=reader.juror)
    world.cast(voter, "buyer")
    return {"invited": invited, "reader": reader, "voter": voter}


def _ask_for_things(cases: Mapping[str, Case], people: Mapping[str, User]) -> None:
    """What waits for the other side, or for a second person."""
    buyer, seller = people["buyer"], people["seller"]
    half = Fen(cases["evidence"].amount_fen // 2)
    ending.offer(cases["evidence"].pk, by=seller, buyer_fen=half, seller_fen=half)
    filing.withdraw(cases["voting"].pk, by=buyer)
    pausing.ask_to_stop(cases["escalated"].pk, by=people["holder"], reason=WHY)
    petitions.petition(cases["escalated"].pk, by=seller, ground="forged_exhibit", text=WHY)
    voted = Seat.objects.filter(case=cases["escalated"], state="VOTED").select_related("juror")
    panels.same_account(voted.earliest("chair").juror, seller)


def _outage(by: User) -> Incident:
    now = clock.now()
    times = {"began_at": now - timedelta(hours=3), "ended_at": now - timedelta(hours=2)}
    return outages.report(by=by, **times, text="The database could not be reached from anywhere.")


def _practised(person: User) -> Sequence[PracticeCase]:
    """Five cases, of which one is answered."""
    service.opt_in(person.pk, by=person)
    cases = service.to_practise(person)
    case, why = cases[0], world.RATIONALE
    service.answer_practice(
        person.pk, slug=case.slug, by=person, side=case.side, findings=case.findings, rationale=why
    )
    return cases
