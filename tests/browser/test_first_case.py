"""Two cases in a real browser: a clear one to the wallet, a narrow one through staff."""

import io
import re

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Replace
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import User
from disputes.actions import copies
from disputes.models import Case, CopyState, JurorCopy
from marketplace.sandbox import clock
from orders.escrow import movements
from tests import given
from tests.browser.conftest import Open
from tests.browser.test_first_trade import press
from tests.disputes import world
from tests.orders.world import skip

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("market")]

SAID = "I typed the code into the app two minutes after I had seen it, and it was used already."
ANSWER = "The issuer called the code valid when it was handed over, and again before it was shown."
WHY = (
    "The record shows that the issuer called the code valid at the hand-over and just before the "
    "first reveal. The picture of the buyer shows an empty balance but no time, so that it does "
    "not tell when the code was used. That speaks for what the seller says, as before."
)


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (300, 400), "#aabbcc").save(target, "PNG")
    return target.getvalue()


def file_case(page: Page, address: str) -> None:
    page.goto(f"{address}case/")
    expect(page.get_by_text("17 reviewers are drawn at random")).to_be_visible()
    page.get_by_label("The code is used, invalid or worth less").check()
    page.get_by_label("What happened, in your own words").fill(SAID)
    press(page, "Open the case")
    expect(page.locator(".state-slip")).to_contain_text("Evidence")


def show_picture(page: Page) -> None:
    press(page, "Add to the file")
    page.get_by_label("A picture", exact=True).check()
    page.get_by_label("What does it show?").fill("My app, with nothing on the card")
    page.get_by_label("Picture (JPEG, PNG or WebP)").set_input_files(
        {"name": "app.png", "mimeType": "image/png", "buffer": picture()}
    )
    press(page, "Add it")
    expect(page.get_by_role("heading", name="What reviewers will see")).to_be_visible()
    make_copies()
    press(page, "It shows nothing that it should not")


def make_copies() -> None:
    """What the worker does; the page asks for the copy by itself."""
    for row in JurorCopy.objects.filter(state=CopyState.PENDING):
        copies.make_copy(row.pk)


def say(page: Page, case: Case) -> None:
    page.goto(case.get_absolute_url())
    press(page, "Add to the file")
    page.get_by_label("My statement").check()
    page.get_by_label("What does it show?").fill("What I say about it")
    page.locator("textarea[name=text]").fill(ANSWER)
    press(page, "Add it")
    expect(page.get_by_text(ANSWER)).to_be_visible()


def skip_72_hours(page: Page) -> None:
    """The bar of the sandbox: the file is sealed and the panel drawn."""
    page.get_by_role("button", name="72 h").click()
    expect(page.locator(".state-slip")).to_contain_text("17 reviewers are reading")


@pytest.fixture
def pool(market: str) -> None:
    """Enough people to draw from, whom the sandbox may let vote."""
    world.pool()
    simulated = Replace("email", Value("@mail."), Value("@sandbox."))
    User.objects.filter(email__startswith="reviewer.").update(email=simulated)


def heard(open_as: Open) -> tuple[Case, Page, Page]:
    """A case that both sides have spoken in; the panel reads."""
    offer = given.listing(given.person("Mei"))
    order = given.revealed_order(offer, given.person("Bo"))
    buyer, seller = open_as(order.buyer), open_as(order.seller)
    file_case(buyer, order.get_absolute_url())
    case = Case.objects.get(order=order)
    buyer.goto(case.get_absolute_url())
    show_picture(buyer)
    say(seller, case)
    buyer.goto(case.get_absolute_url())
    skip_72_hours(buyer)
    return case, buyer, seller


@pytest.mark.usefixtures("pool")
def test_a_case_goes_from_its_filing_to_the_money_by_the_pages(open_as: Open):
    case, buyer, seller = heard(open_as)

    buyer.get_by_role("button", name="9-0 buyer").click()

    expect(buyer.locator(".state-slip")).to_contain_text("Carried out: ¥48.00 to the buyer")
    press(buyer, "Read the decision")
    expect(buyer.get_by_text("Decided 9-0 for the buyer.")).to_be_visible()
    assert given.again(case.order).state == "REFUNDED"
    assert movements.holds(case.order_id) == 0
    seller.goto(f"{case.get_absolute_url()}verdict/")
    expect(seller.get_by_text("The margin is 9, not below 4")).to_be_visible()
    call_command("verify_draw", str(case.pk))
    call_command("audit_ledger")


@pytest.mark.usefixtures("pool")
def test_a_narrow_case_is_appealed_and_decided_by_two_members_of_staff(open_as: Open):
    case, buyer, _seller = heard(open_as)
    buyer.get_by_role("button", name="8-9 seller").click()
    expect(buyer.locator(".state-slip")).to_contain_text("Decided 9-8 for the seller")
    assert movements.holds(case.order_id) == case.amount_fen

    press(buyer, "Appeal")
    buyer.get_by_label("An exhibit was misread").check()
    buyer.get_by_label("Say what exactly was wrong").fill("B2 shows an empty balance. " * 6)
    press(buyer, "Appeal to staff")
    expect(buyer.locator(".state-slip")).to_contain_text("appealed")

    first = open_as(at_desk("Ada"), viewport={"width": 1280, "height": 900})
    take_and_decide(first, case)
    expect(first.get_by_text("The decision is written down.")).to_be_visible()
    assert movements.holds(case.order_id) == case.amount_fen

    second = open_as(at_desk("Ben"), viewport={"width": 1280, "height": 900})
    second.goto(f"/desk/disputes/case/{case.pk}/change/")
    second.get_by_role("button", name="Approve and issue").click()
    expect(second.get_by_text("The decision is issued.")).to_be_visible()
    given.skip(1)

    buyer.goto(case.get_absolute_url())
    expect(buyer.locator(".state-slip")).to_contain_text("Carried out: ¥48.00 to the buyer")
    press(buyer, "Read the decision")
    expect(buyer.get_by_text("A second staff member agreed.")).to_be_visible()
    call_command("verify_draw", str(case.pk))
    call_command("audit_ledger")


def at_desk(name: str) -> User:
    person = given.person(name, level=0)
    person.is_staff = True
    person.save()
    person.groups.add(Group.objects.get(name="adjudicator"))
    return person


def take_and_decide(page: Page, case: Case) -> None:
    page.goto(f"/desk/disputes/case/{case.pk}/change/")
    page.get_by_role("button", name="Take this case").click()
    expect(page.get_by_text("A question to both sides is still open")).to_be_visible()
    skip(hours=73)
    clock.run_sweeps()
    page.goto(f"/desk/disputes/case/{case.pk}/decide/")
    page.get_by_label("Outcome").select_option("buyer")
    page.get_by_label(re.compile("Facts found and reasons")).fill(WHY)
    page.get_by_label("Answer to the buyer’s main argument").fill(SAID)
    page.get_by_label("Answer to the seller’s main argument").fill(ANSWER)
    page.get_by_label("Burden on appeal").check()
    box = page.locator("fieldset", has_text="B2")
    box.get_by_label("Cite it").check()
    box.get_by_label("About").fill("Whether the card was empty")
    box.get_by_label("Supports").select_option("buyer")
    box.get_by_label(re.compile("Conclusive")).check()
    page.get_by_role("button", name="Write it down").click()


@pytest.mark.usefixtures("pool")
def test_an_altered_row_of_the_draws_log_is_named(open_as: Open):
    case, buyer, _seller = heard(open_as)
    buyer.get_by_role("button", name="9-0 buyer").click()
    expect(buyer.locator(".state-slip")).to_contain_text("Carried out")

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE disputes_drawentry DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE disputes_drawentry SET number = number + 1 WHERE draw_id = %s AND counter = 4",
            [case.pk],
        )
        cursor.execute("ALTER TABLE disputes_drawentry ENABLE TRIGGER USER")

    with pytest.raises(CommandError, match="MISMATCH V5 counter=4 number"):
        call_command("verify_draw", str(case.pk))
    buyer.goto(f"/court/draw/{case.pk}/")
    expect(buyer.get_by_text("MISMATCH V5 counter=4 number")).to_be_visible()
