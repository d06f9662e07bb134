"""A card code pasted into whatever a party may write stays with its owner, and is stored sealed."""

import logging
from collections.abc import Iterator

import pytest

from accounts.inbox import outbox
from accounts.inbox.models import Mail
from disputes.actions import appealing, drawing, evidence
from disputes.models import Appeal, Case, Evidence
from marketplace import logs
from orders.models import Order
from tests.conftest import refused
from tests.disputes import world
from tests.doors import Doors
from tests.security.canaries import Canary, database, found_in

pytestmark = pytest.mark.django_db

CODE = Canary("7391508200000007", "GHJKMNPQ")
PASTED = f"My card: {CODE.number} / {CODE.secret}, it does not work at all."
SPACED = " ".join(CODE.number)


def bought() -> Order:
    return world.of_card(CODE.number, CODE.secret)


@pytest.fixture
def said() -> Iterator[list[str]]:
    """Every line of the log."""
    lines: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logs.formatter(json=True).format(record))

    root, listener = logging.getLogger(), Listener(logging.DEBUG)
    level = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    yield lines
    root.setLevel(level)
    root.removeHandler(listener)


def pasted() -> Case:
    """Pasted into the statement, into an exhibit at each door, and into the name of a file."""
    case = world.filed(bought(), statement=PASTED)
    doors = Doors(case.buyer)
    body = {"kind": "text", "description": PASTED, "text": f"Again: {SPACED}"}
    answer = doors.api.post(f"/cases/{case.pk}/evidence/", body)
    assert answer.status == 201, answer.raw
    page = doors.page.send(f"/cases/{case.pk}/evidence/", **body | {"text": f"Once more {PASTED}"})
    assert page.status == 200
    named = world.text("A text", file_name=f"{CODE.number}.jpg", description="Named by the code")
    evidence.submit(case.pk, by=case.buyer, item=named)
    return world.swept(case)


def test_no_table_no_mail_and_no_line_of_the_log_holds_a_pasted_code(said):
    pasted()

    leaks = {name: found_in(text, CODE.traces()) for name, text in database().items()}
    assert {name: found for name, found in leaks.items() if found} == {}
    mails = [outbox.content(row) for row in Mail.objects.all()]
    assert len(mails) > 4
    assert found_in(repr(mails), CODE.traces()) == []
    assert found_in(" ".join(said), CODE.traces()) == []


def test_the_other_side_reads_no_code_at_any_door():
    case = pasted()
    doors = Doors(case.seller)

    page = doors.page.get(f"/cases/{case.pk}/")
    answer = doors.api.get(f"/cases/{case.pk}/")

    assert (page.status, answer.status) == (200, 200)
    assert found_in(page.source, CODE.traces()) == []
    assert found_in(answer.raw.decode(), CODE.traces()) == []
    assert "[code A]" in page.text


def test_its_owner_reads_his_own_words_as_they_were():
    case = pasted()

    page = Doors(case.buyer).page.get(f"/cases/{case.pk}/")

    assert PASTED in page.text


def test_a_code_is_no_word_for_the_draw_which_everybody_reads_in_the_end():
    case = world.filed(bought())

    with refused("invalid"):
        drawing.set_words(case.pk, by=case.buyer, words=f"lucky {SPACED}")

    assert world.again(case).draw.words_buyer == ""


def test_an_appeal_has_no_room_for_a_code():
    case = world.decided(buyer=8, seller=9, case=world.voting(world.filed(bought())))
    why = appealing.Ground("procedure", PASTED * 2)

    appealing.appeal(case.pk, by=case.buyer, ground=why)

    assert found_in(Appeal.objects.get().text, CODE.traces()) == []
    assert Evidence.objects.filter(case=case).exists()
