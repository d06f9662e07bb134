"""What the court tells the apps below: whoever has a case or a seat can't vanish yet."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actions.closure import Blocker, register_blocker
from accounts.models import User
from disputes.models import Case, Seat
from disputes.models.jury import OPEN_SEAT

SHOWN = 20


def connect() -> None:
    register_blocker(open_cases)
    register_blocker(open_seats)


def open_cases(person: User) -> list[Blocker]:
    """A live case of either side; the other side is told that the account is being closed [Li]."""
    cases = Case.objects.visible_to(person).live().select_related("order", "buyer", "seller")
    return [
        Blocker(
            sentence=_("The case about order {number} is not finished.").format(
                number=case.order.number
            ),
            link=case.get_absolute_url(),
            tell=[case.seller if case.buyer_id == person.pk else case.buyer],
        )
        for case in cases[:SHOWN]
    ]


def open_seats(person: User) -> list[Blocker]:
    """A seat that waits for its vote; stepping aside ends it at once."""
    seats = Seat.objects.filter(juror=person, state__in=OPEN_SEAT)
    return [
        Blocker(sentence=_("A case waits for your vote."), link=reverse("seat", args=[seat.pk]))
        for seat in seats[:SHOWN]
    ]
